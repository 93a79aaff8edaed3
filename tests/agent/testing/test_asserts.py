"""The assertions: what they take for a run, what passes, and what a failure says."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from agents import Agent, Runner, function_tool

from agent.answer import Answer, Usage
from agent.matching.call import Call
from agent.matching.calls import UnreadableRunError
from agent.testing.answers import answer_of
from agent.testing.asserts import (
    assert_called,
    assert_calls,
    assert_complete_or_marked,
    assert_grounded,
    assert_not_called,
)
from agent.testing.comparing import table_of
from agent.testing.measuring import take
from agent.testing.scripts import scripted
from tests.agent.testing.pytest_runs import run_tests
from tests.fakes.scripted import final, run, script, search
from tools.errors import CiteloopError, UsageError
from tools.library.library import Library

pytest_plugins = ["pytester"]

TEXT = "The metadata lies in etcd."
ANSWER = "The metadata lies in etcd [1]."
MESSAGES: list[dict[str, Any]] = [
    {"role": "user", "content": "What keeps the metadata?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "a",
                "type": "function",
                "function": {"name": "search", "arguments": '{"query": "metadata"}'},
            }
        ],
    },
    {"role": "tool", "tool_call_id": "a", "content": TEXT},
    {"role": "assistant", "content": ANSWER},
]


@function_tool(name_override="search")
def look_up(query: str) -> str:
    """Return what is known."""
    del query
    return TEXT


def of_the_sdk(answer: str = ANSWER) -> Any:
    """Return a run of an agent that is none of ours."""
    model = scripted(("search", {"query": "metadata"}), answer)
    agent = Agent("theirs", model=model, tools=[look_up])
    return asyncio.run(Runner.run(agent, "What keeps the metadata?"))


def in_lines() -> str:
    return "\n".join(map(json.dumps, MESSAGES))


def in_a_file() -> Path:
    path = Path("trajectory.jsonl").absolute()
    path.write_text(in_lines(), encoding="utf-8")
    return path


FORMS = {
    "messages": lambda: MESSAGES,
    "lines": in_lines,
    "a file": in_a_file,
    "a RunResult": of_the_sdk,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_run_of_any_form_is_read(form: str) -> None:
    given = FORMS[form]()
    assert_calls(given, ["search"], mode="exact")
    assert_calls(given, [("search", {"query": "metadata"})], succeed=True)
    assert_called(given, "search", {"query": {"contains": "meta"}}, times=1)
    assert_not_called(given, "fetch")
    assert answer_of(given) == ANSWER
    assert_grounded(given, [TEXT])
    assert_complete_or_marked(given, whole="The metadata lies  in etcd [1].")
    with pytest.raises(AssertionError, match=r"query: expected .*etcd.*got .*metadata"):
        assert_calls(given, [("search", {"query": "etcd"})])
    with pytest.raises(AssertionError, match="search was called, and may not be"):
        assert_not_called(given, "search")


async def test_an_answer_of_ours_is_read(library: Library) -> None:
    answer = await run(library, script(search(), final()))
    assert_calls(answer, [("search", {"query": {"contains": "segment"}})])
    assert_grounded(answer)
    assert_complete_or_marked(answer)
    assert_not_called(answer, "fetch")


async def test_an_answer_of_ours_that_is_not_grounded_names_the_sentence(
    library: Library,
) -> None:
    false = "It is sealed when it reaches 900 gigabytes [1]."
    answer = await run(library, script(search(), final(false), final(false)))
    if answer.grounded:  # then it was put right, and is no case of this
        pytest.fail(answer.answer)
    with pytest.raises(AssertionError, match="not grounded"):
        assert_grounded(answer)
    assert_complete_or_marked(answer)  # its exit code says so


def answer_with(**fields: Any) -> Answer:
    whole: dict[str, Any] = {
        "question": "?", "answer": "All of it.", "answered": True, "citations": (),
        "grounded": True, "mode": "agent", "mode_reason": "", "model": "m",
        "stop_reason": "answered", "depth": "low", "turns": 1, "trajectory": (),
        "usage": Usage(total_tokens=30), "seconds": 1.0,
    }  # fmt: skip
    return Answer(**{**whole, **fields})


@pytest.mark.parametrize(
    "run",
    [
        "All of it.",
        "All of it [1].",
        "Here:\n```sh\nmake\n```",
        CiteloopError("The answer was cut off"),
        answer_with(),
        answer_with(answer="Half of", extracted=True),
        answer_with(answer="Half of", stop_reason="token_limit"),
        answer_with(answer="Half of", stop_reason="no_answer"),
    ],
    ids=str,
)
def test_what_is_complete_or_says_that_it_is_not_passes(run: object) -> None:
    assert_complete_or_marked(run)


PARTIAL = {
    "half of a sentence": ("A segment is sealed as soon as the", "does not end"),
    "half in our form": (answer_with(answer="It is sealed as"), "does not end"),
    "an open block": ("Run:\n```sh\nmake\n", "a block of code is open"),
    "nothing": ("  ", "there is no answer"),
    "ends in a call": (MESSAGES[:2], "there is no answer"),
    "ends in an output": (MESSAGES[:3], "there is no answer"),
    "a call without output": (
        [MESSAGES[1], {"role": "assistant", "content": "All of it."}],
        "the call of search has no output",
    ),
}


@pytest.mark.parametrize(("run", "said"), PARTIAL.values(), ids=PARTIAL)
def test_what_is_partial_and_does_not_say_so_fails(run: object, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        assert_complete_or_marked(run)


def test_a_cut_between_sentences_is_seen_by_the_whole_alone() -> None:
    cut = ANSWER
    assert_complete_or_marked(cut)
    with pytest.raises(AssertionError, match="it lacks some of"):
        assert_complete_or_marked(cut, whole=f"{cut} And the data in MinIO.")
    assert_complete_or_marked(f"{cut} (cut off)", whole="more", marks=["(cut off)"])


def test_a_foreign_answer_is_grounded_in_the_passages_that_it_cites() -> None:
    assert_grounded("The metadata lies in etcd [1].", [TEXT])
    with pytest.raises(AssertionError, match="not grounded") as failed:
        assert_grounded("The metadata lies in 7 copies of MySQL [1].", [TEXT])
    assert "MySQL" in str(failed.value)
    with pytest.raises(UsageError, match="Give the passages"):
        assert_grounded("The metadata lies in etcd [1].")


CALLS = (
    Call("search", {"query": "data"}, returned="x"),
    Call("fetch", {"document": "a.md", "line": 3}, returned="y"),
)


@pytest.mark.parametrize(
    ("expected", "options", "passes"),
    [
        (["fetch", "search"], {}, True),
        (["fetch", "search"], {"mode": "in_order"}, False),
        (["search"], {}, False),
        (["search"], {"extras": "free"}, True),
        ([("fetch", {"line": 3})], {"extras": "free"}, False),
        ([("fetch", {"line": 3})], {"extras": "free", "mode": "subset"}, True),
        ([{"tool": "fetch", "after": "search"}, "search"], {}, True),
        (CALLS, {"mode": "exact"}, True),
        (CALLS, {"never": [("fetch", {"document": {"glob": "a*"}})]}, False),
        (["search", "fetch"], {"succeed": True}, True),
    ],
)
def test_which_calls_pass(expected: Any, options: dict[str, Any], passes: bool) -> None:
    if passes:
        return assert_calls(CALLS, expected, **options)
    with pytest.raises(AssertionError, match="not those that were expected"):
        assert_calls(CALLS, expected, **options)
    return None


def test_defaults_of_the_schema_are_the_same_as_saying_them() -> None:
    schema = {"properties": {"query": {}, "page": {"default": 1}}}
    calls = [Call("search", {"query": "data", "page": 1})]
    assert_calls(calls, [("search", {"query": "data"})], schemas={"search": schema})


@pytest.mark.parametrize("times", [1, "2", "0..1", "1..1"])
def test_how_often_a_tool_is_called(times: Any) -> None:
    fits = times != "2"
    if fits:
        return assert_called(CALLS, "search", times=times)
    with pytest.raises(AssertionError, match="search was not called as expected"):
        assert_called(CALLS, "search", times=times)
    return None


@pytest.mark.parametrize(
    "wrong",
    [7, ("search",), {"tool": "search", "often": 2}, ("search", {"q": {"pattern": 1}})],
)
def test_what_is_no_expectation_is_named(wrong: Any) -> None:
    with pytest.raises(UsageError, match=r"is no (call|expectation)"):
        assert_calls(CALLS, [wrong])


@pytest.mark.parametrize("wrong", [3, [3], Path("none.jsonl"), "{no json"])
def test_what_is_no_run_is_named(wrong: Any) -> None:
    with pytest.raises(UnreadableRunError):
        answer_of(wrong)


def test_tokens_of_a_run_count_once_and_the_lowest_score_is_kept() -> None:
    take()
    answer = answer_with()
    assert_calls(answer, [])
    with pytest.raises(AssertionError):
        assert_calls(answer, ["search"])
    assert_complete_or_marked(answer)
    assert take() == [("citeloop_score", 0.0), ("citeloop_tokens", 30)]
    assert take() == []


def test_only_calls_are_compared_as_calls() -> None:
    assert table_of([1], [2]) is None
    assert table_of(CALLS, 3) is None
    lines = table_of(CALLS, [CALLS[0], Call("fetch", {"document": "b.md", "line": 3})])
    assert lines is not None
    assert any("document: expected" in line for line in lines)


FAILING = """
from agent.matching.calls import Call, read_calls
from agent.testing.asserts import assert_calls

SEARCH = Call("search", {"query": "data"})
RUN = [SEARCH, Call("fetch", {"document": "a.md", "line": 3})]


def test_calls():
    assert_calls(RUN, ["search", ("fetch", {"document": "b.md", "line": 3})])


def test_equal():
    assert read_calls(RUN) == (SEARCH, Call("fetch", {"document": "b.md", "line": 3}))


def test_other_values_are_compared_as_ever():
    assert [1] == [2]
"""


def test_a_failure_prints_the_table_and_none_of_our_own_lines(
    pytester: pytest.Pytester,
) -> None:
    done = run_tests(pytester, FAILING)
    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(
        [
            "E*AssertionError: the calls are not those that were expected",
            "E*not passed, score 0.8*",
            "E*matched*search*#1 search(query: *data*)",
            "E*differs*fetch(document: *b.md*#2 fetch(document: *a.md*",
            "E*document: expected*b.md*got*a.md*",
            "E*assert the calls differ",
            "E*document: expected*b.md*got*a.md*",
            "E*assert ?1? == ?2?",
        ]
    )
    assert "asserts.py" not in done.stdout.str()
