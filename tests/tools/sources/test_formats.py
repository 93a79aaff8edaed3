import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.sources.built import book, notebook, pdf, slides, word, workbook
from tools.documents.document import Document
from tools.sources.files import read_file
from tools.sources.formats.conversion import convert
from tools.sources.formats.converted import RefusalError
from tools.sources.formats.table import format_of
from tools.sources.found import Skipped


def read(content: bytes, name: str) -> Document | Skipped:
    return next(iter(read_file(io.BytesIO(content), name, "here")))


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
