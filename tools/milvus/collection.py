"""Rows of a collection: written in messages that a server takes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tools.milvus.engines import COLLECTION, TIMEOUT, is_embedded, is_python_lite

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = ["read_options", "settle", "upsert"]

_MAX_MESSAGE = 8_000_000
"""Bytes; a server takes 64 MB unless it was told to take less."""


def settle(client: "MilvusClient", uri: str) -> None:
    """Make what was written fast to read, where the engine does not do so by itself.

    The Python engine reads unflushed rows 16 to 79 times slower than others.
    """
    if is_python_lite(uri):
        client.flush(COLLECTION, timeout=TIMEOUT)


def read_options(uri: str, *, after_deletion: bool = False) -> dict[str, str]:
    """Return how consistent the reads of a search or a document are.

    On a server a strong read waits for its next tick, up to 200 ms. At the level
    "Session" it waits only for what this process itself has written, and sees what
    others wrote some tenths of a second before. What ingestion decides by is read
    strongly, at the collection's own level.
    """
    if is_embedded(uri):
        return {}
    return {"consistency_level": "Strong" if after_deletion else "Session"}


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
