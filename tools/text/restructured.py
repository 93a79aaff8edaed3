"""Reads the structure of reStructuredText: section titles and blocks, by their lines.

docutils has a parser, but it reads all that stands between the titles as well: 900 KB
of `*a ` in one paragraph keep it busy for more than four minutes, and directives reach
for files. Titles are all that passages need; tests compare them with docutils' own.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise
from string import punctuation
from unicodedata import east_asian_width

from tools.text.markdown import Block, paragraph_starts

__all__ = ["read_rst_blocks", "rst_title"]

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*\s*")
_SIGNS = frozenset(punctuation)
_ROLE = re.compile(r"(?<![\w:+.-]):[\w:+.-]++(?<=:)`([^`<]+)(?:<[^`]*>)?`")
_TARGET = re.compile(r"`([^`<]+)<[^`]*>`__?")
_MAX_TITLE = 1000
"""Characters of a title that are read for its words."""
_MARKS = re.compile(r"``?|\*\*?|(?<=\w)__?(?!\w)")


def read_rst_blocks(text: str) -> list[Block]:
    """Return titles, and paragraphs with all that is indented below them."""
    lines = text.split("\n")
    titles = {start: (end, style, name) for start, end, style, name in _titles(lines)}
    levels: dict[str, int] = {}
    starts = _starts(lines, titles)
    begins = paragraph_starts(lines)
    blocks = []
    for start, end in pairwise([*starts, len(lines)]):
        level, name = 0, ""
        if start in titles:
            _, style, name = titles[start]
            level = levels.setdefault(style, len(levels) + 1)
        inner = begins[bisect_right(begins, start) : bisect_left(begins, end)]
        blocks.append(Block(start, end, level, name, (tuple(inner),) if inner else ()))
    return blocks


def rst_title(text: str) -> str | None:
    """Return the first section title."""
    first = next(_titles(text.split("\n")), None)
    return first[3] if first else None


def _starts(lines: list[str], titles: dict[int, tuple[int, str, str]]) -> list[int]:
    """Return the lines where blocks begin: flush left, after a blank line or title."""
    starts: list[int] = []
    free, past = True, 0
    for number, line in enumerate(lines):
        if number in titles:
            starts.append(number)
            past = titles[number][0]
        elif number >= past and line.strip():
            after_title = number == past and number > 0
            if not starts or after_title or (free and not line[0].isspace()):
                starts.append(number)
        free = not line.strip()
    return starts


def _titles(lines: list[str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield the first line, the line after, the style and the words of each title."""
    past = 0
    for number, line in enumerate(lines):
        if number < past or not _is_adornment(line):
            continue
        found = _underlined(lines, number) if number > past else None
        found = found or _overlined(lines, number)
        if found is not None:
            yield found
            past = found[1]


def _overlined(lines: list[str], number: int) -> tuple[int, int, str, str] | None:
    """Return the title between two adornments, if this line is the first of them."""
    line = lines[number].rstrip()
    if len(line) < 2 or number + 2 >= len(lines):
        return None
    title, under = lines[number + 1], lines[number + 2].rstrip()
    if under != line or _is_adornment(title):
        return None
    if not title.strip() or _width(title) > len(line):
        return None
    return number, number + 3, line[0] * 2, _words(title)


def _underlined(lines: list[str], number: int) -> tuple[int, int, str, str] | None:
    """Return the title above this adornment, if it is one's underline."""
    title, under = lines[number - 1], lines[number].rstrip()
    if not title or title[0].isspace() or _is_adornment(title):
        return None
    above = number - 2
    if above >= 0 and lines[above].strip() and not _ends_title(lines, above):
        return None
    if len(under) < 4 and len(under) < _width(title):
        return None
    return number - 1, number + 1, under[0], _words(title)


def _ends_title(lines: list[str], number: int) -> bool:
    """Whether a line is the underline of a title: text may follow at once."""
    return number > 0 and len(lines[number]) > 3 and _is_adornment(lines[number])


def _is_adornment(line: str) -> bool:
    return line[:1] in _SIGNS and _ADORNMENT.fullmatch(line) is not None


def _width(text: str) -> int:
    if text.isascii():
        return len(text.strip())
    return sum(1 + (east_asian_width(sign) in "WF") for sign in text.strip())


def _words(title: str) -> str:
    """Return a title without its marks: roles, targets, quotes and stars."""
    title = title[:_MAX_TITLE].strip()
    if not _MARKS.search(title):
        return title
    title = _ROLE.sub(_shown, title)
    return _MARKS.sub("", _TARGET.sub(_shown, title)).strip()


def _shown(found: re.Match[str]) -> str:
    return found[1].rstrip()
