"""A collection that Milvus holds: a file of the embedded engine, or a server."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Self

from tools.errors import LibraryError
from tools.milvus.collection import Row, Scores, Vectors
from tools.milvus.connection import connect, release
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
from tools.milvus.messages import as_indexed, batches, upsert
from tools.milvus.schema import Identity, create, describe

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = ["MilvusCollection", "stored_identity"]

_WINDOW = 2000
"""Rows that one answer may hold; a longer document is read by an iterator."""
_CLOSED_TO_WRITES = (
    "The library {uri} takes no more, for a write to it has failed. Open it anew; "
    "what was written before is kept."
)


class MilvusCollection:
    """The collection of a library in Milvus; its client is nobody else's."""

    def __init__(
        self, client: "MilvusClient", uri: str, identity: Identity | None
    ) -> None:
        """Take what `open` has found."""
        self.uri = uri
        self._client = client
        self._identity = identity
        self._closed = False
        self._failed = False
        """Whether a write has failed, on an engine that must not go on then."""
        self._deletions = 0
        self._deletions_seen = 0
        """How many of them a read has waited for: see `_reading`."""

    @classmethod
    def open(cls, uri: str, token: str | None = None, *, create: bool = False) -> Self:
        """Open the collection at `uri`.

        Args:
            uri: The path of a `.db` file, or a server's address.
            token: What a server asks for.
            create: Whether one that is missing is made later, by `make`.

        Raises:
            LibraryError: it is missing, locked, broken, out of reach, or not ours.
        """
        if not create and is_embedded(uri):
            require_file(uri)
        client = connect(uri, token)
        try:
            identity = _identity(client, uri, create=create)
        except BaseException:
            release(uri, client)
            raise
        return cls(client, uri, identity)

    @property
    def identity(self) -> Identity | None:
        """What it was made with; None until it is made."""
        return self._identity

    def has_full_text(self) -> bool:
        """Whether the engine has BM25."""
        with named_failures(self.uri):
            return has_full_text(self._client, self.uri)

    def make(self, identity: Identity) -> None:
        """Make the collection, with its indexes."""
        with named_failures(self.uri):
            create(self._client, self.uri, identity)
        self._identity = identity

    def search_vectors(
        self, vectors: Vectors, limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        """Return the cosines of the rows nearest to each vector."""
        return self._search("dense", vectors.tolist(), limit, documents)

    def search_words(
        self, queries: Sequence[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        """Return the BM25 scores of rows; none where the engine has no BM25."""
        identity = self._identity
        if identity is None or not identity.full_text:
            return [{} for _ in queries]
        asked = [full_text_form(each, self.uri, identity.analyzer) for each in queries]
        return self._search("sparse", asked, limit, documents)

    def rows(self, keys: Iterable[str], fields: Sequence[str]) -> list[Row]:
        """Return the rows of these keys that are there, in any order."""
        if self._identity is None:
            return []
        found: list[Row] = []
        with named_failures(self.uri):
            for batch in batches(sorted(keys)):
                with self._reading() as options:
                    found += self._client.get(
                        COLLECTION,
                        ids=batch,
                        output_fields=list(fields),
                        timeout=TIMEOUT,
                        **options,
                    )
        return found

    def rows_of(self, document: str, fields: Sequence[str]) -> list[Row]:
        """Return all rows of a document, in any order."""
        if self._identity is None:
            return []
        expression = f'document_key == "{document}"'
        with named_failures(self.uri):
            with self._reading() as options:
                found: list[Row] = self._client.query(
                    COLLECTION,
                    filter=expression,
                    output_fields=list(fields),
                    limit=_WINDOW,
                    timeout=TIMEOUT,
                    **options,
                )
            if len(found) == _WINDOW:
                return list(self._iterate(fields, expression))
            return found

    def scan(self, fields: Sequence[str], *, firsts: bool = False) -> Iterator[Row]:
        """Yield every row, or the first one of each document."""
        if self._identity is None:
            return
        with named_failures(self.uri):
            yield from self._iterate(fields, "number == 0" if firsts else "")

    def count(self, document: str | None = None) -> int:
        """Return how many rows the engine counts, of one document or of all."""
        if self._identity is None:
            return 0
        with named_failures(self.uri):
            found = self._client.query(
                COLLECTION,
                filter="" if document is None else f'document_key == "{document}"',
                output_fields=["count(*)"],
                timeout=TIMEOUT,
                consistency_level="Strong",
            )
        return int(found[0]["count(*)"])

    def write(self, rows: Sequence[Row]) -> None:
        """Store rows, in place of those with the same keys."""
        if self._identity is None:
            raise LibraryError(MISSING.format(uri=self.uri))
        analyzer = self._identity.analyzer
        prepared = [as_indexed(row, self.uri, analyzer) for row in rows]
        if self._failed:
            raise LibraryError(_CLOSED_TO_WRITES.format(uri=self.uri))
        try:
            self._send(prepared)
        except BaseException:
            # The Python engine loses what is written after a write that failed.
            self._failed = is_python_lite(self.uri)
            raise

    def delete(self, keys: Iterable[str]) -> None:
        """Delete rows by their keys."""
        if self._identity is None:
            return
        with named_failures(self.uri):
            for batch in batches(keys):
                self._client.delete(COLLECTION, ids=batch, timeout=TIMEOUT)
                self._deletions += 1

    def close(self) -> None:
        """Close the connection; an embedded engine ends with its last user."""
        if not self._closed:
            self._closed = True
            release(self.uri, self._client)

    def _send(self, rows: Sequence[Row]) -> None:
        with named_failures(self.uri):
            for batch in batches(rows):
                require_space(self.uri)
                upsert(self._client, batch)
            if is_python_lite(self.uri):
                # It reads unflushed rows 16 to 79 times slower than others.
                self._client.flush(COLLECTION, timeout=TIMEOUT)

    def _search(
        self, field: str, data: list[Any], limit: int, documents: Sequence[str] | None
    ) -> list[Scores]:
        if self._identity is None:
            return [{} for _ in data]
        with named_failures(self.uri), self._reading() as options:
            found = self._client.search(
                COLLECTION,
                data=data,
                anns_field=field,
                limit=limit,
                filter=_expression(documents),
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

    def _iterate(self, fields: Sequence[str], expression: str) -> Iterator[Row]:
        rows = self._client.query_iterator(
            COLLECTION,
            batch_size=2000,
            filter=expression,
            output_fields=list(fields),
            timeout=TIMEOUT,
        )
        try:
            while batch := rows.next():
                yield from batch
        finally:
            rows.close()

    @contextmanager
    def _reading(self) -> Iterator[dict[str, str]]:
        """Give the options of a read that sees what this process wrote and deleted.

        On a server a strong read waits for its next tick, up to 200 ms. At the level
        "Session" it waits only for what this process itself has written, and sees what
        others wrote some tenths of a second before. What ingestion decides by is read
        strongly, at the collection's own level.

        Milvus 2.3 answers a deletion without its time (0), so that a "Session" read
        does not wait for it: the first read after one is strong.
        """
        deletions = self._deletions
        level = "Strong" if deletions > self._deletions_seen else "Session"
        yield {} if is_embedded(self.uri) else {"consistency_level": level}
        self._deletions_seen = deletions


def stored_identity(uri: str, token: str | None = None) -> Identity:
    """Return what a library was made with, by opening it for a moment.

    Raises:
        LibraryError: it is missing, locked, broken or out of reach.
    """
    with closing(MilvusCollection.open(uri, token)) as collection:
        assert collection.identity is not None  # noqa: S101 (open has raised otherwise)
        return collection.identity


def _identity(client: "MilvusClient", uri: str, *, create: bool) -> Identity | None:
    with named_failures(uri):
        identity = describe(client, uri)
    if identity is None and not create:
        raise LibraryError(MISSING.format(uri=uri))
    return identity


def _expression(documents: Sequence[str] | None) -> str:
    if documents is None:
        return ""
    quoted = ", ".join(f'"{key}"' for key in documents)
    return f"document_key in [{quoted}]"
