"""EPUB: a zip of XHTML chapters, read in the order of the book's spine."""

import posixpath
import re
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

from bs4 import BeautifulSoup, Tag

from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.properties import read_xml, title_and_author
from tools.sources.formats.web.html import html_to_markdown

__all__ = ["convert_epub"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTED = "META-INF/encryption.xml"
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)


def convert_epub(content: bytes) -> Converted:
    """Return a book, each chapter under its headings or else under its title."""
    with ZipFile(BytesIO(content)) as book:
        names = set(book.namelist())
        if _CONTAINER not in names:
            raise RefusalError("not an EPUB: it has no table of its contents")
        root = read_xml(book.read(_CONTAINER)).find("rootfile")
        place = str(root.get("full-path")) if isinstance(root, Tag) else ""
        package = read_xml(book.read(place))
        chapters = [name for name in _spine(package, place) if name in names]
        parts = [_chapter(book.read(name), at) for at, name in enumerate(chapters, 1)]
        if not any(parts) and _ENCRYPTED in names:
            raise RefusalError("encrypted: it is protected against copying")
    title, metadata = title_and_author(package)
    return Converted("\n".join(part for part in parts if part), title, metadata)


def _spine(package: BeautifulSoup, place: str) -> list[str]:
    """Return the names of the chapters in the order in which they are read."""
    folder = posixpath.dirname(place)
    items = {
        str(item.get("id")): unquote(str(item.get("href") or ""))
        for item in package.find_all("item")
        if "html" in str(item.get("media-type"))
    }
    order = (str(each.get("idref")) for each in package.find_all("itemref"))
    paths = (items[each] for each in order if each in items)
    return [posixpath.normpath(posixpath.join(folder, path)) for path in paths]


def _chapter(content: bytes, number: int) -> str:
    title, text = html_to_markdown(content.decode("utf-8", "replace"))
    body = text.strip()
    if not body:
        return ""
    if not _HEADING.search(body):
        body = f"## {title or f'Part {number}'}\n\n{body}"
    return f"{body}\n"
