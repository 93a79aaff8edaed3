"""Calls that a test compares by `==`, as the aligned table of `agent.matching`."""

from collections.abc import Sequence
from typing import Any

from agent.matching.call import Call
from agent.matching.comparing import compare
from agent.matching.expectation import Expectation, Trajectory
from agent.matching.table import aligned_table

__all__ = ["table_of"]


def table_of(left: object, right: object) -> list[str] | None:
    """Return lines that say where calls differ, None if these are no calls.

    What stands on the right of `==` is taken for what was expected.
    """
    got, wanted = _calls(left), _calls(right)
    if got is None or wanted is None:
        return None
    expect = tuple(_expected(each) for each in wanted)
    compared = compare(Trajectory(mode="exact", expect=expect), got)
    return ["the calls differ", *aligned_table(compared).splitlines()]


def _calls(value: object) -> Sequence[Call] | None:
    if not isinstance(value, list | tuple):
        return None
    is_of_calls = all(isinstance(each, Call) for each in value)
    return value if is_of_calls else None


def _expected(call: Call) -> Expectation:
    arguments: dict[str, Any] = {
        key: {"equal": value} for key, value in call.arguments.items()
    }
    return Expectation(tool=call.name, arguments=arguments)
