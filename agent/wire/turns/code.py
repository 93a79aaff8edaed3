"""What of a text is code: there, the protocol is talked about and not spoken."""

import re
from collections.abc import Iterator

__all__ = ["without_code"]

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_INLINE = re.compile(
    r"(?<!`)(?:`(?![\s`])[^`\n]{0,199}(?<!\s)`|``(?![\s`])[^\n]{0,199}?``)(?!`)"
)
"""A span on one line. What a lone back-tick of a thought opens is none."""
_BLANK = "\0"
_TICK = "`"


def without_code(text: str) -> str:
    """Return a text of the same length in which nothing stands where code is.

    A fence that is never closed is no code: a turn that was cut off ends in one.
    """
    if "`" not in text and "~~~" not in text:
        return text
    pieces, rest = [], 0
    for start, end in _fenced(text):
        pieces += [_blank_inline(text[rest:start]), _BLANK * (end - start)]
        rest = end
    return "".join([*pieces, _blank_inline(text[rest:])])


def _blank_inline(text: str) -> str:
    return _INLINE.sub(lambda found: _BLANK * len(found[0]), text)


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """Yield where fenced blocks begin and end, fences and all."""
    fences = list(_FENCE.finditer(text))
    longest = _longest_closers(fences)
    opened: re.Match[str] | None = None
    for at, fence in enumerate(fences):
        if opened is None:
            ticks, tildes = longest[at + 1]
            closable = (ticks if fence[1][0] == _TICK else tildes) >= len(fence[1])
            opened = fence if closable else None
        elif _closes(fence, opened[1]):
            yield opened.start(), fence.end()
            opened = None


def _closes(fence: re.Match[str], opened: str) -> bool:
    return not fence[2].strip() and fence[1].startswith(opened)


def _longest_closers(fences: list[re.Match[str]]) -> list[tuple[int, int]]:
    """Return, from each fence on, how long the longest that can close are, by sign.

    Without it, each of many fences that are never closed would be looked for anew.
    """
    ticks = tildes = 0
    found = [(ticks, tildes)]
    for fence in reversed(fences):
        if not fence[2].strip() and fence[1][0] == _TICK:
            ticks = max(ticks, len(fence[1]))
        elif not fence[2].strip():
            tildes = max(tildes, len(fence[1]))
        found.append((ticks, tildes))
    return found[::-1]
