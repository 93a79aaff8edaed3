"""Finds what the user names: files, folders, globs, archives, addresses.

Every source yields documents and, for what could not be read, the reason: one bad file
never stops the rest.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from glob import has_magic
from itertools import takewhile
from pathlib import Path

from tools.errors import UsageError
from tools.sources.addresses import is_address, read_address
from tools.sources.downloading import PUBLIC, Downloads
from tools.sources.folders import (
    CORPUS,
    Leave,
    as_expression,
    file_size,
    folder_size,
    globbed,
    leave_nothing,
    read_folder,
    read_path,
    read_paths,
)
from tools.sources.found import Found
from tools.sources.jsonl import RECORDS
from tools.sources.metering import Meter
from tools.sources.naming import without_password

__all__ = ["NamedSource", "read_source", "size_of"]


def _everything(name: str) -> bool:
    del name
    return True


@dataclass(frozen=True, slots=True)
class NamedSource:
    """What the user named: its documents, and which documents are its own."""

    name: str
    """The folder, archive or address that its documents are remembered by."""
    documents: Found
    """Read as they are asked for, once."""
    covers: Callable[[str], bool] = _everything
    """Whether a document of this source, by its name, is one that was named."""
    meter: Meter = field(default_factory=Meter)


def read_source(
    spec: str, downloads: Downloads = PUBLIC, leave: Leave = leave_nothing
) -> NamedSource:
    """Return the source that `spec` names.

    A file, a folder and a glob are remembered by the folder that their names begin
    below, so that each may bring the others' documents up to date.

    Args:
        spec: A file, a folder, a glob, a `.zip`, a JSONL file or an http(s) address.
        downloads: Where an address may lead.
        leave: Which files and folders are passed over, without a word.

    Raises:
        UsageError: there is nothing of that name, or the address cannot be read.
    """
    if not spec.strip():
        raise UsageError("A source is blank.")
    try:
        if is_address(spec):
            meter = Meter()
            found = read_address(spec, meter, downloads)
            return NamedSource(without_password(spec), found, meter=meter)
        path = Path(spec).expanduser()
        if path.is_dir():
            meter = Meter(size_of(spec) or 0)
            found = read_folder(path, meter, leave)
            return NamedSource(str(path.resolve()), found, meter=meter)
        if path.is_symlink() or path.exists():
            return _named_file(path, leave)
    except (OSError, ValueError, RuntimeError) as error:
        # A name too long, an address that is none, a home folder of nobody.
        shown = without_password(spec)[:200]
        reason = "it is none" if is_address(spec) else error  # may hold a password
        raise UsageError(f"{shown} cannot be read: {reason}.") from error
    if has_magic(spec):
        return _named_glob(str(path), leave)
    shown = without_password(spec)
    raise UsageError(f"There is no file, folder or address {shown}.")


def size_of(spec: str) -> int | None:
    """Return the bytes of a source's files; None for an address, 0 for nothing."""
    try:
        if is_address(spec):
            return None
        path = Path(spec).expanduser()
        if path.is_dir():
            corpus = next(
                (path / each for each in CORPUS if file_size(path / each)), None
            )
            return file_size(corpus) if corpus else folder_size(path)
        return file_size(path) or sum(map(file_size, globbed(str(path))))
    except (OSError, ValueError, RuntimeError):  # read_source will say it in words
        return 0


def _named_file(path: Path, leave: Leave) -> NamedSource:
    meter = Meter(file_size(path))
    if leave(path):
        return NamedSource(str(path.absolute()), iter(()), meter=meter)
    if path.name.lower().endswith((".zip", *RECORDS)):
        source = str(path.absolute())
        found = read_path(path, path.name, source, meter)
        return NamedSource(source, found, meter=meter)
    folder = str(path.parent.resolve())
    found = read_path(path, path.name, folder, meter)
    return NamedSource(folder, found, lambda name: name == path.name, meter)


def _named_glob(pattern: str, leave: Leave) -> NamedSource:
    parts = Path(pattern).parts
    root = Path(*takewhile(lambda part: not has_magic(part), parts))
    files = globbed(pattern)
    if not files:
        raise UsageError(f"No file matches {pattern}.")
    inside = Path(*parts[len(root.parts) :]).as_posix()
    fits = re.compile(as_expression(inside))
    meter = Meter(sum(map(file_size, files)))
    return NamedSource(
        str(root.resolve()),
        read_paths(files, root, meter, leave),
        lambda name: fits.fullmatch(name) is not None,
        meter,
    )
