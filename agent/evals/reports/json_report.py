"""An evaluation as one JSON object, `citeloop.evaluation/1`."""

import json
from dataclasses import asdict
from typing import Any

from agent.evals.citing import CitationScores
from agent.evals.evaluation import Evaluation
from agent.evals.tallying import Cell, Tally
from agent.statistics.intervals import Interval

__all__ = ["json_report"]

_MAX_TEXT = 4_000
"""Characters of what is wrong with a run; the file of results has the run itself."""


def json_report(evaluation: Evaluation) -> str:
    """Return the report in one line, all of it escaped."""
    return json.dumps(_evaluation(evaluation), ensure_ascii=True)


def _evaluation(evaluation: Evaluation) -> dict[str, Any]:
    baseline = evaluation.baseline
    return {
        "schema": "citeloop.evaluation/1",
        "suite": evaluation.suite,
        "digest": evaluation.digest,
        "interrupted": evaluation.interrupted,
        "exit_code": int(evaluation.exit_code()),
        "results": evaluation.results,
        "variants": [_tally(each) for each in evaluation.tallies],
        "differences": [asdict(each) for each in evaluation.differences],
        "baseline": baseline
        and {
            "verdict": baseline.verdict,
            "margin": baseline.margin,
            "difference": asdict(baseline.difference),
        },
        "strangers": list(evaluation.strangers),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "name": tally.variant,
        "cases": len(tally.asked),
        "of_cases": len(tally.cells),
        "runs": tally.runs,
        "passes": tally.passes,
        "unavailable": tally.unavailable,
        "end_to_end": tally.end_to_end,
        "interval": _interval(tally.interval),
        "heard": tally.heard,
        "k": tally.repeats,
        "pass_at_k": tally.pass_at_k,
        "pass_hat_k": tally.pass_hat_k,
        "score": tally.score,
        "citations": _citations(tally.citations),
        "tokens": tally.tokens,
        "seconds": tally.seconds,
        "results": [_cell(cell) for cell in tally.worst_first()],
    }


def _interval(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _citations(scores: CitationScores) -> dict[str, Any]:
    return {
        name: {**share, "value": getattr(scores, name).value}
        for name, share in asdict(scores).items()
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "case": cell.case.id,
        "verdict": cell.verdict.value,
        "flaky": cell.is_flaky,
        "bar": cell.bar,
        "runs": cell.total,
        "passes": cell.passes,
        "unavailable": cell.unavailable,
        "interval": _interval(cell.interval),
        "score": cell.score,
        "failures": [
            {"repeat": run.repeat, "score": found.score, "text": found.text[:_MAX_TEXT]}
            for run, found in zip(cell.runs, cell.judgements, strict=True)
            if not found.passed
        ],
    }
