"""Finds the values that a statement names and its sources do not.

Numbers, dates, versions and names are brought to one form each, so that `1,000`, `1k`
and `one thousand`, or `March 5, 2024` and `2024-03-05`, count as the same. Both sides
are read alike, with a quote and without one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tools.grounding.values.dates import find_dates
from tools.grounding.values.names import (
    bears_out_name,
    find_names,
    joined,
    names_otherwise,
)
from tools.grounding.values.numbers import find_numbers
from tools.grounding.values.value import Bound, Value

__all__ = [
    "count_values",
    "find_values",
    "unsupported_numbers",
    "unsupported_values",
    "without_values",
]


_OTHER_ONES = "(?:an?|one|single|only|each|every|per|another|no|any|without|this|the)"


@dataclass(frozen=True, slots=True)
class _Reading:
    values: tuple[Value, ...]
    rest: str
    """The text with spaces in place of its numbers and dates."""


@lru_cache(maxsize=2048)
def _read(text: str) -> _Reading:
    """Read dates and times, then versions and numbers."""
    values: list[Value] = []
    taken = bytearray(len(text))
    for found in find_dates(text):
        if not any(taken[found.start : found.end]):
            _take(taken, found.start, found.end)
            values.append(found.value)
    rest = _without(text, taken) if values else text
    for start, end, value in find_numbers(rest):
        if value.asks:
            _take(taken, start, end)
        values.append(value)
    return _Reading(tuple(values), _without(text, taken) if values else text)


def find_values(text: str) -> tuple[Value, ...]:
    """Return the values of a text: dates and times, versions, numbers, then names."""
    reading = _read(text)
    return (*reading.values, *find_names(reading.rest))


def without_values(text: str) -> str:
    """Return a text of the same length with spaces for its numbers and dates."""
    return _read(text).rest


def count_values(text: str) -> int:
    """Return how many numbers and dates of a text a source must hold."""
    return sum(bool(each.asks) for each in _read(text).values)


def unsupported_values(
    statement: str, excerpts: Sequence[str], context: str = ""
) -> list[Value]:
    """Return the values of a statement that stand in none of its sources.

    Args:
        statement: A sentence of an answer.
        excerpts: The texts that it cites.
        context: What else may name what the statement is about: titles, headings, the
            question. It bears out names, and no numbers.
    """
    missing = unsupported_numbers(statement, excerpts)
    names = list(find_names(without_values(statement)))
    if names:
        text = " ".join([*excerpts, context])
        words = joined(text)
        missing += [
            each
            for each in names
            if not bears_out_name(words, each)
            and not names_otherwise(each, statement, text)
        ]
    return list({each.text: each for each in missing}.values())


def unsupported_numbers(statement: str, excerpts: Sequence[str]) -> list[Value]:
    """Return the numbers, dates and versions of a statement that no source holds."""
    values = _read(statement).values
    if not any(each.asks or each.counts for each in values):
        return []
    held = _held(value for each in excerpts for value in _read(each).values)
    return [each for each in values if not _is_borne_out(each, held, excerpts)]


def _is_borne_out(
    value: Value, held: dict[str, set[Bound]], excerpts: Sequence[str]
) -> bool:
    if not value.asks:
        return not _counts_otherwise(value, excerpts)
    return any(_is_held(key, value.bound, held) for key in value.asks)


def _held(values: Iterable[Value]) -> dict[str, set[Bound]]:
    """Return the bounds with which a source gives each key."""
    held: dict[str, set[Bound]] = {}
    for value in values:
        for key in value.gives:
            held.setdefault(key, set()).add(value.bound)
    return held


def _is_held(key: str, bound: Bound, held: dict[str, set[Bound]]) -> bool:
    """Whether a source gives a key, or all of those that are joined by `&`."""
    return all(
        any(map(bound.agrees, held.get(part, ()))) for part in key.split("&")
    )  # fmt: skip


def _counts_otherwise(value: Value, excerpts: Sequence[str]) -> bool:
    """Whether sources count what a statement has one or none of, and not so.

    `one` is seldom a number, so it is not looked up as others are: `3 replicas` in the
    source keep `one replica` from being borne out, unless it has `a replica` as well.
    """
    if not value.counts:
        return False
    held = [
        each
        for excerpt in excerpts
        for each in _read(excerpt).values
        if each.counts == value.counts
    ]
    if not held or any(value.gives & each.gives for each in held):
        return False
    other = re.compile(rf"\b{_OTHER_ONES}\s(?:\w+\s)?{value.counts}", re.IGNORECASE)
    return not any(map(other.search, excerpts))


def _take(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\1" * (end - start)


def _without(text: str, taken: bytearray) -> str:
    """Return a text of the same length without what was taken from it."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        end = taken.find(1, at)
        end = len(text) if end < 0 else end
        after = taken.find(0, end)
        after = len(text) if after < 0 else after
        pieces += [text[at:end], " " * (after - end)]
        at = after
    return "".join(pieces)
