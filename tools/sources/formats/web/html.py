"""HTML as Markdown, by the parser of libxml2: what browsers show, it takes.

It is heard element by element and builds no tree, so that a page takes the time of its
length, however it is nested, and nothing in it is too deep.
"""

from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.decoding import decode
from tools.sources.formats.web.pages import Page, PageWriter
from tools.text.markdown import plain

__all__ = ["convert_html", "read_page"]

_CDATA = ("<![CDATA[", "]]>")
_CODE = ("<?php", "?>")


def convert_html(content: bytes) -> Converted:
    """Return a page under its first heading, or else its title.

    Raises:
        RefusalError: it is no text, or shows none.
    """
    read = decode(content, markup=True)
    page = read_page(read.text)
    if not page.text.strip():
        raise RefusalError("empty")
    title = plain(page.heading) or page.title
    return Converted(page.text + "\n", title, remarks=read.remarks)


def read_page(html: str) -> Page:
    """Return what a page shows; scripts, styles and what directs programs are gone."""
    from lxml.etree import HTMLParser

    # The text is decoded already; huge_tree: no limit of depth, for there is no tree.
    parser = HTMLParser(target=PageWriter(), encoding="utf-8", huge_tree=True)
    parser.feed(_without_code(_with_text_of_cdata(html)).encode("utf-8", "replace"))
    page = parser.close()
    return page if isinstance(page, Page) else Page("", "", "")


def _with_text_of_cdata(html: str) -> str:
    """Return a page in which sections of CDATA, which XHTML has, are their text."""
    kept, *sections = html.split(_CDATA[0])
    parts = [kept]
    for section in sections:
        text, end, rest = section.partition(_CDATA[1])
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        parts.append(f"{escaped}{rest}" if end else _CDATA[0] + text)
    return "".join(parts)


def _without_code(html: str) -> str:
    """Return a page without PHP, which may hold signs that end other instructions."""
    kept, *sections = html.split(_CODE[0])
    return kept + "".join(section.partition(_CODE[1])[2] for section in sections)
