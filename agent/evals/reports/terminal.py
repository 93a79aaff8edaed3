"""The short report: what fails, flaky cases first, and the rates."""

from collections.abc import Iterator

from agent.evals.evaluation import Evaluation
from agent.evals.reports.wording import (
    about_cell,
    about_evaluation,
    about_tally,
    safe,
)
from agent.evals.tallying import CaseVerdict, Cell, Tally

__all__ = ["terminal_report"]

_MAX_TOLD = 20
"""Cases that are told of one by one; the others are counted."""


def terminal_report(evaluation: Evaluation) -> str:
    """Return the report as text for a terminal."""
    several = len(evaluation.tallies) > 1
    blocks = [
        f"{evaluation.suite}: {_verdicts(evaluation)}",
        *("\n".join(_tally(each, named=several)) for each in evaluation.tallies),
        *filter(None, ["\n".join(about_evaluation(evaluation))]),
    ]
    if evaluation.results:
        blocks.append(f"results: {evaluation.results}")
    return safe("\n\n".join(blocks))


def _verdicts(evaluation: Evaluation) -> str:
    counted = [
        f"{count} {verdict}"
        for verdict in CaseVerdict
        if (count := sum(tally.count(verdict) for tally in evaluation.tallies))
    ]
    cut = ", interrupted" if evaluation.interrupted else ""
    return f"{', '.join(counted)}{cut}"


def _tally(tally: Tally, *, named: bool) -> Iterator[str]:
    if named:
        yield f"{tally.variant}"
    wrong = [cell for cell in tally.worst_first() if _is_told(cell)]
    for cell in wrong[:_MAX_TOLD]:
        yield from _cell(cell)
    if len(wrong) > _MAX_TOLD:
        yield f"  and {len(wrong) - _MAX_TOLD} more; --html FILE shows all of them"
    yield from (f"  {line}" for line in about_tally(tally))


def _is_told(cell: Cell) -> bool:
    return cell.is_flaky or cell.verdict is not CaseVerdict.PASSED


def _cell(cell: Cell) -> Iterator[str]:
    kind = "flaky" if cell.is_flaky else cell.verdict.value
    yield f"  {kind} {cell.case.id}: {about_cell(cell)}"
    if cell.worst is not None:
        yield from (f"      {line}" for line in cell.worst.text.split("\n"))
