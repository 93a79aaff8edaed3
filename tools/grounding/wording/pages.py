"""Joins the pages of a text: a sentence may run on behind a footer and a header."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

__all__ = ["join_pages"]

_PAGE = re.compile(r"^## Page \d+(?::[^\n]*)?$|\f", re.MULTILINE)
"""What parts pages: our own heading of a PDF's page, or a form feed."""
_DIGITS = re.compile(r"\d+")
_MARGIN = 2
"""Lines at the top and the bottom of a page that may run through the pages."""
_LONGEST = 120
"""Characters of such a line."""
_NEAR = 2
"""Pages away that it must stand on, too: left and right pages may have their own."""


Line = tuple[int, int]


@lru_cache(maxsize=64)
def join_pages(text: str) -> str:
    """Return a text of the same length with white space for what stands between pages.

    That is the break itself, and next to it those lines at the edge of a page that
    stand at the same edge of a page near by as well: word for word, or with a number
    that counts the pages. All else stays, so only what is next to each other is joined.
    """
    if "## Page " not in text and "\f" not in text:
        return text
    breaks = list(_PAGE.finditer(text))
    starts = [0, *(found.end() for found in breaks)]
    ends = [*(found.start() for found in breaks), len(text)]
    places = list(zip(starts, ends, strict=True))
    tops = [list(_edge(text, *place, forward=True)) for place in places]
    bottoms = [list(_edge(text, *place, forward=False)) for place in places]
    pieces: list[str] = []
    at = 0
    for index in range(len(breaks)):
        start = _body_end(text, bottoms, index, places[index])
        stop = _body_start(text, tops, index + 1, places[index + 1])
        if start < at:  # a page without a text of its own
            continue
        pieces += [text[at:start], "\n", " " * (stop - start - 1)]
        at = stop
    return "".join([*pieces, text[at:]])


def _edge(text: str, start: int, end: int, *, forward: bool) -> Iterator[Line]:
    """Yield the first or the last lines with a text of a part."""
    left = _MARGIN
    while left and start < end:
        if forward:
            cut = text.find("\n", start, end)
            line = (start, end if cut < 0 else cut)
            start = line[1] + 1
        else:
            line = (text.rfind("\n", start, end) + 1 or start, end)
            end = line[0] - 1
        if text[slice(*line)].strip():
            left -= 1
            yield line


def _body_end(
    text: str, edges: Sequence[list[Line]], page: int, place: tuple[int, int]
) -> int:
    """Return where the text of a page ends, without its footer."""
    first, end = place
    for row, line in enumerate(edges[page]):
        if not _runs(text, edges, page, row):
            break
        end = line[0]
    while end > first and text[end - 1].isspace():
        end -= 1
    return end


def _body_start(
    text: str, edges: Sequence[list[Line]], page: int, place: tuple[int, int]
) -> int:
    """Return where the text of a page begins, without its header."""
    start, last = place
    for row, line in enumerate(edges[page]):
        if not _runs(text, edges, page, row):
            break
        start = line[1]
    while start < last and text[start].isspace():
        start += 1
    return start


def _runs(text: str, edges: Sequence[list[Line]], page: int, place: int) -> bool:
    """Whether a line at the edge of a page stands at that of a page near by."""
    line = text[slice(*edges[page][place])].strip()
    if len(line) > _LONGEST:
        return False
    near = range(max(0, page - _NEAR), min(len(edges), page + _NEAR + 1))
    return any(
        _is_same(line, text[slice(*edges[other][place])].strip(), other - page)
        for other in near
        if other != page and len(edges[other]) > place
    )


def _is_same(line: str, other: str, pages: int) -> bool:
    """Whether two lines differ at most in a number that counts the pages."""
    if _DIGITS.sub("0", line) != _DIGITS.sub("0", other):
        return False
    counted = zip(_DIGITS.findall(line), _DIGITS.findall(other), strict=True)
    return all(
        one == two or (len(one + two) < 10 and int(two) - int(one) == pages)
        for one, two in counted
    )
