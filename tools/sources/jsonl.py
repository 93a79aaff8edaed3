"""Reads the records of a JSONL file, each as a document."""

import json
from gzip import GzipFile
from typing import IO
from zlib import error as ZlibError  # noqa: N812 (it is a class)

from tools.documents.document import Document
from tools.sources.formats.zipped import MAX_FILE
from tools.sources.found import Found, Skipped
from tools.text.clean import scalar
from tools.text.front_matter import plain_values

__all__ = ["RECORDS", "read_records"]

RECORDS = (".jsonl", ".jsonl.gz", ".ndjson")
"""How the names of such files end."""


def read_records(file: IO[bytes], name: str, source: str) -> Found:
    """Yield the documents of a BEIR corpus: `_id`, `title` and `text` a line.

    Other fields with plain values become metadata, to be searched by with `where`.
    """
    unpacked = GzipFile(fileobj=file) if name.lower().endswith(".gz") else file
    try:
        lines = iter(lambda: unpacked.readline(MAX_FILE + 1), b"")
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_FILE:
                yield Skipped(
                    f"{name} line {number}", "larger than 64 MiB", holds_more=True
                )
                return
            if line.strip():
                yield _read_record(line, f"{name} line {number}", source)
    except (OSError, EOFError, ZlibError) as error:
        yield Skipped(name, f"cannot be unpacked ({error})", holds_more=True)


def _read_record(line: bytes, place: str, source: str) -> Document | Skipped:
    try:
        record = json.loads(line)
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
