"""The summary of a CI job, in Markdown."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from agent.evals.evaluation import Evaluation
from agent.evals.reports.wording import about_cell, about_evaluation, about_tally, safe
from agent.evals.tallying import Cell
from tools.errors import UsageError

__all__ = ["add_to_summary", "markdown_report"]

_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable by which GitHub's runner names the file that a job's summary is of."""
_MAX_ROWS = 200
"""GitHub takes 1 MiB of a step."""
_MEANT = re.compile(r"([\\`*_{}\[\]<>|#~$!&@])")


def markdown_report(evaluation: Evaluation) -> str:
    """Return the report: a table of the cases, flaky ones first, and the rates."""
    return "\n".join(_lines(evaluation)) + "\n"


def add_to_summary(evaluation: Evaluation) -> None:
    """Add the report to the summary of the CI job, where this is one.

    Raises:
        UsageError: the file that the variable names cannot be written.
    """
    path = os.environ.get(_SUMMARY)
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(markdown_report(evaluation))
    except OSError as error:
        raise UsageError(
            f"{_SUMMARY} names {path}, which cannot be written: {error.strerror}."
        ) from error


def _lines(evaluation: Evaluation) -> Iterator[str]:
    yield f"## {_text(evaluation.suite)}"
    yield ""
    yield f"| case | {' | '.join(_text(each.variant) for each in evaluation.tallies)} |"
    yield f"|---|{'---|' * len(evaluation.tallies)}"
    rows = evaluation.rows()
    for cells in rows[:_MAX_ROWS]:
        stands = " | ".join(_cell(cell) for cell in cells)
        yield f"| {_text(cells[0].case.id)} | {stands} |"
    if len(rows) > _MAX_ROWS:
        yield f"\n{len(rows) - _MAX_ROWS} more cases are left out here."
    yield ""
    for tally in evaluation.tallies:
        for line in about_tally(tally):
            yield f"- {_text(tally.variant)}: {_text(line)}"
    for line in about_evaluation(evaluation):
        yield f"- {_text(line)}"


def _cell(cell: Cell) -> str:
    kind = "flaky" if cell.is_flaky else cell.verdict.value
    return f"{kind}: {_text(about_cell(cell))}"


def _text(text: str) -> str:
    """Return untrusted text as Markdown shows it letter for letter, in one line."""
    return _MEANT.sub(r"\\\1", " ".join(safe(text).split()))
