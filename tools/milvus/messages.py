"""Writes rows in messages that a server takes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tools.milvus.engines import COLLECTION, TIMEOUT

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = ["upsert"]

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
