"""Reads the bytes of one file as documents: texts, code, converted files, records."""

from pathlib import PurePosixPath
from typing import IO

from tools.documents.document import Document, Form
from tools.sources.formats.conversion import convert, is_converted
from tools.sources.formats.converted import RefusalError
from tools.sources.formats.zipped import MAX_FILE
from tools.sources.found import Found, Skipped
from tools.sources.jsonl import RECORDS, read_records
from tools.text.clean import scalar
from tools.text.code import is_code
from tools.text.markdown import read_front_matter
from tools.text.restructured import rst_title

__all__ = ["named_by_kind", "read_file"]

_MARKDOWN = {".md", ".markdown", ".mdx"}
_HTML = {".html", ".htm"}
_RST = {".rst", ".rest"}
_KINDS = {
    "html": ".html",
    "markdown": ".md",
    "application/pdf": ".pdf",
    "wordprocessingml": ".docx",
    "presentationml": ".pptx",
    "spreadsheetml": ".xlsx",
    "epub+zip": ".epub",
    "ipynb+json": ".ipynb",
}
"""The ending that fits a content type, by a part of it."""


def read_file(file: IO[bytes], name: str, source: str) -> Found:
    """Yield what a file holds: one document, or one for each of its records."""
    if name.lower().endswith(RECORDS):
        yield from read_records(file, name, source)
        return
    content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        yield Skipped(name, "larger than 64 MiB")
        return
    yield _read_document(content, name, source)


def named_by_kind(name: str, kind: str) -> str:
    """Return a name with the ending that fits a content type."""
    wanted = next((end for part, end in _KINDS.items() if part in kind), None)
    same = next((ends for ends in (_HTML, _MARKDOWN) if wanted in ends), {wanted})
    suffix = PurePosixPath(name).suffix.lower()
    return name if wanted is None or suffix in same else f"{name}{wanted}"


def _read_document(content: bytes, name: str, source: str) -> Document | Skipped:
    name = scalar(name)
    if is_converted(name):
        return _read_converted(content, name, source)
    text = _decode(content, name)
    if isinstance(text, Skipped):
        return text
    suffix = PurePosixPath(name).suffix.lower()
    title = PurePosixPath(name).stem
    if suffix in _HTML:
        from tools.sources.formats.html import html_to_markdown

        try:
            own_title, text = html_to_markdown(text)
        except RecursionError:
            return Skipped(name, "nested too deeply")
        if not text.strip():
            return Skipped(name, "empty")
        title = own_title or title
    if suffix not in _MARKDOWN | _HTML:
        form = _form(name)
        if form == "rst":
            title = (rst_title(text) or title)[:500]
        return Document(name, title, text, form, source)
    front = read_front_matter(text)
    title = (front.title or title)[:500]
    return Document(name, title, text, "markdown", source, front.metadata)


def _form(name: str) -> Form:
    if PurePosixPath(name).suffix.lower() in _RST:
        return "rst"
    return "code" if is_code(name) else "text"


def _read_converted(content: bytes, name: str, source: str) -> Document | Skipped:
    try:
        converted = convert(content, name)
    except RefusalError as error:
        return Skipped(name, scalar(str(error)))
    text = scalar(converted.text)
    title = scalar(converted.title) or PurePosixPath(name).stem
    metadata = {key: scalar(value) for key, value in converted.metadata.items()}
    return Document(name, title[:500], text, "markdown", source, metadata)


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
