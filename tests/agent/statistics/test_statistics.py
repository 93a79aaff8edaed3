"""Rates and differences: against enumeration, and against figures that are known."""

from fractions import Fraction
from itertools import combinations, product
from math import comb
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.statistics.bootstrap import bootstrap_interval, case_means
from agent.statistics.disagreeing import disagreement
from agent.statistics.intervals import Interval, wilson
from agent.statistics.paired import (
    compare_paired,
    holm,
    mcnemar_exact,
    sign_flip,
    sign_test,
    smallest_detectable,
)
from agent.statistics.passing import (
    is_flaky,
    mean_pass_at_k,
    mean_pass_hat_k,
    pass_at_k,
    pass_hat_k,
)
from agent.statistics.verdicts import side_of, verdict_of


def test_wilson_is_as_published() -> None:
    assert wilson(20, 20).low == pytest.approx(0.839, abs=5e-4)
    assert wilson(20, 20).high == 1
    assert wilson(0, 20) == Interval(0.0, pytest.approx(0.161, abs=5e-4))
    assert wilson(5, 10).low == pytest.approx(0.2366, abs=5e-5)
    assert wilson(0, 0) == Interval(0.0, 1.0)
    with pytest.raises(ValueError, match="no rate"):
        wilson(3, 2)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_rate_and_mirrors(case: tuple[int, int]) -> None:
    passes, n = case
    here, mirrored = wilson(passes, n), wilson(n - passes, n)
    assert 0 <= here.low <= passes / n <= here.high <= 1
    assert here.low == pytest.approx(1 - mirrored.high)


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_at_k_and_pass_hat_k_count_subsets(
    tries: list[bool], data: st.DataObject
) -> None:
    k = data.draw(st.integers(1, len(tries)))
    drawn = list(combinations(tries, k))
    passes, n = sum(tries), len(tries)
    assert pass_at_k(passes, n, k) == Fraction(sum(map(any, drawn)), len(drawn))
    assert pass_hat_k(passes, n, k) == Fraction(sum(map(all, drawn)), len(drawn))
    assert is_flaky(passes, n) is (any(tries) and not all(tries))


def test_means_are_over_cases() -> None:
    assert mean_pass_at_k([(1, 2), (5, 5)], 2) == 1
    assert mean_pass_hat_k([(1, 2), (5, 5)], 2) == Fraction(1, 2)
    for wrong in ([], [(1, 1)], [(3, 2)]):
        with pytest.raises(ValueError, match=r"no case|k is 2|no rate"):
            mean_pass_at_k(wrong, 2)


def test_a_bootstrap_is_the_same_each_time_and_narrows() -> None:
    values = [0.0, 1.0, 1.0, 0.5, 1.0, 0.0, 0.75, 1.0]
    first = bootstrap_interval(values)
    assert first == bootstrap_interval(values)
    seeds = {bootstrap_interval(values, draws=99, seed=seed) for seed in range(9)}
    assert len(seeds) > 1
    assert first.low < fmean(values) < first.high
    wider, narrower = bootstrap_interval(values), bootstrap_interval(values * 10)
    assert narrower.high - narrower.low < wider.high - wider.low
    assert bootstrap_interval([0.5]) == Interval(0.5, 0.5)
    for wrong in ({"values": []}, {"values": [1.0], "confidence": 1.0}):
        with pytest.raises(ValueError, match=r"no case|is none"):
            bootstrap_interval(**wrong)


def test_repeats_are_kept_with_their_case() -> None:
    assert case_means([[1, 0], [1, 1, 1]]) == [0.5, 1.0]
    with pytest.raises(ValueError, match="no repeats"):
        case_means([[1], []])


