"""Reads the structure of a Markdown document: front matter, headings and blocks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from tools.text.clean import scalar

__all__ = [
    "Block",
    "FrontMatter",
    "body_start",
    "plain",
    "plain_values",
    "read_blocks",
    "read_front_matter",
    "without_targets",
]

_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)")

_MAX_VALUES = 50
"""Of one document; the rest of a table that poses as front matter is left out."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a document says of itself before its text."""

    metadata: dict[str, str] = field(default_factory=dict)
    """Its plain values, lists joined by commas; mappings are left out."""
    title: str | None = None
    """The `title` of the front matter, or else the first heading."""


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
    inner: tuple[frozenset[int], ...]
    """The lines where nested blocks begin, by depth: where it may be cut."""


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(front_matter_plugin)


def read_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a Markdown text; malformed YAML counts as none."""
    metadata: dict[str, str] = {}
    heading = None
    for block, content in _blocks(text):
        if block is None:
            metadata = plain_values(_mapping(content))
        elif heading is None and block.level:
            heading = block.heading
    return FrontMatter(metadata, metadata.get("title") or heading)


def read_blocks(text: str) -> list[Block]:
    """Return the top-level blocks of a Markdown text, without its front matter."""
    return [block for block, _ in _blocks(text) if block is not None]


def body_start(text: str) -> int:
    """Return the 0-based line after the front matter, 0 where there is none."""
    if not text.startswith("---"):
        return 0
    tokens = _parser().parse(text)
    front = tokens[0] if tokens and tokens[0].type == "front_matter" else None
    return front.map[1] if front and front.map else 0


def plain(markdown: str) -> str:
    """Return one block of Markdown as its words alone, without marks or targets."""
    tokens = _parser().parse(markdown)
    texts = [_words(token) for token in tokens if token.type in {"inline", "fence"}]
    return " ".join(text for text in texts if text)


def without_targets(text: str) -> str:
    """Return Markdown lines without the targets of links and images.

    Addresses say nothing of what a passage means and fill a small window quickly.
    """
    return _TARGET.sub("]", text)


def _blocks(text: str) -> Iterator[tuple[Block | None, str]]:
    """Yield each top-level block and its content; front matter comes as None."""
    tokens = _parser().parse(text)
    for index, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        if token.type == "front_matter":
            yield None, token.content
            continue
        level = int(token.tag[1]) if token.type == "heading_open" else 0
        heading = _words(tokens[index + 1]) if level else ""
        start, end = token.map
        yield Block(start, end, level, heading, _inner(tokens[index + 1 :], end)), ""


def _inner(following: list[Token], end: int) -> tuple[frozenset[int], ...]:
    levels: dict[int, set[int]] = {}
    for token in following:
        if token.level == 0:
            break
        if token.map and token.map[0] < end and token.type != "inline":
            levels.setdefault(token.level, set()).add(token.map[0])
    return tuple(frozenset(levels[level]) for level in sorted(levels))


def _words(token: Token) -> str:
    if token.type == "fence":
        return token.content.strip()
    kept = [
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children or []
        if child.type not in {"html_inline"}
    ]
    return "".join(kept).strip()


def plain_values(values: Mapping[Any, Any]) -> dict[str, str]:
    """Return what a document says of itself as text: plain values and lists of them."""
    texts = {str(name)[:100]: _as_text(value) for name, value in values.items()}
    kept = [(name, text[:500]) for name, text in texts.items() if text is not None]
    return {scalar(name): scalar(text) for name, text in kept[:_MAX_VALUES]}


def _mapping(content: str) -> dict[Any, Any]:
    try:
        values = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}  # ValueError: a date or a number that there is not
    return values if isinstance(values, dict) else {}


def _as_text(value: object) -> str | None:
    """Return a plain value, or a list of them, as text; None for anything else."""
    if isinstance(value, list):
        parts = [_as_text(each) for each in value if not isinstance(each, list)]
        return ", ".join(part for part in parts if part) or None
    return str(value) if isinstance(value, str | int | float | bool | date) else None
