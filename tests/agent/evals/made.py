"""Suites, runs and results, made without a question being asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from agent.evals.reading import NamedSuite, read_suite
from agent.evals.results import (
    EvalHeader,
    Failure,
    Results,
    RunRecord,
    VariantSettings,
)
from agent.evals.suite import Suite
from tests.fakes.answers import answered
from tools.errors import ExitCode
from tools.trajectory.tool_call import ToolCall

SCHEMA = "citeloop.suite/1"
CASE: dict[str, Any] = {"id": "hnsw", "question": "What is HNSW?"}


def suite_of(*cases: dict[str, Any], **rest: Any) -> Suite:
    return Suite.model_validate({"schema": SCHEMA, **rest, "cases": list(cases)})


def named_of(
    folder: Path, *cases: dict[str, Any], text: str = "", **rest: Any
) -> NamedSuite:
    path = folder / "suite.yaml"
    data = {"schema": SCHEMA, **rest, "cases": list(cases)}
    path.write_text(text or yaml.safe_dump(data, sort_keys=False))
    return read_suite(path)


def tool_call(name: str, /, turn: int = 1, **arguments: Any) -> ToolCall:
    return ToolCall(
        turn=turn, name=name, arguments=arguments, returned="3", failed=False, ms=1
    )


def run_of(
    case: str = "hnsw",
    *calls: ToolCall,
    repeat: int = 1,
    variant: str = "as set",
    failed: ExitCode | None = None,
    **answer: Any,
) -> RunRecord:
    """Return a run with an answer; with none where it has failed."""
    return RunRecord(
        case=case,
        variant=variant,
        repeat=repeat,
        questions=("What is HNSW?",),
        answers=() if failed else (answered(trajectory=calls, **answer),),
        error=Failure(text="It is down.", exit_code=failed) if failed else None,
        seconds=1.5,
    )


def results_of(
    runs: Sequence[RunRecord], repeat: Any = None, digest: str = "d"
) -> Results:
    variants = dict.fromkeys(run.variant for run in runs) or {"as set": None}
    header = EvalHeader(
        suite="s",
        digest=digest,
        date="2026-11-26T00:00:00+00:00",
        version="0",
        repeat=repeat,
        variants=tuple(VariantSettings(name=each, settings={}) for each in variants),
    )
    return Results(header, tuple(runs))


def passes_and_fails(
    case: str, passes: int, fails: int, **rest: Any
) -> list[RunRecord]:
    """Return runs of which so many are grounded, as `GROUNDED` expects."""
    states = [True] * passes + [False] * fails
    return [
        run_of(case, repeat=number, grounded=state, **rest)
        for number, state in enumerate(states, 1)
    ]


def grounded_case(name: str, **rest: Any) -> dict[str, Any]:
    return {"id": name, "question": "?", "answer": {"grounded": True}, **rest}
