"""The library: the collection of documents that is searched, cited and ingested into.

Search asks the engine twice, for the nearest vectors and for BM25, and adds the scores:
`cosine + 0.3 · bm25 / max(bm25)` over both routes' best 50. On seven sets that beat
reciprocal-rank fusion (`shared/guide/milvus-and-retrieval.md`); the weight is flat from
0.2 to 0.5. A passage that only BM25 found has its exact cosine computed here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tools import milvus
from tools.clean import scalar
from tools.documents import Hit, Passage, document_key
from tools.embedder import Embedder
from tools.errors import LibraryError
from tools.markdown import without_targets
from tools.where import Where

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = ["DocumentSummary", "Library", "indexed_text", "row_of"]

_ROUTE_LIMIT = 50
_BM25_WEIGHT = 0.3
_BATCH = 500
"""Rows of one write: about 2 MiB, well below the 8 MiB that every server takes."""
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
        identity: milvus.Identity,
    ) -> None:
        """Take what `open` has checked."""
        self.uri = uri
        self.embedder = embedder
        self.identity = identity
        self._client = client
        self._closed = False
        self._names: dict[str, str] | None = None

    @classmethod
    def open(
        cls,
        uri: str,
        embedder: Embedder,
        token: str | None = None,
        *,
        create: bool = False,
    ) -> Self:
        """Open the library at `uri`, the path of a `.db` file or a server's address.

        Raises:
            LibraryError: it is missing (unless `create`), locked, broken, out of
                reach, or was made with another embedder.
        """
        if not create and milvus.is_embedded(uri):
            milvus.require_file(uri)
        client = milvus.connect(uri, token)
        try:
            with milvus.named_failures(uri):
                identity = milvus.describe(client, uri)
                if identity is None and create:
                    identity = milvus.Identity(
                        embedder.identity,
                        embedder.dimension,
                        full_text=milvus.has_full_text(client, uri),
                    )
                    milvus.create(client, uri, identity)
            _check_fit(uri, identity, embedder)
        except BaseException:
            milvus.release(uri, client)
            raise
        assert identity is not None  # noqa: S101 (_check_fit has raised otherwise)
        return cls(uri, embedder, client, identity)

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
    def notice(self) -> str | None:
        """What this engine lacks, in words; None if it lacks nothing."""
        if self.identity.full_text:
            return None
        return (
            "This server has no full-text search (Milvus 2.5 or newer has); "
            "searching by vectors alone."
        )

    def search(
        self, queries: Sequence[str], limit: int, where: Where | None = None
    ) -> list[list[Hit]]:
        """Return the best passages for each query, best first.

        Raises:
            LibraryError: the engine failed.
        """
        expression = self._expression(where)
        if expression is None:
            return [[] for _ in queries]
        queries = [scalar(query) for query in queries]
        vectors = self.embedder.embed_queries(queries)
        depth = max(_ROUTE_LIMIT, limit)
        with milvus.named_failures(self.uri):
            near = self._route("dense", vectors.tolist(), depth, expression)
            if not expression and not any(near):
                # BM25 over nothing is not a number, and ends the engine's call.
                raise LibraryError(
                    f"The library {self.uri} holds no documents. "
                    "Run `citeloop ingest SOURCE` first."
                )
            words: list[list[dict[str, Any]]] = [[] for _ in queries]
            if self.identity.full_text:
                words = self._route("sparse", list(queries), depth, expression)
        return [
            _fuse(vector, dense, sparse)[:limit]
            for vector, dense, sparse in zip(vectors, near, words, strict=True)
        ]

    def passages(self, document: str) -> list[Passage]:
        """Return the passages of a document in order; none if it is not there."""
        expression = f'document_key == "{document_key(document)}"'
        with milvus.named_failures(self.uri):
            rows = self._scan(_FIELDS, expression)
            return sorted(map(_passage, rows), key=lambda passage: passage.number)

    def names(self) -> dict[str, str]:
        """Return the title of each document, by its name."""
        if self._names is None:
            with milvus.named_failures(self.uri):
                rows = self._scan(["document", "title"], "number == 0")
                self._names = {row["document"]: row["title"] for row in rows}
        return self._names

    def summaries(self) -> list[DocumentSummary]:
        """Return every document, with the passages that are really there.

        A document counts as whole only if all of its rows are of one version and
        none is missing, so that whatever interrupted an ingestion is seen here.
        """
        fields = ["document", "title", "source", "digest", "count", "key"]
        grouped: dict[str, list[dict[str, Any]]] = {}
        with milvus.named_failures(self.uri):
            for row in self._scan(fields):
                grouped.setdefault(row["document"], []).append(row)
        return [_summary(name, grouped[name]) for name in sorted(grouped)]

    def write(
        self, passages: Sequence[Passage], vectors: "np.ndarray[Any, Any]"
    ) -> None:
        """Store passages with their vectors, in place of those with the same keys.

        Raises:
            LibraryError: the engine failed; what was written before stays.
        """
        if not np.isfinite(vectors).all():
            raise LibraryError("The embedder made a vector that is not a number.")
        self._names = None
        rows = [
            row_of(passage, vector, self.identity)
            for passage, vector in zip(passages, vectors, strict=True)
        ]
        with milvus.named_failures(self.uri):
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                self._client.upsert(milvus.COLLECTION, batch, timeout=milvus.TIMEOUT)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete passages by their keys."""
        wanted = list(keys)
        self._names = None
        with milvus.named_failures(self.uri):
            for start in range(0, len(wanted), _BATCH):
                batch = wanted[start : start + _BATCH]
                self._client.delete(
                    milvus.COLLECTION, ids=batch, timeout=milvus.TIMEOUT
                )

    def _expression(self, where: Where | None) -> str | None:
        """Return a filter for `where`, None where no document fits.

        Documents are matched here and named to Milvus by their hashed keys: nothing
        of what the model or a file name holds enters a filter.
        """
        if where is None:
            return ""
        keys = [
            document_key(name)
            for name, title in self.names().items()
            if where.matches(name, title)
        ]
        quoted = ", ".join(f'"{key}"' for key in keys)
        return f"document_key in [{quoted}]" if keys else None

    def _route(
        self, field: str, data: list[Any], limit: int, expression: str
    ) -> list[list[dict[str, Any]]]:
        found: list[list[dict[str, Any]]] = self._client.search(
            milvus.COLLECTION,
            data=data,
            anns_field=field,
            limit=limit,
            filter=expression,
            output_fields=[*_FIELDS, "dense"],
            timeout=milvus.TIMEOUT,
        )
        return found

    def _scan(
        self, fields: list[str], expression: str = ""
    ) -> Iterator[dict[str, Any]]:
        rows = self._client.query_iterator(
            milvus.COLLECTION,
            batch_size=2000,
            filter=expression,
            output_fields=fields,
            timeout=milvus.TIMEOUT,
        )
        try:
            while batch := rows.next():
                yield from batch
        finally:
            rows.close()


