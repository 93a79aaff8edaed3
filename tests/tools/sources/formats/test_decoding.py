"""Bytes to characters: a mark of order, what is declared, UTF-8, then a guess."""

import codecs
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.sources.formats.converted import RefusalError
from tools.sources.formats.decoding import as_declared, decode

GERMAN = "Der Motor läuft über Nacht."
META = '<meta charset="{}"><p>{}</p>'
OLD_META = "<META content='text/html; CHARSET={}' http-equiv=Content-Type><p>{}</p>"
XHTML = '<?xml version="1.0" encoding="{}"?><html><p>{}</p></html>'


@pytest.mark.parametrize(
    ("template", "label", "encoding", "text"),
    [
        (META, "iso-8859-1", "latin-1", GERMAN),
        (META, "windows-1252", "cp1252", "“quoted” – 5 €"),
        (META, "ISO-8859-1", "cp1252", "“quoted” – 5 €"),  # as browsers take it
        (META, "us-ascii", "cp1252", "naïve"),
        (META, "windows-1251", "cp1251", "Насос работает"),
        (META, "koi8-r", "koi8-r", "Насос работает"),
        (META, "Shift_JIS", "cp932", "ポンプ①"),
        (META, "x-sjis", "cp932", "ポンプ"),
        (META, "gb2312", "gb18030", "水泵運行"),
        (META, "big5", "big5", "水泵"),
        (META, "euc-kr", "cp949", "펌프"),
        (META, "utf8", "utf-8", GERMAN),
        (OLD_META, "iso-8859-2", "iso8859-2", "Łódź źle"),
        (OLD_META, "windows-1254", "cp1254", "Şişe ığ"),
        (XHTML, "iso-8859-15", "iso8859-15", "5 € naïve"),
        (XHTML, "windows-1253", "cp1253", "αντλία"),
    ],
)
def test_a_page_is_read_as_it_says_of_itself(
    template: str, label: str, encoding: str, text: str
) -> None:
    page = template.format(label, text)
    read = decode(page.encode(encoding), markup=True)
    assert (read.text, read.remarks) == (page, ())


@pytest.mark.parametrize(
    "page",
    [
        META.format("x-none", GERMAN),
        META.format("utf-16", GERMAN),  # it is not, or this could not be read
        META.format("idna", GERMAN),
        META.format("zip", GERMAN),
        "<!-- <meta charset=koi8-r> -->" + GERMAN,
        META.format("rot13", GERMAN),
    ],
)
def test_a_declaration_that_makes_no_sense_is_none(page: str) -> None:
    assert decode(page.encode(), markup=True).text == page


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("# -*- coding: latin-1 -*-\nname = 'Größe'\n", "latin-1"),
        ("#!/usr/bin/env ruby\n# encoding: koi8-r\nputs 'Насос'\n", "koi8-r"),
        ('/* coding: cp1251 */\nchar *s = "Насос";\n', "cp1251"),
        (".. -*- coding: iso-8859-2 -*-\n\nŁódź\n", "iso8859-2"),
        ('@charset "windows-1252";\na { content: "“" }\n', "cp1252"),
        ("<?xml version='1.0' encoding='koi8-r'?>\n<a>Насос</a>\n", "koi8-r"),
    ],
)
def test_other_texts_declare_what_they_are_in_too(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text
    assert decode(text.encode(encoding)).remarks == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("text", ["pump runs\nat night", "水泵在夜间运行。\n每周一次"])
def test_a_mark_of_order_is_believed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text
    for mark in (codecs.BOM_UTF32_BE, codecs.BOM_UTF16_BE):
        name = "utf-32-be" if len(mark) == 4 else "utf-16-be"
        assert decode(mark + text.encode(name)).text == text


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", ["The pump runs at night.", "a\n", "Насос работает ночью.", GERMAN]
)
def test_unicode_without_a_mark_is_known_by_its_zeros_and_told(
    text: str, name: str
) -> None:
    read = decode(text.encode(name))
    assert read.text == text
    assert read.remarks == (f"read as {name.upper()}, which is a guess",)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        ("naïve", "cp1252"),
        ("Straße, Café: 20 €", "cp1252"),
        ("El motor funciona. ¿Cuándo? Mañana.", "cp1252"),
        ("São Paulo não é pequeno; coração, ações.", "cp1252"),
        ("“quoted” — and it’s fine", "cp1252"),
        ("price 5 £", "cp1252"),
        ("Привет, мир. Насос работает ночью.", "cp1251"),
        ("Привет, мир. Насос работает ночью.", "koi8_r"),
        ("Η αντλία λειτουργεί τη νύχτα", "cp1253"),
        ("日本語のテキストです。ポンプは夜に動きます。", "cp932"),
        ("水泵在夜间运行。每周检查一次。", "gb18030"),
        ("한국어 텍스트입니다", "cp949"),
    ],
)
def test_what_declares_nothing_is_guessed_and_told(text: str, encoding: str) -> None:
    read = decode(f"{text} abc".encode(encoding))
    assert read.text == f"{text} abc"
    assert "which is a guess" in read.remarks[0]


def test_a_few_broken_bytes_in_utf_8_cost_those_bytes_and_are_told() -> None:
    read = decode((GERMAN * 9).encode() + b"\xff end")
    assert read.text.startswith(GERMAN)
    assert read.remarks == ("1 of its characters are not UTF-8, now �",)


def test_a_declaration_against_good_utf_8_is_told() -> None:
    read = decode(META.format("koi8-r", GERMAN).encode(), markup=True)
    assert "though it may be UTF-8" in read.remarks[0]


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\nIHDR",
        b"\x00\x01\x02\x03",
        b"\x1f\x8b\x08\xff\xfe\x01",
        b"\0" * 9,
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(RefusalError, match="binary"):
        decode(content)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_a_text_or_refused(content: bytes, markup: bool) -> None:
    with suppress(RefusalError):
        decode(content, markup=markup).text.encode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf_8_is_never_guessed_at(text: str) -> None:
    if text.strip("\ufeff").strip():
        assert decode(text.encode()).remarks == ()


def test_a_header_is_for_texts_alone() -> None:
    assert as_declared(b"\xff", "image/png; charset=latin1") == b"\xff"
    assert as_declared(b"\xe4", "text/html; charset=latin1") == "\ufeffä".encode()


@pytest.mark.parametrize(
    "content",
    [
        b"SQLite format 3\x00",
        b"name\x00value\x00",
        b"GIF89a\x00\x00abcdefgh",
        b"a\x00bcdef",
    ],
)
def test_letters_with_a_few_zeros_between_are_no_text(content: bytes) -> None:
    with pytest.raises(RefusalError, match="binary"):
        decode(content)
