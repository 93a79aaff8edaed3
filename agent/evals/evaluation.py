"""All that is known of a suite when it has been asked, and the exit code of that."""

from dataclasses import dataclass

from agent.evals.comparing import (
    Baseline,
    Difference,
    compare_to_baseline,
    compare_variants,
)
from agent.evals.judging import Judge, judge_run
from agent.evals.results import Results
from agent.evals.suite import Suite
from agent.evals.tallying import CaseVerdict, Cell, Tally, tally_results
from tools.errors import ExitCode

__all__ = ["Earlier", "Evaluation", "evaluate"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An evaluation to be held against, and how far below it one may lie."""

    results: Results
    margin: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A suite, asked and judged."""

    suite: str
    """Its name."""
    digest: str
    tallies: tuple[Tally, ...]
    """One for each way of answering, the first of them what others are held against."""
    differences: tuple[Difference, ...] = ()
    baseline: Baseline | None = None
    strangers: tuple[str, ...] = ()
    """Cases of the results that the suite does not have; they are left out."""
    results: str = ""
    """The file of the runs."""
    interrupted: bool = False

    def rows(self) -> list[tuple[Cell, ...]]:
        """Return the cells of each case, those of flaky and failing cases first."""
        rows = list(zip(*(tally.cells for tally in self.tallies), strict=True))
        return sorted(rows, key=lambda cells: min(cell.rank for cell in cells))

    def exit_code(self, *, allow_undecided: bool = False) -> ExitCode:
        """Return what the command exits with.

        The baseline decides where there is one. An evaluation none of whose runs has
        reached the model ends as the failure of the first would.
        """
        undecided = ExitCode.ANSWERED if allow_undecided else ExitCode.NOT_FOUND
        if self.interrupted:
            return ExitCode.INTERRUPTED
        unreached = self._unreached()
        if unreached is not None:
            return unreached
        if self.baseline is not None:
            return {
                "regression": ExitCode.INCOMPLETE,
                "no regression": ExitCode.ANSWERED,
                "undecided": undecided,
            }[self.baseline.verdict]
        verdicts = {cell.verdict for tally in self.tallies for cell in tally.cells}
        if CaseVerdict.FAILED in verdicts:
            return ExitCode.INCOMPLETE
        return undecided if CaseVerdict.UNDECIDED in verdicts else ExitCode.ANSWERED

    def _unreached(self) -> ExitCode | None:
        runs = [run for t in self.tallies for cell in t.cells for run in cell.runs]
        if not runs or not all(run.is_unavailable for run in runs):
            return None
        failure = runs[0].failure
        return failure.exit_code if failure else None


def evaluate(
    suite: Suite,
    name: str,
    results: Results,
    *,
    earlier: Earlier | None = None,
    judge: Judge = judge_run,
) -> Evaluation:
    """Judge the runs of a file by a suite, and compare what there is to compare.

    Args:
        suite: What is expected. The runs may be of an earlier form of it.
        name: Of the suite.
        results: Of one way of answering, or of several.
        earlier: Judged by the same suite; its first way of answering counts, or the
            one of the same name.
        judge: Says whether a run is as expected.
    """
    tallies = tally_results(suite, results, judge)
    baseline = None
    if earlier is not None:
        before = tally_results(suite, earlier.results, judge)
        same = [each for each in before if each.variant == tallies[0].variant]
        baseline = compare_to_baseline(
            (same or list(before))[0], tallies[0], earlier.margin
        )
    known = {case.id for case in suite.cases}
    strangers = dict.fromkeys(r.case for r in results.runs if r.case not in known)
    return Evaluation(
        suite=name,
        digest=suite.digest,
        tallies=tallies,
        differences=compare_variants(tallies),
        baseline=baseline,
        strangers=tuple(strangers),
    )
