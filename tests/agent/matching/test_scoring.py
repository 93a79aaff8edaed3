"""What holds of every score, by trying all assignments."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.matching.call import Call
from agent.matching.comparing import compare
from agent.matching.expectation import Mode, Trajectory
from tests.agent.matching.trajectories import (
    BFCL,
    MODES,
    bfcl_runs,
    calls,
    expected,
    judged,
    largest_sum,
    runs,
)

modes = st.sampled_from(MODES)


@given(runs, runs, modes)
def test_the_assignment_is_the_best_there_is(
    expect: list[Call], run: list[Call], mode: Mode
) -> None:
    score = judged(expect, run, mode).exact_score
    count = len(expect) + len(run)
    best = 2 * largest_sum(expect, run, mode) / count if count else Fraction(1)
    assert score == best


@given(runs, runs, modes)
def test_with_free_extras_what_is_expected_alone_counts(
    expect: list[Call], run: list[Call], mode: Mode
) -> None:
    score = judged(expect, run, mode, extras="free").exact_score
    best = largest_sum(expect, run, mode)
    assert score == (best / len(expect) if expect else 1)


@given(runs, runs, st.randoms(use_true_random=False))
def test_shuffling_expectations_or_calls_changes_nothing(
    expect: list[Call], run: list[Call], random: Random
) -> None:
    before = judged(expect, run)
    others, calls = random.sample(expect, len(expect)), random.sample(run, len(run))
    after = judged(others, calls)
    assert (after.exact_score, after.passed) == (before.exact_score, before.passed)


@given(runs, runs)
def test_the_stricter_the_mode_the_lower_the_score(
    expect: list[Call], run: list[Call]
) -> None:
    scores = [judged(expect, run, mode).exact_score for mode in (*MODES, "subset")]
    assert scores == sorted(scores)
    assert all(0 <= score <= 1 for score in scores)


@given(runs, modes)
def test_a_run_passes_its_own_calls(run: list[Call], mode: Mode) -> None:
    comparison = judged(run, run, mode)
    assert comparison.passed
    assert comparison.exact_score == 1
    assert {row.kind for row in comparison.rows} <= {"matched"}


@given(runs, runs, modes)
def test_the_score_is_symmetric(
    expect: list[Call], run: list[Call], mode: Mode
) -> None:
    one, other = judged(expect, run, mode), judged(run, expect, mode)
    assert one.exact_score == other.exact_score


@given(runs, runs, modes, st.integers(0, 5))
def test_a_stray_call_never_raises_the_score(
    expect: list[Call], run: list[Call], mode: Mode, place: int
) -> None:
    if mode == "exact":
        place = len(run)  # elsewhere it moves the calls behind it
    stray = [*run[:place], Call("stray", {}), *run[place:]]
    before, after = judged(expect, run, mode), judged(expect, stray, mode)
    assert after.exact_score <= before.exact_score
    assert not after.passed


@given(runs, runs, calls)
def test_one_more_call_never_lowers_what_is_matched(
    expect: list[Call], run: list[Call], more: Call
) -> None:
    before = judged(expect, run, extras="free").exact_score
    after = judged(expect, [*run, more], extras="free").exact_score
    assert after >= before


@given(runs, runs, modes)
def test_the_score_is_1_only_if_all_is_equal(
    expect: list[Call], run: list[Call], mode: Mode
) -> None:
    comparison = judged(expect, run, mode)
    all_matched = all(row.kind == "matched" for row in comparison.rows)
    assert (comparison.exact_score == 1) is all_matched is comparison.passed


@given(calls, st.integers(0, 3), st.integers(0, 3), st.integers(0, 8), modes)
def test_copies_within_the_times_pass_and_others_do_not(
    call: Call, least: int, optional: int, made: int, mode: Mode
) -> None:
    most = least + optional
    expect = [{**expected([call])[0], "times": f"{least}..{most}"}]
    trajectory = Trajectory.model_validate({"mode": mode, "expect": expect})
    comparison = compare(trajectory, [call] * made)
    assert comparison.passed is (least <= made <= most)


@given(runs, runs, calls, modes)
def test_an_optional_copy_never_lowers_the_score(
    expect: list[Call], run: list[Call], more: Call, mode: Mode
) -> None:
    optional = {**expected([more])[0], "times": "0..1"}
    expectations = [*expected(expect), optional]
    trajectory = Trajectory.model_validate({"mode": mode, "expect": expectations})
    without = judged(expect, run, mode).exact_score
    allowed = compare(trajectory, run).exact_score
    assert without <= allowed <= 1
    if mode != "exact":
        assert compare(trajectory, [*run, more]).exact_score >= without


@given(st.lists(calls, max_size=4), st.lists(calls, max_size=4), st.integers(0, 3))
def test_the_best_use_of_optional_copies_is_found(
    expect: list[Call], run: list[Call], required: int
) -> None:
    """By trying each number of optional expectations as required ones."""
    required = min(required, len(expect))
    whole = expected(expect)
    optional = [{**each, "times": "0..1"} for each in whole[required:]]
    trajectory = Trajectory.model_validate({"expect": whole[:required] + optional})
    best = Fraction(0)
    for used in range(2 ** len(optional)):
        chosen = [e for n, e in enumerate(expect[required:]) if used >> n & 1]
        rows = judged([*expect[:required], *chosen], run)
        kept = rows.rows[required : required + len(chosen)]
        if all(row.kind == "matched" for row in kept):
            best = max(best, rows.exact_score)
    assert compare(trajectory, run).exact_score >= best


@given(runs, runs, modes)
def test_a_call_stands_for_one_expectation_at_most(
    expect: list[Call], run: list[Call], mode: Mode
) -> None:
    rows = judged(expect, run, mode).rows
    places = [row.place for row in rows if row.place is not None]
    assert sorted(places) == list(range(1, len(run) + 1))
    assert sum(bool(row.expected) for row in rows) == len(expect)


@pytest.mark.skipif(
    not BFCL.is_dir(), reason="../shared/data/bfcl-multi-turn is absent"
)
def test_the_order_of_expectations_changes_no_score_of_bfcl() -> None:
    """Against a run that has lost a call, gained one, and has one changed."""
    random = Random(17)  # noqa: S311 (shuffles)
    assert len(bfcl_runs()) >= 600
    for made in bfcl_runs():
        run = list(made[1:])
        if run:
            spoilt = {**run[0].arguments, "another": True}
            run = [*run[1:], replace(run[0], arguments=spoilt), Call("stray", {})]
        scores = {
            judged(random.sample(made, len(made)), random.sample(run, len(run))).score
            for _ in range(4)
        }
        assert len(scores) == 1
        assert judged(list(made), list(made), "exact").passed
