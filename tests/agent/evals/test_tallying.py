"""Rates of cases and of suites: nothing leaves a denominator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evals.evaluation import Earlier, Evaluation, evaluate
from agent.evals.plan import MAX_AUTO, Plan
from agent.evals.results import RunRecord
from agent.evals.suite import Suite
from agent.evals.tallying import CaseVerdict, is_settled, runs_to_settle
from tests.agent.evals.made import (
    grounded_case,
    passes_and_fails,
    results_of,
    run_of,
    suite_of,
)
from tools.errors import ExitCode, UsageError

SUITE = suite_of(grounded_case("a"), grounded_case("b"), grounded_case("c"))


def evaluation_of(
    runs: list[RunRecord], suite: Suite = SUITE, repeat: object = None
) -> Evaluation:
    return evaluate(suite, "s", results_of(runs, repeat))


def test_repeats_of_different_cases_are_not_put_into_one_pot() -> None:
    runs = passes_and_fails("a", 9, 0) + passes_and_fails("b", 0, 1)
    (tally,) = evaluation_of(runs).tallies
    assert tally.end_to_end == 0.5
    assert (tally.passes, tally.runs) == (9, 10)
    assert (len(tally.asked), len(tally.cells)) == (2, 3)


def test_what_a_transport_ended_counts_as_failed_and_is_shown_apart() -> None:
    runs = [
        *passes_and_fails("a", 2, 0),
        run_of("a", repeat=3, failed=ExitCode.MODEL),
        run_of("a", repeat=4, failed=ExitCode.MODEL),
        run_of("b", failed=ExitCode.MODEL),
    ]
    (tally,) = evaluation_of(runs).tallies
    assert tally.end_to_end == 0.25
    assert tally.heard == 1.0
    assert (tally.unavailable, tally.runs) == (3, 5)


def test_pass_at_k_and_pass_hat_k_are_over_all_subsets_of_the_runs() -> None:
    runs = passes_and_fails("a", 2, 2) + passes_and_fails("b", 1, 1)
    (tally,) = evaluation_of(runs).tallies
    assert tally.repeats == 2
    assert tally.pass_at_k == pytest.approx((1 - 1 / 6 + 1) / 2)
    assert tally.pass_hat_k == pytest.approx((1 / 6 + 0) / 2)


def test_flaky_cases_come_first_then_those_that_fail() -> None:
    runs = [
        *passes_and_fails("a", 5, 0),
        *passes_and_fails("b", 0, 5),
        *passes_and_fails("c", 4, 1),
    ]
    evaluation = evaluation_of(runs)
    cells = [cells[0] for cells in evaluation.rows()]
    assert [cell.case.id for cell in cells] == ["c", "b", "a"]
    assert [cell.is_flaky for cell in cells] == [True, False, False]
    assert cells[0].verdict is CaseVerdict.PASSED  # four of five is the bar


@pytest.mark.parametrize(
    ("passes", "fails", "repeat", "verdict", "code"),
    [
        (5, 0, None, CaseVerdict.PASSED, ExitCode.ANSWERED),
        (4, 1, None, CaseVerdict.PASSED, ExitCode.ANSWERED),
        (3, 2, None, CaseVerdict.FAILED, ExitCode.INCOMPLETE),
        (0, 0, None, CaseVerdict.UNDECIDED, ExitCode.NOT_FOUND),
        (15, 0, "auto", CaseVerdict.UNDECIDED, ExitCode.NOT_FOUND),
        (16, 0, "auto", CaseVerdict.PASSED, ExitCode.ANSWERED),
        (0, 3, "auto", CaseVerdict.FAILED, ExitCode.INCOMPLETE),
    ],
)
def test_a_case_stands_to_its_bar_by_its_rate_or_by_its_interval(
    passes: int, fails: int, repeat: object, verdict: CaseVerdict, code: ExitCode
) -> None:
    suite = suite_of(grounded_case("a"))
    evaluation = evaluation_of(passes_and_fails("a", passes, fails), suite, repeat)
    assert evaluation.tallies[0].cells[0].verdict is verdict
    assert evaluation.exit_code() == code
    allowed = evaluation.exit_code(allow_undecided=True)
    assert allowed == (ExitCode.ANSWERED if code == ExitCode.NOT_FOUND else code)


@given(st.floats(0.05, 0.99))
def test_so_many_passes_settle_a_bar_and_one_fewer_do_not(bar: float) -> None:
    needed = runs_to_settle(bar)
    assert needed is not None
    assert is_settled(needed, needed, bar)
    assert needed == 3 or not is_settled(needed - 1, needed - 1, bar)


@pytest.mark.parametrize("bar", [1, 0.99])
def test_a_bar_that_no_case_could_be_seen_above_is_refused(bar: float) -> None:
    suite = suite_of(grounded_case("a", bar=bar))
    with pytest.raises(UsageError, match=f"The case a .* {MAX_AUTO} runs"):
        Plan("auto").refuse_unreachable(suite)
    Plan(5).refuse_unreachable(suite)


def test_an_evaluation_that_never_reached_the_model_ends_as_its_failure_would() -> None:
    runs = [run_of(case, failed=ExitCode.CREDENTIALS) for case in "abc"]
    assert evaluation_of(runs).exit_code() == ExitCode.CREDENTIALS
    runs += passes_and_fails("a", 1, 0)
    assert evaluation_of(runs).exit_code() == ExitCode.INCOMPLETE


def test_a_case_that_the_suite_does_not_have_is_named_and_left_out() -> None:
    evaluation = evaluation_of(passes_and_fails("gone", 1, 0))
    assert evaluation.strangers == ("gone",)
    assert evaluation.tallies[0].runs == 0


CASES = [f"case-{number}" for number in range(20)]
LARGE = suite_of(*map(grounded_case, CASES))


def rates(passes: int, of: int, cases: list[str] = CASES) -> list[RunRecord]:
    return [
        run for case in cases for run in passes_and_fails(case, passes, of - passes)
    ]


@pytest.mark.parametrize(
    ("now", "verdict", "code"),
    [
        (rates(5, 5), "no regression", ExitCode.ANSWERED),
        (rates(3, 5), "regression", ExitCode.INCOMPLETE),
        (rates(5, 5, CASES[1:]) + rates(2, 5, CASES[:1]), "undecided",
         ExitCode.NOT_FOUND),
        (rates(5, 5, CASES[:1]), "undecided", ExitCode.NOT_FOUND),
        (rates(5, 5, ["gone"]), "undecided", ExitCode.NOT_FOUND),
    ],
)  # fmt: skip
def test_a_baseline_has_three_verdicts(
    now: list[RunRecord], verdict: str, code: ExitCode
) -> None:
    earlier = Earlier(results_of(rates(5, 5)), margin=0.02)
    evaluation = evaluate(LARGE, "s", results_of(now), earlier=earlier)
    assert evaluation.baseline is not None
    assert evaluation.baseline.verdict == verdict
    assert evaluation.exit_code() == code
    allowed = evaluation.exit_code(allow_undecided=True)
    assert allowed == (ExitCode.ANSWERED if verdict == "undecided" else code)


def test_ways_of_answering_are_paired_by_case_and_adjusted_for_their_number() -> None:
    runs = [
        run.model_copy(update={"variant": variant})
        for variant, passes in (("low", 2), ("medium", 4), ("high", 4))
        for run in rates(passes, 5)
    ]
    evaluation = evaluate(LARGE, "s", results_of(runs))
    assert [each.name for each in evaluation.differences] == [
        "medium against low",
        "high against low",
    ]
    for each in evaluation.differences:
        assert each.paired is not None
        assert each.paired.difference == pytest.approx(0.4)
        assert (each.better, each.worse, each.mcnemar) == (20, 0, None)
        assert each.adjusted == pytest.approx(each.paired.p * 2, rel=0.01)


def test_one_run_of_each_case_is_compared_by_mcnemar_too() -> None:
    runs = [
        run.model_copy(update={"variant": variant})
        for variant, passing in (("low", CASES[:5]), ("high", CASES[:13]))
        for case in CASES
        for run in passes_and_fails(case, case in passing, case not in passing)
    ]
    (difference,) = evaluate(LARGE, "s", results_of(runs)).differences
    assert difference.mcnemar == pytest.approx(2 / 2**8)
    assert difference.adjusted is None
