# ruff: noqa: E501 (samples of other formats read best in one line)
"""Books: any prefix, with a spine or without, in any Unicode, with what is missing."""

import io
import zipfile

import pytest

from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.web.epub import convert_epub

CONTAINER = (
    '<?xml version="1.0"?><c:container xmlns:c="urn:oasis:names:tc:opendocument:xmlns:'
    'container"><c:rootfiles><c:rootfile full-path="OPS/b.opf"/></c:rootfiles>'
    "</c:container>"
)
OPF = 'xmlns:opf="http://www.idpf.org/2007/opf"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
ITEMS = (
    '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="n" href="n.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
)
SPINE = '<spine><itemref idref="a"/><itemref idref="b"/></spine>'
CHAPTERS = {
    "OPS/a b.xhtml": '<?xml version="1.0"?><html><body><p>One 10<sup>6</sup></p></body></html>',
    "OPS/b.xhtml": "<html><head><title>Tab</title></head><body><p>Two</p></body></html>",
    "OPS/n.xhtml": "<html><body><p>Contents</p></body></html>",
}


def opf(inner: str) -> str:
    return f"<package {DC}><metadata><dc:title>On lamps</dc:title></metadata>{inner}</package>"


def book(package: str, container: str = CONTAINER, **parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        if container:
            packed.writestr("META-INF/container.xml", container)
        packed.writestr("OPS/b.opf", package)
        for name, text in {**CHAPTERS, **parts}.items():
            packed.writestr(name, text)
    return out.getvalue()


def read(*given: str, **parts: str | bytes) -> Converted:
    return convert_epub(book(*given, **parts))


WHOLE = opf(f"<manifest>{ITEMS}</manifest>{SPINE}")
PREFIXED = WHOLE.replace("<", "<opf:").replace("<opf:/", "</opf:")
PREFIXED = PREFIXED.replace("opf:dc:", "dc:").replace("package ", f"package {OPF} ", 1)
ORDERED = "## Part 1\n\nOne 10^6\n\n## Tab\n\nTwo\n"


@pytest.mark.parametrize(
    "package",
    [
        WHOLE,
        PREFIXED,
        PREFIXED.replace("opf:", "ns0:").replace(":opf=", ":ns0="),
        f'<?xml version="1.0" encoding="utf-8"?>\n{WHOLE}',
        WHOLE.replace("application/xhtml+xml", "text/html"),
        WHOLE.replace('media-type="application/xhtml+xml"', ""),
        WHOLE.replace("<itemref", '<itemref linear="no"'),
        WHOLE.replace("</spine>", '<itemref idref="a"/></spine>'),  # twice is once
        WHOLE.replace(" xmlns:dc", " xmlns:undeclared"),
    ],
)
def test_a_book_is_read_under_any_prefix(package: str) -> None:
    found = read(package)
    assert (found.text, found.title, found.remarks) == (ORDERED, "On lamps", ())


@pytest.mark.parametrize(
    "spine", ["", "<spine/>", '<spine><itemref idref="x"/></spine>']
)
def test_without_a_spine_the_manifest_is_followed_and_that_is_told(spine: str) -> None:
    found = read(opf(f"<manifest>{ITEMS}</manifest>{spine}"))
    assert found.text == "## Tab\n\nTwo\n\n## Part 2\n\nOne 10^6\n"
    assert found.remarks[0].startswith("it has no spine")


def test_a_chapter_that_is_missing_is_told() -> None:
    items = ITEMS.replace("b.xhtml", "gone.xhtml", 1)
    found = read(opf(f"<manifest>{items}</manifest>{SPINE}"))
    assert found.remarks == ("1 of its chapters are missing",)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_chapters_and_packages_are_read_in_any_unicode(encoding: str) -> None:
    chapter = '<?xml version="1.0" encoding="UTF-16"?><p>Größe</p>'.encode(encoding)
    assert "Größe" in read(WHOLE, **{"OPS/b.xhtml": chapter}).text
    assert "xml" not in read(WHOLE, **{"OPS/b.xhtml": chapter}).text


def test_a_book_without_a_container_is_found_by_its_package() -> None:
    assert read(WHOLE, "").text == ORDERED
    lost = CONTAINER.replace("b.opf", "gone.opf")
    assert read(WHOLE, lost).text == ORDERED


@pytest.mark.parametrize(
    "package",
    [
        "",
        "no xml",
        f"<!DOCTYPE x [<!ENTITY a '{'x' * 999}'>]>" + opf("&a;" * 999),
        "<a>" * 100_000,
    ],
)
def test_a_broken_package_is_refused_or_empty(package: str) -> None:
    try:
        found = read(package)
    except RefusalError:
        return
    assert not found.text
