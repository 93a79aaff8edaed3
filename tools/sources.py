"""Finds what the user names: files, folders, globs, archives, addresses.

Every source yields documents and, for what could not be read, the reason: one bad file
never stops the rest.
"""

import os
import stat
from glob import glob, has_magic
from io import BytesIO
from itertools import takewhile
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from tools.archives import read_archive
from tools.errors import UsageError
from tools.reading import Found, Skipped, named_by_kind, read_file

__all__ = ["read_source"]

_CORPUS = ("corpus.jsonl", "corpus.jsonl.gz")
_MAX_DOWNLOAD = 1024 * 1024 * 1024


def read_source(spec: str) -> Found:
    """Yield the documents of one source.

    Args:
        spec: A file, a folder, a glob, a `.zip`, a JSONL file or an http(s) address.

    Raises:
        UsageError: there is nothing of that name, or the address cannot be read.
    """
    if not spec.strip():
        raise UsageError("A source is blank.")
    try:
        if urlsplit(spec).scheme in {"http", "https"}:
            return _read_address(spec)
        path = Path(spec).expanduser()
        if path.is_dir():
            return _read_folder(path)
        if path.is_symlink() or path.exists():
            return _read_path(path, path.name, str(path.absolute()))
    except (OSError, ValueError, RuntimeError) as error:
        # A name too long, an address that is none, a home folder of nobody.
        raise UsageError(f"{spec[:200]} cannot be read: {error}.") from error
    if has_magic(spec):
        return _read_glob(str(path))
    raise UsageError(f"There is no file, folder or address {spec}.")


def _read_glob(pattern: str) -> Found:
    parts = Path(pattern).parts
    root = Path(*takewhile(lambda part: not has_magic(part), parts))
    # Path.glob would want the fixed part taken off, and knows no absolute pattern.
    paths = sorted(Path(each) for each in glob(pattern, recursive=True))  # noqa: PTH207
    files = [path for path in paths if path.is_file()]
    if not files:
        raise UsageError(f"No file matches {pattern}.")
    return _read_paths(files, root)


def _read_folder(root: Path) -> Found:
    """Yield what a folder holds; of a BEIR set (`corpus.jsonl`) the corpus alone."""
    for name in _CORPUS:
        if (root / name).is_file():
            return _read_path(root / name, name, str(root.resolve()))
    return _read_tree(root)


def _read_tree(root: Path) -> Found:
    unreadable: list[Skipped] = []

    def note(error: OSError) -> None:
        unreadable.append(Skipped(str(error.filename), error.strerror or str(error)))

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
            read = read_archive if name.lower().endswith(".zip") else read_file
            yield from read(file, name, source)
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
    name = PurePosixPath(urlsplit(address).path).name or urlsplit(address).netloc
    if content.startswith(b"PK\x03\x04"):
        return read_archive(BytesIO(content), name, address)
    return read_file(BytesIO(content), named_by_kind(name, kind), address)


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
