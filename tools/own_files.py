"""Files of ours: opened without following a link, and for nobody else to read.

A folder that somebody else has made may hold links under the names that we write to;
what is written there would land where they lead.
"""

import os
import stat
from errno import ELOOP
from pathlib import Path
from secrets import token_hex

__all__ = ["own_folder", "read_own", "touch_own", "write_own"]

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
_FOR_US = 0o600
_FOLDER_FOR_US = 0o700


def own_folder(folder: Path, *, alone: bool = False) -> Path:
    """Return a folder of ours, which is made if it is not there.

    Where it is named from the current folder, no part of its path may be a link.
    Folders above an absolute one are the system's or the user's, and may be links.

    Args:
        folder: Made for nobody else to read.
        alone: Whether nobody else puts anything there: then one that is there
            already, of an earlier version, is closed to others, too.

    Raises:
        OSError: it is a link, or cannot be made.
    """
    parts = [folder] if folder.is_absolute() else [folder, *folder.parents]
    for part in parts:
        if part.is_symlink():
            raise OSError(ELOOP, f"{part} is a link", str(part))
    folder.mkdir(mode=_FOLDER_FOR_US, parents=True, exist_ok=True)
    if alone and stat.S_IMODE(folder.stat().st_mode) != _FOLDER_FOR_US:
        folder.chmod(_FOLDER_FOR_US)
    return folder


def read_own(path: Path) -> bytes:
    """Return what a regular file holds.

    Raises:
        OSError: it is a link or no regular file, or cannot be read.
    """
    # A pipe would be waited for, unless it is opened without waiting.
    descriptor = os.open(path, os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123 (a descriptor)
        _refuse_others(descriptor, path)
        return file.read()


def write_own(path: Path, content: bytes) -> None:
    """Write a file in one step: no crash leaves half of it, and a link is replaced.

    Raises:
        OSError: it cannot be written.
    """
    part = path.with_name(f"{path.name}.{token_hex(4)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK
    try:
        with open(os.open(part, flags, _FOR_US), "wb") as file:  # noqa: PTH123
            file.write(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def touch_own(path: Path) -> None:
    """Make sure that a regular file of ours is there, to be added to.

    Raises:
        OSError: it is a link or no regular file, or cannot be made.
    """
    flags = os.O_WRONLY | os.O_CREAT | _NO_LINK | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags, _FOR_US)
    try:
        _refuse_others(descriptor, path)
        if hasattr(os, "fchmod"):  # not on Windows, before Python 3.13
            os.fchmod(descriptor, _FOR_US)  # one of an earlier version was for all
    finally:
        os.close(descriptor)


def _refuse_others(descriptor: int, path: Path) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(ELOOP, "not a regular file", str(path))
