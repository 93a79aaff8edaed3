"""Markdown parsed for a screen, made safe after it is parsed.

A parser decodes HTML entities, and so brings back what was cleaned before: `&#x202e;`
turns the direction of a line, `&#x200b;` is invisible, `&#155;` begins a control
sequence of a terminal.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["parse_safely", "tag_matches"]

_ONE_LINE = frozenset({"text", "code_inline", "html_inline", "image"})
"""Tokens that break no line, whatever an entity says."""


def parse_safely(text: str) -> list[Token]:
    """Return the tokens of untrusted Markdown, with nothing that a terminal obeys.

    Definitions of links are text like any other: nothing hides in them, and a mark
    `[1]` is never taken for the text of a link.
    """
    tokens = _parser().parse(visible(text))
    _clean(tokens)
    return tokens


def tag_matches(
    tokens: Iterable[Token], pattern: re.Pattern[str], tag: str
) -> list[Token]:
    """Return tokens with a tag around what a pattern matches in their prose.

    Args:
        tokens: As `parse_safely` returns them.
        pattern: Matches within one text; what stands in code is none.
        tag: Opens as `TAG_open` and closes as `TAG_close`, like those of Markdown.
    """
    tagged: list[Token] = []
    for token in tokens:
        if token.type == "text":
            tagged += _tag(token.content, pattern, tag)
            continue
        if token.type == "inline" and token.children:
            token.children = tag_matches(token.children, pattern, tag)
        tagged.append(token)
    return tagged


def _tag(text: str, pattern: re.Pattern[str], tag: str) -> Iterator[Token]:
    end = 0
    for found in pattern.finditer(text):
        yield Token("text", "", 0, content=text[end : found.start()])
        yield Token(f"{tag}_open", tag, 1)
        yield Token("text", "", 0, content=found[0])
        yield Token(f"{tag}_close", tag, -1)
        end = found.end()
    yield Token("text", "", 0, content=text[end:])


@cache
def _parser() -> MarkdownIt:
    """Return a parser of what rich shows, without definitions of links."""
    parser = MarkdownIt().enable("strikethrough").enable("table")
    return parser.disable("reference")


def _clean(tokens: Iterable[Token]) -> None:
    for token in tokens:
        token.content = _safe(token.content, one_line=token.type in _ONE_LINE)
        token.info = _safe(token.info, one_line=True)
        token.attrs = {
            name: _safe(value, one_line=True) if isinstance(value, str) else value
            for name, value in token.attrs.items()
        }
        _clean(token.children or ())


def _safe(text: str, *, one_line: bool) -> str:
    safe = neutralise_control_tokens(visible(text))
    return safe.replace("\n", " ") if one_line else safe
