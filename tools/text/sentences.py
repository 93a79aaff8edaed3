"""Parts running text into sentences, and sentences into clauses.

Sentences are parted by sentencex (Wikimedia).
"""

import re
from collections.abc import Iterator
from itertools import islice

import sentencex

__all__ = [
    "EDGE",
    "find_sentences",
    "is_introduction",
    "is_question",
    "is_whole",
    "part_clauses",
    "says_something",
]

_CLOSING = r"[\"'”’»)\]*_`】\s]*$"
_WHOLE = re.compile(rf"[.!。！…]{_CLOSING}")
_QUESTION = re.compile(rf"[?？]{_CLOSING}")
_INTRODUCTION = re.compile(rf"[:：]{_CLOSING}")
_WORD = re.compile(r"[^\W\d_]{2,}|\d+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_MIN_WORDS = 3
_MIN_CJK = 5
"""Characters; fewer say nothing that could be looked up."""
EDGE = " \t\n,;:—–-*+>#|，；：、"
_LONGEST = 4000
"""Characters that are parted into sentences at a time, for sentencex takes the square
of their number; a longer paragraph is parted where one of its sentences may end."""
_STOP = re.compile(r"[.!?。！？\n]\s|[。！？\n]|\s")
_CLAUSE = re.compile(
    r"[,;:，；：、](?=\s|[\u3040-\u9fff])|\s[—–-]+(?=\s)"
    r"|\s(?=(?:and|but|while|whereas|although|though|because|since|whilst|und|aber"
    r"|während)\s)",
    re.IGNORECASE,
)
_MAX_CLAUSES = 8
"""Of one sentence; what follows them is one more."""


def find_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each sentence; what stands behind it belongs to it.

    None is yielded where there is nothing but blanks.
    """
    starts: list[int] = []
    for first, last in _portions(text, start, end):
        portion = text[first:last]
        language = _language(portion)
        at = 0
        for sentence in sentencex.segment(language, portion):
            body = sentence.strip()
            found = portion.find(body, at) if body else -1
            if found >= 0:
                inside = language == "en" and portion[found - 1 : found].strip()
                starts += [] if inside else [first + found]  # in `![a](b)`, say
                at = found + len(body)
    yield from zip(starts, [*starts[1:], end][: len(starts)], strict=True)


def _portions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield parts of a paragraph that are short enough to be parted into sentences."""
    while end - start > _LONGEST:
        middle = start + _LONGEST // 2
        found = _STOP.finditer(text, middle, start + _LONGEST)
        stops = {each[0].strip(): each.end() for each in found}
        blank = stops.pop("", start + _LONGEST)
        stop = max(stops.values(), default=blank)
        yield start, stop
        start = stop
    yield start, end


def _language(text: str) -> str:
    if _KANA.search(text):
        return "ja"
    return "zh" if _CJK.search(text) else "en"


def part_clauses(text: str) -> list[str]:
    """Return the clauses of a sentence; those too short are part of their neighbour."""
    clauses: list[str] = []
    at = 0
    for found in _CLAUSE.finditer(text):
        rest = len(clauses) == _MAX_CLAUSES - 1
        if rest or not says_something(text[at : found.start()]):
            continue
        clauses.append(text[at : found.start()].strip(EDGE))
        at = found.start()
    last = text[at:].strip(EDGE)
    if clauses and not says_something(last):
        return [*clauses[:-1], f"{clauses[-1]}{text[at:]}".strip(EDGE)]
    return [*clauses, last]


def says_something(text: str) -> bool:
    """Whether a text has words enough to be looked up."""
    return _has(text, _WORD, _MIN_WORDS) or _has(text, _CJK, _MIN_CJK)


def _has(text: str, pattern: re.Pattern[str], least: int) -> bool:
    """Whether a pattern is found in a text often enough; no more is looked for."""
    return sum(1 for _ in islice(pattern.finditer(text), least)) == least


def is_whole(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return bool(_WHOLE.search(text))


def is_question(text: str) -> bool:
    """Whether a text ends as a question does."""
    return bool(_QUESTION.search(text))


def is_introduction(text: str) -> bool:
    """Whether a text ends with a colon, and so introduces what follows it."""
    return bool(_INTRODUCTION.search(text))
