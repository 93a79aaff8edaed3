"""What other tools' trajectory scores get wrong: each fault, as a test of ours.

Each was run in that tool, at the commit that the test's docstring names.
"""

from itertools import permutations
from typing import Any

import pytest

from agent.matching.call import Call
from agent.matching.comparing import Comparison, compare
from agent.matching.expectation import Trajectory


def held(expect: list[Any], calls: list[Call], **more: Any) -> Comparison:
    return compare(Trajectory.model_validate({"expect": expect, **more}), calls)


def wanted(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments}


def test_the_order_of_expectations_does_not_decide() -> None:
    """agentevals 946ad15 and deepeval a2e0d4c take the first that fits: the wider
    expectation takes the call that the narrower one needs."""
    expect = [
        wanted("search", query={"contains": "etcd"}),
        wanted("search", query="etcd metadata"),
    ]
    run = [
        Call("search", {"query": "etcd metadata"}),
        Call("search", {"query": "etcd storage"}),
    ]
    for order in permutations(expect):
        for calls in permutations(run):
            assert held(list(order), list(calls)).passed


def test_a_partial_fit_has_one_score_in_any_order() -> None:
    """deepeval a2e0d4c gives 0.5 or 0.75 by order (#3338)."""
    expect = [wanted("f", a=1, b=1), wanted("f", a=1, b=2)]
    run = [Call("f", {"a": 1, "b": 2}), Call("f", {"a": 1, "b": 3})]
    scores = {
        held(list(order), list(calls)).exact_score
        for order in permutations(expect)
        for calls in permutations(run)
    }
    assert len(scores) == 1


def test_two_identical_calls_that_were_expected_pass() -> None:
    """deepeval a2e0d4c: 0.5 (#3141)."""
    twice = [wanted("f", a=1), wanted("f", a=1)]
    assert held(twice, [Call("f", {"a": 1})] * 2).score == 1
    assert held(twice, [Call("f", {"a": 1})]).score == pytest.approx(2 / 3)


def test_stray_calls_cost() -> None:
    """deepeval a2e0d4c: one right call and 50 stray ones have the score 1."""
    stray = [Call("stray", {"n": n}) for n in range(50)]
    comparison = held([wanted("f", a=1)], [Call("f", {"a": 1}), *stray])
    assert not comparison.passed
    assert comparison.score == pytest.approx(2 / 52)


def test_a_call_where_none_is_expected_does_not_pass() -> None:
    """deepeval #2242: nothing expected is 1, whatever was called."""
    assert held([], [Call("f", {})]).score == 0
    assert held([], []).passed


@pytest.mark.parametrize("arguments", [{}, {"user": "u1"}])
def test_a_call_without_its_arguments_does_not_pass(arguments: dict[str, Any]) -> None:
    """tau2-bench a2c0247 compares the keys that were *called*: none fits any gold."""
    expect = [wanted("cancel", user="u1", reservation="r1")]
    comparison = held(expect, [Call("cancel", arguments)])
    assert not comparison.passed
    assert "reservation" in {each.path for each in comparison.rows[0].differences}


def test_one_call_does_not_satisfy_two_expectations() -> None:
    """tau2-bench a2c0247 looks for each gold action among all the calls."""
    expect = [wanted("pay", amount=5), wanted("pay", amount=5)]
    comparison = held(expect, [Call("pay", {"amount": 5})])
    assert [row.kind for row in comparison.rows] == ["matched", "missing"]


def test_a_list_is_an_argument_as_any_other() -> None:
    """ragas 3e28e9d: F1 raises TypeError."""
    expect = [wanted("f", tags=["a", "b"])]
    assert held(expect, [Call("f", {"tags": ["a", "b"]})]).passed
    assert not held(expect, [Call("f", {"tags": ["b", "a"]})]).passed


def test_three_equal_calls_are_not_one() -> None:
    """ragas 3e28e9d: F1 over sets."""
    comparison = held([wanted("f", a=1)], [Call("f", {"a": 1})] * 3)
    assert not comparison.passed
    assert comparison.score == pytest.approx(0.5)


def test_one_name_that_is_missing_is_not_all() -> None:
    """ragas 3e28e9d and ADK 02540e4: 0 if the names do not align in full."""
    run = [Call("f", {"a": 1})]
    assert held([wanted("f", a=1), wanted("g")], run).score == pytest.approx(2 / 3)


SEARCH = {
    "type": "object",
    "properties": {
        "query": {"type": "string"},
        "page": {"type": "integer", "default": 1},
    },
    "required": ["query"],
}


@pytest.mark.parametrize("mode", ["any_order", "subset"])
def test_a_default_that_is_written_out_passes_and_what_is_made_up_does_not(
    mode: str,
) -> None:
    """promptfoo #9458: exact fails on `page=1`, partial passes `delete_database`."""
    trajectory = Trajectory.model_validate(
        {"mode": mode, "expect": [wanted("search", query="x")]}
    )

    def held_with(**arguments: Any) -> Comparison:
        call = Call("search", {"query": "x", **arguments})
        return compare(trajectory, [call], {"search": SEARCH})

    assert held_with().passed
    assert held_with(page=1).passed
    assert held_with(page=2).passed is (mode == "subset")
    made_up = held_with(delete_database=True)
    assert not made_up.passed
    assert made_up.rows[0].differences[-1].path == "delete_database"


def test_the_status_of_a_step_counts() -> None:
    """promptfoo #10607: a call that failed is as good as one that did not."""
    run = [Call("f", {"a": 1}, returned="no such file", failed=True)]
    assert held([wanted("f", a=1)], run).passed
    comparison = held([wanted("f", a=1)], run, succeed=True)
    assert not comparison.passed
    assert comparison.rows[0].differences[0].got == "failed: no such file"
    assert held([{**wanted("f", a=1), "succeed": False}], run, succeed=True).passed
