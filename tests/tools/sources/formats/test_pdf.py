# ruff: noqa: E501 (samples of other formats read best in one line)
"""PDF: words at line ends, and what was filled in."""

import re
import time

import pytest

from tools.sources.formats.hyphens import join_lines
from tools.sources.formats.pdf import convert_pdf


def pdf(*lines: str, fields: tuple[str, ...] = (), bare: bool = False) -> bytes:
    """A page of lines; each field is a widget's or an annotation's own entries."""
    shown = "".join(
        f"1 0 0 1 72 {740 - 15 * at} Tm ({line}) Tj " for at, line in enumerate(lines)
    )
    stream = f"BT /F1 11 Tf {shown}ET"
    kids = [f"{number} 0 R" for number in range(6, 6 + len(fields))]
    widgets = [kid for kid, field in zip(kids, fields, strict=True) if "/FT" in field]
    form = "" if bare else f"/AcroForm<</Fields[{' '.join(widgets)}]>>"
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{form}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[{' '.join(kids)}]/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *(f"<</Type/Annot/Rect[0 0 9 9]{field}>>" for field in fields),
    ]
    body, places = "%PDF-1.5\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{tail}".encode("latin-1")


def text_of(*lines: str, fields: tuple[str, ...] = ()) -> str:
    return convert_pdf(pdf(*lines, fields=fields)).text


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("a state-of-", "the-art pump", "state-of-the-art"),
        ("a state-of-the-", "art pump", "state-of-the-art"),
        ("the informa-", "tion here", "the information here"),
        ("the mainte-", "nance crew", "maintenance"),
        ("a well-", "known lamp", "well-known"),
        ("the long-", "term plan", "long-term"),
        ("a user-", "friendly lamp", "user-friendly"),
        ("COVID-", "19 cases", "COVID-19"),
        ("an F-", "16 jet", "F-16"),
        ("a 10-", "year plan", "10-year"),
        ("the Anglo-", "American law", "Anglo-American"),
        ("INFORMA-", "TION", "INFORMATION"),
        ("a GPU-", "based server", "GPU-based"),
        ("non-informa-", "tion", "non-information"),
        ("my mother-in-", "law said", "mother-in-law"),
        ("an e-", "mail", "e-mail"),
        ("cost-effec-", "tive", "cost-effective"),
        ("the open-", "ing of", "the opening of"),
        ("black-", "and-white", "black-and-white"),
        ("pre-", "and post-war", "pre- and post-war"),
        ("re-elec-", "tion", "re-election"),
        ("Haupt-", "bahnhof", "Hauptbahnhof"),
        ("the vice-", "president", "vice-president"),
        ("decision-", "making", "decision-making"),
    ],
)
def test_a_word_at_a_line_end_is_whole_and_a_compound_keeps_its_hyphen(
    first: str, second: str, whole: str
) -> None:
    assert whole in text_of(first, second)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("on\x02line and online", "online and online"),
        ("on\x02line and on-line", "on-line and on-line"),
        ("copper\x02plate; copper and plate", "copper-plate; copper and plate"),
        ("copper\x02plate; copperplate", "copperplate; copperplate"),
        ("effi\x02\r\ncient", "efficient"),
        ("e\ufb03cient \ufb01le", "efficient file"),
        ("soft\xadhy\xad\r\nphen", "softhyphen"),
        ("end\x02", "end"),
        ("\x02start", "start"),
    ],
)
def test_the_document_itself_says_how_it_writes_a_word(text: str, whole: str) -> None:
    assert join_lines([text])[0] == whole


def test_a_word_of_another_page_tells_too() -> None:
    assert join_lines(["data\x02base", "a data-base"]) == ["data-base", "a data-base"]


@pytest.mark.parametrize(
    "shape", ["ab\x02", "\x02", "a-", "a\x02-", "\xad\n", "a" * 99 + "\x02"]
)
def test_lines_are_joined_in_the_time_of_their_length(shape: str) -> None:
    def seconds(size: int) -> float:
        page = shape * (size // len(shape))
        start = time.process_time()
        join_lines([page])
        return time.process_time() - start

    best = [min(seconds(size) for _ in range(3)) for size in (60_000, 120_000)]
    assert best[1] < 3 * best[0] + 0.05


TEXT = "/Subtype/Widget/FT/Tx"
BOX = "/Subtype/Widget/FT/Btn"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (f"{TEXT}/T(tenant)/V(Formvalue)", "- tenant: Formvalue"),
        (f"{TEXT}/T(t1)/TU(Name of tenant)/V(Ann)", "- Name of tenant: Ann"),
        (f"{TEXT}/T(note)/Ff 4096/V(one\\rtwo)", "- note: one two"),
        (f"{TEXT}/T(u)/V<FEFF00C4>", "- u: Ä"),
        (
            "/Subtype/Widget/FT/Ch/T(city)/Ff 131072/Opt[(Rome)(Oslo)]/V(Oslo)",
            "- city: Oslo",
        ),
        (
            "/Subtype/Widget/FT/Ch/T(c)/Ff 131072/Opt[[(1)(Rome)][(2)(Oslo)]]/V(2)",
            "- c: Oslo",
        ),
        (
            f"{BOX}/T(agree)/V/Yes/AS/Yes/AP<</N<</Yes 4 0 R/Off 4 0 R>>>>",
            "- agree: checked",
        ),
        (
            f"{BOX}/T(agree)/V/Off/AS/Off/AP<</N<</Yes 4 0 R/Off 4 0 R>>>>",
            "- agree: not checked",
        ),
        (
            f"{BOX}/T(size)/Ff 32768/V/Big/AS/Big/AP<</N<</Big 4 0 R/Off 4 0 R>>>>",
            "- size: Big",
        ),
        ("/Subtype/FreeText/Contents(typed on the page)", "- Note: typed on the page"),
        ("/Subtype/Text/Contents(a sticky note)", "- Note: a sticky note"),
    ],
)
def test_what_was_filled_in_is_read_behind_the_page(field: str, said: str) -> None:
    text = text_of("Name of tenant:", fields=(field,))
    assert text.rstrip().endswith(said)
    assert text.startswith("## Page 1\n\nName of tenant:\n\n")


@pytest.mark.parametrize(
    "field",
    [
        f"{TEXT}/T(empty)",
        f"{TEXT}/T(pin)/Ff 8192/V(4711)",
        f"{BOX}/T(push)/Ff 65536",
        f"{BOX}/T(size)/Ff 32768/V/Off/AS/Off/AP<</N<</Big 4 0 R/Off 4 0 R>>>>",
        "/Subtype/Link/A<</S/URI/URI(http://e.org)>>",
        "/Subtype/Highlight",
    ],
)
def test_empty_fields_passwords_and_buttons_say_nothing(field: str) -> None:
    assert text_of("Page", fields=(field,)) == "## Page 1\n\nPage\n"


def test_a_form_without_other_text_is_no_scan() -> None:
    assert "- a: b" in text_of(fields=(f"{TEXT}/T(a)/V(b)",))


def test_fields_cannot_change_the_outline() -> None:
    text = text_of("x", fields=(f"{TEXT}/T(a)/V(one\\n# two)",))
    assert re.findall(r"^#.*", text, re.MULTILINE) == ["## Page 1"]
