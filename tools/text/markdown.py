"""Reads the structure of a Markdown document: front matter, headings and blocks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.text.front_matter import Properties, read_properties

__all__ = [
    "Block",
    "FrontMatter",
    "body_start",
    "paragraph_starts",
    "plain",
    "read_blocks",
    "read_front_matter",
    "without_targets",
]

_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)")

_MAX_PARSED = 40_000
"""Lines; markdown-it takes some 30 µs for one of a list, of a longer text minutes."""
_MAX_HEADING = 1000
"""Characters of a heading that are read for its words."""
_MARKED = re.compile(r"[\\`*_\[\]<&!]")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_CLOSING = re.compile(r"(?:^|[ \t])#+[ \t]*$")
_SIGNED = re.compile(r" {0,3}[#`~]")
"""How a heading or a fence begins; most lines are neither."""
_FENCE = re.compile(r" {0,3}(`{3,}(?!.*`)|~{3,})")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a document says of itself before its text."""

    metadata: dict[str, str] = field(default_factory=dict)
    """Its values as they are written, lists joined by commas; mappings are left out."""
    title: str | None = None
    """The `title` of the front matter, or else the first heading."""
    remarks: tuple[str, ...] = ()
    """What of the front matter could not be read, in words."""


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block: a heading, a paragraph, a list, a table, a code block…"""

    start: int
    """0-based line where it begins."""
    end: int
    """0-based line after its last."""
    level: int
    """1 to 6 for a heading, 0 for anything else."""
    heading: str
    """The text of a heading, empty for anything else."""
    inner: tuple[tuple[int, ...], ...]
    """The lines where nested blocks begin, by depth, in order: where to cut it."""


@cache
def _parser() -> MarkdownIt:
    """Parse blocks and what stands in their lines."""
    return MarkdownIt("commonmark").enable("table")


@cache
def _block_parser() -> MarkdownIt:
    """Parse blocks alone: of most lines nobody asks what stands in them."""
    return MarkdownIt("commonmark").enable("table").disable("inline")


def read_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a Markdown text."""
    found, blocks = _read(text)
    heading = next((block.heading for block in blocks if block.level), None)
    title = found.values.get("title") or heading
    return FrontMatter(found.values, title, found.remarks)


def read_blocks(text: str) -> list[Block]:
    """Return the top-level blocks of a Markdown text, without its front matter.

    Of more than 40,000 lines only the headings that begin with `#`, the fences and the
    blank lines are told apart.
    """
    return list(_read(text)[1])


def body_start(text: str) -> int:
    """Return the 0-based line after the front matter, 0 where there is none."""
    return read_properties(text).end


def paragraph_starts(lines: Sequence[str]) -> list[int]:
    """Return the 0-based lines with text that stand below a blank one."""
    blank = [not line or line.isspace() for line in lines]
    return [
        number
        for number, (above, here) in enumerate(pairwise(blank), 1)
        if above and not here
    ]


def plain(markdown: str) -> str:
    """Return one block of Markdown as its words alone, without marks or targets."""
    tokens = _parser().parse(markdown)
    texts = [_words(token) for token in tokens if token.type in {"inline", "fence"}]
    return " ".join(text for text in texts if text)


def without_targets(text: str) -> str:
    """Return Markdown lines without the targets of links and images.

    Addresses say nothing of what a passage means and fill a small window quickly.
    """
    return _TARGET.sub("]", text) if "](" in text else text


@lru_cache(maxsize=1)
def _read(text: str) -> tuple[Properties, tuple[Block, ...]]:
    """Read a text, which is asked for its title first and for its blocks next."""
    found = read_properties(text)
    lines = text.split("\n")
    if len(lines) > _MAX_PARSED:
        return found, tuple(_outlined(lines, found.end))
    body = "\n" * found.end + "\n".join(lines[found.end :])
    return found, tuple(_blocks(_block_parser().parse(body)))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield each top-level block with the lines where those within it begin."""
    here: Token | None = None
    heading = ""
    inner: dict[int, dict[int, None]] = {}
    for token in tokens:
        if token.level == 0 and token.map:
            if here is not None:
                yield _block(here, heading, inner)
            here, heading, inner = token, "", {}
        elif here is not None and token.type == "inline" and token.level == 1:
            heading = token.content
        elif here is not None and token.map and token.type != "inline":
            inner.setdefault(token.level, {})[token.map[0]] = None
    if here is not None:
        yield _block(here, heading, inner)


def _block(token: Token, content: str, inner: dict[int, dict[int, None]]) -> Block:
    start, end = token.map or (0, 0)
    level = int(token.tag[1]) if token.type == "heading_open" else 0
    depths = (sorted(inner[depth]) for depth in sorted(inner))
    cuts = (tuple(line for line in lines if line < end) for lines in depths)
    return Block(start, end, level, _heading(content) if level else "", tuple(cuts))


def _heading(content: str) -> str:
    """Return the words of a heading."""
    content = content[:_MAX_HEADING]
    if not _MARKED.search(content):
        return " ".join(content.split("\n")).strip()
    tokens = _parser().parseInline(content)
    return _words(tokens[0]) if tokens else ""


def _outlined(lines: Sequence[str], start: int) -> Iterator[Block]:
    """Yield headings, fences and paragraphs by their lines alone."""
    begins = [*_begins(lines, start), (len(lines), 0, "")]
    for (number, level, words), (end, _, _) in pairwise(begins):
        yield Block(number, end, level, words, ())


def _begins(lines: Sequence[str], start: int) -> Iterator[tuple[int, int, str]]:
    """Yield where a block begins, with the level and the words of a heading."""
    fence, free = "", True
    for number, line in enumerate(lines[start:], start):
        signed = _SIGNED.match(line)
        if fence:
            if signed and _closes(line, fence):
                fence, free = "", True
        elif signed:
            mark = _FENCE.match(line)
            level, words = _heading_in(line)
            if level or mark or free:
                yield number, level, words
            fence, free = mark[1] if mark else "", level > 0
        else:
            blank = not line or line.isspace()
            if free and not blank:
                yield number, 0, ""
            free = blank


def _closes(line: str, fence: str) -> bool:
    mark = _FENCE.match(line)
    return (
        mark is not None
        and mark[1].startswith(fence)
        and not line[mark.end() :].strip()
    )


def _heading_in(line: str) -> tuple[int, str]:
    """Return the level and the words of a heading, 0 and none if a line is none."""
    found = _HEADING.match(line)
    if not found:
        return 0, ""
    words = _CLOSING.sub("", (found[2] or "")[:_MAX_HEADING])
    return len(found[1]), _heading(words)


def _words(token: Token) -> str:
    if token.type == "fence":
        return token.content.strip()
    kept = [
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children or []
        if child.type not in {"html_inline"}
    ]
    return "".join(kept).strip()
