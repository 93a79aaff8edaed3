"""Finds what the user names: files, folders, globs, archives, addresses.

Every source yields documents and, for what could not be read, the reason: one bad file
never stops the rest.
"""

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import translate
from glob import glob, has_magic
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from tools.errors import UsageError
from tools.sources.archives import read_archive
from tools.sources.files import RECORDS, Found, Skipped, named_by_kind, read_file
from tools.sources.formats.conversion import is_converted

__all__ = ["Meter", "NamedSource", "read_source", "size_of"]

_CORPUS = ("corpus.jsonl", "corpus.jsonl.gz")
_MAX_DOWNLOAD = 1024 * 1024 * 1024
_TRANSLATED = re.compile(r"\(\?s:(.*)\)\\[zZ]", re.DOTALL)
"""What `fnmatch.translate` returns; from Python 3.14 on it ends in `\\z`."""


def _everything(name: str) -> bool:
    del name
    return True


@dataclass(slots=True)
class Meter:
    """How far a source has been read."""

    size: int = 0
    """Bytes of its files, packed as they are."""
    read: int = 0
    """How many of them were read; estimated within an archive."""


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


def read_source(spec: str) -> NamedSource:
    """Return the source that `spec` names.

    A file, a folder and a glob are remembered by the folder that their names begin
    below, so that each may bring the others' documents up to date.

    Args:
        spec: A file, a folder, a glob, a `.zip`, a JSONL file or an http(s) address.

    Raises:
        UsageError: there is nothing of that name, or the address cannot be read.
    """
    if not spec.strip():
        raise UsageError("A source is blank.")
    try:
        if _is_address(spec):
            meter = Meter()
            found = _read_address(spec, meter)
            return NamedSource(spec, found, meter=meter)
        path = Path(spec).expanduser()
        if path.is_dir():
            meter = Meter(size_of(spec) or 0)
            found = _read_folder(path, meter)
            return NamedSource(str(path.resolve()), found, meter=meter)
        if path.is_symlink() or path.exists():
            return _named_file(path)
    except (OSError, ValueError, RuntimeError) as error:
        # A name too long, an address that is none, a home folder of nobody.
        raise UsageError(f"{spec[:200]} cannot be read: {error}.") from error
    if has_magic(spec):
        return _named_glob(str(path))
    raise UsageError(f"There is no file, folder or address {spec}.")


def size_of(spec: str) -> int | None:
    """Return the bytes of a source's files; None for an address, 0 for nothing."""
    try:
        if _is_address(spec):
            return None
        path = Path(spec).expanduser()
        if path.is_dir():
            corpus = next((path / each for each in _CORPUS if _size(path / each)), None)
            return _size(corpus) if corpus else _size_below(path)
        return _size(path) or sum(map(_size, _globbed(str(path))))
    except (OSError, ValueError, RuntimeError):  # read_source will say it in words
        return 0


def _size_below(root: Path) -> int:
    size = 0
    for folder, folders, names in os.walk(root):
        folders[:] = _shown(folders)
        size += sum(_size(Path(folder) / name) for name in _shown(names))
    return size


def _is_address(spec: str) -> bool:
    return urlsplit(spec).scheme in {"http", "https"}


def _size(path: Path) -> int:
    try:
        found = path.stat()
    except OSError:  # gone, or a link to nowhere
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _named_file(path: Path) -> NamedSource:
    meter = Meter(_size(path))
    if path.name.lower().endswith((".zip", *RECORDS)):
        source = str(path.absolute())
        found = _read_path(path, path.name, source, meter)
        return NamedSource(source, found, meter=meter)
    folder = str(path.parent.resolve())
    found = _read_path(path, path.name, folder, meter)
    return NamedSource(folder, found, lambda name: name == path.name, meter)


