"""From the runs of a suite to rates: of each case, and of the suite over its cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil
from statistics import fmean, median

from agent.evals.citing import CitationScores, score_citations
from agent.evals.judging import Judge, Judgement
from agent.evals.results import Results, RunRecord
from agent.evals.suite import Case, Suite
from agent.statistics.bootstrap import bootstrap_interval
from agent.statistics.intervals import Interval, Z, wilson
from agent.statistics.passing import is_flaky, mean_pass_at_k, mean_pass_hat_k
from agent.statistics.verdicts import side_of

__all__ = [
    "CaseVerdict",
    "Cell",
    "Tally",
    "is_settled",
    "runs_to_settle",
    "tally_results",
]

_FIRST_LOOK = 3
"""Runs of a case before its interval is looked at: of one run it says nothing."""


class CaseVerdict(StrEnum):
    """How a case stands to its bar."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    """Not asked yet; or, where runs go on until it is clear, not clear by the end."""


@dataclass(frozen=True)
class Cell:
    """The runs of one case in one way of answering."""

    case: Case
    variant: str
    runs: tuple[RunRecord, ...]
    judgements: tuple[Judgement, ...]
    bar: float
    by_interval: bool
    """Whether the verdict is that of the interval, as under `--repeat auto`."""

    @cached_property
    def passes(self) -> int:
        """Runs that passed."""
        return sum(each.passed for each in self.judgements)

    @property
    def total(self) -> int:
        """Runs that were made, whatever came of them."""
        return len(self.runs)

    @property
    def unavailable(self) -> int:
        """Runs that a transport ended; they are among the total, and no passes."""
        return sum(each.unavailable for each in self.judgements)

    @property
    def rate(self) -> float:
        """Share of the runs that passed."""
        return self.passes / self.total if self.total else 0.0

    @property
    def score(self) -> float:
        """Mean score of the runs."""
        return fmean(each.score for each in self.judgements) if self.total else 0.0

    @property
    def interval(self) -> Interval | None:
        """Wilson's, at 95 %; None before the first run."""
        return wilson(self.passes, self.total) if self.total else None

    @property
    def is_flaky(self) -> bool:
        """Whether some of its runs pass and some do not."""
        return is_flaky(self.passes, self.total)

    @property
    def verdict(self) -> CaseVerdict:
        """How it stands to its bar."""
        if not self.total:
            return CaseVerdict.UNDECIDED
        if self.by_interval and not is_settled(self.passes, self.total, self.bar):
            return CaseVerdict.UNDECIDED
        return CaseVerdict.PASSED if self.rate >= self.bar else CaseVerdict.FAILED

    @property
    def rank(self) -> int:
        """Where it stands in a report: flaky first, then what fails."""
        if self.is_flaky:
            return 0
        ranks = {CaseVerdict.FAILED: 1, CaseVerdict.UNDECIDED: 2}
        return ranks.get(self.verdict, 3)

    @property
    def worst(self) -> Judgement | None:
        """The run that fails by the lowest score; None where none fails."""
        failed = [each for each in self.judgements if not each.passed]
        return min(failed, key=lambda each: each.score, default=None)


def is_settled(passes: int, total: int, bar: float) -> bool:
    """Whether the interval of a case lies on one side of its bar."""
    return total >= _FIRST_LOOK and side_of(passes, total, bar) != "undecided"


def runs_to_settle(bar: float) -> int | None:
    """Return how many runs show that a case is above its bar if all of them pass.

    None for a bar of 1. Of n passes in n runs, Wilson's interval begins at n/(n+z²).
    """
    if bar >= 1:
        return None
    return max(_FIRST_LOOK, ceil(Z**2 * bar / (1 - bar)))


