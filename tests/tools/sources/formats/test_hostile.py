"""Files made to do harm cost themselves alone, and are refused in words."""

import io
import time
import zipfile

import pytest

from tests.tools.sources.built import book, slides, word, workbook
from tools.documents.document import Document
from tools.sources.files import read_file
from tools.sources.found import Skipped


def read(content: bytes, name: str) -> Document | Skipped:
    return next(iter(read_file(io.BytesIO(content), name, "here")))


def with_part(content: bytes, part: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, each in {**parts, part: text}.items():
            new.writestr(name, each)
    return out.getvalue()


FILES = {
    "a.docx": (word(), "word/document.xml"),
    "a.xlsx": (workbook(), "xl/worksheets/sheet1.xml"),
    "b.xlsx": (workbook(), "xl/workbook.xml"),
    "c.xlsx": (workbook(), "xl/styles.xml"),
    "a.pptx": (slides(), "ppt/slides/slide1.xml"),
    "a.epub": (book(), "OPS/book.opf"),
    "b.epub": (book(), "OPS/a.xhtml"),
    "d.docx": (word(), "docProps/core.xml"),
}
LEVELS = "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12)
)
PARTS = {
    "entities": f"<!DOCTYPE d [{LEVELS}]><d a='&e11;'>&e11;</d>".encode(),
    "a quadratic entity": (
        b"<!DOCTYPE d [<!ENTITY e '%s'>]><d>%s</d>" % (b"x" * 50_000, b"&e;" * 20_000)
    ),
    "a file": b"<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><d>&e;</d>",
    "deep": b"<d>" * 100_000,
    "deep and closed": b"<d>" * 3_000 + b"lamp" + b"</d>" * 3_000,
    "attributes": b"<d " + b" ".join(b"a%d='x'" % n for n in range(50_000)) + b"/>",
    "no end": b"<d><e>",
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("part", PARTS)
def test_a_hostile_part_costs_its_file_a_moment(name: str, part: str) -> None:
    content, place = FILES[name]
    start = time.monotonic()
    found = read(with_part(content, place, PARTS[part]), name)
    assert time.monotonic() - start < 30
    said = found.reason if isinstance(found, Skipped) else found.text
    assert said
    assert "lollol" not in said
    assert "root:" not in said
    assert isinstance(found, Document) or "\n" not in found.reason


@pytest.mark.parametrize("name", FILES)
def test_a_part_that_unpacks_to_too_much_is_not_unpacked(name: str) -> None:
    content, place = FILES[name]
    found = read(with_part(content, place, b" " * 30_000_000), name)
    assert isinstance(found, Skipped)
    assert "unpacks to more than 200 times its size" in found.reason


@pytest.mark.parametrize(
    "page",
    [
        "<p>hello</p><![<![<![",
        "<p>hello</p>" + "<div>" * 50_000,
        "<p>hello</p>" + "<table><tr><td>" * 20_000,
        "<p>hello</p>" + "<b>" * 50_000 + "x",
        "<p>hello</p>" + "<ul><li>" * 20_000 + "x",
        "<p>hello</p><a " + "x " * 50_000,
        "<p>hello</p><!DOCTYPE [<!ENTITY a '&a;&a;'>]>&a;",
        "<p>hello</p>" + "&#x110000;&#xD800;&#0;" * 100,
    ],
)
def test_a_page_that_parsers_reject_or_choke_on_is_read(page: str) -> None:
    found = read(page.encode(), "a.html")
    assert isinstance(found, Document)
    assert found.text.startswith("hello")
    found.text.encode()
