"""The one place that speaks to Milvus: opening, the schema, and what it refuses.

The embedded engine (`milvus-lite`) and a server take the same calls; what differs is
decided here. pymilvus logs whole tracebacks of failures that it also raises, so its
logger is silenced.
"""

import json
import logging
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import gettempdir
from threading import Lock
from typing import TYPE_CHECKING, Any

from tools.errors import LibraryError
from tools.milvus.lite_file import (
    check_file,
    has_cpp_engine,
    lacks_space,
    sheltered_child,
)
from tools.milvus.stemming import in_pairs, stemmed
from tools.retries import retrying
from tools.text.language import Analyzer

if TYPE_CHECKING:
    from pymilvus import CollectionSchema, MilvusClient

__all__ = [
    "COLLECTION",
    "MISSING",
    "TIMEOUT",
    "Identity",
    "connect",
    "create",
    "describe",
    "engine_name",
    "full_text_form",
    "has_full_text",
    "is_embedded",
    "is_python_lite",
    "named_failures",
    "quiet",
    "read_options",
    "release",
    "require_file",
    "require_space",
    "schema_for",
    "settle",
    "upsert",
]

COLLECTION = "citeloop"
MISSING = (
    "There is no library at {uri} yet. Run `citeloop ingest SOURCE` first, "
    "or name another with --library."
)
_FULL = (
    "The disk is full: the library {uri} took no more. What was ingested is "
    "kept; free some space and run the same command again."
)
_SCHEMA_VERSION = 1
TIMEOUT = 30
"""Seconds for one call; a load or a query that hangs ends there."""
_CONNECT_SECONDS = 5
_NO_PINGS = {"grpc.keepalive_permit_without_calls": 0}
"""An open library that nobody asks is sent none: the C++ engine takes those that
pymilvus would send for an attack, after two minutes, and gRPC prints that."""
_opening = Lock()
_open_here: Counter[str] = Counter()
"""How often this process has each file open: they share one engine process."""
_FULL_TEXT_SINCE = (2, 5)
"""The first Milvus with BM25 functions and sparse inverted indexes over text."""
_LOST = re.compile(r"Fail connecting to server|StatusCode\.UNAVAILABLE")
"""What pymilvus says of a server that has gone while a library was open."""
_VERSION = re.compile(r"(\d+)\.(\d+)")
_MAX_MESSAGE = 8_000_000
"""Bytes; a server takes 64 MB unless it was told to take less."""
_MAX_TEXT = 32_000
"""Characters on Milvus Lite, bytes on a server: four thousand of any script fit."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What is stored with a library and must fit whoever opens it."""

    embedder: str
    dimension: int
    schema: int = _SCHEMA_VERSION
    full_text: bool = True
    """Whether the engine has BM25."""
    analyzer: Analyzer = "english"
    """How full-text search splits words; set when the library is made."""
    language: str = "en"
    """Of the documents that the library was made with, an ISO 639-1 code."""


def is_embedded(uri: str) -> bool:
    """Whether `uri` names a file of the embedded engine, not a server."""
    return "://" not in uri


def is_python_lite(uri: str) -> bool:
    """Whether `uri` is opened by the Python engine, Milvus Lite 3."""
    return is_embedded(uri) and not has_cpp_engine()


def connect(uri: str, token: str | None = None) -> "MilvusClient":
    """Open a Milvus client.

    Raises:
        LibraryError: it cannot be reached or opened; the text says which of the
            several causes that share one message it is.
    """
    _silence()
    if is_embedded(uri):
        return _open_file(uri)
    try:
        for attempt in retrying(_PassingError, attempts=4):
            with attempt:
                return _open_server(uri, token)
    except _PassingError as error:
        raise LibraryError(_unreachable(uri)) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


class _PassingError(Exception):
    """A server did not answer; it may do so in a moment."""


def _open_server(uri: str, token: str | None) -> "MilvusClient":
    import grpc
    from pymilvus import MilvusClient
    from pymilvus.exceptions import MilvusException

    try:
        return MilvusClient(uri, token=token or "", timeout=_CONNECT_SECONDS)
    except (MilvusException, grpc.RpcError) as error:
        if _is_refusal(error):
            raise LibraryError(
                f"The Milvus server at {uri} refused the token. Set "
                "CITELOOP_LIBRARY_TOKEN (user:password, or a Zilliz API key)."
            ) from error
        raise _PassingError(str(error)) from error


