"""Rows on their way to an engine: as it indexes them, in messages that it takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from tools.milvus.analyzers import Analyzer
from tools.milvus.collection import Row
from tools.milvus.engines import COLLECTION, TIMEOUT, full_text_form

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = ["as_indexed", "batches", "upsert"]

_T = TypeVar("_T")
_BATCH = 500
"""Rows of one write: about 2 MiB, well below the 8 MiB that every server takes."""
_MAX_MESSAGE = 8_000_000
"""Bytes; a server takes 64 MB unless it was told to take less."""


def upsert(client: "MilvusClient", rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows in messages that a server takes.

    A server refuses what is over its limit (64 MB by default); where that is lower,
    a message is halved until it is taken.
    """
    batch: list[Mapping[str, Any]] = []
    size = 0
    for row in rows:
        added = _size(row)
        if batch and size + added > _MAX_MESSAGE:
            _send(client, batch)
            batch, size = [], 0
        batch.append(row)
        size += added
    if batch:
        _send(client, batch)


def _size(row: Mapping[str, Any]) -> int:
    """Return about how many bytes a row has on its way."""
    return sum(
        len(value.encode()) if isinstance(value, str) else 4 * len(value)
        for value in row.values()
        if isinstance(value, str | list)
    )


def _send(client: "MilvusClient", rows: Sequence[Mapping[str, Any]]) -> None:
    import grpc
    from pymilvus.exceptions import MilvusException

    try:
        client.upsert(COLLECTION, list(rows), timeout=TIMEOUT)
    except (MilvusException, grpc.RpcError) as error:
        if len(rows) == 1 or "RESOURCE_EXHAUSTED" not in str(error):
            raise
        half = len(rows) // 2
        _send(client, rows[:half])
        _send(client, rows[half:])


def as_indexed(row: Row, uri: str, analyzer: Analyzer) -> Row:
    """Return a row as the full-text search of an engine takes it."""
    if "indexed" not in row:
        return row
    return {**row, "indexed": full_text_form(row["indexed"], uri, analyzer)}


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Yield rows, or keys, as many at once as one call takes."""
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
