"""Finds what the user names: files, folders, globs, archives, addresses.

Every source yields documents and, for what could not be read, the reason: one bad file
never stops the rest.
"""

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import translate
from glob import glob, has_magic
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from urllib.parse import urlsplit

from tools.archives import read_archive
from tools.errors import UsageError
from tools.formats.conversion import is_converted
from tools.reading import RECORDS, Found, Skipped, named_by_kind, read_file

__all__ = ["NamedSource", "read_source"]

_CORPUS = ("corpus.jsonl", "corpus.jsonl.gz")
_MAX_DOWNLOAD = 1024 * 1024 * 1024
_TRANSLATED = re.compile(r"\(\?s:(.*)\)\\[zZ]", re.DOTALL)
"""What `fnmatch.translate` returns; from Python 3.14 on it ends in `\\z`."""


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
        if urlsplit(spec).scheme in {"http", "https"}:
            return NamedSource(spec, _read_address(spec))
        path = Path(spec).expanduser()
        if path.is_dir():
            return NamedSource(str(path.resolve()), _read_folder(path))
        if path.is_symlink() or path.exists():
            return _named_file(path)
    except (OSError, ValueError, RuntimeError) as error:
        # A name too long, an address that is none, a home folder of nobody.
        raise UsageError(f"{spec[:200]} cannot be read: {error}.") from error
    if has_magic(spec):
        return _named_glob(str(path))
    raise UsageError(f"There is no file, folder or address {spec}.")


def _named_file(path: Path) -> NamedSource:
    if path.name.lower().endswith((".zip", *RECORDS)):
        source = str(path.absolute())
        return NamedSource(source, _read_path(path, path.name, source))
    folder = str(path.parent.resolve())
    found = _read_path(path, path.name, folder)
    return NamedSource(folder, found, lambda name: name == path.name)


def _named_glob(pattern: str) -> NamedSource:
    parts = Path(pattern).parts
    root = Path(*takewhile(lambda part: not has_magic(part), parts))
    # Path.glob would want the fixed part taken off, and knows no absolute pattern.
    paths = sorted(Path(each) for each in glob(pattern, recursive=True))  # noqa: PTH207
    files = [path for path in paths if path.is_file()]
    if not files:
        raise UsageError(f"No file matches {pattern}.")
    inside = Path(*parts[len(root.parts) :]).as_posix()
    fits = re.compile(_as_expression(inside))
    return NamedSource(
        str(root.resolve()),
        _read_paths(files, root),
        lambda name: fits.fullmatch(name) is not None,
    )


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


def _read_folder(root: Path) -> Found:
    """Yield what a folder holds; of a BEIR set (`corpus.jsonl`) the corpus alone."""
    for name in _CORPUS:
        if (root / name).is_file():
            return _read_path(root / name, name, str(root.resolve()))
    return _read_tree(root)


def _read_tree(root: Path) -> Found:
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
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files = sorted(name for name in names if not name.startswith("."))
        yield from _read_paths([Path(folder) / name for name in files], root)
    yield from unreadable


def _read_paths(files: list[Path], root: Path) -> Found:
    inside = root.resolve()
    for path in files:
        name = path.relative_to(root).as_posix()
        if reason := _leads_out(path, inside):
            yield Skipped(name, reason)
            continue
        yield from _read_path(path, name, str(inside))


def _leads_out(path: Path, root: Path) -> str | None:
    try:
        inside = path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # RuntimeError: up to Python 3.12
        return "a link that leads to itself"
    return None if inside else "a link that leads out of the folder"


def _read_path(path: Path, name: str, source: str) -> Found:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield Skipped(name, "not a regular file")
            return
        with path.open("rb") as file:
            if not name.lower().endswith(".zip"):
                yield from read_file(file, name, source)
            elif str(path.absolute()) == source:
                yield from read_archive(file, name, source)
            else:  # one of several in a folder: its name keeps theirs apart
                yield from read_archive(file, name, source, f"{name}/")
    except OSError as error:
        yield Skipped(name, error.strerror or str(error))


def _read_address(address: str) -> Found:
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
    parts = urlsplit(address)
    name = f"{parts.netloc}{parts.path}".rstrip("/")
    typed = named_by_kind(name, kind)
    if content.startswith(b"PK\x03\x04") and not is_converted(typed):
        return read_archive(BytesIO(content), name, address)
    return read_file(BytesIO(content), typed, address)


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
