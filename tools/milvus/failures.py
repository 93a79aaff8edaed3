"""What Milvus raises, in words that say what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tools.errors import LibraryError
from tools.milvus.engines import FULL, is_embedded, is_full

__all__ = ["named_failures", "unreachable"]

_LOST = re.compile(r"Fail connecting to server|StatusCode\.UNAVAILABLE")
"""What pymilvus says of a server that has gone while a library was open."""


@contextmanager
def named_failures(uri: str) -> Iterator[None]:
    """Turn what Milvus raises inside into a `LibraryError` that names the library."""
    import grpc
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except MilvusException as error:
        raise LibraryError(_explain(uri, error.message)) from error
    except grpc.RpcError as error:
        # Several operations of pymilvus raise it bare.
        raise LibraryError(_explain(uri, str(error))) from error


def unreachable(uri: str) -> str:
    """Say why a server cannot be reached; pymilvus has one text for every cause."""
    reason = _probe(uri)
    if reason is None:
        return (
            f"What answers at {uri} does not talk to us: set CITELOOP_LIBRARY_TOKEN "
            "if it wants one (user:password); if it is no Milvus server, correct "
            "--library."
        )
    return (
        f"No Milvus server answers at {uri} ({reason}). Start it, or correct --library."
    )


def _probe(uri: str) -> str | None:
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(uri)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 19530)  # pymilvus's
        with socket.create_connection((parts.hostname, port), 3):
            return None
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)


def _explain(uri: str, reason: str) -> str:
    if "No space left" in reason or "disk is full" in reason or is_full(uri):
        return FULL.format(uri=uri)
    if not is_embedded(uri) and _LOST.search(reason):
        return (
            f"{unreachable(uri)} What was ingested is kept: the same command goes on "
            "from there."
        )
    first = (
        reason.strip().splitlines()[0][:300] if reason.strip() else "no reason given"
    )
    return f"The library {uri} failed: {first}"
