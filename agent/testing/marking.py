"""The marker of a test: how often it runs, and how often it has to pass."""

from dataclasses import dataclass
from typing import Any

import pytest

__all__ = ["Mark", "read_mark"]

_MOST = 1_000
"""Tries of one test."""
_KNOWN = {"repeat", "at_least"}


@dataclass(frozen=True, slots=True)
class Mark:
    """What a test's marker says."""

    repeat: int
    """Tries of the test."""
    at_least: int
    """How many of them have to pass."""


def read_mark(item: pytest.Item) -> Mark:
    """Return what the marker of a test says.

    Raises:
        pytest.UsageError: it has an argument that is not known, or makes no sense.
    """
    marker = item.get_closest_marker("citeloop")
    given: dict[str, Any] = {} if marker is None else dict(marker.kwargs)
    if marker is not None and marker.args:
        raise _wrong(item, f"name its arguments ({', '.join(sorted(_KNOWN))})")
    if unknown := sorted(given.keys() - _KNOWN):
        raise _wrong(item, f"it knows no {', '.join(unknown)}")
    repeat = given.get("repeat", 1)
    at_least = given.get("at_least", repeat)
    if not _is_count(repeat, _MOST):
        raise _wrong(item, f"repeat is {repeat!r}, and not a number from 1 to {_MOST}")
    if not _is_count(at_least, repeat):
        raise _wrong(
            item, f"at_least is {at_least!r}, and not a number from 1 to {repeat}"
        )
    return Mark(repeat, at_least)


def _is_count(value: Any, most: int) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and 1 <= value <= most


def _wrong(item: pytest.Item, what: str) -> pytest.UsageError:
    return pytest.UsageError(f"{item.nodeid}: the marker citeloop: {what}")
