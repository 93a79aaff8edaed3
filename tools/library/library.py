"""The library: the collection of documents that is searched, cited and ingested into.

Search asks the engine for the nearest vectors and for BM25, fuses the scores, asks for
the vectors once more (`tools.library.fusion`), and fetches the texts of the best alone.
A reranker, where one is set, orders the best fifty again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tools.documents.document import document_key
from tools.documents.passage import Hit, Passage
from tools.embedding.context import embedded_text
from tools.embedding.embedder import Embedder
from tools.errors import LibraryError
from tools.library.full_text import full_text, query_words
from tools.library.fusion import DEPTH, WORDS_ALONE, WORDS_WEIGHT, Ranked, fuse, move
from tools.library.where import Where
from tools.milvus import connection as milvus
from tools.milvus.analyzers import Analyzer, analyzer_for
from tools.milvus.collection import read_options, settle, upsert
from tools.milvus.engines import (
    COLLECTION,
    MISSING,
    TIMEOUT,
    full_text_form,
    has_full_text,
    is_embedded,
    is_python_lite,
    require_file,
    require_space,
)
from tools.milvus.failures import named_failures
from tools.milvus.schema import Identity, create, describe
from tools.reranking.reranker import Reranker, unit_scale
from tools.text.clean import scalar
from tools.text.language import detect_language

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = ["DocumentSummary", "Library", "StoredPassage", "row_of"]

_BATCH = 500
"""Rows of one write: about 2 MiB, well below the 8 MiB that every server takes."""
_RERANKED = 50
"""Passages of a query that a reranker is given, unless more are asked for."""
_CLOSED_TO_WRITES = (
    "The library {uri} takes no more, for a write to it has failed. Open it anew; "
    "what was written before is kept."
)
_UNREAD = (
    'The documents are in another language ("{language}") than the embedder reads: '
    "words are found, meanings are not. Set a multilingual embedder (embedder = "
    '"bge-m3" with an embedder_base_url) and ingest into a new --library.'
)
_WINDOW = 2000
"""Passages that one answer may hold; a longer document is read by an iterator."""
_FIELDS = [
    "document",
    "title",
    "heading",
    "number",
    "count",
    "start_line",
    "end_line",
    "text",
    "digest",
    "source",
    "metadata",
]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What the library knows of one document."""

    name: str
    title: str
    source: str
    digest: str
    """Empty where the document is not whole: an ingestion was interrupted."""
    passages: int
    keys: tuple[str, ...]
    """The primary keys of its passages."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the engine keeps it."""

    key: str
    """Its primary key there; equal to the passage's own, or the row is wrong."""
    passage: Passage
    vector: "np.ndarray[Any, Any]"
    """float32 of shape (dimension,)."""