def row_of(passage: Passage, vector: Any, identity: milvus.Identity) -> dict[str, Any]:
    """Return what is stored of a passage, by the names of the fields."""
    row = {name: getattr(passage, name) for name in _FIELDS}
    row["metadata"] = dict(passage.metadata)
    row["key"] = passage.key
    row["document_key"] = document_key(passage.document)
    row["dense"] = vector.tolist()
    if identity.full_text:
        row["indexed"] = indexed_text(passage)
    return row


def indexed_text(passage: Passage) -> str:
    """Return what is embedded and indexed of a passage: its headings and its text."""
    return f"{passage.heading_path}\n{without_targets(passage.text).strip()}"


def _fuse(
    vector: "np.ndarray[Any, Any]",
    dense: list[dict[str, Any]],
    sparse: list[dict[str, Any]],
) -> list[Hit]:
    rows = {row["id"]: row["entity"] for row in (*dense, *sparse)}
    # Milvus Lite 3 reports BM25 as a negative distance.
    words = {row["id"]: abs(row["distance"]) for row in sparse}
    best = max(words.values(), default=0.0) or 1.0
    hits = []
    for key, entity in rows.items():
        cosine = float(np.dot(vector, np.asarray(entity["dense"], np.float32)))
        score = cosine + _BM25_WEIGHT * words.get(key, 0.0) / best
        hits.append(Hit(_passage(entity), score, cosine))
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.key))


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


def _check_fit(uri: str, identity: milvus.Identity | None, embedder: Embedder) -> None:
    if identity is None:
        raise LibraryError(milvus.MISSING.format(uri=uri))
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
