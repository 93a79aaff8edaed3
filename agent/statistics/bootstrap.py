"""The interval of a suite's mean, by drawing its cases again.

Cases are drawn, each with all of its repeats: repeats of one case are no cases of their
own. The percentile method of B. Efron, "Bootstrap Methods: Another Look at the
Jackknife" (Annals of Statistics 7(1), 1979).
"""

from collections.abc import Sequence
from random import Random
from statistics import fmean

from agent.statistics.intervals import Interval

__all__ = ["DRAWS", "SEED", "bootstrap_interval", "case_means"]

DRAWS = 10_000
SEED = 20_260_101
"""The same cases give the same interval."""


def case_means(cases: Sequence[Sequence[float]]) -> list[float]:
    """Return the mean of each case's repeats.

    Raises:
        ValueError: a case has no repeats.
    """
    if not all(cases):
        raise ValueError("a case has no repeats; leave none out, count a failure as 0")
    return [fmean(case) for case in cases]


def bootstrap_interval(
    values: Sequence[float],
    *,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Interval:
    """Return the interval of the mean of values, one for each case.

    Of one value the interval is that value: what varies between cases is not seen then.

    Raises:
        ValueError: there are no values, or the confidence is not between 0 and 1.
    """
    if not values:
        raise ValueError("there is no case")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence} is none")
    random = Random(seed)  # noqa: S311 (draws cases, keeps no secret)
    count = len(values)
    means = sorted(fmean(random.choices(values, k=count)) for _ in range(draws))
    below = (1 - confidence) / 2
    return Interval(means[int(below * draws)], means[int((1 - below) * draws) - 1])
