"""Reads the files of a folder, or those that a glob fits; no link leads out of it."""

import os
import re
import stat
from collections.abc import Callable
from fnmatch import translate
from glob import glob
from pathlib import Path

from tools.sources.archives import read_archive
from tools.sources.files import read_file
from tools.sources.found import Found, Skipped
from tools.sources.metering import Meter, metered

__all__ = [
    "CORPUS",
    "Leave",
    "as_expression",
    "file_size",
    "folder_size",
    "globbed",
    "leave_nothing",
    "read_folder",
    "read_path",
    "read_paths",
]

CORPUS = ("corpus.jsonl", "corpus.jsonl.gz")
"""Of a folder that holds one of these, a BEIR set, it alone is read."""

Leave = Callable[[Path], bool]
"""Whether a file, or all below a folder, is no document and not to be read."""

_TRANSLATED = re.compile(r"\(\?s:(.*)\)\\[zZ]", re.DOTALL)
"""What `fnmatch.translate` returns; from Python 3.14 on it ends in `\\z`."""


def leave_nothing(path: Path) -> bool:
    """Leave no file out."""
    del path
    return False


def folder_size(root: Path) -> int:
    """Return the bytes of all files below a folder that are not hidden."""
    size = 0
    for folder, folders, names in os.walk(root):
        folders[:] = _shown(folders)
        size += sum(file_size(Path(folder) / name) for name in _shown(names))
    return size


def file_size(path: Path) -> int:
    """Return the bytes of a regular file; 0 for anything else."""
    try:
        found = path.stat()
    except OSError:  # gone, or a link to nowhere
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def globbed(pattern: str) -> list[Path]:
    """Return the files that a glob fits, in order."""
    # Path.glob would want the fixed part taken off, and knows no absolute pattern.
    paths = sorted(Path(each) for each in glob(pattern, recursive=True))  # noqa: PTH207
    return [path for path in paths if path.is_file()]


def as_expression(pattern: str) -> str:
    """Return a glob as a regular expression; `**` is any folders, `*` stays in one."""
    parts = []
    for part in pattern.split("/"):
        if part == "**":
            parts.append("(?:[^/]+/)*")
            continue
        body = _TRANSLATED.sub(r"\1", translate(part))
        parts.append(body.replace(".*", "[^/]*") + "/")
    return "".join(parts).removesuffix("/")


def read_folder(root: Path, meter: Meter, leave: Leave = leave_nothing) -> Found:
    """Yield what a folder holds; of a BEIR set (`corpus.jsonl`) the corpus alone.

    A corpus that is a link out of the folder makes no BEIR set of it.
    """
    for name in CORPUS:
        if (root / name).is_file() and not _leads_out(root / name, root.resolve()):
            return read_path(root / name, name, str(root.resolve()), meter)
    return _read_tree(root, meter, leave)


def _shown(names: list[str]) -> list[str]:
    """Return names in order, without those that begin with a dot."""
    return sorted(name for name in names if not name.startswith("."))


def _read_tree(root: Path, meter: Meter, leave: Leave) -> Found:
    unreadable: list[Skipped] = []

    def note(error: OSError) -> None:
        place = Path(error.filename).relative_to(root).as_posix()
        reason = error.strerror or str(error)
        unreadable.append(Skipped(place, reason, holds_more=True))

    for folder, folders, names in os.walk(root, onerror=note):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in links:  # os.walk does not follow them
            place = (Path(folder) / name).relative_to(root).as_posix()
            unreadable.append(Skipped(place, "a link to a folder"))
        folders[:] = [
            name for name in _shown(folders) if not leave(Path(folder) / name)
        ]
        files = [Path(folder) / name for name in _shown(names)]
        yield from read_paths(files, root, meter, leave)
    yield from unreadable


def read_paths(
    files: list[Path], root: Path, meter: Meter, leave: Leave = leave_nothing
) -> Found:
    """Yield what some files of a folder hold."""
    inside = root.resolve()
    for path in files:
        if leave(path):
            continue
        name = path.relative_to(root).as_posix()
        if reason := _leads_out(path, inside):
            yield Skipped(name, reason)
            continue
        yield from read_path(path, name, str(inside), meter)


def _leads_out(path: Path, root: Path) -> str | None:
    try:
        inside = path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # RuntimeError: up to Python 3.12
        return "a link that leads to itself"
    return None if inside else "a link that leads out of the folder"


def read_path(path: Path, name: str, source: str, meter: Meter) -> Found:
    """Yield what one file holds, or why it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield Skipped(name, "not a regular file")
            return
        with path.open("rb") as file:
            if not name.lower().endswith(".zip"):
                found = read_file(file, name, source)
            elif str(path.absolute()) == source:
                found = read_archive(file, name, source)
            else:  # one of several in a folder: its name keeps theirs apart
                found = read_archive(file, name, source, f"{name}/")
            yield from metered(found, file, meter)
    except OSError as error:
        yield Skipped(name, error.strerror or str(error))
