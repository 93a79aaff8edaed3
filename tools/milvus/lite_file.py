"""The file of an embedded library: what is wrong with it, before the engine sees it.

Milvus Lite has one text, "Open local milvus failed", for a file that is locked, one of
another version and one that is none at all.
"""

import errno
import os
import re
import sqlite3
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage

from tools.errors import LibraryError
from tools.milvus.lite_folder import check_folder, is_lite_folder
from tools.own_files import touch_own
from tools.retries import retrying

__all__ = ["check_file", "has_cpp_engine", "lacks_space"]

_SQLITE_MAGIC = b"SQLite format 3\x00"
_PASSING_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY}
_SPACE = 32 * 1024 * 1024
"""Bytes; 500 passages take 3 MiB, and as much again while they are written."""
_FILE_NAME = re.compile(r"[A-Za-z0-9._-]{1,33}\.db")
"""What milvus-lite takes (its `server.py`)."""


def has_cpp_engine() -> bool:
    """Whether the C++ engine (milvus-lite 2) is installed, not the Python one (3)."""
    return version("milvus-lite").startswith("2.")


def check_file(path: Path) -> None:
    """Find out what Milvus Lite would only call "Open local milvus failed"."""
    if not _FILE_NAME.fullmatch(path.name):
        raise LibraryError(
            f'The library "{path}" is neither an address such as '
            "http://localhost:19530 nor a file whose name ends in .db and holds at "
            'most 36 letters, digits, ".", "-" and "_".'
        )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_content(path)
        _check_lock(path.parent / f".{path.name}.lock", path)
        _reserve(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LibraryError(
            f"The library {path} cannot be opened: {reason}. "
            "Choose a place you can write to with --library."
        ) from error


def _reserve(path: Path) -> None:
    """Make a new library's file, or folder, for us alone; the engine fills it.

    Engines make them for whoever the umask lets read. What a file's engine writes
    beside it, a journal, has the file's own mode (SQLite).

    Raises:
        OSError: it cannot be made.
    """
    if path.exists():
        return
    if has_cpp_engine():
        touch_own(path)
        touch_own(path.parent / f".{path.name}.lock")
    else:
        path.mkdir(mode=0o700)


def _check_content(path: Path) -> None:
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return
    if path.is_dir() and not any(path.iterdir()):
        return
    if path.is_dir() and not is_lite_folder(path):
        raise LibraryError(
            f"The folder {path} is not a Milvus Lite library. It was not touched: "
            "use another --library."
        )
    if path.is_file() and not _is_database(path):
        raise LibraryError(
            f"The file {path} is not a Milvus Lite library. It was not touched: "
            "use another --library."
        )
    if path.is_dir() == has_cpp_engine():  # the Python engine's is a folder
        raise LibraryError(_other_engine(path))
    if path.is_dir():
        check_folder(path)


def _other_engine(path: Path) -> str:
    """Say which engine made a library, and how to get at it with the one here."""
    made, wanted = (
        ("the Python engine of Milvus Lite 3 (it is a folder)", "milvus-lite>=3.2.2")
        if path.is_dir()
        else ("the C++ engine of Milvus Lite 2.5 (it is a file)", "milvus-lite==2.5.1")
    )
    return (
        f"The library {path} was made by {made}; here is Milvus Lite "
        f"{version('milvus-lite')}, which cannot read it. It was not touched. Use "
        f"another --library; or, in an environment with {wanted}, open it, or move "
        "it to a Milvus server by `citeloop library copy`."
    )


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(len(_SQLITE_MAGIC)) != _SQLITE_MAGIC:
            return False
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            database.execute("SELECT name FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.DatabaseError as error:
        # In use; or an engine was killed in the middle of a write, which the next one
        # takes back. A foreign file has other codes.
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING_CODES
    return True


def lacks_space(path: Path) -> bool:
    """Whether the disk of a library is all but full.

    The C++ engine loses nothing on a full disk, but tries again for half a minute and
    then says "Unexpected error in RPC handling"; the Python engine loses rows.
    """
    return disk_usage(path.parent).free < _SPACE


def _check_lock(lock: Path, path: Path) -> None:
    """Try the engine's lock; never while this process has the library open.

    Closing any handle of a file ends a process's POSIX locks on it.
    """
    if path.is_dir():
        lock = path / "LOCK"
    if not lock.exists() or sys.platform == "win32":
        return
    import fcntl

    # The two engines use two kinds of lock, which do not see each other.
    take = fcntl.flock if path.is_dir() else fcntl.lockf
    with lock.open("a") as file:
        try:
            # The engine of a process that was killed lets go a moment after it.
            for attempt in retrying(BlockingIOError):
                with attempt:
                    take(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LibraryError(
                f"The library {path} is open in another process. Close it there, or "
                "use a Milvus server, which several processes can share."
            ) from error
