"""Suites that are learnt from runs, and loosened by them."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answer import Usage
from agent.evals.judging import judge_run
from agent.evals.own_schemas import own_schemas
from agent.evals.reading import read_suite
from agent.evals.results import RunRecord
from agent.evals.revising.editing import edited_text
from agent.evals.revising.looser import loosen_suite
from agent.evals.revising.tighter import learn_calls, learn_suite
from agent.evals.revising.values import learn_value
from agent.matching.calls import Call
from agent.matching.comparing import compare
from agent.matching.expectation import Trajectory
from agent.matching.matchers import Matcher, read_wanted, same
from tests.agent.evals.made import (
    CASE,
    grounded_case,
    named_of,
    results_of,
    run_of,
    tool_call,
)

WORDS = st.sampled_from(["etcd", "keeps", "metadata", "the", "of", "object"])
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
VALUES = st.one_of(
    TEXTS, st.text(max_size=12), st.integers(-9, 9), st.booleans(), st.none(),
    st.floats(allow_nan=False, allow_infinity=False), st.lists(st.integers(0, 3)),
    st.fixed_dictionaries({"contains": TEXTS}),
    st.fixed_dictionaries({"a": TEXTS}, optional={"b": st.integers(0, 3)}),
    st.lists(st.fixed_dictionaries({"equal": TEXTS}), max_size=2),
)  # fmt: skip
CALLS = st.builds(
    Call,
    st.sampled_from(["search", "fetch", "ask"]),
    st.dictionaries(st.sampled_from(["query", "limit", "where"]), VALUES, max_size=3),
    failed=st.booleans(),
    turn=st.integers(1, 4),
)
RUNS = st.lists(st.lists(CALLS, max_size=5), min_size=1, max_size=5)


@given(RUNS)
def test_what_is_learnt_is_satisfied_by_every_run(runs: list[list[Call]]) -> None:
    learnt = Trajectory.model_validate(learn_calls(runs))
    for run in runs:
        assert compare(learnt, run).passed


@given(RUNS)
def test_what_is_learnt_can_be_written_and_read(runs: list[list[Call]]) -> None:
    learnt = learn_calls(runs)
    read = yaml.safe_load(yaml.safe_dump(learnt, allow_unicode=True))
    assert Trajectory.model_validate(read) == Trajectory.model_validate(learnt)


@given(st.lists(CALLS, max_size=4), CALLS)
def test_of_one_run_nothing_else_passes(run: list[Call], other: Call) -> None:
    learnt = Trajectory.model_validate(learn_calls([run]))
    assert not compare(learnt, [*run, other]).passed
    if run:
        assert not compare(learnt, run[1:]).passed


@given(st.lists(VALUES, min_size=1, max_size=8))
def test_what_is_learnt_of_values_fits_each_of_them(values: list[Any]) -> None:
    wanted = read_wanted(learn_value(values))
    for value in values:
        trajectory = Trajectory.model_validate(
            {"expect": [{"tool": "t", "arguments": {"x": learn_value(values)}}]}
        )
        assert compare(trajectory, [Call("t", {"x": value})]).passed
        if isinstance(wanted, Matcher):
            assert wanted.fits(value)
        elif not isinstance(wanted, dict | list):
            assert same(wanted, value)


@pytest.mark.parametrize(
    ("values", "learnt"),
    [
        (["a", "a", "a"], "a"),
        (["a", "b", "a"], {"one_of": ["a", "b"]}),
        ([1, 5, 3], {"ge": 1, "le": 5}),
        (["How etcd keeps metadata", "etcd: what metadata", "Metadata, etcd, metadata"],
         {"pattern": "(?i)etcd.*metadata"}),
        (["one thing", "another"], {"ignore": True}),
        ([{"contains": "x"}] * 2, {"equal": {"contains": "x"}}),
        ([True, 1], {"ignore": True}),
    ],
)  # fmt: skip
def test_what_varies_is_expected_by_what_it_has_in_common(
    values: list[Any], learnt: Any
) -> None:
    assert learn_value(values) == learnt


def calls_of(*names: str) -> list[Call]:
    return [Call(name, {"query": name}, turn=n) for n, name in enumerate(names, 1)]


def test_an_order_is_learnt_only_where_it_never_varied() -> None:
    same_order = [calls_of("search", "fetch"), calls_of("search", "fetch")]
    assert learn_calls(same_order)["mode"] == "exact"
    other_order = learn_calls([*same_order, calls_of("fetch", "search")])
    assert other_order["mode"] == "any_order"
    assert len(other_order["expect"]) == 2
    more = learn_calls([*same_order, calls_of("search", "fetch", "fetch")])
    assert [each.get("times") for each in more["expect"]] == [None, None, "0..1"]
    assert [each.get("after") for each in more["expect"]] == [None, "search", "search"]


def test_calls_in_another_order_are_laid_side_by_side_by_their_arguments() -> None:
    one = [Call("search", {"query": "a"}), Call("search", {"query": "b"})]
    learnt = learn_calls([one, one[::-1]])
    assert learnt["mode"] == "any_order"
    queries = [each["arguments"]["query"] for each in learnt["expect"]]
    assert queries == ["a", "b"]


NEVER = {"extras": "free", "never": [{"tool": "fetch"}]}


def test_a_suite_is_learnt_from_the_runs_that_pass_it(tmp_path: Path) -> None:
    named = named_of(
        tmp_path,
        grounded_case("hnsw", calls=NEVER, group="index"),
        grounded_case("never-good"),
        name="mine",
    )
    runs = [
        run_of("hnsw", tool_call("search", query="etcd here"), turns=2),
        run_of("hnsw", tool_call("search", query="here: etcd"), repeat=2, turns=3,
               usage=Usage(total_tokens=70)),
        run_of("hnsw", tool_call("fetch", document="x"), repeat=3),
        run_of("never-good", grounded=False),
    ]  # fmt: skip
    learnt = learn_suite(named, results_of(runs), judge_run, own_schemas())
    assert learnt.remarks == ("never-good: no run passes what the suite says by now",)
    path = tmp_path / "learnt.yaml"
    path.write_text(learnt.text)
    suite = read_suite(path).suite
    case = suite.cases[0]
    assert [judge_run(case, run).passed for run in runs] == [True, True, False, False]
    assert (case.group, suite.name) == ("index", "mine")
    assert (case.limits.turns, case.limits.tokens) == (3, 70)
    assert case.answer is not None
    assert case.answer.cites == ("hnsw.md",)
    assert case.calls is not None
    assert case.calls.never[0].tool == "fetch"


TEXT = """\
# The index questions.
schema: citeloop.suite/1
defaults: {extras: forbidden}
cases:
- id: hnsw            # a graph
  question: What is HNSW?
  calls:
    mode: exact
    expect:
    - tool: search    # first of all
      arguments:
        query: What is HNSW?
    - {tool: fetch, arguments: {document: hnsw.md, line: {ge: 5}}}
  limits:
    turns: 1          # no more
