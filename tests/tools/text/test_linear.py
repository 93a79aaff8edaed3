"""Reading takes twice as long for twice as much, whatever the text is made of."""

import gc
from collections.abc import Callable
from time import process_time

import pytest

from tools.documents.document import Document
from tools.documents.outline import read_outline
from tools.documents.passage import Passage, join_passages
from tools.documents.splitting import split_document
from tools.evidence.shown import one_line, read_sources
from tools.sources.folders import as_expression
from tools.text.clean import neutralise_control_tokens, visible
from tools.text.code import read_definitions
from tools.text.front_matter import read_properties
from tools.text.links import links_between
from tools.text.markdown import read_blocks, without_targets
from tools.text.prose import read_prose
from tools.text.restructured import read_rst_blocks

UNITS = {
    "headings": "# a\n", "headings and text": "## a\n\nb\n\n", "underlined": "a\n=\n",
    "list": "- a\n", "list in a line": "- ", "numbers in a line": "1. ",
    "quotations": "> a\n", "quotation marks": ">", "table": "|a|b|\n", "rule": "---\n",
    "brackets": "[", "images": "![", "images in brackets": "[![]", "links": "[a](b) ",
    "open targets": "](", "targets in brackets": "](a(b)", "open titles": "](a \"",
    "definitions": "[a]: b\n", "open definitions": "[a\n", "backticks": "`",
    "roles": ":a:`b <", "colons": ":", "stars": "*a **", "tags": "<a ",
    "html": "<div>\n", "comments": "<!--", "addresses": "<http://", "hrefs": "href='",
    "entities": "&amp;", "spaces": " ", "tabs": "\t", "lines": "\n", "fences": "```\n",
    "word": "x", "escapes": "\\",
    "backtick and spaces": "`   ", "control": "<|", "values": "a: b\n",
    "dashes": "-", "sentences": "a. ", "reST titles": "a\n=\n\nb\n\n",
}  # fmt: skip
READERS: dict[str, Callable[[str], object]] = {
    "blocks": read_blocks,
    "reST": read_rst_blocks,
    "front matter": lambda text: read_properties(f"---\na: {text}\n---\n"),
    "targets": without_targets,
    "links": lambda text: links_between("a.md", text.split("\n"), {"b.md"}),
    "links of a page": lambda text: links_between("a.md", [text] * 3, {"b.md"}),
    "links of reST": lambda text: links_between("a.rst", text.split("\n"), {"b.md"}),
    "prose": read_prose.__wrapped__,
    "shown": lambda text: one_line(visible(neutralise_control_tokens(text))),
    "sources": read_sources,
}


def is_linear(read: Callable[[str], object], unit: str, size: int) -> bool:
    """Whether twice as much takes less than three times as long, in one of six."""
    text = unit * (size // len(unit))
    return any(seconds(read, text * 2) < 3 * seconds(read, text) for _ in range(6))


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return what reading takes without collecting what other tests have left."""
    gc.disable()
    try:
        begun = process_time()
        read(text)
        return process_time() - begun + 0.002  # what no clock tells apart
    finally:
        gc.enable()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_text_takes_twice_the_time(reader: str, unit: str) -> None:
    assert is_linear(READERS[reader], UNITS[unit], 20_000)


@pytest.mark.parametrize("unit", ["# a\n\nb\n\n", "# a\n", "- a\n  - b\n", "x", "a. "])
def test_cutting_is_linear(unit: str) -> None:
    def cut(text: str) -> object:
        document = Document("a.md", "a", text, "markdown", "here")
        return split_document(document, lambda texts: [len(t) for t in texts], 40)

    assert is_linear(cut, unit, 20_000)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("a.py", "def f():\n    pass\n"),
        ("a.py", "# c\n"),
        ("a.py", "("),
        ("a.js", "{"),
        ("a.js", "function f(){"),
        ("a.js", "`${"),
        ("a.c", "{"),
        ("a.cpp", "("),
        ("a.go", "func f() {}\n"),
        ("a.rs", "mod a {"),
    ],
)
def test_definitions_are_found_in_linear_time(name: str, unit: str) -> None:
    assert is_linear(lambda text: read_definitions(text, name), unit, 40_000)


def test_a_line_over_many_passages_is_joined_in_linear_time() -> None:
    def join(text: str) -> object:
        parts = [text[at : at + 4] for at in range(0, len(text), 4)]
        return join_passages(
            [Passage("a", "a", "", n, 0, 1, 1, part) for n, part in enumerate(parts)]
        )

    assert is_linear(join, "x", 80_000)


def test_any_folders_in_a_row_are_one_expression() -> None:
    assert as_expression("**/**/**/a.md") == as_expression("**/a.md")


def test_of_many_lines_headings_fences_and_paragraphs_are_told_apart() -> None:
    text = "# A `b`\n\ntext\n\n```\n# no\n```\n\n## C ##\n" + "- x\n" * 40_000
    assert read_outline("\n" * 50_000, "markdown", "a.md").blocks == ()
    found = read_outline(text, "markdown", "a.md").blocks
    assert [(b.start, b.level, b.heading) for b in found[:5]] == [
        (0, 1, "A b"),
        (2, 0, ""),
        (4, 0, ""),
        (8, 2, "C"),
        (9, 0, ""),
    ]
