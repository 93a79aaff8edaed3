"""Reads the files of a zip archive; what would do harm is refused one by one."""

import re
import stat
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 (it is a class)

from tools.sources.files import read_file
from tools.sources.formats.zipped import MAX_FILE, bomb
from tools.sources.found import Found, Skipped

__all__ = ["read_archive"]

_MAX_ENTRIES = 200_000
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_UNPACKING = (
    BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ZlibError,
)  # fmt: skip


def read_archive(file: IO[bytes], name: str, source: str, prefix: str = "") -> Found:
    """Yield the documents of an archive, named by `prefix` and their paths in it."""
    try:
        with ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_ENTRIES:
                yield Skipped(name, f"{len(entries):,} entries; only 200,000 are read")
            for entry in sorted(entries[:_MAX_ENTRIES], key=lambda each: each.filename):
                if not entry.is_dir():
                    yield from _read_entry(archive, entry, source, prefix)
    except BadZipFile as error:
        yield Skipped(name, f"not a zip archive ({error})", holds_more=True)


def _read_entry(archive: ZipFile, entry: ZipInfo, source: str, prefix: str) -> Found:
    name = f"{prefix}{entry.filename}"
    if reason := _refusal(entry):
        yield Skipped(name, reason)
        return
    if _is_hidden(entry.filename):
        return
    try:
        with archive.open(entry) as file:
            content = file.read(MAX_FILE + 1)
    except _UNPACKING as error:
        yield Skipped(name, f"cannot be unpacked ({error})")
        return
    if len(content) > MAX_FILE:
        yield Skipped(name, "larger than 64 MiB")
        return
    yield from read_file(BytesIO(content), name, source)


def _refusal(entry: ZipInfo) -> str | None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(entry.filename):
        return "its path leads out of the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link"
    if not path.parts:
        return "no file name"
    if entry.filename.lower().endswith(".zip"):
        return "an archive inside an archive"
    return bomb(entry)


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
