"""PDF by PDFium, the reader that Chrome has: each page a section, for the citation."""

from typing import Any

from tools.sources.formats.converted import Converted, RefusalError, own_title
from tools.sources.formats.escaping import as_markdown
from tools.sources.formats.fields import filled_in
from tools.sources.formats.hyphens import join_lines

__all__ = ["convert_pdf"]

_PASSWORD = 4  # FPDF_ERR_PASSWORD


def convert_pdf(content: bytes) -> Converted:
    """Return a PDF with a heading for each page: its number and its bookmark."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        pdf = PdfDocument(content)
    except PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise RefusalError("encrypted: it opens with a password only") from error
        raise
    pdf.init_forms()
    chapters = _chapters(pdf)
    parts: list[str] = []
    chapter = ""
    for index, text in enumerate(_texts(pdf)):
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


def _texts(pdf: Any) -> list[str]:
    """Return the text of each page, then what was filled in or noted on it."""
    texts: list[str] = []
    filled: list[list[str]] = []
    for page in pdf:
        texts.append(page.get_textpage().get_text_bounded())
        filled.append([f"- {each}" for each in filled_in(pdf, page)])
        page.close()
    pages = zip(join_lines(texts), filled, strict=True)
    return [_page(text, more) for text, more in pages]


def _page(text: str, filled: list[str]) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "�")
    text = as_markdown("\n".join(line.rstrip() for line in text.split("\n")).strip())
    return "\n\n".join(filter(None, (text, "\n".join(filled))))


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
