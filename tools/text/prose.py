"""Reads where the words of an answer stand: running text, headings, rows, and code.

Only the blocks of Markdown are parsed, by markdown-it, in linear time. HTML is taken
for running text, for its words are read like any others, and so are definitions of
links.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from markdown_it import MarkdownIt

__all__ = ["Prose", "blank_out", "find_code", "read_prose"]

_PREFIX = re.compile(r"(?:[ \t]*(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s)))*+[ \t]*")
"""What stands before the text of a line in a list or a quotation."""
_QUOTATION = re.compile(r"^[ \t]*+(?:>[ \t]*+)++", re.MULTILINE)
_TAGS = re.compile(
    r"</?(?:a|b|i|u|p|br|em|div|span|strong|blockquote|center|small|ul|ol|li)"
    r"(?:\s[^<>]{0,300}+)?/?>",
    re.IGNORECASE,
)
_TICKS = re.compile(r"`+")
Kind = Literal["paragraph", "heading", "row", "code"]


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, the text of an item of a list, a heading, a row of a table, code.

    The head of a table is a heading.
    """

    kind: Kind
    start: int
    """Offset of its first character, behind the signs of a list or a quotation."""
    end: int
    listed: bool
    """Whether it stands in a list."""
    quoted: bool
    """Whether it stands in a quotation."""
    top: int
    """The number of the whole list, quotation, table or paragraph that it is of."""


@cache
def _parser() -> MarkdownIt:
    """Return a parser of blocks alone; answers have no front matter."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.block.ruler.disable(["html_block", "reference"])
    parser.core.ruler.disable(["inline", "text_join"])
    return parser


@lru_cache(maxsize=4)
def read_prose(text: str) -> tuple[Prose, ...]:
    """Return the blocks of a Markdown answer that hold words, and code, in order."""
    return tuple(_read(text.replace("\r\n", " \n").replace("\r", "\n")))  # as long


_KINDS: dict[str, Kind] = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "tr_open": "row",
    "fence": "code",
    "code_block": "code",
}


def _read(text: str) -> Iterator[Prose]:
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(min(offsets[-1] + len(line) + 1, len(text)))
    lists = quotations = top = 0
    heads = False
    for token in _parser().parse(text):
        top += token.level == 0 and token.nesting >= 0
        if token.type.startswith(("bullet_list", "ordered_list")):
            lists += token.nesting
        if token.type.startswith("blockquote"):
            quotations += token.nesting
        if token.type.startswith("thead"):
            heads = token.nesting > 0
        if token.type not in _KINDS or not token.map:
            continue
        kind = _KINDS[token.type]
        if kind == "row" and heads:
            kind = "heading"
        start, end = (offsets[line] for line in token.map)
        prefix = None if kind == "code" else _PREFIX.match(text, start, end)
        start = prefix.end() if prefix else start
        yield Prose(kind, start, end, lists > 0, quotations > 0, top)


def find_code(text: str) -> list[tuple[int, int]]:
    """Return the places of code in a Markdown answer, in order: blocks and spans."""
    code: list[tuple[int, int]] = []
    for block in read_prose(text):
        if block.kind == "code":
            code.append((block.start, block.end))
        else:
            code += _spans(text, block.start, block.end)
    return code


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the code spans of a block: from a run of ticks to the next as long."""
    runs = [found.span() for found in _TICKS.finditer(text, start, end)]
    partners: list[int | None] = [None] * len(runs)
    following: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number][1] - runs[number][0]
        partners[number] = following.get(length)
        following[length] = number
    after = 0
    for number, (first, _) in enumerate(runs):
        partner = partners[number]
        if number < after or partner is None or text[first - 1 : first] == "\\":
            continue
        yield first, runs[partner][1]
        after = partner + 1


def blank_out(text: str, places: Iterable[tuple[int, int]]) -> str:
    """Return a text with blanks for some places, for tags and signs of quotation.

    Args:
        text: Markdown.
        places: In order; one may come more than once.
    """
    pieces: list[str] = []
    at = 0
    for start, end in places:
        if end > at:
            pieces += [text[at:start], " " * (end - start)]
            at = end
    blank = "".join([*pieces, text[at:]])
    for pattern in (_TAGS, _QUOTATION):
        blank = pattern.sub(lambda found: " " * len(found[0]), blank)
    return blank
