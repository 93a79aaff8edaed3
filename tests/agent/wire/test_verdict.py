"""What makes a turn unusable."""

from typing import Any

import pytest

from agent.wire.turns.turn import Call, Turn
from agent.wire.verdict import find_fault
from tools.trajectory.arguments import INVALID_ARGUMENTS

CALL = Call("c", "search", "{}")
BAD = Call("c", "search", f'{{"{INVALID_ARGUMENTS}": "cut off"}}')


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Yes.", "finish": "stop"},
        {"text": "Yes.", "finish": "end_turn"},
        {"calls": (CALL,), "finish": "stop"},  # litellm #35663
        {"calls": (CALL,), "finish": None},
        {"calls": (CALL,), "finish": "length"},
        {"calls": (BAD,), "finish": "length"},
    ],
)
def test_what_is_there_counts(fields: dict[str, Any]) -> None:
    assert find_fault(Turn(**fields)) is None


@pytest.mark.parametrize(
    ("fields", "kind", "again"),
    [
        ({"finish": "stop"}, "empty", True),
        ({"text": " \n", "finish": "stop"}, "empty", True),
        ({"reasoning": "Hm.", "finish": "stop"}, "reasoning", True),  # vllm #41902
        ({"reasoning": "Hm.", "finish": "length"}, "reasoning", True),
        ({"finish": "tool_calls"}, "no_call", True),
        ({"text": "I search.", "finish": "tool_calls"}, "no_call", True),
        ({"text": "to=functions.x {}", "finish": "stop"}, "debris", True),
        ({"text": "Half", "finish": None}, "cut", True),
        ({"reasoning": "Half", "finish": None}, "cut", True),
        ({"calls": (BAD,), "finish": None}, "cut", True),
        ({"text": "Half", "finish": "length"}, "length", False),
        ({"text": "Half", "finish": "content_filter"}, "filtered", False),
        ({"finish": "content_filter"}, "filtered", False),
        ({"text": "Half", "finish": "error"}, "failed", True),
    ],
)
def test_what_is_no_whole_answer_is_a_fault(
    fields: dict[str, Any], kind: str, again: bool
) -> None:
    fault = find_fault(Turn(**fields))
    assert fault is not None
    assert (fault.kind, fault.is_worth_another) == (kind, again)
    assert fault.said in fault.explain()


def test_a_part_of_an_answer_is_said_to_be_one() -> None:
    fault = find_fault(Turn(text="As soon as", finish="length"))
    assert fault is not None
    assert 'a part at most: "As soon as"' in fault.explain()


def test_only_reasoning_that_ran_out_of_room_needs_more() -> None:
    cut = find_fault(Turn(reasoning="Hm", finish="length"))
    done = find_fault(Turn(reasoning="Hm", finish="stop"))
    assert cut is not None
    assert done is not None
    assert (cut.needs_room, done.needs_room) == (True, False)
