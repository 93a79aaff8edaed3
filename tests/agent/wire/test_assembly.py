"""One turn of the payloads of a response, streamed or whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.assembly import Assembler
from agent.wire.turns.turn import Call, Turn


def streamed(*deltas: dict[str, Any], finish: str | None = "stop", **more: Any) -> Turn:
    assembler = Assembler()
    for delta in deltas:
        assembler.add({"id": "r1", "choices": [{"index": 0, "delta": delta}]})
    assembler.add({"choices": [{"delta": {}, "finish_reason": finish}], **more})
    return assembler.turn()


def whole(message: dict[str, Any], finish: str | None = "stop", **more: Any) -> Turn:
    assembler = Assembler()
    choice = {"index": 0, "message": message, "finish_reason": finish}
    assembler.add({"id": "r1", "choices": [choice], **more})
    return assembler.turn()


def part(
    index: Any = 0, id_: Any = None, name: Any = None, arguments: Any = None
) -> Any:
    function = {"name": name, "arguments": arguments}
    call = {"index": index, "id": id_, "function": function}
    if index is None:
        del call["index"]
    return {"tool_calls": [call]}


def test_streamed_and_whole_are_the_same_turn() -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    message = {
        "content": "Yes.",
        "reasoning": "Hm.",
        "tool_calls": [
            {"id": "c1", "function": {"name": "search", "arguments": '{"query":"a"}'}}
        ],
    }
    pieces = [
        {"role": "assistant", "content": ""},
        {"reasoning": "H"},
        {"reasoning": "m."},
        {"content": "Yes"},
        {"content": "."},
        part(id_="c1", name="search", arguments=""),
        part(arguments='{"query"'),
        part(arguments=':"a"}'),
    ]
    assert streamed(*pieces, usage=usage) == whole(message, usage=usage)


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_is_read_from_its_field(field: Any) -> None:
    turn = streamed({field: "a"}, {field: "b"})
    assert (turn.reasoning, turn.reasoning_field) == ("ab", field)


def test_reasoning_details_are_read_as_text() -> None:
    details = [{"type": "reasoning.text", "text": "a"}, {"type": "reasoning.encrypted"}]
    turn = whole({"content": "x", "reasoning_details": details})
    assert (turn.reasoning, turn.reasoning_field) == ("a", "reasoning_details")


def test_reasoning_in_two_fields_is_read_once() -> None:
    # vllm #27752, openai-agents #1943
    twice = {"reasoning": "a", "reasoning_content": "a"}
    assert streamed(twice, twice).reasoning == "aa"
    assert streamed({"reasoning": "a"}, {"reasoning_content": "a"}).reasoning == "a"
    details = {"reasoning": "a", "reasoning_details": [{"text": "a"}]}
    assert whole(details).reasoning == "a"


def test_another_id_is_another_call_though_the_index_is_the_same() -> None:
    # ollama #15457
    turn = streamed(
        part(0, "c1", "search", '{"query":"a"}'),
        part(0, "c2", "fetch", '{"document":'),
        part(0, "c2", None, '"b"}'),
    )
    assert turn.calls == (
        Call("c1", "search", '{"query":"a"}'),
        Call("c2", "fetch", '{"document":"b"}'),
    )


def test_another_name_after_complete_arguments_is_another_call() -> None:
    turn = streamed(
        part(0, None, "search", '{"query":"a"}'),
        part(0, None, "search", '{"query":"b"}'),
    )
    assert [call.arguments for call in turn.calls] == ['{"query":"a"}', '{"query":"b"}']


def test_two_indices_with_the_same_id_are_two_calls() -> None:
    turn = streamed(part(0, "c", "search", "{}"), part(1, "c", "search", "{}"))
    assert len(turn.calls) == 2


@pytest.mark.parametrize(
    "names",
    [
        ["sea", "rch", None],
        ["search", "search", "search"],
        ["sea", "search", ""],
        ["search", "", None],
        [None, "search", ""],
    ],
)
def test_a_name_may_be_split_repeated_or_blank_later(names: list[str | None]) -> None:
    turn = streamed(
        part(0, "c", names[0], '{"query"'),
        part(0, None, names[1], ':"a'),
        part(0, None, names[2], '"}'),
    )
    assert turn.calls == (Call("c", "search", '{"query":"a"}'),)


def test_calls_without_index_are_told_apart_by_id() -> None:
    turn = streamed(
        part(None, "a", "search", '{"query":'),
        part(None, None, None, '"x"}'),
        part(None, "b", "fetch", "{}"),
    )
    assert [(call.id, call.arguments) for call in turn.calls] == [
        ("a", '{"query":"x"}'),
        ("b", "{}"),
    ]


def test_arguments_that_a_server_parsed_are_json_again() -> None:
    call = {"id": "c", "function": {"name": "search", "arguments": {"query": "ü"}}}
    assert whole({"tool_calls": [call]}).calls[0].arguments == '{"query": "ü"}'


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": None},
        {"choices": []},
        {},
        {"choices": [None]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": None, "tool_calls": None}}]},
        {
            "choices": [
                {"delta": {"tool_calls": [None, {"function": None, "index": []}]}}
            ]
        },
        {"choices": [{"index": 1, "delta": {"content": "another choice"}}]},
        {"choices": "no", "usage": "no", "id": 7},
    ],
)
def test_what_holds_nothing_adds_no_text(chunk: dict[str, Any]) -> None:
    assembler = Assembler()
    assembler.add({"choices": [{"delta": {"content": "a"}}]})
    assembler.add(chunk)
    turn = assembler.turn()
    assert (turn.text, turn.usage, turn.error) == ("a", None, None)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"choices": None, "error": {"code": 502, "message": "no"}}, "no"),
        ({"error": "no"}, "no"),
        ({"object": "error", "message": "no", "code": 400}, "no"),
        ({"choices": [{"finish_reason": "error", "error": {"message": "no"}}]}, "no"),
    ],
)
def test_a_failure_within_a_stream_is_kept(
    payload: dict[str, Any], message: str
) -> None:
    assembler = Assembler()
    assembler.add({"choices": [{"delta": {"content": "a"}}]})
    assembler.add(payload)
    error = assembler.turn().error
    assert error is not None
    assert error["message"] == message


def test_usage_is_found_where_groq_streams_it() -> None:
    usage = {"prompt_tokens": 1}
    assert streamed({"content": "a"}, x_groq={"usage": usage}).usage == usage


def test_halves_of_a_character_come_together_and_lone_ones_are_replaced() -> None:
    halves = json.loads('["\\ud83e", "\\uddad", "\\ud83e"]')
    turn = streamed(*({"content": half} for half in halves))
    assert turn.text == "🦭\ufffd"


def test_content_in_parts_is_text() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert whole({"content": parts}).text == "ab"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["choices", "delta", "message", "tool_calls", "function", "name", "index",
             "arguments", "content", "reasoning", "error", "id", "usage"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@given(
    st.lists(st.dictionaries(st.sampled_from(["choices", "error", "id"]), json_values))
)
def test_nothing_that_is_json_breaks_the_assembler(payloads: list[Any]) -> None:
    assembler = Assembler()
    for payload in payloads:
        assembler.add(payload)
    assembler.turn().text.encode()
