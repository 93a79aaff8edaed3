"""Ids of tool calls: each call has one of its own, in the whole conversation."""

import pytest

from agent.wire.repairs.ids import repair_ids
from agent.wire.turns.turn import Call, Turn


def ids(*given: str, taken: frozenset[str] = frozenset()) -> list[str]:
    turn = repair_ids(
        Turn(calls=tuple(Call(id_, "search", "{}") for id_ in given)), taken
    )
    assert len(turn.repairs) == sum(
        call.id != id_ for call, id_ in zip(turn.calls, given, strict=True)
    )
    return [call.id for call in turn.calls]


@pytest.mark.parametrize(
    "given", [["", ""], ["a", "a"], ["call_2", "", "call_2"], ["a", "a", "", "call_3"]]
)
def test_missing_and_repeated_ids_are_minted(given: list[str]) -> None:
    made = ids(*given)
    assert len(set(made)) == len(given)
    assert all(made)


def test_good_ids_stay() -> None:
    assert ids("a", "b") == ["a", "b"]


def test_an_id_of_an_earlier_turn_is_not_used_again() -> None:
    # litellm #40040
    (made,) = ids("call_0", taken=frozenset({"call_0", "call_1", "call_2", "call_3"}))
    assert made not in {"call_0", "call_1", "call_2", "call_3"}


def test_the_same_turn_gets_the_same_ids() -> None:
    assert ids("", "x", "") == ids("", "x", "")
