"""Reads the records of a JSONL file, each as a document."""

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from collections.abc import Iterator
from gzip import GzipFile
from typing import IO
from zlib import error as ZlibError  # noqa: N812 (it is a class)

from tools.documents.document import Document
from tools.sources.formats.converted import RefusalError
from tools.sources.formats.decoding import decode
from tools.sources.formats.zipped import MAX_FILE
from tools.sources.found import Found, Skipped
from tools.text.clean import scalar
from tools.text.markdown import plain_values

__all__ = ["RECORDS", "read_records"]

RECORDS = (".jsonl", ".jsonl.gz", ".ndjson")
"""How the names of such files end."""
_WIDE = (BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_BE)
"""How texts in UTF-16 and UTF-32 begin; that of UTF-32 LE begins with the first."""


def read_records(file: IO[bytes], name: str, source: str) -> Found:
    """Yield the documents of a BEIR corpus: `_id`, `title` and `text` a line.

    Other fields with plain values become metadata, to be searched by with `where`.
    """
    unpacked = GzipFile(fileobj=file) if name.lower().endswith(".gz") else file
    try:
        lines = _lines(unpacked)
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_FILE:
                yield Skipped(
                    f"{name} line {number}", "larger than 64 MiB", holds_more=True
                )
                return
            if line.strip():
                yield _read_record(line, f"{name} line {number}", source)
    except RefusalError as error:
        yield Skipped(name, str(error), holds_more=True)
    except (OSError, EOFError, ZlibError) as error:
        yield Skipped(name, f"cannot be unpacked ({error})", holds_more=True)


def _lines(file: GzipFile | IO[bytes]) -> Iterator[bytes]:
    """Yield lines in UTF-8; a file in UTF-16 or UTF-32 is read as a whole first."""
    first = file.readline(MAX_FILE + 1)
    if first.startswith(_WIDE):
        content = first + file.read(MAX_FILE + 1)
        if len(content) > MAX_FILE:
            yield content
            return
        yield from (line.encode() for line in decode(content).text.split("\n"))
        return
    yield first
    yield from iter(lambda: file.readline(MAX_FILE + 1), b"")


def _read_record(line: bytes, place: str, source: str) -> Document | Skipped:
    try:
        record = json.loads(line)
    except UnicodeDecodeError:
        return Skipped(place, "not UTF-8", holds_more=True)
    except (ValueError, RecursionError):
        return Skipped(place, "not JSON", holds_more=True)
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        return Skipped(place, 'no "text"', holds_more=True)
    if not isinstance(record.get("_id"), str | int) or not str(record["_id"]).strip():
        return Skipped(place, 'no "_id"')
    name = scalar(str(record["_id"]))
    text = scalar(record["text"]).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return Skipped(f"{place} ({name})", "empty")
    title = scalar(str(record.get("title") or ""))[:500]
    own = {"_id", "title", "text"}
    rest = {key: value for key, value in record.items() if key not in own}
    text = text.replace("\x00", "�")
    return Document(name, title, text, "markdown", source, plain_values(rest))
