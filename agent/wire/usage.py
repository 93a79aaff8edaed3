"""What a server counted: tokens and cost, as far as they are numbers that can be."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

__all__ = ["add_usage", "sound_usage", "token_count"]

_COUNTED = ("prompt_tokens", "completion_tokens", "total_tokens", "cost")
_MOST = 1e12
"""No request has so many tokens, nor costs as much."""


def sound_usage(usage: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return of a server's usage what is a number, and not below zero.

    JSON's own grammar has `1e999`, and Python's reads `NaN`: neither is a count, and
    neither can be written as JSON again.
    """
    return {name: value for name, value in usage.items() if _is_sound(value)}


def _is_sound(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= _MOST and isfinite(value)


def add_usage(
    one: Mapping[str, Any] | None, other: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    """Return the usage of two requests together; None if no server counted."""
    if not one or not other:
        return one or other
    counted = {
        name: _number(one.get(name)) + _number(other.get(name))
        for name in _COUNTED
        if name in one or name in other
    }
    return {**one, **other, **counted}


def token_count(usage: Mapping[str, Any] | None, name: str) -> int:
    """Return what a server counted; 0 where it does not, or counts in no number."""
    value = usage.get(name) if usage else None
    return int(_number(value))


def _number(given: Any) -> float:
    return given if _is_sound(given) else 0
