"""The seam to whatever holds a library: a collection of rows, one for each passage.

`tools.milvus.milvus_collection` keeps them in Milvus, `tools.milvus.in_memory` in this
process alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

from tools.milvus.schema import Identity

__all__ = ["Collection", "Row", "Scores", "Vectors"]

Scores = dict[str, float]
"""The scores of the rows that were found, by key; higher is better."""
Vectors = NDArray[np.float32]
"""One a row, of shape (rows, dimension)."""


class Row(TypedDict, total=False):
    """What is stored of a passage; one that is read has the fields asked for alone."""

    key: str
    """The primary key: a row that is written takes the place of that with its key."""
    document_key: str
    """The name of its document, hashed; 32 hexadecimal digits, safe in any filter."""
    document: str
    title: str
    heading: str
    number: int
    """Its place in the document, from 0."""
    count: int
    start_line: int
    end_line: int
    text: str
    digest: str
    source: str
    metadata: Mapping[str, str]
    dense: Sequence[float]
    """The vector."""
    indexed: str
    """What full-text search indexes; only where the collection has it."""


class Collection(Protocol):
    """Rows that are found by vector, by words, by key and by document.

    Each call may be made from any thread, and raises a `LibraryError` where what holds
    the rows fails. The Python engine alone (Milvus Lite 3) wants to be left alone while
    it is written to: what others read then may be missing rows. A collection that is
    not made yet holds nothing.
    """

    uri: str
    """Where it is, as messages name it."""

    @property
    def identity(self) -> Identity | None:
        """What it was made with; None until it is made."""
        ...

    def has_full_text(self) -> bool:
        """Whether a collection that is made here can have full text."""
        ...

    def make(self, identity: Identity) -> None:
        """Make it, without rows."""
        ...

    def search_vectors(
        self, vectors: Vectors, limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        """Return the cosines of the rows nearest to each vector.

        Args:
            vectors: One a query, of shape (queries, dimension).
            limit: How many rows to return for each, at most.
            documents: The document keys of the rows that are searched, not empty; all
                rows without it.
        """
        ...

    def search_words(
        self, queries: Sequence[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        """Return the BM25 scores of the rows whose `indexed` text has a query's words.

        The words are split as the analyzer of the identity says. None are found where
        the collection has no full text. It must hold rows: Milvus fails otherwise.
        """
        ...

    def rows(self, keys: Iterable[str], fields: Sequence[str]) -> list[Row]:
        """Return the rows of these keys that are there, in any order."""
        ...

    def rows_of(self, document: str, fields: Sequence[str]) -> list[Row]:
        """Return all rows of a document, which is named by its key, in any order."""
        ...

    def scan(self, fields: Sequence[str], *, firsts: bool = False) -> Iterator[Row]:
        """Yield every row, or the first one of each document (its `number` is 0)."""
        ...

    def count(self, document: str | None = None) -> int:
        """Return how many rows are counted, of one document's key or of all.

        The C++ engine counts a row that was inserted under a key that is there
        already, and shows it in no other answer.
        """
        ...

    def write(self, rows: Sequence[Row]) -> None:
        """Store rows, in place of those with the same keys.

        Raises:
            LibraryError: it is not made; a row does not fit; or the engine failed, and
                what was written before stays.
        """
        ...

    def delete(self, keys: Iterable[str]) -> None:
        """Delete the rows of these keys; those that are not there are passed over."""
        ...

    def close(self) -> None:
        """Let go of what holds it; a second call does nothing."""
        ...
