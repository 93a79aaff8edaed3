"""Arguments: one valid JSON object, or one that says that they were none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.repairs.arguments import is_object, repair_arguments
from agent.wire.turns.turn import Call, Turn
from tools.trajectory.arguments import INVALID_ARGUMENTS

GOOD = {"query": "milvus"}


def repaired(text: str, finish: str | None = "tool_calls") -> Any:
    turn = Turn(calls=(Call("c", "search", text),), finish=finish)
    turn = repair_arguments(turn)
    assert is_object(turn.calls[0].arguments)
    assert bool(turn.repairs) == (turn.calls[0].arguments != text)
    return json.loads(turn.calls[0].arguments)


@pytest.mark.parametrize(
    "text",
    [
        '{"query": "milvus"}',
        '{"query":"milvus"}]',  # continue #10221
        '```json\n{"query": "milvus"}\n```',
        'Sure: {"query": "milvus"} Done.',
        '{"query": "milvus"}<|call|>',
        '{"query": "milvus", }',  # ../shared/data/harmony, bad_json
        json.dumps('{"query": "milvus"}'),  # ollama #17638
        json.dumps(json.dumps('{"query": "milvus"}')),
    ],
)
def test_an_object_that_is_beyond_doubt_is_put_right(text: str) -> None:
    assert repaired(text) == GOOD


@pytest.mark.parametrize("text", ["", " \n", "null", '""', '"null"'])
def test_nothing_is_an_empty_object(text: str) -> None:
    assert repaired(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        '{"query":"mil',  # ollama #12884
        '{"query":"a"}{"query":"b"}',
        '["milvus"]',
        "milvus",
        "123",
        '{"query": NaN}',
        '{"a":' * 70 + "1" + "}" * 70,
        '{"a":' * 100_000,
        '{"query": }',
    ],
)
def test_what_is_in_doubt_is_wrapped_and_said(text: str) -> None:
    given = repaired(text)
    assert list(given) == [INVALID_ARGUMENTS]
    assert given[INVALID_ARGUMENTS].startswith("not one JSON object: ")


@pytest.mark.parametrize("finish", [None, "length"])
def test_what_was_cut_off_is_said_to_be(finish: str | None) -> None:
    assert repaired('{"query":"mil', finish)[INVALID_ARGUMENTS] == (
        'cut off: {"query":"mil'
    )


def test_good_arguments_stay_letter_for_letter() -> None:
    for text in ('{ "query" : "\\ud83e\\uddad ü" }', '{"a,]":",}"}', "{}"):
        turn = Turn(calls=(Call("c", "search", text),))
        assert repair_arguments(turn) is turn


def test_lone_surrogates_and_control_tokens_do_not_reach_the_history() -> None:
    assert repaired('{"query": "a\\ud800b"}') == {"query": "a\ufffdb"}
    assert repaired('{"query": "<|call|>"}') == {"query": "< |call| >"}


def test_commas_in_strings_are_no_trailing_ones() -> None:
    assert repaired('{"query": "a,]\\",}",}') == {"query": 'a,]",}'}


@given(st.text())
def test_whatever_comes_a_valid_object_goes_into_the_history(text: str) -> None:
    turn = repair_arguments(Turn(calls=(Call("c", "search", text),)))
    assert is_object(turn.calls[0].arguments)
    assert "<|" not in turn.calls[0].arguments
    turn.calls[0].arguments.encode()


@given(st.dictionaries(st.text(), st.text()), st.integers(0, 40))
def test_a_valid_object_with_letters_left_out_never_raises(
    value: dict[str, str], cut: int
) -> None:
    text = json.dumps(value)
    turn = repair_arguments(Turn(calls=(Call("c", "search", text[:cut]),)))
    assert is_object(turn.calls[0].arguments)
