"""Opens and closes what holds a library: an embedded engine, or a server.

Both take the same calls; what differs is decided in `tools.milvus`. pymilvus logs whole
tracebacks of failures that it also raises, so its logger is silenced.
"""

import os
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir
from threading import Lock
from typing import TYPE_CHECKING

from tools.errors import LibraryError
from tools.milvus.engines import FULL, is_embedded, is_full, quiet
from tools.milvus.failures import unreachable
from tools.milvus.lite_file import check_file
from tools.processes import passing_folder, sheltered_child
from tools.retries import retrying

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = ["connect", "release"]

_CONNECT_SECONDS = 5
_START_SECONDS = 20
"""How long an engine may take to start; a busy machine misses pymilvus's 10 s."""
_NO_PINGS = {"grpc.keepalive_permit_without_calls": 0}
"""An open library that nobody asks is sent none: the C++ engine takes those that
pymilvus would send for an attack, after two minutes, and gRPC prints that."""
_opening = Lock()
_open_here: Counter[str] = Counter()
"""How often this process has each file open: they share one engine process."""
_absent: set[Path] = set()
"""Folders of the user that the engine makes, which leaves them empty at its end."""


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
        raise LibraryError(unreachable(uri)) from error
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
    # Before pymilvus takes care to end engines at exit: they write to it until then.
    passing_folder()
    import pymilvus  # noqa: F401 (it sets its loggers up when it is imported)

    with warnings.catch_warnings():
        # pkg_resources, which milvus-lite 2.5.1 imports, warns every user of itself.
        warnings.simplefilter("ignore")
        import milvus_lite  # noqa: F401

    quiet()


def release(uri: str, client: "MilvusClient") -> None:
    """Close a client, and end the engine's process with the last one of its file."""
    client.close()
    if not is_embedded(uri):
        return
    path = str(Path(uri).resolve())
    with _opening:
        _open_here[path] -= 1
        if _open_here[path] <= 0:
            del _open_here[path]
            _end_engine(path)
            _take_back()


def _take_back() -> None:
    for folder in sorted(_absent, reverse=True):
        with suppress(OSError):  # not made, or another program uses it by now
            folder.rmdir()


def _open_file(uri: str) -> "MilvusClient":
    path = Path(uri).resolve()
    with _opening:
        if not _open_here[str(path)]:
            check_file(path)
        # The C++ engine ends at once where no home folder is named (cron, systemd).
        os.environ.setdefault("HOME", gettempdir())
        cache = Path(os.environ["HOME"]) / ".cache"
        _absent.update(each for each in (cache, cache / "milvus") if not each.exists())
        try:
            # The engine of a process that was killed may be ending just now.
            for attempt in retrying(_PassingError):
                with attempt:
                    client = _start_engine(path)
        except _PassingError as error:
            if is_full(uri):
                raise LibraryError(FULL.format(uri=uri)) from error
            raise LibraryError(
                f"The library {uri} could not be opened: {error}. "
                "Its file was not touched."
            ) from error
        _open_here[str(path)] += 1
    return client


def _start_engine(path: Path) -> "MilvusClient":
    """Return a client of the engine, which is started for the first one."""
    from pymilvus import MilvusClient
    from pymilvus.exceptions import MilvusException

    try:
        with sheltered_child(), _logging_privately():
            return MilvusClient(
                str(path), timeout=_START_SECONDS, grpc_options=_NO_PINGS
            )
    except (MilvusException, RuntimeError) as error:
        if not _open_here[str(path)]:
            _end_engine(str(path))
        raise _PassingError(str(error)) from error


@contextmanager
def _logging_privately() -> Iterator[None]:
    """Let the engine that is started inside keep its logs in a folder of ours.

    Where its socket lies is decided here, not there: its address has to stay short.
    """
    gettempdir()  # remembered, before the variable says otherwise
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(passing_folder())
    try:
        yield
    finally:
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before


def _end_engine(path: str) -> None:
    """End the engine of a file, which pymilvus starts and leaves running."""
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(path)