@dataclass(frozen=True)
class Tally:
    """A suite in one way of answering."""

    variant: str
    cells: tuple[Cell, ...]
    """Of every case of the suite, in its order."""

    @cached_property
    def asked(self) -> tuple[Cell, ...]:
        """The cells that have runs."""
        return tuple(cell for cell in self.cells if cell.total)

    @property
    def runs(self) -> int:
        """Runs of all cases."""
        return sum(cell.total for cell in self.cells)

    @property
    def passes(self) -> int:
        """Those that passed."""
        return sum(cell.passes for cell in self.cells)

    @property
    def unavailable(self) -> int:
        """Those that a transport ended."""
        return sum(cell.unavailable for cell in self.cells)

    @property
    def end_to_end(self) -> float | None:
        """Mean over cases of the share of runs that passed, the unavailable among them.

        Runs of different questions are not put into one pot: each case counts the same.
        """
        return fmean(cell.rate for cell in self.asked) if self.asked else None

    @property
    def heard(self) -> float | None:
        """The same over runs whose server answered; cases without one are left out."""
        rates = [
            cell.passes / (cell.total - cell.unavailable)
            for cell in self.asked
            if cell.total > cell.unavailable
        ]
        return fmean(rates) if rates else None

    @cached_property
    def interval(self) -> Interval | None:
        """Of `end_to_end`: bootstrap over cases, their repeats kept together."""
        rates = [cell.rate for cell in self.asked]
        return bootstrap_interval(rates) if len(rates) > 1 else None

    @property
    def score(self) -> float | None:
        """Mean over cases of their mean score."""
        return fmean(cell.score for cell in self.asked) if self.asked else None

    @property
    def repeats(self) -> int:
        """The k of pass@k and pass^k: runs that each case has at least."""
        return min((cell.total for cell in self.asked), default=0)

    @property
    def pass_at_k(self) -> float | None:
        """Chance that one of k runs passes, unbiased, mean over cases."""
        return self._over_k(mean_pass_at_k)

    @property
    def pass_hat_k(self) -> float | None:
        """Chance that all of k runs pass, unbiased, mean over cases."""
        return self._over_k(mean_pass_hat_k)

    def _over_k(
        self, of: Callable[[list[tuple[int, int]], int], Fraction]
    ) -> float | None:
        counts = [(cell.passes, cell.total) for cell in self.asked]
        return float(of(counts, self.repeats)) if counts else None

    @cached_property
    def citations(self) -> CitationScores:
        """What the answers say of their sources."""
        return score_citations((c.case, run) for c in self.cells for run in c.runs)

    @property
    def tokens(self) -> int:
        """Of all runs."""
        return sum(run.tokens for cell in self.cells for run in cell.runs)

    @property
    def seconds(self) -> float:
        """Of a run, median."""
        return median([run.seconds for c in self.cells for run in c.runs] or [0.0])

    def count(self, verdict: CaseVerdict) -> int:
        """Return how many cases have a verdict."""
        return sum(cell.verdict is verdict for cell in self.cells)

    def worst_first(self) -> tuple[Cell, ...]:
        """Return the cells, flaky ones first, then those that fail."""
        return tuple(sorted(self.cells, key=lambda cell: cell.rank))


def tally_results(suite: Suite, results: Results, judge: Judge) -> tuple[Tally, ...]:
    """Return how the runs of a file stand to a suite, for each way of answering."""
    by_cell: dict[tuple[str, str], list[RunRecord]] = {}
    for run in results.runs:
        by_cell.setdefault((run.case, run.variant), []).append(run)
    by_interval = results.header.repeat == "auto"
    return tuple(
        Tally(
            variant,
            tuple(
                _cell(suite, case, variant, by_cell, judge, by_interval=by_interval)
                for case in suite.cases
            ),
        )
        for variant in results.variants
    )


def _cell(
    suite: Suite,
    case: Case,
    variant: str,
    by_cell: Mapping[tuple[str, str], Sequence[RunRecord]],
    judge: Judge,
    *,
    by_interval: bool,
) -> Cell:
    runs = tuple(by_cell.get((case.id, variant), ()))
    return Cell(
        case=case,
        variant=variant,
        runs=runs,
        judgements=tuple(judge(case, run) for run in runs),
        bar=suite.bar_of(case),
        by_interval=by_interval,
    )
