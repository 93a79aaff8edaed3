"""Numbers of a text as values: their keys, their bounds, and what ranges share.

A number with a unit asks for that unit or for none: a cell of a table has none. What
converts exactly is compared in the base of its kind.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from tools.grounding.values.figures import Figure, decimal, find_figures, shifted
from tools.grounding.values.near import words_of
from tools.grounding.values.number_words import Spelled, find_spelled
from tools.grounding.values.units import base_of, unit_at
from tools.grounding.values.value import Bound, Value

__all__ = ["find_numbers"]

_LOOK = 32
"""Characters before and behind a number that may say it is a bound."""
_NO = "(?:no|not|never)"
_BEFORE = {
    Bound.MOST: (
        rf"at (?:the )?most|{_NO} (?:more|later|longer|greater|larger|higher) than"
        r"|(?:not|never|cannot|can[’']t|n[’']t) exceed|maximum (?:of|is)"
        r"|max\.?(?: of)?"
    ),
    Bound.LEAST: (
        rf"at (?:the )?least|{_NO} (?:less|fewer|lower|smaller|earlier|shorter) than"
        r"|minimum (?:of|is)|min\.?(?: of)?"
    ),
    Bound.MORE: (
        r"(?:more|greater|larger|higher|longer|bigger) than|exceed(?:s|ed|ing)?"
    ),
    Bound.LESS: r"(?:less|fewer|smaller|lower|shorter) than",
    Bound.LOW: "up to|under|below|within|almost|nearly",
    Bound.HIGH: "over|above|upwards? of",
    Bound.UP_TO_SIGN: "≤|<=",
    Bound.FROM_SIGN: "≥|>=",
    Bound.BELOW_SIGN: "<",
    Bound.ABOVE_SIGN: "(?<![-=])>",
}
"""What stands before a number that is a bound; the first that fits counts."""
_EITHER = "|".join(f"(?P<{bound.name}>{words})" for bound, words in _BEFORE.items())
_BOUND_BEFORE = re.compile(
    rf"(?<!\w)(?:{_EITHER})"
    r"[\s~≈]{0,3}(?:an?\s)?\Z",
    re.IGNORECASE,
)
_CLOSE_BOUNDS = frozenset(
    [
        "most", "least", "than", "exceed", "exceeds", "exceeded", "exceeding", "of",
        "is", "max", "max.", "min", "min.", "to", "under", "below", "within", "almost",
        "nearly", "over", "above", "≤", "≥", "=", "<", ">",
    ]
)  # fmt: skip
"""Words and signs that what stands before a number ends with, where it is a bound."""
_ARTICLES = frozenset(["", "a", "an"])
"""What may stand between such a word and its number, besides `~`."""
_BOUND_BEHIND = re.compile(
    r"(?:\s\w+)?,? (?:"
    r"(?P<LEAST>or more|or above|or greater|or higher|at (?:the )?least)"
    r"|(?P<MOST>or less|or fewer|or below|or lower|at (?:the )?most))\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?:\A|\n)[ \t]*(?:>[ \t]*)+\Z")
"""The sign of a quotation is no `more than`."""
_RANGE = re.compile(
    r"\s?(?:-|–|—|−|~|to|or|and|through)\s?(?:\$|€|£)?\Z", re.IGNORECASE
)
_ALONE_UNITS = frozenset(
    ["hour", "minute", "day", "week", "month", "year", "mile", "kilometer"]
)
_ALONE = re.compile(rf"\b(?:an?|per)[ -](?P<unit>{'|'.join(_ALONE_UNITS)})\b")
_WEAK = {Fraction(0), Fraction(1)}
"""`one` and `zero` are seldom counted with, unless a unit stands at them."""
_WEAK_ORDINALS = {Fraction(0), Fraction(1), Fraction(2)}
_NO_PART = re.compile(
    r"\b(?:first|second|other|better|latter|top|bottom|upper|lower)[\s-]\Z",
    re.IGNORECASE,
)
_IDIOM = re.compile(r"[\s-]part(?:y|ies)\b|-(?:brothers?|sisters?|hearted|way|time)\b")
_PART_OF_ONE = re.compile(r"[½¼¾⅛]|\d{1,2}/\d{1,3}")
_COUNTED = re.compile(r" (?P<noun>[a-z]{3,})\b")
_YEAR = re.compile(r"[12]\d{3}")
_MOST_PARTS = 6
"""Of a version that is asked for by its first ones."""


class _Number(NamedTuple):
    """A number between reading it and comparing it."""

    start: int
    end: int
    amounts: tuple[str, ...]
    units: tuple[str, ...]
    scale: int = 0
    more: bool = False
    weak: bool = False
    """Whether nobody asks for it in a source."""
    shares: tuple[str, ...] = ()
    """Percents that are the same: `half` is 50."""
    parts: tuple[str, ...] = ()


def find_numbers(text: str) -> Iterator[tuple[int, int, Value]]:
    """Yield the numbers and versions of a text, each with its place."""
    taken = bytearray(len(text))
    numbers: list[_Number] = []
    for figure in find_figures(text):
        if any(taken[figure.start : figure.end]):
            continue  # a part of a version
        taken[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
        if figure.version:
            yield figure.start, figure.end, _version(figure)
        else:
            numbers.append(_of_figure(figure))
    numbers += [
        _of_words(spelled, text)
        for spelled in find_spelled(text)
        if not any(taken[spelled.start : spelled.end])
    ]
    if not _ALONE_UNITS.isdisjoint(words_of(text)):
        numbers += [_single(found, text) for found in _ALONE.finditer(text)]
    numbers.sort(key=lambda each: each.start)
    for number in _shared(numbers, text):
        yield number.start, number.end, _value(number, text)


def _of_figure(figure: Figure) -> _Number:
    return _Number(
        figure.start,
        figure.end,
        figure.amounts,
        figure.units,
        figure.scale,
        figure.more,
        shares=_percents(figure),
        parts=figure.parts,
    )


def _percents(figure: Figure) -> tuple[str, ...]:
    """Return the percents that a part of a whole is, such as ¼ and 1/4."""
    if figure.units or figure.scale or not _PART_OF_ONE.fullmatch(figure.text):
        return ()
    parts = map(Fraction, figure.amounts)
    return tuple(decimal(100 * each) for each in parts if 0 < each < 1)


def _of_words(spelled: Spelled, text: str) -> _Number:
    units, end = unit_at(text, spelled.end)
    amounts: tuple[str, ...] = (decimal(spelled.value),)
    shares: tuple[str, ...] = ()
    weak = spelled.value in _WEAK and not units
    if spelled.times:
        units, weak = ("times",), spelled.weak
    elif spelled.ordinal:
        units, end = (), spelled.end
        weak = spelled.value in _WEAK_ORDINALS or bool(_IDIOM.match(text, end))
    elif spelled.part:
        shares = (decimal(100 * spelled.value),)
        before = text[max(0, spelled.start - _LOOK) : spelled.start]
        weak = bool(_NO_PART.search(before) or _IDIOM.match(text, spelled.end))
        if found := re.compile(r"\s(?:of\s)?an?(?=\s)").match(text, spelled.end):
            units, end = unit_at(text, found.end())  # half an hour
            end, shares = (end, ()) if units else (spelled.end, shares)
        if text[spelled.start : spelled.end].casefold() == "a third":
            amounts = (*amounts, "3")
    return _Number(
        spelled.start, end, amounts, units, weak=weak, shares=shares,
    )  # fmt: skip


def _single(found: re.Match[str], text: str) -> _Number:
    """Return `an hour` as one hour, which nobody asks for."""
    units, _ = unit_at(text, found.start("unit"))
    return _Number(*found.span(), ("1",), units, weak=True)


def _shared(numbers: Sequence[_Number], text: str) -> Iterator[_Number]:
    """Give the first number of a range the unit and the scale of its second."""
    for first, second in zip_longest(numbers, numbers[1:]):
        if second is None or first.units or first.scale:
            yield first
            continue
        between = text[first.end : max(first.end, second.start)]
        if (
            len(between) > _LOOK
            or not _RANGE.match(between)
            or not _RANGE.search(between)
        ):
            yield first
            continue
        scaled = first.amounts
        if second.scale:
            scaled += tuple(shifted(each, second.scale) for each in first.amounts)
        yield first._replace(amounts=scaled, units=second.units, parts=())


def _value(number: _Number, text: str) -> Value:
    bound, start = _bound(number, text)
    asks, gives = set[str](), set[str]()
    for amount in number.amounts:
        asks |= _asks(amount, number.units)
        gives |= _gives(amount, number.units)
    for share in number.shares:
        asks |= _asks(share, ("%",)) - {f"n:{share}:"}
        gives |= _gives(share, ("%",))
    if number.parts:
        asks.add("&".join(f"n:{each}" for each in number.parts))
        gives |= {key for each in number.parts for key in _gives(each, ())}
    shown = text[start : number.end].strip()
    asked = frozenset[str]() if number.weak else frozenset(asks)
    counted = _COUNTED.match(text, number.end)
    noun = counted["noun"].removesuffix("s") if counted else ""
    return Value(shown, "number", asked, frozenset(gives), bound, noun)


@lru_cache(maxsize=4096)
def _asks(amount: str, units: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of which a source must give one."""
    if not units:
        year = {f"d:{amount}"} if _YEAR.fullmatch(amount) else set[str]()
        return frozenset({f"n:{amount}", f"v:{amount}", *year})
    exact = _exact(amount)
    keys = {f"n:{exact}:", f"n:{amount}:"}
    for unit in units:
        keys |= {f"n:{exact}:{unit}", f"n:{exact}:{unit}+"}
        if "." in unit:
            keys.add(f"n:{exact}:{unit.partition('.')[0]}")
        if base := base_of(exact, unit) if "/" not in exact else None:
            keys.add(f"{base[1]}:{base[0]}")
    return frozenset(keys)


