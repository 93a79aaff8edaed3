"""A collection in this process alone: no file, no engine, and nothing is kept.

It ranks as Milvus does, by cosines and by BM25 (Robertson and Zaragoza 2009, with
Milvus's constants), one row after another: for some thousand passages, in tests and
evaluations.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from math import log
from threading import Lock
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tools.errors import LibraryError
from tools.milvus.analyzers import Analyzer
from tools.milvus.collection import Row, Scores, Vectors
from tools.milvus.engines import MISSING
from tools.milvus.schema import Identity
from tools.milvus.stemming import analysed

__all__ = ["InMemoryCollection"]

_WORD = re.compile(r"[^\W_]+")
_K1, _B = 1.2, 0.75
"""How soon a word's repetition stops to count, and how much a long text is weighed
down (Milvus's `bm25_k1` and `bm25_b`)."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """A row, with what it is found by."""

    row: Row
    vector: NDArray[np.float32]
    """Of unit length."""
    words: Counter[str]
    """How often each word is in its `indexed` text."""
    length: int
    """How many words that text has."""


class InMemoryCollection:
    """Rows in a dictionary; made anew with each object, and gone with it.

    Closing it does nothing: another library may be opened on the same object.
    """

    def __init__(self, uri: str = "in memory") -> None:
        """Hold nothing yet; `uri` is what messages call it."""
        self.uri = uri
        self._identity: Identity | None = None
        self._stored: dict[str, _Stored] = {}
        """Never changed, only replaced: whoever reads keeps what was there."""
        self._writing = Lock()

    @property
    def identity(self) -> Identity | None:
        """What it was made with; None until it is made."""
        return self._identity

    def has_full_text(self) -> bool:
        """Whether words are found: always."""
        return True

    def make(self, identity: Identity) -> None:
        """Make it, without rows."""
        self._identity = identity

    def search_vectors(
        self, vectors: Vectors, limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        """Return the cosines of the rows nearest to each vector."""
        searched = self._searched(documents)
        if not searched:
            return [{} for _ in vectors]
        matrix = np.stack([each.vector for each in searched.values()])
        return [
            _best(dict(zip(searched, cosines.tolist(), strict=True)), limit)
            for cosines in (matrix @ _unit(vector) for vector in vectors)
        ]

    def search_words(
        self, queries: Sequence[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        """Return the BM25 scores of the rows that have a word of each query."""
        identity = self._identity
        if identity is None or not identity.full_text:
            return [{} for _ in queries]
        everything = list(self._stored.values())
        searched = self._searched(documents)
        return [
            _best(_bm25(_words(query, identity.analyzer), searched, everything), limit)
            for query in queries
        ]

    def rows(self, keys: Iterable[str], fields: Sequence[str]) -> list[Row]:
        """Return the rows of these keys that are there."""
        stored = self._stored
        return [_picked(stored[key], fields) for key in set(keys) & stored.keys()]

    def rows_of(self, document: str, fields: Sequence[str]) -> list[Row]:
        """Return all rows of a document."""
        found = self._searched([document]).values()
        return [_picked(each, fields) for each in found]

    def scan(self, fields: Sequence[str], *, firsts: bool = False) -> Iterator[Row]:
        """Yield every row, or the first one of each document."""
        for each in self._stored.values():
            if not firsts or each.row["number"] == 0:
                yield _picked(each, fields)

    def count(self, document: str | None = None) -> int:
        """Return how many rows there are, of one document or of all."""
        return len(self._searched(None if document is None else [document]))

    def write(self, rows: Sequence[Row]) -> None:
        """Store rows, in place of those with the same keys."""
        identity = self._identity
        if identity is None:
            raise LibraryError(MISSING.format(uri=self.uri))
        fresh = {row["key"]: _store(row, identity, self.uri) for row in rows}
        with self._writing:
            self._stored = {**self._stored, **fresh}

    def delete(self, keys: Iterable[str]) -> None:
        """Delete rows by their keys."""
        gone = set(keys)
        with self._writing:
            kept = self._stored.items()
            self._stored = {key: each for key, each in kept if key not in gone}

    def close(self) -> None:
        """Do nothing: what holds the rows is this object."""

    def _searched(self, documents: Sequence[str] | None) -> dict[str, _Stored]:
        """Return the rows of some documents, or all of them."""
        if documents is None:
            return self._stored
        wanted = set(documents)
        return {
            key: each
            for key, each in self._stored.items()
            if each.row["document_key"] in wanted
        }


def _store(row: Row, identity: Identity, uri: str) -> _Stored:
    if len(row["dense"]) != identity.dimension:
        raise LibraryError(
            f"The library {uri} failed: a vector has {len(row['dense'])} dimensions, "
            f"not {identity.dimension}"
        )
    indexed = row.get("indexed", "")
    words = Counter(_words(indexed, identity.analyzer))
    vector = _unit(np.asarray(row["dense"]))
    return _Stored(deepcopy(row), vector, words, words.total())


def _picked(stored: _Stored, fields: Sequence[str]) -> Row:
    wanted = {name: value for name, value in stored.row.items() if name in fields}
    return cast("Row", deepcopy(wanted))


def _unit(vector: NDArray[Any]) -> NDArray[np.float32]:
    length = max(float(np.linalg.norm(vector)), 1e-12)
    return np.asarray(vector / length, np.float32)


def _words(text: str, analyzer: Analyzer) -> list[str]:
    return _WORD.findall(analysed(text, analyzer).lower())


def _bm25(
    query: Sequence[str],
    searched: dict[str, _Stored],
    everything: Sequence[_Stored],
) -> Scores:
    """Return the scores of the rows that have any of the words.

    How rare a word is and how long a text usually is are counted over all rows.
    """
    usual = sum(each.length for each in everything) / max(1, len(everything))
    weights = {
        word: times * _rarity(word, everything)
        for word, times in Counter(query).items()
    }
    return {
        key: sum(_gain(each, word, usual) * weight for word, weight in weights.items())
        for key, each in searched.items()
        if not weights.keys().isdisjoint(each.words)
    }


def _rarity(word: str, everything: Sequence[_Stored]) -> float:
    having = sum(word in each.words for each in everything)
    return log(1 + (len(everything) - having + 0.5) / (having + 0.5))


def _gain(stored: _Stored, word: str, usual: float) -> float:
    """Return what a word's repetition in a row counts, by the row's length."""
    times = stored.words[word]
    weighed = 1 - _B + _B * stored.length / usual
    return times * (_K1 + 1) / (times + _K1 * weighed)


def _best(scores: Scores, limit: int) -> Scores:
    """Return the highest scores, best first; those alike in the order of their keys."""
    order = sorted(scores, key=lambda key: (-scores[key], key))
    return {key: scores[key] for key in order[:limit]}
