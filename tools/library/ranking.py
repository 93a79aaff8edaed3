"""What comes first: two routes, fused, asked again, reranked.

The collection is asked for the nearest vectors and for BM25; the scores are fused, the
vectors asked once more (`tools.library.fusion`), and the texts of the best alone are
fetched. A reranker, where one is set, orders the best fifty again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tools.documents.passage import Hit, Passage
from tools.embedding.context import embedded_text
from tools.embedding.embedder import Embedder, Vectors
from tools.errors import LibraryError
from tools.library.full_text import query_words
from tools.library.fusion import DEPTH, WORDS_ALONE, WORDS_WEIGHT, Ranked, fuse, move
from tools.library.rows import PASSAGE_FIELDS, passage_of
from tools.milvus.collection import Collection, Scores
from tools.milvus.schema import Identity
from tools.reranking.reranker import Reranker, unit_scale
from tools.text.clean import scalar

__all__ = ["Ranking"]

_RERANKED = 50
"""Passages of a query that a reranker is given, unless more are asked for."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """How the passages of a collection are ranked for a query."""

    collection: Collection
    embedder: Embedder
    identity: Identity
    """What the collection was made with."""
    reranker: Reranker | None = None
    """What has the last word, if any."""

    @property
    def reads(self) -> bool:
        """Whether the embedder reads the language of the documents."""
        return self.embedder.language in {"", self.identity.language}

    def search(
        self, queries: Sequence[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[list[Hit]]:
        """Return the best passages for each query, best first.

        Args:
            queries: What is looked for.
            limit: How many passages to return for each.
            documents: The keys of the documents that are searched, not empty; all
                without it.

        Raises:
            LibraryError: there are no documents, the engine failed, or the reranker.
            CredentialsError: the reranker's endpoint refused the key.
        """
        if self.reranker is None:
            return self._find(queries, limit, documents)
        found = self._find(queries, max(_RERANKED, limit), documents)
        return [
            _rerank(self.reranker, query, hits)[:limit]
            for query, hits in zip(queries, found, strict=True)
        ]

    def nearest(self, queries: Sequence[str], limit: int) -> list[Scores]:
        """Return the cosines of the nearest passages, by key, for each query."""
        vectors = self.embedder.embed_queries(queries)
        return self.collection.search_vectors(vectors, limit)

    def full_text(
        self, queries: Sequence[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        """Return the BM25 scores of passages, by key; none where there is no BM25.

        There must be documents.
        """
        english = self.identity.analyzer == "english"
        asked = [query_words(each, english=english) for each in queries]
        return self.collection.search_words(asked, limit, documents)

    def _find(
        self, queries: Sequence[str], limit: int, documents: Sequence[str] | None
    ) -> list[list[Hit]]:
        """Return the passages that vectors and words rank highest, for each query."""
        queries = [scalar(query) for query in queries]
        depth = max(DEPTH, limit)
        vectors = self.embedder.embed_queries(queries)
        near = self.collection.search_vectors(vectors, depth, documents)
        if documents is None and not any(near):
            # BM25 over nothing is not a number, and ends the engine's call.
            raise LibraryError(
                f"The library {self.collection.uri} holds no documents. "
                "Run `citeloop ingest SOURCE` first."
            )
        words = self.full_text(queries, depth, documents)
        weight = WORDS_WEIGHT if self.reads else WORDS_ALONE
        ranked = _fuse_all(near, words, depth, weight)
        if self.reads and any(words):
            near = self._ask_again(vectors, near, ranked, depth, documents)
            ranked = _fuse_all(near, words, depth, weight)
        return self._fetch([best[:limit] for best in ranked])

    def _ask_again(
        self,
        vectors: Vectors,
        near: list[Scores],
        ranked: list[list[Ranked]],
        depth: int,
        documents: Sequence[str] | None,
    ) -> list[Scores]:
        """Return the cosines near each query, moved towards what came first for it."""
        first = {row: best[0].key for row, best in enumerate(ranked) if best}
        rows = self.collection.rows(set(first.values()), ["key", "dense"])
        stored = {row["key"]: np.asarray(row["dense"], np.float32) for row in rows}
        moved = {
            row: move(vectors[row], stored[key])
            for row, key in first.items()
            if key in stored
        }
        if not moved:
            return near
        asked = np.stack([each.vector for each in moved.values()])
        found = self.collection.search_vectors(asked, depth, documents)
        again = list(near)
        for (row, each), cosines in zip(moved.items(), found, strict=True):
            again[row] = {key: cosine - each.nearer for key, cosine in cosines.items()}
        return again

    def _fetch(self, ranked: list[list[Ranked]]) -> list[list[Hit]]:
        """Return the passages that were ranked: those alone, and each once."""
        keys = {each.key for best in ranked for each in best}
        passages: dict[str, Passage] = {}
        for passage in map(passage_of, self.collection.rows(keys, PASSAGE_FIELDS)):
            passages[passage.key] = passage
        # A passage that was deleted since it was ranked is left out.
        return [
            [
                Hit(passages[each.key], each.score, each.cosine)
                for each in best
                if each.key in passages
            ]
            for best in ranked
        ]


def _fuse_all(
    near: list[Scores], words: list[Scores], asked: int, weight: float
) -> list[list[Ranked]]:
    """Return what both routes found for each query, best first."""
    return [
        fuse(cosines, scores, asked, weight)
        for cosines, scores in zip(near, words, strict=True)
    ]


def _rerank(reranker: Reranker, query: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits in the reranker's order, with its scores on a scale of 0 to 1.

    Hits that it scores alike stay as they were.
    """
    if not hits:
        return []
    scores = reranker.scores(query, [embedded_text(hit.passage) for hit in hits])
    shown = unit_scale(scores)
    order = sorted(range(len(hits)), key=lambda index: -scores[index])
    return [replace(hits[index], score=shown[index]) for index in order]
