"""The file of an embedded library: what is wrong with it, before the engine sees it.

Milvus Lite has one text, "Open local milvus failed", for a file that is locked, one of
another version and one that is none at all.
"""

import errno
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

from tools.errors import LibraryError

__all__ = ["check_file", "has_cpp_engine", "sheltered_child"]

_SQLITE_MAGIC = b"SQLite format 3\x00"
_FILE_NAME = re.compile(r"[A-Za-z0-9._-]{1,33}\.db")
"""What milvus-lite takes (its `server.py`)."""


def has_cpp_engine() -> bool:
    """Whether the C++ engine (milvus-lite 2) is installed, not the Python one (3)."""
    return version("milvus-lite").startswith("2.")


@contextmanager
def sheltered_child() -> Iterator[None]:
    """Keep Ctrl-C from the process that is started inside.

    A terminal sends it to the whole group: the engine would end with a turn that the
    user only wanted to cancel. A child inherits the mask of the thread that forks it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def check_file(path: Path) -> None:
    """Find out what Milvus Lite would only call "Open local milvus failed"."""
    if not _FILE_NAME.fullmatch(path.name):
        raise LibraryError(
            f'The library "{path}" is neither an address such as '
            "http://localhost:19530 nor a file whose name ends in .db and holds at "
            'most 36 letters, digits, ".", "-" and "_".'
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _check_content(path)
        _check_lock(path.parent / f".{path.name}.lock", path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LibraryError(
            f"The library {path} cannot be opened: {reason}. "
            "Choose a place you can write to with --library."
        ) from error


def _check_content(path: Path) -> None:
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return
    if path.is_dir() == has_cpp_engine():  # the Python engine's is a folder
        raise LibraryError(
            f"The library {path} was made by another version of Milvus Lite "
            f"(here is {version('milvus-lite')}). It was not touched: "
            "use another --library, or install the version that made it."
        )
    if path.is_file() and not _is_database(path):
        raise LibraryError(
            f"The file {path} is not a Milvus Lite library. It was not touched: "
            "use another --library."
        )


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(len(_SQLITE_MAGIC)) != _SQLITE_MAGIC:
            return False
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            database.execute("SELECT name FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.DatabaseError as error:
        return "locked" in str(error)
    return True


def _check_lock(lock: Path, path: Path) -> None:
    """Try the engine's lock; never while this process has the library open.

    Closing any handle of a file ends a process's POSIX locks on it.
    """
    if not lock.exists() or not has_cpp_engine():
        return
    import fcntl

    with lock.open("a") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LibraryError(
                f"The library {path} is open in another process. Close it there, or "
                "use a Milvus server, which several processes can share."
            ) from error
