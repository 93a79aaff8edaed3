"""An evaluation as one HTML page that needs nothing else: no script, no network.

Whatever a model, a document or a server wrote is escaped; the page's own policy forbids
all that is not in it, should something get through.
"""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from agent.evals.evaluation import Evaluation
from agent.evals.judging import Judgement
from agent.evals.reports.wording import about_cell, about_evaluation, about_tally
from agent.evals.results import RunRecord
from agent.evals.tallying import Cell
from tools.errors import UsageError

__all__ = ["html_page", "write_page"]

_MAX_TEXT = 20_000
"""Characters of one answer or table."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem;
  padding: 0 1rem; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #ccc; padding: .35rem .6rem; text-align: left;
  vertical-align: top; }
pre { background: #f5f5f5; padding: .6rem; overflow-x: auto; white-space: pre-wrap; }
.passed { background: #e6f4e6; } .failed { background: #fbe5e5; }
.flaky { background: #fff3d6; } .undecided { background: #eee; }
summary { cursor: pointer; }
"""


def write_page(path: Path, evaluation: Evaluation) -> None:
    """Write the page.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        path.write_text(html_page(evaluation), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def html_page(evaluation: Evaluation) -> str:
    """Return the page: a matrix of cases and ways of answering, flaky cases first."""
    title = _text(evaluation.suite)
    body = "\n".join(_body(evaluation))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style></head>\n"
        f"<body>\n<h1>{title}</h1>\n{body}\n</body></html>\n"
    )


def _body(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.interrupted:
        yield "<p>Interrupted: what had ended by then is here.</p>"
    for tally in evaluation.tallies:
        yield f"<h2>{_text(tally.variant)}</h2>{_list(about_tally(tally))}"
    yield _list(about_evaluation(evaluation))
    yield _matrix(evaluation)


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _matrix(evaluation: Evaluation) -> str:
    heads = "".join(f"<th>{_text(each.variant)}</th>" for each in evaluation.tallies)
    rows = "\n".join(_row(cells) for cells in evaluation.rows())
    return f"<table><tr><th>case</th>{heads}</tr>\n{rows}</table>"


def _row(cells: tuple[Cell, ...]) -> str:
    case = cells[0].case
    name = f"<th>{_text(case.id)}<br><small>{_text(case.question)}</small></th>"
    return f"<tr>{name}{''.join(_cell(cell) for cell in cells)}</tr>"


def _cell(cell: Cell) -> str:
    kind = "flaky" if cell.is_flaky else cell.verdict.value
    runs = "".join(
        _run(run, found)
        for run, found in zip(cell.runs, cell.judgements, strict=True)
    )  # fmt: skip
    return f'<td class="{kind}">{kind}: {_text(about_cell(cell))}{runs}</td>'


def _run(run: RunRecord, found: Judgement) -> str:
    stands = "passed" if found.passed else f"failed, score {found.score:.2f}"
    tables = [step.table for step in found.steps if step.table]
    answers = [each.answer for each in run.answers]
    blocks = ["\n".join(found.failures), *tables, *answers]
    shown = "".join(f"<pre>{_text(block)}</pre>" for block in blocks if block)
    about = f"run {run.repeat}: {stands}, {run.tokens:,} tokens, {run.seconds:.1f} s"
    return f"<details><summary>{_text(about)}</summary>{shown}</details>"


def _text(text: str) -> str:
    """Return untrusted text as a page shows it letter for letter."""
    printable = "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}"
        for c in text[:_MAX_TEXT]
    )
    return escape(printable, quote=True)
