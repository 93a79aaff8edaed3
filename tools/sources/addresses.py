"""Reads what an http(s) address leads to."""

import re
from io import BytesIO
from pathlib import PurePosixPath

from tools.sources.archives import read_archive
from tools.sources.downloading import Download, Downloads, download
from tools.sources.files import read_file
from tools.sources.formats.decoding import as_declared
from tools.sources.formats.table import format_of, format_of_type
from tools.sources.found import Found
from tools.sources.jsonl import RECORDS
from tools.sources.metering import Meter, metered
from tools.sources.naming import name_of, without_password

__all__ = ["is_address", "read_address"]

_ADDRESS = re.compile(r"\s*https?:", re.IGNORECASE)
_ZIP = b"PK\x03\x04"


def is_address(spec: str) -> bool:
    """Whether what was named is an http(s) address."""
    return _ADDRESS.match(spec) is not None


def read_address(address: str, meter: Meter, downloads: Downloads) -> Found:
    """Yield what an address leads to: one file, or those of an archive.

    Raises:
        UsageError: it may not be reached, failed, or is too large or too slow.
    """
    found = _as_declared(download(address, downloads))
    meter.size = found.size
    source, name = without_password(address), name_of(address)
    typed = _with_ending(name, found.kind)
    if _is_zip(found) and not _is_zipped(typed):
        documents = read_archive(found.file, name, source)
    else:
        documents = read_file(found.file, typed, source)
    return _read(documents, found, meter)


def _read(documents: Found, found: Download, meter: Meter) -> Found:
    with found.file:
        yield from metered(documents, found.file, meter)


def _as_declared(found: Download) -> Download:
    """Return a text with the encoding that its header names, which no reader sees."""
    if "charset" not in found.kind.lower():
        return found
    with found.file:
        content = as_declared(found.file.read(), found.kind)
    return Download(BytesIO(content), len(content), found.kind)


def _is_zip(found: Download) -> bool:
    begun = found.file.read(len(_ZIP))
    found.file.seek(0)
    return begun == _ZIP


def _with_ending(name: str, content_type: str) -> str:
    """Return a name with the ending that fits a content type, or else its path's."""
    path, _, query = name.partition("?")
    kind = format_of_type(content_type)
    endings = kind.suffixes if kind else _endings_of(path)
    if not endings or name.lower().endswith(tuple(endings)):
        return name
    if query or kind:
        return f"{name}{endings[0]}"
    return name


def _endings_of(path: str) -> tuple[str, ...]:
    records = tuple(each for each in RECORDS if path.lower().endswith(each))
    suffix = PurePosixPath(path.partition("/")[2]).suffix.lower()
    return records or ((suffix,) if suffix else ())


def _is_zipped(name: str) -> bool:
    kind = format_of(name)
    return kind is not None and kind.zipped