# Done.
"""


def loosened(
    folder: Path, text: str, runs: list[RunRecord]
) -> tuple[str, tuple[str, ...]]:
    """Return the text that the proposed diff makes of a suite, and the remarks."""
    named = named_of(folder, text=text)
    found = loosen_suite(named, results_of(runs), own_schemas())
    if found.diff:
        patch = ["patch", "-p0", "--quiet", "-d", "/"]
        subprocess.run(patch, input=found.diff, text=True, check=True)
    return named.path.read_text(), found.remarks


def test_a_suite_is_loosened_by_a_diff_that_leaves_the_rest_as_it_was(
    tmp_path: Path,
) -> None:
    runs = [
        run_of(
            "hnsw",
            tool_call("fetch", document="hnsw.md", line=3),
            tool_call("search", query="HNSW", where="x"),
            tool_call("search", query="graph index"),
        )
    ]
    text, remarks = loosened(tmp_path, TEXT, runs)
    assert remarks == ()
    case = read_suite(tmp_path / "suite.yaml").suite.cases[0]
    assert judge_run(case, runs[0], own_schemas()).passed
    for comment in (
        "# The index",
        "# a graph",
        "# first of all",
        "# no more",
        "# Done.",
    ):
        assert comment in text
    assert "mode: any_order" in text
    assert "turns: 2          # no more" in text
    assert "line: {ge: 3}" in text


ARGUMENTS = st.fixed_dictionaries(
    {"query": TEXTS}, optional={"limit": st.integers(1, 9), "where": st.none() | TEXTS}
)
SEARCHES = st.builds(
    lambda arguments, turn: tool_call("search", turn, **arguments),
    ARGUMENTS,
    st.integers(1, 3),
)


@settings(max_examples=40)
@given(st.lists(st.lists(SEARCHES, max_size=3), min_size=2, max_size=4))
def test_every_run_with_a_good_answer_passes_what_is_loosened_by_it(
    tmp_path_factory: pytest.TempPathFactory, several: list[list[Any]]
) -> None:
    folder = tmp_path_factory.mktemp("loosened")
    first, *others = [
        run_of("hnsw", *calls, repeat=number) for number, calls in enumerate(several, 1)
    ]
    named = named_of(folder, CASE)
    learnt = learn_suite(named, results_of([first]), judge_run, own_schemas())
    path = folder / "learnt.yaml"
    path.write_text(learnt.text)
    tight = read_suite(path)
    found = loosen_suite(tight, results_of([first, *others]), own_schemas())
    assert found.remarks == ()
    if found.diff:
        patch = ["patch", "-p0", "--quiet", "-d", "/"]
        subprocess.run(patch, input=found.diff, text=True, check=True)
    case = read_suite(path).suite.cases[0]
    for run in (first, *others):
        assert judge_run(case, run, own_schemas()).passed


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (run_of("hnsw", grounded=False), "its answer is not as expected: true was"),
        (run_of("hnsw", tool_call("search", query="x", drop=True)), "cannot be loos"),
        (run_of("hnsw", tool_call("fetch", document="secret")), "cannot be loosened"),
    ],
)
def test_a_wrong_answer_and_a_forbidden_call_are_no_reason(
    run: RunRecord, says: str, tmp_path: Path
) -> None:
    named = named_of(
        tmp_path,
        grounded_case(
            "hnsw",
            calls={"extras": "forbidden", "never": [{"tool": "fetch"}]},
        ),
    )
    found = loosen_suite(named, results_of([run]), own_schemas())
    assert found.diff == ""
    (remark,) = found.remarks
    assert says in remark


def test_a_suite_of_lines_is_loosened_in_its_line(tmp_path: Path) -> None:
    path = tmp_path / "suite.jsonl"
    path.write_text(
        '{"schema": "citeloop.suite/1"}\n\n'
        '{"id": "a", "question": "?"}\n'
        '{"id": "hnsw", "question": "?", "limits": {"turns": 1}}\n'
    )
    found = loosen_suite(read_suite(path), results_of([run_of()]), own_schemas())
    changed = [
        line for line in found.diff.splitlines() if line.startswith(("+{", "-{"))
    ]
    assert changed == [
        '-{"id": "hnsw", "question": "?", "limits": {"turns": 1}}',
        '+{"id": "hnsw", "question": "?", "limits": {"turns": 2}}',
    ]


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a: 1  # one\n", {"a": 2}, "a: 2  # one\n"),
        ("a: {}\nb: 1\n", {"a": {"x": 1}, "b": 1}, "a: {x: 1}\nb: 1\n"),
        ("a: []\n", {"a": [1]}, "a: [1]\n"),
        ("a: [1]\n", {"a": [1, {"x": 2}]}, "a: [1, {x: 2}]\n"),
        ("a:\n- 1  # one\nb: 2\n", {"a": [1, 3], "b": 2},
         "a:\n- 1\n- 3  # one\nb: 2\n"),
        ("a:\nb: 2\n", {"a": {"x": 1}, "b": 2}, "a: {x: 1}\nb: 2\n"),
        ("a:\n  x: 1\n\nb: 2\n", {"a": {"x": 1, "y": None}, "b": 2},
         "a:\n  x: 1\n  y: null\n\nb: 2\n"),
        ("a:\n  x: 1\nb: 2\n", {"a": 5, "b": 2}, "a:\n  5\nb: 2\n"),
        ("a: 'x\n\n  y'\n", {"a": "p\nq"}, 'a: "p\\nq"\n'),
    ],
)  # fmt: skip
def test_a_text_is_changed_where_its_values_are(
    before: str, change: Any, after: str
) -> None:
    from agent.evals.placing import located_yaml

    located = located_yaml(before, Path("a.yaml"))
    assert edited_text(before, located, change) == after
    assert yaml.safe_load(after) == change