def _named_glob(pattern: str) -> NamedSource:
    parts = Path(pattern).parts
    root = Path(*takewhile(lambda part: not has_magic(part), parts))
    files = _globbed(pattern)
    if not files:
        raise UsageError(f"No file matches {pattern}.")
    inside = Path(*parts[len(root.parts) :]).as_posix()
    fits = re.compile(_as_expression(inside))
    meter = Meter(sum(map(_size, files)))
    return NamedSource(
        str(root.resolve()),
        _read_paths(files, root, meter),
        lambda name: fits.fullmatch(name) is not None,
        meter,
    )


def _globbed(pattern: str) -> list[Path]:
    # Path.glob would want the fixed part taken off, and knows no absolute pattern.
    paths = sorted(Path(each) for each in glob(pattern, recursive=True))  # noqa: PTH207
    return [path for path in paths if path.is_file()]


def _as_expression(pattern: str) -> str:
    """Return a glob as a regular expression; `**` is any folders, `*` stays in one."""
    parts = []
    for part in pattern.split("/"):
        if part == "**":
            parts.append("(?:[^/]+/)*")
            continue
        body = _TRANSLATED.sub(r"\1", translate(part))
        parts.append(body.replace(".*", "[^/]*") + "/")
    return "".join(parts).removesuffix("/")


def _read_folder(root: Path, meter: Meter) -> Found:
    """Yield what a folder holds; of a BEIR set (`corpus.jsonl`) the corpus alone."""
    for name in _CORPUS:
        if (root / name).is_file():
            return _read_path(root / name, name, str(root.resolve()), meter)
    return _read_tree(root, meter)


def _shown(names: list[str]) -> list[str]:
    """Return names in order, without those that begin with a dot."""
    return sorted(name for name in names if not name.startswith("."))


def _read_tree(root: Path, meter: Meter) -> Found:
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
        folders[:] = _shown(folders)
        files = [Path(folder) / name for name in _shown(names)]
        yield from _read_paths(files, root, meter)
    yield from unreadable


def _read_paths(files: list[Path], root: Path, meter: Meter) -> Found:
    inside = root.resolve()
    for path in files:
        name = path.relative_to(root).as_posix()
        if reason := _leads_out(path, inside):
            yield Skipped(name, reason)
            continue
        yield from _read_path(path, name, str(inside), meter)


def _leads_out(path: Path, root: Path) -> str | None:
    try:
        inside = path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # RuntimeError: up to Python 3.12
        return "a link that leads to itself"
    return None if inside else "a link that leads out of the folder"


def _read_path(path: Path, name: str, source: str, meter: Meter) -> Found:
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
            yield from _metered(found, file, meter)
    except OSError as error:
        yield Skipped(name, error.strerror or str(error))


def _metered(found: Found, file: IO[bytes], meter: Meter) -> Found:
    """Yield what is found in a file, and keep the meter at its place in it.

    An archive begins with the list at its end, and may be read in any order.
    """
    before = meter.read
    for each in found:
        meter.read = max(meter.read, before + file.tell())
        yield each


def _read_address(address: str, meter: Meter) -> Found:
    import httpx2

    from tools.retries import retrying

    try:
        for attempt in retrying(httpx2.TransportError):
            with attempt:
                content, kind = _download(address)
    except httpx2.HTTPStatusError as error:
        status = error.response
        raise UsageError(
            f"{address} answered {status.status_code} {status.reason_phrase}."
        ) from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise UsageError(f"{address} cannot be read: {reason}.") from error
    meter.size = len(content)
    file = BytesIO(content)
    parts = urlsplit(address)
    name = f"{parts.netloc}{parts.path}".rstrip("/")
    typed = named_by_kind(name, kind)
    if content.startswith(b"PK\x03\x04") and not is_converted(typed):
        return _metered(read_archive(file, name, address), file, meter)
    return _metered(read_file(file, typed, address), file, meter)


def _download(address: str) -> tuple[bytes, str]:
    import httpx2

    content = bytearray()
    with httpx2.stream("GET", address, follow_redirects=True, timeout=30) as response:
        response.raise_for_status()
        for part in response.iter_bytes():
            content += part
            if len(content) > _MAX_DOWNLOAD:
                raise UsageError(f"{address} is larger than 1 GiB.")
        return bytes(content), response.headers.get("content-type", "")
