"""What all values of an argument satisfy, as tight as their number allows."""

import re
from collections.abc import Sequence
from functools import reduce
from typing import Any

from pydantic import JsonValue

from agent.matching.matchers import KINDS, same
from agent.matching.patterns import read_pattern

__all__ = ["MISSING", "MOST_LISTED", "learn_value"]

MISSING = object()
"""Stands for the value of an argument that a call does not have."""
MOST_LISTED = 4
"""Different values that are listed; of more it is said what they have in common."""
_SHORTEST_WORD = 3
"""Letters of a word that strings have in common; shorter ones stand in any."""
_MOST_WORDS = 60
"""Of an argument that are compared."""
_WORD = re.compile(r"\w+")


def learn_value(values: Sequence[Any]) -> JsonValue:
    """Return what all values of an argument satisfy, in the form of a suite."""
    if any(value is MISSING for value in values):
        return {"ignore": True}
    first = values[0]
    if all(same(first, value) for value in values):
        return {"equal": first} if _looks_like_matchers(first) else first
    if all(isinstance(value, dict) and not value.keys() & KINDS for value in values):
        keys = dict.fromkeys(key for value in values for key in value)
        return {k: learn_value([v.get(k, MISSING) for v in values]) for k in keys}
    different = _different(values)
    if len(different) <= MOST_LISTED and len(different) < len(values):
        return {"one_of": different}
    return _in_common(values)


def _looks_like_matchers(value: Any) -> bool:
    if isinstance(value, dict):
        inner = value.values()
        return bool(value.keys() & KINDS) or any(map(_looks_like_matchers, inner))
    return isinstance(value, list) and any(map(_looks_like_matchers, value))


def _different(values: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(same(value, each) for each in found):
            found.append(value)
    return found


def _in_common(values: Sequence[Any]) -> JsonValue:
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return {"ge": min(values), "le": max(values)}
    if not all(isinstance(value, str) for value in values):
        return {"ignore": True}
    words = reduce(_common_words, ([*map(str.lower, _WORD.findall(v))] for v in values))
    shared = [re.escape(word) for word in words if len(word) >= _SHORTEST_WORD]
    pattern = f"(?i){'.*'.join(shared)}"
    if shared and all(map(read_pattern(pattern), values)):
        return {"pattern": pattern}
    return {"ignore": True}


def _common_words(one: list[str], other: list[str]) -> list[str]:
    """Return the longest list of words that both have in this order."""
    one, other = one[:_MOST_WORDS], other[:_MOST_WORDS]
    longest: list[list[list[str]]] = [[[]] * (len(other) + 1)]
    for word in one:
        above = longest[-1]
        row: list[list[str]] = [[]]
        for place, each in enumerate(other):
            row.append(
                [*above[place], word]
                if word == each
                else max(above[place + 1], row[place], key=len)
            )
        longest.append(row)
    return longest[-1][-1]
