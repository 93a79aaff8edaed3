"""Reads what the user names: files, folders, globs, archives, addresses, records.

Every source yields documents and, for what could not be read, the reason: one bad file
never stops the rest. Archives and addresses are untrusted; their limits are below.
"""

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from gzip import GzipFile
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import urlsplit
from zipfile import BadZipFile, ZipFile, ZipInfo

from tools.documents import Document
from tools.errors import UsageError
from tools.markdown import read_front_matter

__all__ = ["Skipped", "read_source"]

_MARKDOWN = {".md", ".markdown", ".mdx"}
_HTML = {".html", ".htm"}
_RECORDS = (".jsonl", ".jsonl.gz", ".ndjson")
_CORPUS = ("corpus.jsonl", "corpus.jsonl.gz")
_MAX_FILE = 64 * 1024 * 1024
"""Bytes of one file, in an archive after unpacking."""
_MAX_DOWNLOAD = 1024 * 1024 * 1024
_MAX_RATIO = 200
"""Unpacked over packed size; text packs to a tenth, a bomb to a thousandth."""
_MAX_ENTRIES = 200_000


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was named or found and could not be read."""

    name: str
    reason: str


Found = Iterator[Document | Skipped]


def read_source(spec: str) -> Found:
    """Yield the documents of one source.

    Args:
        spec: A file, a folder, a glob, a `.zip`, a JSONL file or an http(s) address.

    Raises:
        UsageError: there is nothing of that name, or the address cannot be read.
    """
    if urlsplit(spec).scheme in {"http", "https"}:
        return _read_address(spec)
    path = Path(spec).expanduser()
    if path.is_dir():
        return _read_folder(path)
    if path.exists() or path.is_symlink():
        return _read_path(path, path.name, str(path.resolve()))
    if has_magic(spec):
        return _read_glob(str(path))
    raise UsageError(f"There is no file, folder or address {spec}.")


def _read_glob(pattern: str) -> Found:
    fixed = []
    for part in Path(pattern).parts:
        if has_magic(part):
            break
        fixed.append(part)
    root = Path(*fixed)
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
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files = sorted(name for name in names if not name.startswith("."))
        yield from _read_paths([Path(folder) / name for name in files], root)
    yield from unreadable


def _read_paths(files: list[Path], root: Path) -> Found:
    inside = root.resolve()
    for path in files:
        name = path.relative_to(root).as_posix()
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            yield Skipped(name, "a link that leads out of the folder")
            continue
        yield from _read_path(path, name, str(inside))


def _read_path(path: Path, name: str, source: str) -> Found:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield Skipped(name, "not a regular file")
            return
        if path.stat().st_size > _MAX_FILE and not name.endswith((".zip", *_RECORDS)):
            yield Skipped(name, "larger than 64 MiB")
            return
        with path.open("rb") as file:
            yield from _read_file(file, name, source)
    except OSError as error:
        yield Skipped(name, error.strerror or str(error))


def _read_file(file: IO[bytes], name: str, source: str) -> Found:
    if name.endswith(".zip"):
        yield from _read_archive(file, name, source)
        return
    if name.endswith(_RECORDS):
        yield from _read_records(file, name, source)
        return
    yield _read_document(file.read(_MAX_FILE + 1), name, source)


def _read_document(content: bytes, name: str, source: str) -> Document | Skipped:
    text = _decode(content, name)
    if isinstance(text, Skipped):
        return text
    suffix = PurePosixPath(name).suffix.lower()
    stem = PurePosixPath(name).stem
    if suffix in _HTML:
        text = _from_html(text)
    if suffix not in _MARKDOWN | _HTML:
        return Document(name, stem, text, "text", source)
    front = read_front_matter(text)
    title = (front.title or stem)[:500]
    return Document(name, title, text, "markdown", source, front.metadata)


def _decode(content: bytes, name: str) -> str | Skipped:
    """Return the text of a file, with newlines as its only line ends."""
    encoding = "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in content:
        return Skipped(name, "binary, not text")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        return Skipped(name, f"not UTF-8 (byte {error.start})")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "�")
    return text if text.strip() else Skipped(name, "empty")


def _from_html(html: str) -> str:
    from markdownify import markdownify

    return str(markdownify(html, heading_style="ATX", strip=["script", "style", "img"]))


def _read_records(file: IO[bytes], name: str, source: str) -> Found:
    """Yield the documents of a BEIR corpus: `_id`, `title` and `text` a line."""
    unpacked = GzipFile(fileobj=file) if name.endswith(".gz") else file
    try:
        for number, line in enumerate(unpacked, 1):
            if line.strip():
                yield _read_record(line, f"{name} line {number}", source)
    except (OSError, EOFError) as error:
        yield Skipped(name, f"not a gzip file ({error})")


def _read_record(line: bytes, place: str, source: str) -> Document | Skipped:
    try:
        record = json.loads(line)
    except ValueError:
        return Skipped(place, "not JSON")
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        return Skipped(place, 'no "text"')
    if not isinstance(record.get("_id"), str | int) or not str(record["_id"]):
        return Skipped(place, 'no "_id"')
    text = record["text"].replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return Skipped(f"{place} ({record['_id']})", "empty")
    title = str(record.get("title") or "")[:500]
    return Document(str(record["_id"]), title, text, "markdown", source)


def _read_archive(file: IO[bytes], name: str, source: str) -> Found:
    try:
        with ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_ENTRIES:
                yield Skipped(name, f"{len(entries):,} entries; only 200,000 are read")
            for entry in sorted(entries[:_MAX_ENTRIES], key=lambda each: each.filename):
                if not entry.is_dir() and not _is_hidden(entry.filename):
                    yield from _read_entry(archive, entry, source)
    except BadZipFile as error:
        yield Skipped(name, f"not a zip archive ({error})")


def _read_entry(archive: ZipFile, entry: ZipInfo, source: str) -> Found:
    name = entry.filename
    if reason := _refusal(entry):
        yield Skipped(name, reason)
        return
    try:
        with archive.open(entry) as file:
            content = file.read(_MAX_FILE + 1)
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        yield Skipped(name, f"cannot be unpacked ({error})")
        return
    if len(content) > _MAX_FILE:
        yield Skipped(name, "larger than 64 MiB")
        return
    yield from _read_file(BytesIO(content), name, source)


def _refusal(entry: ZipInfo) -> str | None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "its path leads out of the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link"
    if entry.filename.endswith(".zip"):
        return "an archive inside an archive"
    if entry.file_size > _MAX_FILE:
        return "larger than 64 MiB"
    if entry.file_size > _MAX_RATIO * max(entry.compress_size, 1024):
        return "unpacks to more than 200 times its size"
    return None


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)


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
        return _read_archive(BytesIO(content), name, address)
    if name.endswith(_RECORDS):
        return _read_records(BytesIO(content), name, address)
    if "html" in kind and PurePosixPath(name).suffix.lower() not in _HTML:
        name += ".html"
    return iter([_read_document(content, name, address)])


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