class Library:
    """A Milvus collection of passages, and the embedder that it was made with.

    Every method blocks; call them through `asyncio.to_thread` from async code. The
    client is safe to use from several threads.
    """

    def __init__(
        self,
        uri: str,
        embedder: Embedder,
        client: "MilvusClient",
        identity: Identity,
        reranker: Reranker | None = None,
        analyzer: Analyzer | None = None,
        *,
        made: bool = True,
    ) -> None:
        """Take what `open` has checked."""
        self.uri = uri
        self.embedder = embedder
        self.identity = identity
        self.reranker = reranker
        self._client = client
        self._closed = False
        self._described: dict[str, tuple[str, dict[str, str]]] | None = None
        self._analyzer = analyzer
        self._made = made
        """Whether its collection is there; the first write makes it."""
        self._failed = False
        """Whether a write has failed, on an engine that must not go on then."""
        self._deletions = 0
        self._deletions_seen = 0
        """How many of them a read has waited for: see `_reading`."""

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
        if not create and is_embedded(uri):
            require_file(uri)
        client = milvus.connect(uri, token)
        try:
            with named_failures(uri):
                identity = stored = describe(client, uri)
                if stored is None and create:
                    identity = Identity(
                        embedder.identity,
                        embedder.dimension,
                        full_text=has_full_text(client, uri),
                    )
            _check_fit(uri, identity, embedder)
        except BaseException:
            milvus.release(uri, client)
            raise
        assert identity is not None  # noqa: S101 (_check_fit has raised otherwise)
        made = stored is not None
        return cls(uri, embedder, client, identity, reranker, analyzer, made=made)

    def prepare(self, texts: Sequence[str] = (), like: Identity | None = None) -> None:
        """Make the collection if it is not there yet.

        Its language is that of another library, or else that of the texts; unless an
        analyzer was named, the language decides it.
        """
        if self._made:
            return
        language = like.language if like else detect_language(texts)
        analyzer = like.analyzer if like else analyzer_for(language)
        self.identity = replace(
            self.identity, analyzer=self._analyzer or analyzer, language=language
        )
        with named_failures(self.uri):
            create(self._client, self.uri, self.identity)
        self._made = True

    def close(self) -> None:
        """Close the connection; an embedded engine ends with its last user."""
        if not self._closed:
            self._closed = True
            milvus.release(self.uri, self._client)

    def __enter__(self) -> Self:
        """Return the open library."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def is_made(self) -> bool:
        """Whether its collection is there; the first write makes it."""
        return self._made

    @property
    def _is_read(self) -> bool:
        """Whether the embedder reads the language of the documents."""
        return self.embedder.language in {"", self.identity.language}

    @property
    def notice(self) -> str | None:
        """What the engine or the embedder lacks, in words; None if nothing."""
        unread = _UNREAD.format(language=self.identity.language)
        if not self.identity.full_text:
            notice = (
                "This server has no full-text search (Milvus 2.5 or newer has); "
                "searching by vectors alone."
            )
            return notice if self._is_read else f"{notice} {unread}"
        return None if self._is_read else unread

    def search(
        self, queries: Sequence[str], limit: int, where: Where | None = None
    ) -> list[list[Hit]]:
        """Return the best passages for each query, best first.

        Raises:
            ToolError: `where` names a field that no document has.
            LibraryError: the engine failed, or the reranker did: the order without it
                is never given in its place.
            CredentialsError: the reranker's endpoint refused the key.
        """
        wanted = limit if self.reranker is None else max(_RERANKED, limit)
        found = self._find(queries, wanted, where)
        if self.reranker is None:
            return found
        return [
            _rerank(self.reranker, query, hits)[:limit]
            for query, hits in zip(queries, found, strict=True)
        ]

    def _find(
        self, queries: Sequence[str], limit: int, where: Where | None
    ) -> list[list[Hit]]:
        """Return the passages that vectors and words rank highest, for each query."""
        expression = self._expression(where)
        if expression is None:
            return [[] for _ in queries]
        queries = [scalar(query) for query in queries]
        depth = max(DEPTH, limit)
        vectors = self.embedder.embed_queries(queries)
        with named_failures(self.uri):
            near = self._route("dense", vectors.tolist(), depth, expression)
            if not expression and not any(near):
                # BM25 over nothing is not a number, and ends the engine's call.
                raise LibraryError(
                    f"The library {self.uri} holds no documents. "
                    "Run `citeloop ingest SOURCE` first."
                )
            words = self.full_text(queries, depth, expression)
            weight = WORDS_WEIGHT if self._is_read else WORDS_ALONE
            ranked = _fuse_all(near, words, weight)
            if self._is_read and any(words):
                near = self._ask_again(vectors, near, ranked, depth, expression)
                ranked = _fuse_all(near, words, weight)
            ranked = [best[:limit] for best in ranked]
            found = self._fetch({each.key for best in ranked for each in best})
        # A passage that was deleted since it was ranked is left out.
        return [
            [
                Hit(found[each.key], each.score, each.cosine)
                for each in best
                if each.key in found
            ]
            for best in ranked
        ]

    def _ask_again(
        self,
        vectors: "np.ndarray[Any, Any]",
        near: list[dict[str, float]],
        ranked: list[list[Ranked]],
        depth: int,
        expression: str,
    ) -> list[dict[str, float]]:
        """Return the cosines near each query, moved towards what came first for it."""
        first = {row: best[0].key for row, best in enumerate(ranked) if best}
        rows = self._rows(set(first.values()), ["key", "dense"])
        stored = {row["key"]: np.asarray(row["dense"], np.float32) for row in rows}
        moved = {
            row: move(vectors[row], stored[key])
            for row, key in first.items()
            if key in stored
        }
        if not moved:
            return near
        asked = [each.vector.tolist() for each in moved.values()]
        found = self._route("dense", asked, depth, expression)
        again = list(near)
        for (row, each), cosines in zip(moved.items(), found, strict=True):
            again[row] = {key: cosine - each.nearer for key, cosine in cosines.items()}
        return again

    def nearest(
        self, queries: Sequence[str], limit: int, expression: str = ""
    ) -> list[dict[str, float]]:
        """Return the cosines of the nearest passages, by key, for each query."""
        vectors = self.embedder.embed_queries(queries).tolist()
        return self._route("dense", vectors, limit, expression)

    def full_text(
        self, queries: Sequence[str], limit: int, expression: str = ""
    ) -> list[dict[str, float]]:
        """Return the BM25 scores of passages, by key; none where the engine has none.

        The library must hold documents.
        """
        if not self.identity.full_text:
            return [{} for _ in queries]
        analyzer = self.identity.analyzer
        asked = [
            query_words(each) if analyzer == "english" else each for each in queries
        ]
        asked = [full_text_form(each, self.uri, analyzer) for each in asked]
        return self._route("sparse", asked, limit, expression)

    def passages(self, document: str) -> list[Passage]:
        """Return the passages of a document in order; none if it is not there."""
        if not self._made:
            return []
        expression = f'document_key == "{document_key(document)}"'
        with named_failures(self.uri):
            with self._reading() as options:
                rows = self._client.query(
                    COLLECTION,
                    filter=expression,
                    output_fields=_FIELDS,
                    limit=_WINDOW,
                    timeout=TIMEOUT,
                    **options,
                )
            if len(rows) == _WINDOW:
                rows = list(self._scan(_FIELDS, expression))
            return sorted(map(_passage, rows), key=lambda passage: passage.number)

    def names(self) -> dict[str, str]:
        """Return the title of each document, by its name."""
        return {name: title for name, (title, _) in self._descriptions().items()}

    def summaries(self) -> list[DocumentSummary]:
        """Return every document, with the passages that are really there.

        A document counts as whole only if all of its rows are of one version and
        none is missing, so that whatever interrupted an ingestion is seen here.
        """
        fields = ["document", "title", "source", "digest", "count", "key"]
        grouped: dict[str, list[dict[str, Any]]] = {}
        with named_failures(self.uri):
            for row in self._scan(fields):
                grouped.setdefault(row["document"], []).append(row)
        return [_summary(name, grouped[name]) for name in sorted(grouped)]

    def count(self, document: str | None = None) -> int:
        """Return how many rows the engine counts, of one document or of all.

        The C++ engine counts a row that was inserted under a key that is there
        already, and shows it in no other answer.
        """
        if not self._made:
            return 0
        key = None if document is None else document_key(document)
        with named_failures(self.uri):
            found = self._client.query(
                COLLECTION,
                filter="" if key is None else f'document_key == "{key}"',
                output_fields=["count(*)"],
                timeout=TIMEOUT,
                consistency_level="Strong",
            )
        return int(found[0]["count(*)"])

    def stored(self) -> Iterator[StoredPassage]:
        """Yield every passage as the engine keeps it, with its key and vector."""
        with named_failures(self.uri):
            for row in self._scan([*_FIELDS, "key", "dense"]):
                vector = np.asarray(row["dense"], np.float32)
                yield StoredPassage(row["key"], _passage(row), vector)

    def write(
        self, passages: Sequence[Passage], vectors: "np.ndarray[Any, Any]"
    ) -> None:
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
        for row in rows:
            if "indexed" in row:
                row["indexed"] = full_text_form(
                    row["indexed"], self.uri, self.identity.analyzer
                )
        if self._failed:
            raise LibraryError(_CLOSED_TO_WRITES.format(uri=self.uri))
        # The Python engine loses what is written after a write that failed.
        self._failed = is_python_lite(self.uri)
        with named_failures(self.uri):
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                require_space(self.uri)
                upsert(self._client, batch)
            settle(self._client, self.uri)
        self._failed = False

    def delete(self, keys: Iterable[str]) -> None:
        """Delete passages by their keys."""
        wanted = list(keys)
        self._described = None
        with named_failures(self.uri):
            for start in range(0, len(wanted), _BATCH):
                batch = wanted[start : start + _BATCH]
                self._client.delete(COLLECTION, ids=batch, timeout=TIMEOUT)
                self._deletions += 1

    @contextmanager
    def _reading(self) -> Iterator[dict[str, str]]:
        """Give the options of a read that sees what this process wrote and deleted.

        Milvus 2.3 answers a deletion without its time (0), so that a "Session" read
        does not wait for it: the first read after one is strong.
        """
        deletions = self._deletions
        yield read_options(self.uri, after_deletion=deletions > self._deletions_seen)
        self._deletions_seen = deletions

    def _expression(self, where: Where | None) -> str | None:
        """Return a filter for `where`, None where no document fits.

        Documents are matched here and named to Milvus by their hashed keys: nothing
        of what the model or a file name holds enters a filter.
        """
        if where is None:
            return ""
        described = self._descriptions()
        where.require_fields(
            key for _, metadata in described.values() for key in metadata
        )
        keys = [
            document_key(name)
            for name, (title, metadata) in described.items()
            if where.matches(name, title, metadata)
        ]
        quoted = ", ".join(f'"{key}"' for key in keys)
        return f"document_key in [{quoted}]" if keys else None

    def _descriptions(self) -> dict[str, tuple[str, dict[str, str]]]:
        """Return title and metadata of each document, by its name."""
        if self._described is None:
            with named_failures(self.uri):
                rows = self._scan(["document", "title", "metadata"], "number == 0")
                self._described = {
                    row["document"]: (row["title"], dict(row["metadata"] or {}))
                    for row in rows
                }
        return self._described

    def _route(
        self, field: str, data: list[Any], limit: int, expression: str
    ) -> list[dict[str, float]]:
        if not self._made:
            return [{} for _ in data]
        with self._reading() as options:
            found = self._client.search(
                COLLECTION,
                data=data,
                anns_field=field,
                limit=limit,
                filter=expression,
                output_fields=[],
                timeout=TIMEOUT,
                **options,
            )
        # An engine calls the key "id" or by the field's name; the hit knows which.
        # Milvus Lite 3 reports BM25 as a negative distance.
        return [
            {
                hit.id: abs(hit.distance) if field == "sparse" else hit.distance
                for hit in hits
            }
            for hits in found
        ]

    def _fetch(self, keys: set[str]) -> dict[str, Passage]:
        """Return the passages of these keys that are there: those shown, not all."""
        passages = map(_passage, self._rows(keys, _FIELDS))
        return {passage.key: passage for passage in passages}

    def _rows(self, keys: set[str], fields: list[str]) -> list[dict[str, Any]]:
        """Return these fields of the rows of these keys that are there."""
        rows: list[dict[str, Any]] = []
        for batch in _batches(sorted(keys)):
            with self._reading() as options:
                rows += self._client.get(
                    COLLECTION,
                    ids=batch,
                    output_fields=fields,
                    timeout=TIMEOUT,
                    **options,
                )
        return rows

    def _scan(
        self, fields: list[str], expression: str = ""
    ) -> Iterator[dict[str, Any]]:
        if not self._made:
            return
        rows = self._client.query_iterator(
            COLLECTION,
            batch_size=2000,
            filter=expression,
            output_fields=fields,
            timeout=TIMEOUT,
        )
        try:
            while batch := rows.next():
                yield from batch
        finally:
            rows.close()


def row_of(passage: Passage, vector: Any, identity: Identity) -> dict[str, Any]:
    """Return what is stored of a passage, by the names of the fields."""
    row = {name: getattr(passage, name) for name in _FIELDS}
    row["metadata"] = dict(passage.metadata)
    row["key"] = passage.key
    row["document_key"] = document_key(passage.document)
    row["dense"] = vector.tolist()
    if identity.full_text:
        row["indexed"] = full_text(passage)
    return row


def _fuse_all(
    near: list[dict[str, float]], words: list[dict[str, float]], weight: float
) -> list[list[Ranked]]:
    """Return what both routes found for each query, best first."""
    return [
        fuse(cosines, scores, weight)
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


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _passage(row: Mapping[str, Any]) -> Passage:
    return Passage(**{name: row[name] for name in _FIELDS})


def _summary(name: str, rows: list[dict[str, Any]]) -> DocumentSummary:
    digests = {row["digest"] for row in rows}
    whole = len(digests) == 1 and len(rows) == rows[0]["count"]
    return DocumentSummary(
        name=name,
        title=rows[0]["title"],
        source=rows[0]["source"],
        digest=rows[0]["digest"] if whole else "",
        passages=len(rows),
        keys=tuple(row["key"] for row in rows),
    )


def _check_fit(uri: str, identity: Identity | None, embedder: Embedder) -> None:
    if identity is None:
        raise LibraryError(MISSING.format(uri=uri))
    if identity.embedder != embedder.identity:
        raise LibraryError(
            f"The library {uri} was made with the embedder {identity.embedder} "
            f"({identity.dimension} dimensions); the settings name "
            f"{embedder.identity}. Set the embedder back, or use another --library."
        )
    if identity.dimension != embedder.dimension:
        raise LibraryError(
            f"The library {uri} holds vectors of {identity.dimension} dimensions; "
            f"{embedder.identity} makes {embedder.dimension}. "
            "Set the embedder back, or use another --library."
        )
