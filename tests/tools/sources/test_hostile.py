"""One bad document never ends a reading: it is named, and the rest is taken in."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.documents.document import Document, Form
from tools.documents.outline import outline_of_line, read_outline
from tools.embedding.embedder import Embedder
from tools.ingestion.selection import cut_document
from tools.sources.folders import globbed
from tools.sources.formats.conversion import convert, outline_of
from tools.sources.formats.converted import RefusalError
from tools.sources.formats.table import Format
from tools.sources.found import Skipped
from tools.sources.named import read_source

BAD = {
    "bool.md": b"---\nx: !!bool maybe\n---\n# t\n\nx\n",
    "timestamp.md": b"---\nx: !!timestamp foo\n---\n# t\n\nx\n",
    "python.md": b"---\nx: !!python/object/apply:os._exit [1]\n---\n# t\n\nx\n",
    "hex.md": b"---\nx: 0x" + b"f" * 9000 + b"\n---\ntext\n",
    "sexagesimal.md": b"---\nx: " + b"1:" * 9000 + b"1\n---\ntext\n",
    "deep.md": b"---\nx: " + b"[" * 9000 + b"\n---\ntext\n",
    "marked.html": b"<p>hello</p><![<![<![",
    "declared.html": b"<!DOCTYPE [<!ENTITY a 'b'><!",
    "nested.html": b"<div>" * 20_000 + b"x",
    "nested.md": b"> " * 20_000 + b"x",
    "list.md": b"- " * 20_000 + b"x",
    "open.py": b"(" * 60_000,
    "within.py": b"".join(b" " * n + b"def f():\n" for n in range(1200)),
    "braces.js": b"function f(){" * 2_000,
    "types.ts": b"a<b<" * 2_000,
    "line.txt": b"x" * 300_000,
    "spaces.md": b" " * 300_000 + b"x",
    "surrogate.md": b"\xed\xa0\x80 text",
    "null.md": b"a\x00b",
    "not-utf8.md": b"\xff\xff\xff\xff",
    "empty.md": b"",
    "notebook.ipynb": b'{"cells": ' + b"[" * 9000,
    "title.rst": b":" * 20_000 + b"\n" + b"=" * 20_000 + b"\n\ntext\n",
    "link.md": b"[" + b"![]" * 40 + b"\n",
}


def texts(found: Iterator[Document | Skipped]) -> dict[str, str]:
    return {each.name: each.text for each in found if isinstance(each, Document)}


def test_every_hostile_file_is_read_or_named_and_its_neighbours_are_taken_in(
    tmp_path: Path, embedder: Embedder
) -> None:
    for name, content in BAD.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "a_good.md").write_text("# Good before\n")
    (tmp_path / "z_good.md").write_text("# Good after\n")
    found = list(read_source(str(tmp_path)).documents)
    assert {each.name for each in found} == {*BAD, "a_good.md", "z_good.md"}
    read = {each.name: each for each in found if isinstance(each, Document)}
    assert {"a_good.md", "z_good.md", "bool.md", "timestamp.md"} <= read.keys()
    for each in read.values():
        assert cut_document(each, embedder)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(tmp_path / "socket.md"))
        (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
        (tmp_path / "round.md").symlink_to(tmp_path / "round.md")
        (tmp_path / "good.md").write_text("good")
        found = list(read_source(str(tmp_path)).documents)
    assert texts(iter(found)) == {"good.md": "good"}
    assert len(found) == 5


def test_a_file_that_vanishes_meanwhile_is_named(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("text")
    found = read_source(str(tmp_path)).documents
    first = next(found)
    (tmp_path / "b.md").unlink()
    assert [each.name for each in [first, *found]] == ["a.md", "b.md", "c.md"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are UTF-8")
def test_a_name_that_is_not_utf8_is_written_so_that_it_can_be_shown(
    tmp_path: Path,
) -> None:
    Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.md")).write_text("text")
    Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.bin")).write_bytes(b"\x00")
    names = [each.name for each in read_source(str(tmp_path)).documents]
    assert sorted(names) == ["caf?.bin", "caf?.md"]


@pytest.fixture
def deep_folder(tmp_path: Path) -> Iterator[Path]:
    """1,200 folders within each other; whoever clears up later could not."""
    os.chdir(tmp_path)  # a path as deep as that has no absolute form
    for _ in range(1200):
        Path("d").mkdir()
        os.chdir("d")
    Path("deep.md").write_text("deep")
    yield tmp_path
    Path("deep.md").unlink()
    for _ in range(1200):
        os.chdir("..")
        for left in Path("d").iterdir():
            left.unlink()
        Path("d").rmdir()


@pytest.mark.parametrize("pattern", ["", "/**/*.md"])
def test_folders_nested_a_thousand_deep_are_named(
    deep_folder: Path, pattern: str
) -> None:
    (deep_folder / "a.md").write_text("good")
    (deep_folder / "d" / "b.md").write_text("too")
    found = list(read_source(f"{deep_folder}{pattern}").documents)
    assert texts(iter(found)) == {"a.md": "good", "d/b.md": "too"}
    assert pattern or any(each.name.endswith("/d") for each in found)


def test_many_any_folders_of_a_glob_are_one(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    assert globbed(f"{tmp_path}/**/**/**/*.md")


# --- the process that reads


def test_after_a_file_that_takes_too_long_the_next_is_read() -> None:
    with pytest.raises(RefusalError, match="longer than"):
        convert(b"text" * 10_000_000, None, seconds=0.0001)
    assert convert(b"text", None).text == "text"


@pytest.mark.parametrize("converter", ["os._exit", "nothing.there", "texts.none"])
def test_after_a_converter_that_fails_the_next_file_is_read(converter: str) -> None:
    with pytest.raises(RefusalError):
        convert(b"text", Format((".x",), converter))
    assert convert(b"text", None).text == "text"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("markdown", "---\na: b\n---\n# Ünï\n\n- a\n  - b\n"),
        ("rst", "Title\n=====\n\ntext\n\n  more\n"),
        ("code", "class A:\n    def f(self):\n        pass\n"),
        ("text", "a\n\nb\n"),
    ],
)
def test_an_outline_comes_back_as_it_was_made(form: Form, text: str) -> None:
    document = Document("a.py", "t", text, form, "here")
    assert outline_of(document) == read_outline(text, document.form, "a.py")


@pytest.mark.parametrize("form", ["markdown", "rst", "text"])
@pytest.mark.parametrize("text", ["Words.", "a) b", "A | b\n", "Ünï `x <y", "a\n\n\n"])
def test_one_line_that_begins_with_a_letter_needs_no_worker(
    form: Form, text: str
) -> None:
    assert outline_of_line(text, form) == read_outline(text, form, "a")


@pytest.mark.parametrize("text", ["", "# a", "- a", " a", "1. a", "a\nb", "<a>", "---"])
def test_any_other_text_does(text: str) -> None:
    assert outline_of_line(text, "markdown") is None
