"""Reads the bytes of one file as documents: Markdown, HTML, plain text, records."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import PurePosixPath
from typing import IO
from warnings import catch_warnings, simplefilter
from zlib import error as ZlibError  # noqa: N812 (it is a class)

from tools.clean import scalar
from tools.documents import Document
from tools.markdown import read_front_matter

__all__ = ["MAX_FILE", "RECORDS", "Found", "Skipped", "named_by_kind", "read_file"]

MAX_FILE = 64 * 1024 * 1024
"""Bytes of one file, in an archive after unpacking; also of one record."""
RECORDS = (".jsonl", ".jsonl.gz", ".ndjson")
_MARKDOWN = {".md", ".markdown", ".mdx"}
_HTML = {".html", ".htm"}


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was named or found and could not be read."""

    name: str
    reason: str
    holds_more: bool = False
    """Whether it stands for documents whose number and names are not known."""


Found = Iterator[Document | Skipped]


def read_file(file: IO[bytes], name: str, source: str) -> Found:
    """Yield what a file holds: one document, or one for each of its records."""
    if name.lower().endswith(RECORDS):
        yield from _read_records(file, name, source)
        return
    content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        yield Skipped(name, "larger than 64 MiB")
        return
    yield _read_document(content, name, source)


def named_by_kind(name: str, kind: str) -> str:
    """Return a name with the ending that fits a content type."""
    suffix = PurePosixPath(name).suffix.lower()
    if "html" in kind and suffix not in _HTML:
        return f"{name}.html"
    if "markdown" in kind and suffix not in _MARKDOWN:
        return f"{name}.md"
    return name


def _read_document(content: bytes, name: str, source: str) -> Document | Skipped:
    name = scalar(name)
    text = _decode(content, name)
    if isinstance(text, Skipped):
        return text
    suffix = PurePosixPath(name).suffix.lower()
    title = PurePosixPath(name).stem
    if suffix in _HTML:
        try:
            title, text = _from_html(text, title)
        except RecursionError:
            return Skipped(name, "nested too deeply")
        if not text.strip():
            return Skipped(name, "empty")
    if suffix not in _MARKDOWN | _HTML:
        return Document(name, title, text, "text", source)
    front = read_front_matter(text)
    title = (front.title or title)[:500]
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


def _from_html(html: str, title: str) -> tuple[str, str]:
    """Return the title and the Markdown of a page; what is not shown is left out."""
    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
    from markdownify import MarkdownConverter

    with catch_warnings():
        # A page that holds nothing but an address is a page all the same.
        simplefilter("ignore", MarkupResemblesLocatorWarning)
        page = BeautifulSoup(html, "html.parser")
    if page.title and page.title.string and page.title.string.strip():
        title = " ".join(page.title.string.split())
    for element in page(["head", "script", "style", "noscript", "template", "img"]):
        element.decompose()
    return title, str(MarkdownConverter(heading_style="ATX").convert_soup(page))


def _read_records(file: IO[bytes], name: str, source: str) -> Found:
    """Yield the documents of a BEIR corpus: `_id`, `title` and `text` a line."""
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
    return Document(name, title, text.replace("\x00", "�"), "markdown", source)
