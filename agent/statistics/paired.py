"""Two runs of the same cases: what their difference is worth, case by case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, sqrt
from random import Random
from statistics import NormalDist, fmean, stdev

from agent.statistics.bootstrap import DRAWS, SEED, bootstrap_interval
from agent.statistics.intervals import Interval

__all__ = [
    "Paired",
    "compare_paired",
    "holm",
    "mcnemar_exact",
    "sign_flip",
    "sign_test",
    "smallest_detectable",
]

EXACT_UP_TO = 14
"""Cases of whose signs all ways are tried: 16,384 at most."""


@dataclass(frozen=True, slots=True)
class Paired:
    """The difference of two runs over the cases that both have."""

    cases: int
    only_one: tuple[str, ...]
    """The cases that one of the runs lacks; they are not compared."""
    difference: float
    """The mean over cases of the second less the first."""
    interval: Interval
    p: float
    """By sign-flip: how likely such a difference is if there is none."""
    detectable: float
    """The smallest difference that these cases would have shown."""


def compare_paired(
    first: Mapping[str, float], second: Mapping[str, float], *, seed: int = SEED
) -> Paired:
    """Compare the means of two runs, each by its cases' names.

    Raises:
        ValueError: they have no case in common.
    """
    common = [name for name in first if name in second]
    if not common:
        raise ValueError("the two runs have no case in common")
    differences = [second[name] - first[name] for name in common]
    return Paired(
        cases=len(common),
        only_one=tuple(sorted(first.keys() ^ second.keys())),
        difference=fmean(differences),
        interval=bootstrap_interval(differences, seed=seed),
        p=sign_flip(differences, seed=seed),
        detectable=smallest_detectable(differences),
    )


def sign_flip(
    differences: Sequence[float], *, draws: int = DRAWS, seed: int = SEED
) -> float:
    """Return the two-sided p of a mean difference, by giving each case either sign.

    R. A. Fisher, "The Design of Experiments" (1935), section 21. All ways up to 14
    cases that differ, and `draws` of them beyond, where the p is (1 + as large) / (1 +
    draws) (B. Phipson and G. Smyth, 2010) and so never 0.
    """
    sizes = [abs(Fraction(each)) for each in differences if each]
    seen = abs(sum((Fraction(each) for each in differences), start=Fraction(0)))
    if len(sizes) <= EXACT_UP_TO:
        sums = [Fraction(0)]
        for size in sizes:
            sums = [each + sign * size for each in sums for sign in (1, -1)]
        return sum(abs(each) >= seen for each in sums) / len(sums)
    random = Random(seed)  # noqa: S311 (draws signs, keeps no secret)
    floats, bound = [float(each) for each in sizes], float(seen) * (1 - 1e-12)
    as_large = 0
    for _ in range(draws):
        signs = random.getrandbits(len(floats))
        flipped = (x if signs >> n & 1 else -x for n, x in enumerate(floats))
        as_large += abs(sum(flipped)) >= bound
    return (1 + as_large) / (1 + draws)


def sign_test(better: int, worse: int) -> float:
    """Return the two-sided p of so many better and so many worse cases, ties aside.

    Exact, by the binomial distribution of one half: J. Arbuthnot (1710).
    """
    n, most = better + worse, max(better, worse)
    tail = sum(comb(n, k) for k in range(most, n + 1))
    return min(1.0, float(Fraction(2 * tail, 2**n)))


def mcnemar_exact(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Return the two-sided p of two runs with one try of each case.

    Q. McNemar (Psychometrika 12, 1947), exactly: the sign test of the cases that one of
    them alone passed.

    Raises:
        ValueError: they are not of the same length.
    """
    pairs = list(zip(first, second, strict=True))
    return sign_test(
        sum(after and not before for before, after in pairs),
        sum(before and not after for before, after in pairs),
    )


def holm(ps: Sequence[float]) -> list[float]:
    """Return the p of each of several comparisons, adjusted for their number.

    S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (Scandinavian
    Journal of Statistics 6, 1979).
    """
    adjusted = [0.0] * len(ps)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda n: ps[n])):
        largest = max(largest, min(1.0, (len(ps) - rank) * ps[place]))
        adjusted[place] = largest
    return adjusted


def smallest_detectable(
    differences: Sequence[float], *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return the mean difference that as many cases, as varied, would have shown.

    (z(1 - alpha/2) + z(power)) · s / √n, of paired means: J. Cohen, "Statistical Power
    Analysis for the Behavioral Sciences" (1988), section 2.3. 1, the largest that there
    can be, for fewer than two cases; where no case differs, 0 cannot be told from less
    than one case of n, and that is returned.
    """
    count = len(differences)
    if count < 2:
        return 1.0
    normal = NormalDist()
    factor = normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)
    return min(1.0, max(factor * stdev(differences) / sqrt(count), 1 / count))
