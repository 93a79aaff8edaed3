"""A trajectory as a suite writes it, and the table of what came of it."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from agent.matching.call import Call
from agent.matching.comparing import compare
from agent.matching.expectation import Trajectory
from agent.matching.table import aligned_table
from tools.errors import UsageError

WRITTEN = """
mode: any_order
expect:
- {tool: search, arguments: {query: {contains: etcd}}, times: 1..3}
- {tool: fetch, arguments: {document: storage.md, line: {ge: 1}}, after: search}
never: [{tool: fetch, arguments: {document: {glob: "secret*"}}}]
succeed: true
"""
SEARCH = Call("search", {"query": "what is etcd"}, turn=1)
FETCH = Call("fetch", {"document": "storage.md", "line": 3}, turn=2)


def written(text: str = WRITTEN) -> Trajectory:
    return Trajectory.model_validate(yaml.safe_load(text))


def test_the_trajectory_of_the_guide_passes_as_it_is_meant() -> None:
    assert compare(written(), [SEARCH, FETCH]).passed
    assert compare(written(), [SEARCH, SEARCH, SEARCH, FETCH]).passed
    assert not compare(written(), [SEARCH] * 4 + [FETCH]).passed
    assert not compare(written(), [FETCH]).passed


@pytest.mark.parametrize(
    "calls",
    [
        [FETCH, SEARCH],
        [Call("search", {"query": "milvus"}, turn=1), FETCH, SEARCH],
        [SEARCH, Call("fetch", FETCH.arguments, turn=1)],
    ],
    ids=["before it", "another search before it", "in the same turn"],
)
def test_a_call_that_does_not_come_after_what_it_needs_differs(
    calls: list[Call],
) -> None:
    comparison = compare(written(), calls)
    assert not comparison.passed
    paths = {each.path for row in comparison.rows for each in row.differences}
    assert "(order)" in paths


def test_a_call_that_may_never_be_made_takes_the_whole_score() -> None:
    secret = Call("fetch", {"document": "secret.md", "line": 1}, turn=3)
    for extras in ("scored", "free", "forbidden"):
        trajectory = written(f"{WRITTEN}extras: {extras}")
        comparison = compare(trajectory, [SEARCH, FETCH, secret])
        assert (comparison.passed, comparison.score) == (False, 0)
        assert [row.kind for row in comparison.rows][-1] == "forbidden"
        assert "secret*" in comparison.rows[-1].expected


def test_a_call_that_is_expected_and_forbidden_is_shown_as_both() -> None:
    trajectory = Trajectory.model_validate(
        {"expect": [{"tool": "f"}], "never": [{"tool": "f"}]}
    )
    comparison = compare(trajectory, [Call("f", {})])
    assert [row.kind for row in comparison.rows] == ["matched", "forbidden"]
    assert not comparison.passed


def test_a_forbidden_tool_is_forbidden_with_unreadable_arguments_too() -> None:
    trajectory = Trajectory.model_validate({"never": [{"tool": "rm"}]})
    assert compare(trajectory, []).passed
    assert not compare(trajectory, [Call("rm", {}, unreadable="no JSON")]).passed


@pytest.mark.parametrize(
    ("extras", "passed", "kind"),
    [
        ("scored", False, "extra"),
        ("free", True, "extra"),
        ("forbidden", False, "forbidden"),
    ],
)
def test_extra_calls_are_scored_free_or_forbidden(
    extras: str, passed: bool, kind: str
) -> None:
    trajectory = written(f"{WRITTEN}extras: {extras}")
    comparison = compare(trajectory, [SEARCH, FETCH, Call("stray", {})])
    assert comparison.passed is passed
    assert comparison.rows[-1].kind == kind


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"modes": "exact"}, "modes"),
        ({"expect": [{"tool": "f", "argument": {}}]}, "argument"),
        ({"expect": [{"tool": "f", "times": "3..1"}]}, "ends before it begins"),
        ({"expect": [{"tool": "f", "times": "often"}]}, "a range as 1..3"),
        ({"expect": [{"tool": "f", "times": True}]}, "a range as 1..3"),
        ({"expect": [{"tool": "f", "after": "g"}]}, "no other expectation is named g"),
        ({"expect": [{"tool": "f", "after": "g"}, {"tool": "g", "after": "f"}]},
         "itself"),
        ({"expect": [{"tool": "f", "arguments": "x"}]}, "an object"),
        ({"expect": [{"tool": "f", "arguments": {"a": {"contain": 1, "ge": 2}}}]},
         "contain is no matcher"),
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Trajectory.model_validate(given)


def test_a_date_of_yaml_is_refused_as_it_would_never_fit() -> None:
    with pytest.raises(ValidationError, match="write it as a string"):
        written("expect: [{tool: f, arguments: {day: 2026-01-02}}]")


SCHEMA = {
    "type": "object",
    "properties": {"where": {"$ref": "#/$defs/Place"}, "n": {"default": 3}},
    "$defs": {
        "Place": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"default": "C"}},
        }
    },
}


def test_defaults_are_filled_in_on_both_sides_and_within_objects() -> None:
    wanted = {"tool": "f", "arguments": {"where": {"city": "Rome", "unit": "C"}}}
    trajectory = Trajectory.model_validate({"expect": [wanted]})
    call = Call("f", {"where": {"city": "Rome"}, "n": 3})
    assert compare(trajectory, [call], {"f": SCHEMA}).passed
    assert not compare(trajectory, [call]).passed


def test_what_the_schema_does_not_know_fits_nothing() -> None:
    trajectory = Trajectory.model_validate({"expect": [{"tool": "f"}]})
    call = Call("f", {"where": {"city": "Rome", "planet": "Mars"}})
    comparison = compare(trajectory, [call], {"f": SCHEMA})
    assert not comparison.passed
    assert comparison.rows[0].differences[0].path == "where.planet"
    unfit = {"tool": "f", "arguments": {"wher": 1}}
    with pytest.raises(UsageError, match="no argument wher"):
        compare(Trajectory.model_validate({"expect": [unfit]}), [], {"f": SCHEMA})


def test_a_schema_that_takes_more_knows_every_key() -> None:
    trajectory = Trajectory.model_validate({"expect": [{"tool": "f"}]})
    for more in ({}, {"properties": {}, "additionalProperties": {"type": "string"}}):
        assert compare(trajectory, [Call("f", {"x": "y"})], {"f": more}).passed


def test_the_table_names_what_differs_is_missing_extra_and_nearest() -> None:
    trajectory = Trajectory.model_validate(
        {
            "expect": [
                {"tool": "search", "arguments": {"query": "etcd"}},
                {"tool": "fetch", "arguments": {"document": "a.md", "line": 1}},
                {"tool": "fetsh"},
            ]
        }
    )
    calls = [
        Call("search", {"query": "etcd"}),
        Call("fetch", {"document": "a.md", "line": 2}),
        Call("stray", {"text": "\x1b[31mred\n\u202e"}),
    ]
    table = aligned_table(compare(trajectory, calls))
    fetched = 'fetch(document: "a.md", line: 2)'
    stray = '#3 stray(text: "\\u001b[31mred\\n�")'
    assert table.splitlines() == [
        "not passed, score 0.556 (5/9)",
        f"""  matched  {'search(query: "etcd")':<32}  #1 search(query: "etcd")""",
        f"""  differs  fetch(document: "a.md", line: 1)  #2 {fetched}""",
        "             line: expected 1, got 2",
        f"""  missing  {"fetsh(…)":<32}  nearest: {fetched}""",
        f"""  extra    {"-":<32}  {stray}""",
    ]
    assert aligned_table(compare(Trajectory(), [])) == "passed, score 1.000 (1)"
