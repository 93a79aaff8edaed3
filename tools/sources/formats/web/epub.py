"""EPUB: a zip of XHTML chapters, read in the order of the book's spine."""

import posixpath
import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.decoding import decode
from tools.sources.formats.properties import elements, read_xml, title_and_author
from tools.sources.formats.web.html import read_page
from tools.sources.formats.web.pages import Page

__all__ = ["convert_epub"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTED = "META-INF/encryption.xml"
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_PAGES = (".xhtml", ".html", ".htm")
_NO_SPINE = "it has no spine: its chapters stand in the order of its manifest"


def convert_epub(content: bytes) -> Converted:
    """Return a book, each chapter under its headings or else under its title.

    Raises:
        RefusalError: it names no contents, or all of it is encrypted.
    """
    with ZipFile(BytesIO(content)) as book:
        place = _place(book)
        package = read_xml(book.read(place))
        chapters, remarks = _chapters(package, place, set(book.namelist()))
        pages = [_page(book.read(name)) for name in chapters]
        if _ENCRYPTED in book.namelist() and not any(page.text for page in pages):
            raise RefusalError("encrypted: it is protected against copying")
    title, metadata = title_and_author(package)
    parts = [_titled(page, at) for at, page in enumerate(pages, 1) if page.text]
    return Converted("\n".join(parts), title, metadata, remarks)


def _place(book: ZipFile) -> str:
    """Return the name of the part that lists all others."""
    names = book.namelist()
    if _CONTAINER in names:
        container = read_xml(book.read(_CONTAINER))
        for rootfile in elements(container, "rootfile"):
            place = unquote(rootfile.get("full-path") or "")
            if place in names:
                return place
    found = next((name for name in names if name.endswith(".opf")), None)
    if found is None:
        raise RefusalError("not an EPUB: it has no table of its contents")
    return found


def _chapters(
    package: Any, place: str, names: set[str]
) -> tuple[list[str], tuple[str, ...]]:
    """Return the names of the chapters in the order in which they are read."""
    items = {
        item.get("id") or item.get("href"): item
        for item in elements(package, "item")
        if _is_page(item)
    }
    order = [each.get("idref") for each in elements(package, "itemref")]
    listed = [items[each] for each in order if each in items]
    remarks = []
    if not listed:
        remarks.append(_NO_SPINE)
        pages = items.values()
        listed = [each for each in pages if "nav" not in _words(each, "properties")]
    paths = list(dict.fromkeys(_paths(listed, posixpath.dirname(place))))
    kept = [path for path in paths if path in names]
    if len(kept) < len(paths):
        remarks.append(f"{len(paths) - len(kept):,} of its chapters are missing")
    return kept, tuple(remarks)


def _is_page(item: Any) -> bool:
    kind, place = item.get("media-type") or "", (item.get("href") or "").lower()
    return "html" in kind or (place.endswith(_PAGES) and "image" not in kind)


def _words(item: Any, name: str) -> list[str]:
    return (item.get(name) or "").split()


def _paths(items: Iterable[Any], folder: str) -> Iterable[str]:
    for item in items:
        path = unquote((item.get("href") or "").partition("#")[0])
        yield posixpath.normpath(posixpath.join(folder, path))


def _page(content: bytes) -> Page:
    try:
        return read_page(decode(content, markup=True).text)
    except RefusalError:  # empty, or what is encrypted looks like
        return Page("", "", "")


def _titled(page: Page, number: int) -> str:
    body = page.text.strip()
    if not _HEADING.search(body):
        body = f"## {page.title or f'Part {number}'}\n\n{body}"
    return f"{body}\n"
