"""Two ways of answering over the same cases: how they differ, and whether that counts.

Cases are paired by id; a difference is that of the rates of a case, so that repeats of
different questions are never put into one pot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.evals.tallying import Cell, Tally
from agent.statistics.paired import Paired, compare_paired, holm, mcnemar_exact
from agent.statistics.verdicts import RegressionVerdict, verdict_of

__all__ = ["Baseline", "Difference", "compare_to_baseline", "compare_variants"]

_FEWEST = 2
"""Cases; from one the spread of cases is not seen."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one way of answering differs from another, over the cases asked in both."""

    name: str
    """`B against A`: above 0, B is the better one."""
    paired: Paired | None
    """Of the cases' rates; None where no case is in both."""
    better: int = 0
    """Cases in which it is above 0."""
    worse: int = 0
    mcnemar: float | None = None
    """Its exact p, where every case was asked once in each."""
    adjusted: float | None = None
    """The sign-flip p by Holm's method over all that is compared; None for one."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A suite against an earlier evaluation."""

    difference: Difference
    margin: float
    """A fall by so much is taken for none."""

    @property
    def verdict(self) -> RegressionVerdict:
        """What the interval says of the margin; nothing where there is but one case."""
        paired = self.difference.paired
        if paired is None or paired.cases < _FEWEST:
            return "undecided"
        return verdict_of(paired.interval, self.margin)


def compare_variants(tallies: Sequence[Tally]) -> tuple[Difference, ...]:
    """Return how each way of answering differs from the first."""
    if not tallies:
        return ()
    first, *others = tallies
    found = [_difference(first, other) for other in others]
    ps = [each.paired.p for each in found if each.paired]
    if len(ps) < 2 or len(ps) < len(found):
        return tuple(found)
    return tuple(
        replace(each, adjusted=p) for each, p in zip(found, holm(ps), strict=True)
    )


def compare_to_baseline(before: Tally, now: Tally, margin: float) -> Baseline:
    """Return how a suite stands to an earlier evaluation of it."""
    named = replace(before, variant="the baseline")
    return Baseline(_difference(named, now), margin)


def _difference(before: Tally, now: Tally) -> Difference:
    name = f"{now.variant} against {before.variant}"
    earlier = {cell.case.id: cell for cell in before.asked}
    later = {cell.case.id: cell for cell in now.asked}
    both = [case for case in earlier if case in later]
    if not both:
        return Difference(name, None)
    pairs = [(earlier[case], later[case]) for case in both]
    return Difference(
        name=name,
        paired=compare_paired(_rates(earlier), _rates(later)),
        better=sum(then.rate < cell.rate for then, cell in pairs),
        worse=sum(then.rate > cell.rate for then, cell in pairs),
        mcnemar=_mcnemar(pairs),
    )


def _rates(cells: Mapping[str, Cell]) -> dict[str, float]:
    return {case: cell.rate for case, cell in cells.items()}


def _mcnemar(pairs: Sequence[tuple[Cell, Cell]]) -> float | None:
    if any(cell.total != 1 for pair in pairs for cell in pair):
        return None
    return mcnemar_exact(
        [cell.passes == 1 for cell, _ in pairs], [cell.passes == 1 for _, cell in pairs]
    )
