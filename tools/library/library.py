"""The library: the collection of documents that is searched, cited and ingested into.

Where its rows lie is decided by the collection that it is given (`tools.milvus`), and
what comes first by `tools.library.ranking`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tools.documents.document import document_key
from tools.documents.passage import Hit, Passage
from tools.embedding.embedder import Embedder
from tools.errors import LibraryError
from tools.library.fit import check_fit
from tools.library.ranking import Ranking
from tools.library.rows import (
    DESCRIPTION_FIELDS,
    PASSAGE_FIELDS,
    STORED_FIELDS,
    SUMMARY_FIELDS,
    Description,
    DocumentSummary,
    StoredPassage,
    description_of,
    passage_of,
    row_of,
    stored_of,
    summary_of,
)
from tools.library.where import Where
from tools.milvus.analyzers import Analyzer, analyzer_for
from tools.milvus.collection import Collection, Row, Scores
from tools.milvus.engines import belongs_to
from tools.milvus.milvus_collection import MilvusCollection
from tools.milvus.schema import Identity
from tools.reranking.reranker import Reranker
from tools.text.language import detect_language
from tools.text.spelling import same_name

__all__ = ["Library"]

_UNREAD = (
    'The documents are in another language ("{language}") than the embedder reads: '
    "words are found, meanings are not. Set a multilingual embedder (embedder = "
    '"bge-m3" with an embedder_base_url) and ingest into a new --library; if they are '
    "English, `citeloop library analyzer en`."
)


class Library:
    """A collection of passages, and the embedder that it was made with.

    Every method blocks; call them through `off_loop` from async code. They
    may be called from several threads.
    """

    def __init__(
        self,
        collection: Collection,
        embedder: Embedder,
        reranker: Reranker | None = None,
        analyzer: Analyzer | None = None,
    ) -> None:
        """Take an open collection; one that is not made yet is made by the first write.

        Args:
            collection: What holds the passages; closed with the library.
            embedder: What it was made with.
            reranker: What has the last word in the order of what is found.
            analyzer: How full-text search splits words in a collection that is made;
                without it, as the language of its first documents asks.

        Raises:
            LibraryError: the collection was made with another embedder.
        """
        if collection.identity is not None:
            check_fit(collection.uri, collection.identity, embedder)
        self.uri = collection.uri
        self.embedder = embedder
        self.reranker = reranker
        self._collection = collection
        self._analyzer = analyzer
        self._described: dict[str, Description] | None = None
        self._planned = collection.identity or Identity(
            embedder.identity, embedder.dimension, full_text=collection.has_full_text()
        )

    @classmethod
    def open(
        cls,
        uri: str,
        embedder: Embedder,
        token: str | None = None,
        *,
        create: bool = False,
        analyzer: Analyzer | None = None,
        reranker: Reranker | None = None,
    ) -> Self:
        """Open the library at `uri`, the path of a `.db` file or a server's address.

        Args:
            uri: Where it is.
            embedder: What it was made with.
            token: What a server asks for.
            create: Whether a library that is missing is made, by the first write.
            analyzer: How full-text search splits words in a library that is made;
                without it, as the language of its first documents asks.
            reranker: What has the last word in the order of what is found.

        Raises:
            LibraryError: it is missing (unless `create`), locked, broken, out of
                reach, or was made with another embedder.
        """
        collection = MilvusCollection.open(uri, token, create=create)
        try:
            return cls(collection, embedder, reranker, analyzer)
        except BaseException:
            collection.close()
            raise

    def prepare(self, texts: Sequence[str] = (), like: Identity | None = None) -> None:
        """Make the collection if it is not there yet.

        Its language is that of another library, or else that of the texts; unless an
        analyzer was named, the language decides it.
        """
        if self.is_made:
            return
        language = like.language if like else detect_language(texts)
        analyzer = like.analyzer if like else analyzer_for(language)
        identity = replace(
            self.identity, analyzer=self._analyzer or analyzer, language=language
        )
        self._collection.make(identity)

    def close(self) -> None:
        """Close the collection; an embedded engine ends with its last user."""
        self._collection.close()

    def __enter__(self) -> Self:
        """Return the open library."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def identity(self) -> Identity:
        """What it was made with, or is going to be made with."""
        return self._collection.identity or self._planned

    @property
    def is_made(self) -> bool:
        """Whether its collection is there; the first write makes it."""
        return self._collection.identity is not None

    @property
    def notice(self) -> str | None:
        """What the engine or the embedder lacks, in words; None if nothing."""
        is_read = self._ranking.reads
        unread = _UNREAD.format(language=self.identity.language)
        if not self.identity.full_text:
            notice = (
                "This server has no full-text search (Milvus 2.5 or newer has); "
                "searching by vectors alone."
            )
            return notice if is_read else f"{notice} {unread}"
        return None if is_read else unread

    def search(
        self, queries: Sequence[str], limit: int, where: Where | None = None
    ) -> list[list[Hit]]:
        """Return the best passages for each query, best first.

        Raises:
            WhereError: `where` names a field that no document has.
            LibraryError: the engine failed, or the reranker did: the order without it
                is never given in its place.
            CredentialsError: the reranker's endpoint refused the key.
        """
        if where is None:
            return self._ranking.search(queries, limit)
        documents = self._documents(where)
        if not documents:
            return [[] for _ in queries]
        return self._ranking.search(queries, limit, documents)

    def nearest(self, queries: Sequence[str], limit: int) -> list[Scores]:
        """Return the cosines of the nearest passages, by key, for each query."""
        return self._ranking.nearest(queries, limit)

    def full_text(self, queries: Sequence[str], limit: int) -> list[Scores]:
        """Return the BM25 scores of passages, by key; none where the engine has none.

        The library must hold documents.
        """
        return self._ranking.full_text(queries, limit)

    def passages(self, document: str) -> list[Passage]:
        """Return the passages of a document in order; none if it is not there.

        A letter and its accent may be one character in its name, or two.
        """
        rows = self._collection.rows_of(document_key(document), PASSAGE_FIELDS)
        if not rows and (stored := same_name(document, self.names())):
            rows = self._collection.rows_of(document_key(stored), PASSAGE_FIELDS)
        return sorted(map(passage_of, rows), key=lambda passage: passage.number)

    def owns(self, path: Path) -> bool:
        """Whether a file is the library's own, and no document."""
        return belongs_to(path, self.uri)

    def names(self) -> dict[str, str]:
        """Return the title of each document, by its name."""
        return {name: each.title for name, each in self._descriptions().items()}

    def summaries(self) -> list[DocumentSummary]:
        """Return every document, with the passages that are really there.

        A document counts as whole only if all of its rows are of one version and
        none is missing, so that whatever interrupted an ingestion is seen here.
        """
        grouped: dict[str, list[Row]] = {}
        for row in self._collection.scan(SUMMARY_FIELDS):
            grouped.setdefault(row["document"], []).append(row)
        return [summary_of(name, grouped[name]) for name in sorted(grouped)]

    def count(self, document: str | None = None) -> int:
        """Return how many rows the engine counts, of one document or of all.

        The C++ engine counts a row that was inserted under a key that is there
        already, and shows it in no other answer.
        """
        key = None if document is None else document_key(document)
        return self._collection.count(key)

    def stored(self) -> Iterator[StoredPassage]:
        """Yield every passage as the engine keeps it, with its key and vector."""
        return map(stored_of, self._collection.scan(STORED_FIELDS))

    def texts(self) -> Iterator[str]:
        """Yield the text of every passage."""
        return (str(row["text"]) for row in self._collection.scan(("text",)))

    def write(self, passages: Sequence[Passage], vectors: NDArray[Any]) -> None:
        """Store passages with their vectors, in place of those with the same keys.

        Raises:
            LibraryError: the engine failed; what was written before stays.
        """
        if not np.isfinite(vectors).all():
            raise LibraryError("The embedder made a vector that is not a number.")
        self._described = None
        self.prepare([passage.text for passage in passages])
        rows = [
            row_of(passage, vector, self.identity)
            for passage, vector in zip(passages, vectors, strict=True)
        ]
        self._collection.write(rows)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete passages by their keys."""
        self._described = None
        self._collection.delete(keys)

    @property
    def _ranking(self) -> Ranking:
        return Ranking(self._collection, self.embedder, self.identity, self.reranker)

    def _documents(self, where: Where) -> list[str]:
        """Return the keys of the documents that fit.

        Documents are matched here and named to the collection by their hashed keys:
        nothing of what the model or a file name holds enters a filter.
        """
        described = self._descriptions()
        where.require_fields(
            field for each in described.values() for field in each.metadata
        )
        return [
            document_key(name)
            for name, each in described.items()
            if where.matches(name, each.title, each.metadata)
        ]

    def _descriptions(self) -> dict[str, Description]:
        """Return title and metadata of each document, by its name."""
        described = self._described
        if described is None:
            rows = self._collection.scan(DESCRIPTION_FIELDS, firsts=True)
            described = {row["document"]: description_of(row) for row in rows}
            self._described = described
        return described