@given(st.lists(st.integers(-4, 4).map(lambda n: n / 4), min_size=1, max_size=7))
def test_the_sign_flip_is_exact(differences: list[float]) -> None:
    seen = abs(sum(differences))
    flipped = [
        abs(sum(sign * each for sign, each in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    expected = sum(each >= seen for each in flipped) / len(flipped)
    assert sign_flip(differences) == pytest.approx(expected, abs=1e-15)


def test_the_sign_flip_of_many_cases_is_near_the_exact_one() -> None:
    differences = [1.0] * 12 + [-1.0] * 4
    exact = sign_test(12, 4)
    assert sign_flip(differences) == pytest.approx(exact, abs=0.01)
    assert sign_flip(differences) == sign_flip(differences)
    assert sign_flip([1.0] * 40) == pytest.approx(1 / 10_001)
    assert sign_flip([0.0] * 30) == 1


@given(st.integers(0, 12), st.integers(0, 12))
def test_the_sign_test_counts_coins(better: int, worse: int) -> None:
    n = better + worse
    far = abs(better - worse)
    expected = sum(comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= far) / 2**n
    assert sign_test(better, worse) == pytest.approx(expected)


def test_mcnemar_looks_at_what_one_alone_passed() -> None:
    first = [True] * 10 + [False] * 8
    second = [True] * 10 + [True] * 8
    assert mcnemar_exact(first, second) == pytest.approx(2 / 2**8)
    assert mcnemar_exact(first, first) == 1
    with pytest.raises(ValueError, match="argument"):
        mcnemar_exact([True], [])


def test_holm_is_as_published() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_two_runs_are_compared_by_the_cases_that_both_have() -> None:
    first = {"a": 0.2, "b": 0.5, "c": 1.0, "only": 0.0}
    second = {"c": 1.0, "b": 0.75, "a": 0.6, "other": 1.0}
    paired = compare_paired(first, second)
    assert (paired.cases, paired.only_one) == (3, ("only", "other"))
    assert paired.difference == pytest.approx((0.4 + 0.25) / 3)
    assert paired.interval.low <= paired.difference <= paired.interval.high
    assert paired.p == 0.5
    with pytest.raises(ValueError, match="no case in common"):
        compare_paired({"a": 1}, {"b": 1})


def test_more_cases_show_smaller_differences() -> None:
    few, many = [1.0, -1.0] * 8, [1.0, -1.0] * 200
    assert smallest_detectable(many) < smallest_detectable(few) < 1
    # n = (1.96 + 0.8416)² · s² / d², as the tables have it
    assert smallest_detectable(many) == pytest.approx(2.8016 * 1.00125 / 20, abs=1e-3)
    assert smallest_detectable([0.0] * 20) == 1 / 20
    assert smallest_detectable([1.0]) == 1


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.2, -0.03, "regression"),
        (-0.2, -0.02, "undecided"),
        (-0.01, 0.3, "no regression"),
        (-0.02, 0.3, "undecided"),
        (-0.5, 0.5, "undecided"),
    ],
)
def test_a_margin_gives_three_verdicts(low: float, high: float, verdict: str) -> None:
    assert verdict_of(Interval(low, high), 0.02) == verdict


def test_a_margin_is_not_negative_and_a_bar_has_sides() -> None:
    with pytest.raises(ValueError, match="margin"):
        verdict_of(Interval(0, 0), -0.1)
    assert side_of(20, 20, 0.8) == "above"
    assert side_of(4, 20, 0.8) == "below"
    assert side_of(4, 5, 0.8) == "undecided"


def test_what_differs_no_more_between_than_within_is_no_disagreement() -> None:
    noisy = ["a", "b", "a", "b", "a", "b", "a", "b"]
    alike = disagreement(noisy, noisy, draws=2_000)
    assert alike.p > 0.3
    assert (alike.between, alike.within) == (0.5, pytest.approx(4 / 7))
    apart = disagreement(["a"] * 8, ["b"] * 8, draws=2_000)
    assert (apart.between, apart.within) == (1.0, 0.0)
    assert apart.p < 0.01
    assert apart == disagreement(["a"] * 8, ["b"] * 8, draws=2_000)
    with pytest.raises(ValueError, match="two answers"):
        disagreement(["a"], ["a", "b"])
