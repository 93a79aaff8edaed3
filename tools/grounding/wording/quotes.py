"""Finds a quote in a text: whole, or in its parts around an ellipsis."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, product

from tools.grounding.wording.folding import (
    CLUSTER,
    ENTITY,
    Normal,
    bones,
    fold_signs,
    normalise,
)
from tools.grounding.wording.layout import BREAK, Layout
from tools.grounding.wording.pages import join_pages
from tools.grounding.wording.words import NEGATIONS, UNSPACED, find_words, in_word

__all__ = ["Span", "find_quote", "is_spliced", "may_hold", "may_stand"]

_LINE_MARK = re.compile(r"^L\d+:[ \t]?", re.MULTILINE)
_ELLIPSIS = re.compile(r"\.{3,}|…")
_LAST_ENTITY = re.compile(r"&(?:amp;)*[#\w]{1,8};\Z")
_LETTERS = re.compile(r"[^\W\d_]+")
_IN_NUMBER = frozenset(".,:/")
_PREFIX = "non-"
"""What turns the word behind it round: `members` is no quote of `non-members`."""
_MIN_QUOTE = 8
_MIN_QUOTE_UNSPACED = 4
"""Normalised characters; a shorter quote would be found in any text."""
_MIN_PART = 4
"""Of a part beside an ellipsis."""
_SENTENCE_END = re.compile(
    r"[.!?][\"'”’)*_`]*\s+(?=[\"'“‘(*_`\[]*[A-Z])|[。！？]|\n[ \t]*\n"
    r"|[\[\]{}();\"][ \t]*\n"
)
"""Of prose, of a paragraph, and of a line of code."""
_CLOSING = (".", ",", ";", ":", "。", "、", "，", "；", "：")
"""Signs that a quote may end with although its source goes on: `!` and `?` are none."""
_MAX_GAP = 400
"""Characters that an ellipsis may leave out."""
Span = tuple[int, int]


def find_quote(quote: str, text: str) -> Iterator[Span]:
    """Yield where a quote stands in a text: first offset, and the one after its last.

    It may leave out words of the text where it has an ellipsis: its parts stand in
    order and not far from each other, what is left out does not negate them, and none
    but the first begins in the middle of another sentence. A cheap look at letters and
    digits alone comes first, for most texts hold no such words at all. A quote that
    stands on no page is looked for over the breaks between them.
    """
    found = False
    for span in _find_quote(quote, text):
        found = True
        yield span
    joined = text if found else join_pages(text)
    if joined != text:
        yield from _find_quote(quote, joined)


def _find_quote(quote: str, text: str) -> Iterator[Span]:
    sought = _sought(quote)
    wordings = _wordings(quote)
    seen: set[Span] = set()
    for held, layouts in _readings(text):
        if not all(part in held for part in sought):
            continue
        for layout, parts in product(layouts, wordings):
            own = min(layout, Layout.MARKED)
            for span in _find_in(parts, own, text, layout):
                if span not in seen:
                    seen.add(span)
                    yield span


def is_spliced(claim: str, text: str) -> bool:
    """Whether parts around an ellipsis each stand in a text: words of two sentences.

    Only for what `find_quote` does not find as a whole.
    """
    parts = _wordings(claim)[-1]
    return len(parts) > 1 and all(
        any(True for _ in find_quote(part, text)) for part in parts
    )


def may_stand(quote: str, text: str) -> bool:
    """Whether `find_quote` may find a quote: a cheap look, for most texts lack it."""
    sought = _sought(quote)
    held = any(all(map(each.__contains__, sought)) for each, _ in _readings(text))
    return held or join_pages(text) != text


def may_hold(text: str, part: str) -> bool:
    """Whether a text has the letters and digits of a part in a row: a cheap look."""
    sought = bones(part, Layout.PLAIN)
    return any(sought in held for held, _ in _readings(text))


@lru_cache(maxsize=2048)
def _readings(text: str) -> list[tuple[str, list[Layout]]]:
    """Return the letters and digits of a text in each layout, most often all alike."""
    grouped = groupby(Layout, key=lambda layout: bones(text, layout))
    return [(held, list(layouts)) for held, layouts in grouped]


@lru_cache(maxsize=1024)
def _sought(quote: str) -> list[str]:
    """Return the letters and digits of each part of a quote."""
    return [bones(part, Layout.PLAIN) for part in _wordings(quote)[-1]]


@lru_cache(maxsize=1024)
def _wordings(quote: str) -> list[list[str]]:
    """Return the parts that are looked for, first of all the quote as it stands.

    Then without the sign that closes it, and then parted by its ellipses.
    """
    whole = _LINE_MARK.sub("", quote).strip()
    wordings = [[whole]]
    entity = _LAST_ENTITY.search(whole)
    if whole.endswith(_CLOSING) and whole[-2:-1].isalnum() and not entity:
        wordings.append([whole[:-1]])
    parts = _ELLIPSIS.split(whole)
    return [*wordings, parts] if len(parts) > 1 else wordings


def _find_in(
    parts: list[str], own: Layout, text: str, layout: Layout
) -> Iterator[Span]:
    normal = normalise(text, layout)
    wanted = [normalise(part, own).text for part in parts]
    yield from _find_parts(wanted, normal, text)
    if not any(BREAK.search(fold_signs(each)) for each in (text, *parts)):
        return
    said = " ".join(wanted)
    joined = [
        normalise(part, own, _hyphens(part, normal.text)).text
        for part in parts
    ]  # fmt: skip
    yield from _find_parts(joined, normalise(text, layout, _hyphens(text, said)), text)


def _hyphens(text: str, other: str) -> frozenset[int]:
    """Return which hyphens at the end of a line are the word's own.

    Those are the ones that the other text, normalised, writes in one line.
    """
    kept = set()
    for found in BREAK.finditer(fold_signs(text)):
        start = found.start()
        while start and text[start - 1].isalpha():
            start -= 1
        after = _LETTERS.match(text, found.end())
        word = f"{text[start : found.start()]}-{after[0] if after else ''}"
        if normalise(word, Layout.PLAIN).text in other:
            kept.add(found.start())
    return frozenset(kept)


def _find_parts(parts: list[str], normal: Normal, text: str) -> Iterator[Span]:
    """Find the parts around an ellipsis: in this order, not far from each other."""
    parts = [part for part in parts if part]
    least = _MIN_QUOTE_UNSPACED if any(map(UNSPACED.search, parts)) else _MIN_QUOTE
    if sum(map(len, parts)) < least or min(map(len, parts), default=0) < _MIN_PART:
        return
    for first in _find_words(parts[0], normal.text, 0):
        position: int | None = first + len(parts[0])
        for part in parts[1:]:
            position = position and _go_on(part, normal, position, text)
        if position:
            last = normal.offsets[position - 1]
            end = ENTITY.match(text, last) or CLUSTER.match(text, last)
            yield normal.offsets[first], end.end() if end else last + 1


def _go_on(part: str, normal: Normal, position: int, text: str) -> int | None:
    """Return where a part ends that follows after an ellipsis, None if it does not.

    What is left out may not negate the rest. Nor may the rest be of another sentence,
    unless it is from its start: else a new subject would be put to it.
    """
    at = next(_find_words(part, normal.text, position), None)
    if at is None or at - position > _MAX_GAP:
        return None
    left_out = normal.text[position:at]
    if not NEGATIONS.isdisjoint(find_words(left_out)):
        return None
    start, end = normal.offsets[position - 1], normal.offsets[at]
    ends = [found.end() for found in _SENTENCE_END.finditer(text[: end + 1], start)]
    joined = bool(ends) and any(map(str.isalnum, text[ends[-1] : end]))
    return None if joined else at + len(part)


def _find_words(part: str, text: str, position: int) -> Iterator[int]:
    """Find `part` where it neither begins nor ends inside a word or a number."""
    while (at := text.find(part, position)) >= 0:
        if not _splits(text, at) and not _splits(text, at + len(part)):
            yield at
        position = at + 1


def _splits(text: str, at: int) -> bool:
    """Whether a cut at `at` parts a word, or a number from its decimals or its sign."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if (in_word(before) and in_word(after)) or text.endswith(_PREFIX, 0, at):
        return True
    if before.isdigit() and after in _IN_NUMBER:
        return text[at + 1 : at + 2].isdigit()
    if not after.isdigit():
        return False
    further = text[at - 2 : at - 1] if at > 1 else ""
    if before == "-":
        return not further or further.isspace()
    return before in _IN_NUMBER and further.isdigit()
