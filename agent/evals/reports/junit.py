"""An evaluation as JUnit: a test case for each case in each way of answering."""

from pathlib import Path

from agent.evals.evaluation import Evaluation
from agent.evals.reports.wording import about_cell, share
from agent.evals.tallying import CaseVerdict, Cell
from agent.junit import Outcome, TestCase, write_junit

__all__ = ["write_evaluation"]


def write_evaluation(path: Path, evaluation: Evaluation) -> None:
    """Write the report.

    Raises:
        UsageError: the file cannot be written.
    """
    several = len(evaluation.tallies) > 1
    cases = [
        _test_case(cell, evaluation.suite, several=several)
        for cells in evaluation.rows()
        for cell in cells
    ]
    write_junit(path, evaluation.suite, cases)


def _test_case(cell: Cell, suite: str, *, several: bool) -> TestCase:
    name = f"{cell.case.id} [{cell.variant}]" if several else cell.case.id
    return TestCase(
        group=cell.case.group or suite,
        name=name,
        seconds=sum(run.seconds for run in cell.runs),
        outcome=_outcome(cell),
        message=about_cell(cell),
        text=cell.worst.text if cell.worst else "",
        properties=_properties(cell),
    )


def _outcome(cell: Cell) -> Outcome:
    if cell.verdict is CaseVerdict.PASSED:
        return "passed"
    if cell.verdict is CaseVerdict.UNDECIDED:
        return "skipped"
    # A case none of whose runs reached the model says nothing of the model.
    return "error" if cell.unavailable == cell.total else "failure"


def _properties(cell: Cell) -> dict[str, str]:
    found = {
        "passes": f"{cell.passes} of {cell.total}",
        "unavailable": str(cell.unavailable),
        "bar": f"{cell.bar:g}",
        "score": share(cell.score),
        "tokens": str(sum(run.tokens for run in cell.runs)),
        "flaky": str(cell.is_flaky).lower(),
    }
    if cell.interval is not None:
        found |= {
            "interval_low": f"{cell.interval.low:.4f}",
            "interval_high": f"{cell.interval.high:.4f}",
        }
    return found
