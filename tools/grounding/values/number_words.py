"""Reads numbers that are written in English words: `twenty-one`, `half a million`.

text2num 3.1 was tried. It takes time that grows with the square of a text (11 s for 736
kB), reads `2.5 million` as two numbers and leaves out `half` and `a dozen`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from tools.grounding.values.near import words_of

__all__ = ["Spelled", "find_spelled"]

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: value for value, word in enumerate(_ONES.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), 2)
}
_SCALES = {
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
_ORDINAL_ONES = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh "
    "twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
    "nineteenth"
)
_ORDINALS = {word: value for value, word in enumerate(_ORDINAL_ONES.split())} | {
    f"{word[:-1]}ieth": 10 * value for value, word in enumerate(_TENS.split(), 2)
}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4,
    "fourths": 4, "fifths": 5, "sixths": 6, "eighths": 8, "tenths": 10,
}  # fmt: skip
_TIMES = {"twice": 2, "thrice": 3}
_OF_TIMES = {
    **dict.fromkeys(["double", "doubled", "doubles", "doubling", "twofold"], 2),
    **dict.fromkeys(["triple", "tripled", "triples", "tripling", "threefold"], 3),
}
"""What a source may say for a multiple; nobody asks for it where it stands."""
_WORDS = {
    *_TIMES,
    *_OF_TIMES,
    *_SMALL,
    *_SCALES,
    *_ORDINALS,
    *_PARTS,
    "hundred",
    "hundredth",
    "dozen",
}
_WORD = "|".join(
    f"{first}(?:{'|'.join(sorted((each[1:] for each in words), reverse=True))})"
    for first, words in groupby(sorted(_WORDS), key=itemgetter(0))
)
"""By first letters, so that most of a text is passed over quickly."""
_RUN = re.compile(
    rf"(?<![\w.,$€£-])(?:(?:an?|half an?)[ \n])?(?:{_WORD})"
    rf"(?:[ \n-]{{1,3}}(?:and[ \n](?:an?[ \n])?|an?[ \n])?(?:{_WORD}))*(?!\w)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[a-z]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words."""

    start: int
    end: int
    value: Fraction
    ordinal: bool = False
    part: bool = False
    """Whether it is a part of a whole: `two thirds`, `half`."""
    times: bool = False
    """Whether it is a multiple: `twice`, `doubled`."""
    weak: bool = False
    """Whether nobody asks for it in a source."""


def find_spelled(text: str) -> Iterator[Spelled]:
    """Yield the numbers that stand in words in a text; digits are none."""
    if _WORDS.isdisjoint(words_of(text)):
        return
    for run in _RUN.finditer(text):
        yield from _read(list(_TOKEN.finditer(text, run.start(), run.end())))


def _read(tokens: list[re.Match[str]]) -> Iterator[Spelled]:
    """Split a run of words at the places where a new number begins."""
    at = 0
    words = [each[0].lower() for each in tokens]
    while at < len(words):
        word = words[at]
        if multiple := _TIMES.get(word) or _OF_TIMES.get(word):
            start, end = tokens[at].span()
            weak = word in _OF_TIMES
            yield Spelled(start, end, Fraction(multiple), times=True, weak=weak)
            at += 1
            continue
        length, value, kind = _longest(words, at)
        if length:
            start, end = tokens[at].start(), tokens[at + length - 1].end()
            yield Spelled(start, end, value, kind == "ordinal", kind == "part")
        at += max(1, length)


def _longest(words: list[str], at: int) -> tuple[int, Fraction, str]:
    """Return how many words from `at` are one number, its value and its kind."""
    start = at
    if words[at] in {"a", "an"}:
        at += 1
    if words[at : at + 1] == ["half"] or words[start : start + 1] == ["half"]:
        return _half(words, start, at)
    total, at = _cardinal(words, at, counted=at > start)
    if total is None:
        return _ordinal_or_part(words, start, at)
    if words[at : at + 3] in (["and", "a", "half"], ["and", "a", "quarter"]):
        return at + 3 - start, total + Fraction(1, _PARTS[words[at + 2]]), "number"
    word = words[at] if at < len(words) else ""
    if 0 < _ORDINALS.get(word, 0) < 10 and total % 10 == 0 and total >= 20:
        return at + 1 - start, total + _ORDINALS[word], "ordinal"
    if word in _PARTS and total < 100:
        return at + 1 - start, total / _PARTS[word], "part"
    return at - start, total, "number"


def _half(words: list[str], start: int, at: int) -> tuple[int, Fraction, str]:
    """Read `half`, `half a million`, `half a dozen`."""
    next_ = at + 1 + (words[at + 1 : at + 2] == ["a"])
    scale = {**_SCALES, "dozen": 12}.get("".join(words[next_ : next_ + 1]))
    if scale:
        return next_ + 1 - start, Fraction(scale, 2), "number"
    return at + 1 - start, Fraction(1, 2), "part"


def _ordinal_or_part(
    words: list[str], start: int, at: int
) -> tuple[int, Fraction, str]:
    word = words[at] if at < len(words) else ""
    if at > start and word in {"third", "quarter"}:  # a third
        return at + 1 - start, Fraction(1, _PARTS[word]), "part"
    if word in _ORDINALS:
        return at + 1 - start, Fraction(_ORDINALS[word]), "ordinal"
    if word == "hundredth":
        return at + 1 - start, Fraction(100), "ordinal"
    return 0, Fraction(0), ""


def _cardinal(
    words: list[str], at: int, *, counted: bool
) -> tuple[Fraction | None, int]:
    """Read a cardinal from `at`; None if there is none.

    Args:
        words: In lower case.
        at: Where it begins.
        counted: Whether `a` stands before: `a hundred`.
    """
    total, group, known = 0, 1 if counted else 0, False
    last, scaled = 10**15, 10**15
    while at < len(words):
        word = words[at]
        joins = word == "and" and known and last >= 100
        word = words[at + 1] if joins and at + 1 < len(words) else word
        if word in _SMALL and (_fits(last, _SMALL[word]) and not counted):
            group, last = group + _SMALL[word], _SMALL[word]
        elif word == "hundred" and (counted or 0 < group < 100):
            group, last, counted = 100 * max(1, group), 100, False
        elif word == "dozen" and group < 10 and not total:
            return Fraction(12 * max(1, group)), at + 1
        elif word in _SCALES and (group or total) and _SCALES[word] < scaled:
            total, group = total + group * _SCALES[word], 0
            last = scaled = _SCALES[word]
            counted = False
        else:
            break
        known, at = True, at + 1 + joins
    return (Fraction(total + group) if known else None), at


def _fits(last: int, value: int) -> bool:
    """Whether a small number may follow: `twenty one`, `hundred five`."""
    if value >= 10:
        return last >= 100
    return last >= 100 or (last >= 20 and value > 0)
