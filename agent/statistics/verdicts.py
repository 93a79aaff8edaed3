"""What a difference from a baseline means: three verdicts, by a margin."""

from typing import Literal

from agent.statistics.intervals import Interval, wilson

__all__ = ["RegressionVerdict", "Side", "side_of", "verdict_of"]

RegressionVerdict = Literal["regression", "no regression", "undecided"]
Side = Literal["above", "below", "undecided"]


def verdict_of(difference: Interval, margin: float = 0.02) -> RegressionVerdict:
    """Judge the interval of (now less baseline) by the loss that is allowed.

    A regression if it lies below -margin, none if it lies above it: the test of
    non-inferiority of G. Piaggio et al., CONSORT (JAMA 308, 2012).

    Raises:
        ValueError: the margin is negative.
    """
    if margin < 0:
        raise ValueError(f"a margin of {margin} is none; give the loss that is allowed")
    if difference.high < -margin:
        return "regression"
    return "no regression" if difference.low > -margin else "undecided"


def side_of(passes: int, n: int, bar: float) -> Side:
    """Say on which side of a bar the rate of a case lies, by its Wilson interval."""
    interval = wilson(passes, n)
    if interval.low >= bar:
        return "above"
    return "below" if interval.high < bar else "undecided"