def _is_refusal(error: BaseException) -> bool:
    """Whether a token was refused; pymilvus hides that beneath its own error."""
    chain: list[BaseException] = []
    below: BaseException | None = error
    while below is not None and below not in chain:
        chain.append(below)
        below = below.__cause__ or below.__context__
    return any("unauthenticated" in str(each).lower() for each in chain)


def _silence() -> None:
    import pymilvus  # noqa: F401 (it sets its loggers up when it is imported)

    with warnings.catch_warnings():
        # pkg_resources, which milvus-lite 2.5.1 imports, warns every user of itself.
        warnings.simplefilter("ignore")
        import milvus_lite  # noqa: F401

    quiet()


def quiet() -> None:
    """Silence what logs all that it also raises, and what tells of its progress.

    The Python engine logs to the same end, and gRPC what that does not implement.
    """
    loud = {"pymilvus", "bulk_writer", "milvus_lite"}
    found = [
        name for name in logging.root.manager.loggerDict if name.split(".")[0] in loud
    ]
    for name in (*found, "pymilvus", "milvus_lite", "grpc._server"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def engine_name(uri: str) -> str:
    """Return what holds a library, in words."""
    if not is_embedded(uri):
        return "Milvus server"
    core = "C++" if has_cpp_engine() else "Python"
    return f"Milvus Lite {version('milvus-lite')} ({core}, embedded)"


def require_file(uri: str) -> None:
    """Raise a `LibraryError` if an embedded library is not there at all."""
    if not Path(uri).exists():
        raise LibraryError(MISSING.format(uri=uri))


def require_space(uri: str) -> None:
    """Raise a `LibraryError` if the disk of an embedded library is all but full."""
    if _is_full(uri):
        raise LibraryError(_FULL.format(uri=uri))


def _is_full(uri: str) -> bool:
    return is_embedded(uri) and lacks_space(Path(uri).resolve())


def release(uri: str, client: "MilvusClient") -> None:
    """Close a client, and end the engine's process with the last one of its file."""
    client.close()
    if not is_embedded(uri):
        return
    path = str(Path(uri).resolve())
    with _opening:
        _open_here[path] -= 1
        if _open_here[path] <= 0:
            from milvus_lite.server_manager import server_manager_instance

            del _open_here[path]
            server_manager_instance.release_server(path)


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


def full_text_form(text: str, uri: str, analyzer: Analyzer) -> str:
    """Return a text, or a query, as full-text search takes it on this engine.

    The Python engine splits at what is no letter and knows no more.
    """
    if not is_python_lite(uri) or analyzer == "standard":
        return text
    return stemmed(text) if analyzer == "english" else in_pairs(text)


def schema_for(identity: Identity, analyzer: str = "") -> "CollectionSchema":
    """Return the fields of a library; what is written to files has the same.

    An engine that lacks the analyzer of the library gets another, which is given.
    """
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(
        enable_dynamic_field=False, description=_encode(identity)
    )
    for name, length in (("document_key", 32), ("digest", 64)):
        schema.add_field(name, DataType.VARCHAR, max_length=length)
    schema.add_field("key", DataType.VARCHAR, max_length=64, is_primary=True)
    for name in ("document", "title", "heading", "source"):
        schema.add_field(name, DataType.VARCHAR, max_length=4096)
    for name in ("number", "count", "start_line", "end_line"):
        schema.add_field(name, DataType.INT64)
    schema.add_field("metadata", DataType.JSON)
    schema.add_field("text", DataType.VARCHAR, max_length=_MAX_TEXT)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=identity.dimension)
    if identity.full_text:
        schema.add_field(
            "indexed",
            DataType.VARCHAR,
            max_length=_MAX_TEXT,
            enable_analyzer=True,
            analyzer_params={"type": analyzer or identity.analyzer},
        )
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25",
                function_type=FunctionType.BM25,
                input_field_names=["indexed"],
                output_field_names=["sparse"],
            )
        )
    return schema