@lru_cache(maxsize=4096)
def _gives(amount: str, units: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of a number of a source."""
    keys = {f"n:{amount}"}
    if not units:
        keys |= {f"n:{amount}:"} | _leading("V", amount)
        year = _YEAR.fullmatch(amount)
        return frozenset(keys | ({f"d:{amount}", f"e:{amount[:3]}"} if year else set()))
    exact = _exact(amount)
    keys.add(f"n:{exact}")
    for unit in units:
        keys.add(f"n:{exact}:{unit}")
        if "." in unit:
            keys.add(f"n:{exact}:{unit.partition('.')[0]}+")
        if base := base_of(exact, unit) if "/" not in exact else None:
            keys.add(f"{base[1]}:{base[0]}")
    return frozenset(keys)


def _exact(amount: str) -> str:
    """Return an amount without zeros at its end: 2.50 s are 2.5 s."""
    return amount.rstrip("0").rstrip(".") if "." in amount else amount


def _version(figure: Figure) -> Value:
    leading = _leading("V", figure.version) | _leading("v", figure.version)
    asks = frozenset({f"V:{figure.version}"})
    return Value(figure.text, "version", asks, frozenset(leading))


def _leading(kind: str, version: str) -> set[str]:
    """Return the keys of a version and of its first parts: 2.4.1 is a 2.4."""
    parts = version.split(".")
    some = range(1, min(len(parts), _MOST_PARTS) + 1)
    return {f"{kind}:{version}", *(f"{kind}:{'.'.join(parts[:n])}" for n in some)}


def _bound(number: _Number, text: str) -> tuple[Bound, int]:
    """Return the bound that the words at a number make of it, and where they begin."""
    first = max(0, number.start - _LOOK)
    before = text[first : number.start]
    if _may_bound(before) and not _QUOTED.search(before):
        found = _BOUND_BEFORE.search(before)
        if found and found.lastgroup:
            return Bound[found.lastgroup], first + found.start()
    if number.more:
        return Bound.HIGH, number.start
    found = _BOUND_BEHIND.match(text, number.end, number.end + _LOOK)
    return Bound[found.lastgroup or "NONE"] if found else Bound.NONE, number.start


def _may_bound(before: str) -> bool:
    """Whether what stands before a number ends as a bound: a cheap look."""
    words = before.split()[-2:]
    while words and words[-1].strip("~≈") in _ARTICLES:
        words.pop()
    if not words:
        return False
    last = words[-1].rstrip("~≈").casefold()
    return last in _CLOSE_BOUNDS or not last.isalpha()
