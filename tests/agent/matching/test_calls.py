"""The calls of a run, in whichever form it is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from agents import Agent, RunConfig, Runner, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call

from agent.answer import Answer, Usage
from agent.matching.call import Call, UnreadableRunError
from agent.matching.calls import read_calls
from agent.matching.comparing import compare
from agent.matching.expectation import Trajectory
from tools.trajectory.tool_call import ToolCall

MESSAGES: list[dict[str, Any]] = [
    {"role": "user", "content": "What keeps the metadata?"},
    {"role": "assistant", "content": None, "tool_calls": [
        {"id": "a", "type": "function",
         "function": {"name": "search", "arguments": '{"query": "etcd"}'}},
        {"id": "b", "type": "function",
         "function": {"name": "fetch", "arguments": '{"document": '}},
    ]},
    {"role": "tool", "tool_call_id": "b", "content": "Error: no JSON"},
    {"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "x"}]},
    {"role": "assistant", "content": "etcd."},
]  # fmt: skip


def made(turn: int, name: str, **more: Any) -> ToolCall:
    given = {"arguments": {}, "returned": "", "failed": False, "ms": 1, **more}
    return ToolCall(turn=turn, name=name, **given)


def answer_of(*calls: ToolCall) -> Answer:
    return Answer(
        question="?", answer="!", answered=True, citations=(), grounded=True,
        stop_reason="answered", model="m", depth="low", turns=1, trajectory=calls,
        usage=Usage(), seconds=1.0,
    )  # fmt: skip


def test_chat_messages_have_calls_with_what_came_back() -> None:
    first, second = read_calls(MESSAGES)
    assert first == Call("search", {"query": "etcd"}, "a", "x", False, 1)
    assert (second.id, second.arguments, second.failed) == ("b", {}, True)
    assert "not valid JSON" in second.unreadable


def test_an_answer_has_the_calls_that_its_model_made_to_find_it() -> None:
    answer = answer_of(
        made(0, "prefetch", arguments={"query": "q"}),
        made(1, "search", arguments={"query": "etcd"}, returned="3 passages"),
        made(2, "fetch", failed=True, returned="the arguments are not valid JSON: x"),
        made(3, "final_answer", arguments={"answer": "!"}),
    )
    search, fetch = read_calls(answer)
    assert search == Call("search", {"query": "etcd"}, None, "3 passages", False, 1)
    assert fetch.unreadable == "the arguments are not valid JSON: x"
    assert read_calls(answer.model_dump_json()) == (search, fetch)


async def test_a_run_of_the_sdk_is_read() -> None:
    @function_tool
    def search(query: str) -> str:
        """Look something up."""
        if query == "broken":
            raise ValueError("no index")
        return f"found {query}"

    model = ScriptedModel(
        [
            [function_call("search", {"query": "etcd"}, call_id="one")],
            [function_call("search", {"query": "broken"}, call_id="two")],
            [assistant_message("done")],
        ]
    )
    result = await Runner.run(
        Agent("a", tools=[search], model=model),
        "?",
        run_config=RunConfig(tracing_disabled=True),
    )
    first, second = read_calls(result)
    assert first == Call("search", {"query": "etcd"}, "one", "found etcd", False, 1)
    assert (second.failed, second.turn) == (True, 2)


@pytest.mark.parametrize(
    "line",
    [
        made(1, "search", arguments={"query": "etcd"}).model_dump(),
        {"name": "search", "arguments": {"query": "etcd"}},
        {"name": "search", "arguments": '{"query": "etcd"}'},
        {"role": "assistant", "function_call": {"name": "search",
                                                "arguments": '{"query": "etcd"}'}},
        {"type": "function_call", "name": "search", "call_id": "a",
         "arguments": '{"query": "etcd"}'},
        {"messages": [MESSAGES[0], {"role": "assistant", "tool_calls": [
            MESSAGES[1]["tool_calls"][0]]}]},
    ],
)  # fmt: skip
def test_lines_of_a_trajectory_are_read(line: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(json.dumps(line) + "\n\n")
    for run in (path, str(path), path.read_text(), [json.dumps(line)], [line], line):
        (call,) = read_calls(run)
        assert (call.name, call.arguments) == ("search", {"query": "etcd"})


@pytest.mark.parametrize(
    "arguments", ["[1]", '"x"', "{", [1], "[" * 5000, "x" * 300_000]
)
def test_broken_arguments_are_kept_and_match_nothing(arguments: Any) -> None:
    (call,) = read_calls([{"name": "f", "arguments": arguments}])
    assert call.unreadable
    for expected in ({}, {"arguments": {}}, {"arguments": {"a": {"ignore": True}}}):
        trajectory = Trajectory.model_validate({"expect": [{"tool": "f", **expected}]})
        comparison = compare(trajectory, [call])
        assert [row.kind for row in comparison.rows] == ["missing", "extra"]
        assert comparison.score == 0


def test_arguments_that_are_nested_without_end_are_unreadable() -> None:
    deep: Any = 1
    for _ in range(500):
        deep = {"x": deep}
    (call,) = read_calls([{"name": "f", "arguments": deep}])
    assert "nested" in call.unreadable


@pytest.mark.parametrize(
    "run",
    [
        7, [7], ["no JSON"], "{broken\n", "no/such/file.jsonl", [{"strange": 1}], [{}],
        [{"role": "assistant", "tool_calls": [{"id": "a"}]}],
        [Call("f", {}), "text"], [{"name": "", "arguments": {}}],
    ],
)  # fmt: skip
def test_what_is_no_run_is_refused_in_words(run: Any) -> None:
    with pytest.raises(UnreadableRunError, match=r"\w"):
        read_calls(run)


def test_calls_are_a_run_themselves() -> None:
    calls = (Call("f", {}), Call("g", {"a": 1}))
    assert read_calls(calls) == read_calls(iter(calls)) == calls
    assert read_calls([]) == ()
