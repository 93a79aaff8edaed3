# ruff: noqa: E501 (samples of other formats read best in one line)
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.documents.document import Document
from tools.sources.files import read_file
from tools.sources.formats.conversion import convert
from tools.sources.formats.converted import RefusalError
from tools.sources.formats.table import format_of
from tools.sources.found import Skipped


def read(content: bytes, name: str) -> Document | Skipped:
    return next(iter(read_file(io.BytesIO(content), name, "here")))


def pdf(*pages: str) -> bytes:
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    body, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{tail}".encode()


def slides() -> bytes:
    from pptx import Presentation

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Lamps"
    slide.placeholders[1].text = "red\ntall"
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Prices"
    book.active.append(["lamp", "price"])
    book.active.append(["red | tall", 3.0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name.replace("__", "/").replace("_x", ".x"), text)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def word(body: str = "", doctype: str = "") -> bytes:
    body = body or (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Lamps</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>The lamp is red.</w:t></w:r></w:p>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELS)
        package.writestr(
            "word/document.xml",
            f"{doctype}<w:document {W}><w:body>{body}</w:body></w:document>",
        )
    return out.getvalue()


def book() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        )
        package.writestr(
            "OPS/book.opf",
            "<package><metadata><dc:title>On lamps</dc:title></metadata><manifest>"
            '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
        )
        package.writestr(
            "OPS/a.xhtml", "<html><body><h1>Red</h1><p>One.</p></body></html>"
        )
        package.writestr("OPS/b.xhtml", "<html><body><p>Two.</p></body></html>")
    return out.getvalue()


def notebook() -> bytes:
    cells = [
        {"cell_type": "markdown", "source": ["# Lamps\n", "Red."]},
        {
            "cell_type": "code",
            "source": "print(1)",
            "outputs": [{"output_type": "stream", "text": ["1\n"] * 50}],
        },
    ]
    return json.dumps({"cells": cells, "metadata": {}}).encode()


SAMPLES = {
    "a.pdf": (pdf("The lamp is red.", "Oak."), "a", ["## Page 1", "## Page 2", "Oak."]),
    "a.docx": (word(), "Lamps", ["# Lamps", "The lamp is red."]),
    "a.pptx": (slides(), "a", ["## Slide 1: Lamps", "- red", "- tall"]),
    "a.xlsx": (workbook(), "a", ["## Prices", "| red \\| tall | 3 |"]),
    "a.epub": (book(), "On lamps", ["# Red", "One.", "## Part 2", "Two."]),
    "a.ipynb": (notebook(), "Lamps", ["# Lamps", "print(1)", "…"]),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_is_read_as_markdown_that_keeps_its_places(name: str) -> None:
    content, title, wanted = SAMPLES[name]
    document = read(content, name)
    assert isinstance(document, Document), document
    assert (document.title, document.form) == (title, "markdown")
    lines = iter(document.text.split("\n"))
    assert all(line in lines for line in wanted), document.text  # in this order
    assert read(content, name) == document  # the same file, the same text


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "damage", [lambda c: c[: len(c) // 3], lambda c: b"junk", lambda c: b""]
)
def test_a_damaged_file_is_skipped_with_one_line(
    name: str, damage: Callable[[bytes], bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    found = read(damage(SAMPLES[name][0]), name)
    assert isinstance(found, Skipped)
    assert found.reason
    assert "\n" not in found.reason
    assert capfd.readouterr() == ("", "")


def test_a_zip_bomb_is_not_unpacked() -> None:
    found = read(word("<w:p/>" * 2_000_000), "a.docx")
    assert isinstance(found, Skipped)
    assert "unpacks to more than 200 times its size" in found.reason


def test_an_entity_bomb_does_not_expand() -> None:
    levels = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12)
    )
    bomb = word("<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>", f"<!DOCTYPE d [{levels}]>")
    assert isinstance(read(bomb, "a.docx"), Skipped)


def test_an_encrypted_office_file_says_so() -> None:
    found = read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "a.docx")
    assert isinstance(found, Skipped)
    assert found.reason.startswith("encrypted")


def test_a_conversion_that_takes_too_long_is_ended() -> None:
    kind = format_of("a.pdf")
    assert kind
    with pytest.raises(RefusalError, match="longer than"):
        convert(SAMPLES["a.pdf"][0], kind, seconds=0.001)


def test_a_folder_of_our_name_where_the_user_stands_is_not_imported() -> None:
    Path("tools").mkdir()
    Path("tools/__init__.py").write_text("raise SystemExit(3)")
    assert isinstance(read(SAMPLES["a.epub"][0], "a.epub"), Document)


def test_text_of_a_pdf_cannot_change_the_outline() -> None:
    document = read(pdf("# no heading", "<!-- open", "last"), "a.pdf")
    assert isinstance(document, Document)
    assert "\\# no heading" in document.text
    assert "\\<!-- open" in document.text


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("a.pdf", "pypdfium2"),
        ("a.docx", "mammoth"),
        ("a.pptx", "pptx"),
        ("a.xlsx", "openpyxl"),
    ],
)
def test_a_file_whose_converter_is_missing_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert read(SAMPLES[name][0], name) == Skipped(
        name, "needs the extra \"formats\" (pip install 'citeloop[formats]')"
    )
