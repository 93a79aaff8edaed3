"""Reads the structure of reStructuredText: section titles and blocks, by their lines.

docutils has a parser, but it reads all that stands between the titles as well: 900 KB
of `*a ` in one paragraph keep it busy for more than four minutes, and directives reach
for files. Titles are all that passages need; tests compare them with docutils' own.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import east_asian_width

from tools.text.markdown import Block, paragraph_starts

__all__ = ["read_rst_blocks", "rst_title"]

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*\s*")
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
    for adorned, line in enumerate(lines):
        if not _is_adornment(line):
            continue
        for number in (adorned - 1, adorned):  # under its words, or above them
            found = _title_at(lines, number) if number >= past else None
            if found is not None:
                yield number, *found
                past = found[0]


def _title_at(lines: list[str], number: int) -> tuple[int, str, str] | None:
    """Return the title that begins here, if one does."""
    if number + 1 == len(lines) or not lines[number].strip():
        return None
    line, after = lines[number], lines[number + 1]
    if _is_adornment(line) and len(line.rstrip()) > 1 and number + 2 < len(lines):
        under = lines[number + 2].rstrip()
        fits = after.strip() and _width(after) <= len(line.rstrip())
        if under == line.rstrip() and fits and not _is_adornment(after):
            return number + 3, line[0] * 2, _words(after)
        return None
    follows = number == 0 or not lines[number - 1].strip() or _ends_title(lines, number)
    if not follows or line[0].isspace() or not _is_adornment(after):
        return None
    width, under = _width(line), after.rstrip()
    if _is_adornment(line) or len(under) < min(width, 4):
        return None
    return number + 2, after[0], _words(line)


def _ends_title(lines: list[str], number: int) -> bool:
    """Whether the line above is the underline of a title: text may follow at once."""
    return (
        number > 1 and _is_adornment(lines[number - 1]) and len(lines[number - 1]) > 3
    )


def _is_adornment(line: str) -> bool:
    if line[:1].isalnum():  # as most lines begin
        return False
    return _ADORNMENT.fullmatch(line) is not None


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
