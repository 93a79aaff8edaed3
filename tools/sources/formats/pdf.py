"""PDF by PDFium, the reader that Chrome has: each page a section, for the citation."""

import re
from collections.abc import Iterator
from typing import Any

from tools.sources.formats.converted import Converted, RefusalError, own_title
from tools.sources.formats.escaping import as_markdown

__all__ = ["convert_pdf"]

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_BROKEN_WORD = re.compile("[\ufffe\x02][ \t]*\r?\n?")
"""What PDFium writes for a hyphen at the end of a line."""


def convert_pdf(content: bytes) -> Converted:
    """Return a PDF with a heading for each page: its number and its bookmark."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        pdf = PdfDocument(content)
    except PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise RefusalError("encrypted: it opens with a password only") from error
        raise
    chapters = _chapters(pdf)
    parts: list[str] = []
    chapter = ""
    for index, text in enumerate(_pages(pdf)):
        chapter = chapters.get(index, chapter)
        if text:
            name = f": {chapter}" if chapter else ""
            parts.append(f"## Page {index + 1}{name}\n\n{text}\n")
    if not parts:
        raise RefusalError("no text, only images: it needs OCR first")
    about = pdf.get_metadata_dict()
    author = " ".join(about.get("Author", "").split())[:500]
    metadata = {"author": author} if author else {}
    return Converted("\n".join(parts), own_title(about.get("Title")), metadata)


def _pages(pdf: Any) -> Iterator[str]:
    for page in pdf:
        text = page.get_textpage().get_text_bounded()
        lines = _BROKEN_WORD.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
        body = "\n".join(line.rstrip() for line in lines.split("\n")).strip()
        yield as_markdown(body.replace("\x00", "�"))
        page.close()


def _chapters(pdf: Any) -> dict[int, str]:
    """Return the bookmark under which each page stands where a new one begins."""
    chapters: dict[int, str] = {}
    for bookmark in pdf.get_toc():
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        title = " ".join(bookmark.get_title().split())[:100]
        if index is not None and title:
            chapters.setdefault(index, title)
    return chapters