def create(
    client: "MilvusClient", uri: str, identity: Identity, name: str = COLLECTION
) -> None:
    """Create the collection that holds a library.

    The identity goes into the description and the properties: each engine keeps only
    one of the two.
    """
    index = client.prepare_index_params()
    exact = "FLAT" if is_embedded(uri) else "AUTOINDEX"
    index.add_index("dense", index_type=exact, metric_type="COSINE")
    if identity.full_text:
        inverted = "SPARSE_INVERTED_INDEX" if is_embedded(uri) else "AUTOINDEX"
        index.add_index("sparse", index_type=inverted, metric_type="BM25")
    client.create_collection(
        name,
        schema=schema_for(identity, "standard" if is_python_lite(uri) else ""),
        index_params=index,
        consistency_level="Strong",
        properties={"citeloop": _encode(identity)},
        timeout=TIMEOUT,
    )


def describe(client: "MilvusClient", uri: str) -> Identity | None:
    """Return what is stored with the library, None where there is no library.

    Raises:
        LibraryError: there is a collection of the name that Citeloop did not make.
    """
    if not client.has_collection(COLLECTION, timeout=TIMEOUT):
        return None
    found = client.describe_collection(COLLECTION, timeout=TIMEOUT)
    stored = (found.get("properties") or {}).get("citeloop") or found["description"]
    try:
        identity = Identity(**json.loads(stored))
    except (TypeError, ValueError) as error:
        raise LibraryError(
            f'The collection "{COLLECTION}" at {uri} was not made by Citeloop. '
            "Use another --library."
        ) from error
    if identity.schema != _SCHEMA_VERSION:
        raise LibraryError(
            f"The library {uri} has schema version {identity.schema}, this Citeloop "
            f"reads {_SCHEMA_VERSION}. Ingest its documents into a new --library."
        )
    _check_fields(uri, identity, {field["name"] for field in found["fields"]})
    client.load_collection(COLLECTION, timeout=TIMEOUT)
    return identity


def _check_fields(uri: str, identity: Identity, names: set[str]) -> None:
    """Raise if the collection lacks a field: Milvus would return rows without it."""
    wanted = {field.name for field in schema_for(identity).fields}
    if missing := sorted(wanted - names):
        raise LibraryError(
            f"The library {uri} lacks the field {', '.join(missing)}. "
            "Ingest its documents into a new --library."
        )


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


def has_full_text(client: "MilvusClient", uri: str) -> bool:
    """Whether the engine has BM25."""
    if is_embedded(uri):
        return True
    version_text = client.get_server_version()
    found = _VERSION.search(version_text)
    if "Zilliz" in version_text or found is None:
        return True  # the cloud is always of the newest; its version is a sentence
    return (int(found[1]), int(found[2])) >= _FULL_TEXT_SINCE


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


def _open_file(uri: str) -> "MilvusClient":
    path = Path(uri).resolve()
    with _opening:
        if not _open_here[str(path)]:
            check_file(path)
        # The C++ engine ends at once where no home folder is named (cron, systemd).
        os.environ.setdefault("HOME", gettempdir())
        try:
            # The engine of a process that was killed may be ending just now.
            for attempt in retrying(_PassingError):
                with attempt:
                    client = _start_engine(path)
        except _PassingError as error:
            if _is_full(uri):
                raise LibraryError(_FULL.format(uri=uri)) from error
            raise LibraryError(
                f"The library {uri} could not be opened: {error}. "
                "Its file was not touched."
            ) from error
        _open_here[str(path)] += 1
    return client


def _start_engine(path: Path) -> "MilvusClient":
    """Return a client of the engine, which is started for the first one."""
    from milvus_lite.server_manager import server_manager_instance
    from pymilvus import MilvusClient
    from pymilvus.exceptions import MilvusException

    try:
        with sheltered_child():
            return MilvusClient(str(path), grpc_options=_NO_PINGS)
    except (MilvusException, RuntimeError) as error:
        if not _open_here[str(path)]:
            server_manager_instance.release_server(str(path))
        raise _PassingError(str(error)) from error


def _encode(identity: Identity) -> str:
    return json.dumps(asdict(identity))


def _unreachable(uri: str) -> str:
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
    if "No space left" in reason or "disk is full" in reason or _is_full(uri):
        return _FULL.format(uri=uri)
    if not is_embedded(uri) and _LOST.search(reason):
        return (
            f"{_unreachable(uri)} What was ingested is kept: the same command goes on "
            "from there."
        )
    first = (
        reason.strip().splitlines()[0][:300] if reason.strip() else "no reason given"
    )
    return f"The library {uri} failed: {first}"
