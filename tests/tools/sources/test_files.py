"""What the bytes of one file become: texts and HTML."""

from pathlib import Path

import pytest

from tests.tools.sources.contents import PAGE, names, put, read


def test_a_file_is_one_document_that_is_named_after_it(docs: Path) -> None:
    path = put(docs, "deep/lamp.md", "---\nowner: x\n---\n# Red lamps\n\nText.\n")
    documents, skipped = read(path)
    assert (names(documents), skipped) == (["lamp.md"], {})
    (lamp,) = documents
    assert (lamp.title, lamp.form, lamp.metadata) == (
        "Red lamps",
        "markdown",
        {"owner": "x"},
    )
    assert lamp.text == path.read_text()
    assert lamp.source == str(path.parent.resolve())  # as its folder names it


@pytest.mark.parametrize(
    ("name", "form", "title"),
    [
        ("a.md", "markdown", "Head"),
        ("a.MD", "markdown", "Head"),
        ("a.markdown", "markdown", "Head"),
        ("a.mdx", "markdown", "Head"),
        ("a.txt", "text", "a"),
        ("a.rst", "rst", "a"),
        ("Makefile", "text", "Makefile"),
    ],
)
def test_the_suffix_decides_what_a_text_is(
    docs: Path, name: str, form: str, title: str
) -> None:
    (document,), _ = read(put(docs, name, "# Head\n\nwords\n"))
    assert (document.form, document.title) == (form, title)


@pytest.mark.parametrize(
    "content",
    [
        "naïve\n数据\n".encode(),
        "naïve\n数据\n".encode("utf-8-sig"),
        b"\xff\xfe" + "naïve\n数据\n".encode("utf-16-le"),
        b"\xfe\xff" + "naïve\n数据\n".encode("utf-16-be"),
        "naïve\r\n数据\r\n".encode(),
        "naïve\r数据\r".encode(),
    ],
    ids=["UTF-8", "BOM", "UTF-16 LE", "UTF-16 BE", "CR LF", "CR"],
)
def test_unicode_texts_are_read_with_newlines_as_line_ends(
    docs: Path, content: bytes
) -> None:
    (document,), _ = read(put(docs, "a.md", content))
    assert document.text == "naïve\n数据\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\x00\x01", "binary, not text"),
        (b"\xff\xfea", "not UTF-16 (byte 2)"),
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        ("\ufeff\n".encode(), "empty"),
    ],
    ids=["NUL", "half UTF-16", "empty", "blank", "BOM alone"],
)
def test_what_is_no_text_is_skipped_with_the_reason(
    docs: Path, content: bytes, reason: str
) -> None:
    put(docs, "a.md", content)
    put(docs, "b.md")
    documents, skipped = read(docs)
    assert names(documents) == ["b.md"]
    assert skipped.keys() == {"a.md"}
    assert skipped["a.md"].startswith(reason)


def test_a_file_over_64_mib_is_skipped(docs: Path) -> None:
    with put(docs, "big.txt").open("r+b") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    assert read(docs) == ([], {"big.txt": "larger than 64 MiB"})


def test_html_is_read_as_markdown_without_scripts_and_styles(docs: Path) -> None:
    (page,), _ = read(put(docs, "page.html", PAGE))
    assert (page.name, page.title, page.form) == (
        "page.html",
        "Red lamps",
        "markdown",
    )
    assert "# Red lamps" in page.text
    assert "The **lamp** is\n[red](http://x)." in page.text
    assert "| a |" in page.text
    for hidden in ("steal", "color", "pixel", "a comment"):
        assert hidden not in page.text


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?><html xmlns="http://w"><body><p>words</p></body></html>',
        "http://example.org/words",
        "words.html",
        f"{'<div>' * 3000}words",
        "<p>words<p><<<&&&;</x></html",
    ],
    ids=["XHTML", "an address", "a file name", "deep", "malformed"],
)
def test_odd_html_neither_warns_nor_stops_the_rest(docs: Path, content: str) -> None:
    put(docs, "a.html", content)
    put(docs, "b.md")
    documents, skipped = read(docs)
    assert {*names(documents), *skipped} == {"a.html", "b.md"}
    assert "b.md" in names(documents)


def test_html_without_text_is_skipped(docs: Path) -> None:
    path = put(docs, "a.html", "<html><body><p> </p></body></html>")
    assert read(path) == ([], {"a.html": "empty"})
