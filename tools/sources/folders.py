"""Reads the files of a folder, or those that a glob fits; no link leads out of it."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from fnmatch import translate
from glob import glob, has_magic
from itertools import takewhile
from pathlib import Path

from tools.sources.archives import read_archive
from tools.sources.files import read_file
from tools.sources.found import Found, Skipped
from tools.sources.metering import Meter, metered
from tools.text.clean import scalar

__all__ = [
    "CORPUS",
    "as_expression",
    "file_size",
    "folder_size",
    "globbed",
    "read_folder",
    "read_path",
    "read_paths",
]

CORPUS = ("corpus.jsonl", "corpus.jsonl.gz")
"""Of a folder that holds one of these, a BEIR set, it alone is read."""

_MAX_DEPTH = 200
"""Folders within folders; those of people and programs are ten or thirty deep."""
_ANY = "(?:[^/]+/)*"
_TRANSLATED = re.compile(r"\(\?s:(.*)\)\\[zZ]", re.DOTALL)
"""What `fnmatch.translate` returns; from Python 3.14 on it ends in `\\z`."""


def folder_size(root: Path) -> int:
    """Return the bytes of all files below a folder that are not hidden."""
    return sum(file_size(path) for path in _walk(root) if isinstance(path, Path))


def file_size(path: Path) -> int:
    """Return the bytes of a regular file; 0 for anything else."""
    try:
        found = path.stat()
    except OSError:  # gone, or a link to nowhere
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def globbed(pattern: str) -> list[Path]:
    """Return the files that a glob fits, in order; `**` enters no hidden folder."""
    parts = Path(pattern).parts
    if "**" in parts and not any(part.startswith(".") for part in parts[1:]):
        return _matched(parts)
    # Path.glob would want the fixed part taken off, and knows no absolute pattern.
    paths = sorted(Path(each) for each in glob(pattern, recursive=True))  # noqa: PTH207
    return [path for path in paths if path.is_file()]


def _matched(parts: Sequence[str]) -> list[Path]:
    """Return the files that a glob with `**` fits, however deep the folders are."""
    root = Path(*takewhile(lambda part: not has_magic(part), parts))
    fits = re.compile(as_expression("/".join(parts[len(root.parts) :])))
    files = (each for each in _walk(root) if isinstance(each, Path))
    found = [
        each for each in files if fits.fullmatch(each.relative_to(root).as_posix())
    ]
    return sorted(path for path in found if path.is_file())


def as_expression(pattern: str) -> str:
    """Return a glob as a regular expression; `**` is any folders, `*` stays in one."""
    parts: list[str] = []
    for part in pattern.split("/"):
        if part == "**":
            if parts[-1:] != [_ANY]:
                parts.append(_ANY)
            continue
        body = _TRANSLATED.sub(r"\1", translate(part))
        parts.append(body.replace(".*", "[^/]*") + "/")
    return "".join(parts).removesuffix("/")


def read_folder(root: Path, meter: Meter) -> Found:
    """Yield what a folder holds; of a BEIR set (`corpus.jsonl`) the corpus alone."""
    for name in CORPUS:
        if (root / name).is_file():
            return read_path(root / name, name, str(root.resolve()), meter)
    return _read_tree(root, meter)


def _read_tree(root: Path, meter: Meter) -> Found:
    for found in _walk(root):
        if isinstance(found, Skipped):
            yield found
        else:
            yield from read_paths([found], root, meter)


def _walk(root: Path) -> Iterator[Path | Skipped]:
    """Yield the files below a folder in order, and what is not entered.

    `os.walk` ends in an error where folders are nested a thousand deep.
    """
    waiting: list[tuple[Path, int]] = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        place = scalar(folder.relative_to(root).as_posix())
        if depth > _MAX_DEPTH:
            reason = f"more than {_MAX_DEPTH} folders deep"
            yield Skipped(place, reason, holds_more=True)
            continue
        try:
            entries = _shown(folder)
        except OSError as error:
            yield Skipped(place, error.strerror or str(error), holds_more=True)
            continue
        folders = []
        for path, is_folder in entries:
            if not is_folder:
                yield path
            elif path.is_symlink():
                name = scalar(path.relative_to(root).as_posix())
                yield Skipped(name, "a link to a folder")
            else:
                folders.append((path, depth + 1))
        waiting += reversed(folders)


def _shown(folder: Path) -> list[tuple[Path, bool]]:
    """Return what is not hidden in a folder, in order, and whether it is a folder."""
    with os.scandir(folder) as entries:
        shown = [each for each in entries if not each.name.startswith(".")]
    shown.sort(key=lambda each: each.name)
    return [(Path(each.path), _is_folder(each)) for each in shown]


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def read_paths(files: list[Path], root: Path, meter: Meter) -> Found:
    """Yield what some files of a folder hold."""
    inside = root.resolve()
    for path in files:
        name = scalar(path.relative_to(root).as_posix())
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
    name = scalar(name)
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
