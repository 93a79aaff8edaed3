"""Whether a value that a model gave is one that a case accepts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["accepts_arguments", "is_equal"]

_IGNORED = re.compile(r"[\s,./\-_*^'\"]")
"""BFCL compares strings without these (`standardize_string` of its `ast_checker`)."""
_LEFT_OUT = ""
"""Among the accepted values of a parameter: it may be left out (BFCL)."""


def accepts_arguments(
    given: Any, accepted: Mapping[str, Sequence[Any]], *, plainly: bool = False
) -> bool:
    """Whether arguments are accepted: each parameter has one of its values.

    Args:
        given: What the model called with.
        accepted: By parameter, its accepted values; others may not be given.
        plainly: Whether strings must be equal to the letter.
    """
    if not isinstance(given, Mapping) or set(given) - set(accepted):
        return False
    return all(
        any(is_equal(given[name], each, plainly=plainly) for each in values)
        if name in given
        else _LEFT_OUT in values
        for name, values in accepted.items()
    )


def is_equal(one: Any, other: Any, *, plainly: bool = False) -> bool:
    """Whether two JSON values are equal: 5 is 5.0, and true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, str) and isinstance(other, str):
        return one == other if plainly else _plain(one) == _plain(other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            is_equal(one[name], other[name], plainly=plainly) for name in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            is_equal(each, its, plainly=plainly)
            for each, its in zip(one, other, strict=True)
        )
    return one is None and other is None


def _plain(text: str) -> str:
    return _IGNORED.sub("", text).casefold()
