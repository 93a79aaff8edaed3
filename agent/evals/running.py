"""Asks the questions of a suite, each as often as it takes."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from time import monotonic

from agent.answer import Answer
from agent.assistant import Assistant
from agent.conversations.conversation import Conversation
from agent.evals.judging import Judge
from agent.evals.plan import Plan
from agent.evals.results import Failure, ResultsFile, RunRecord
from agent.evals.suite import Case, Suite
from agent.evals.tallying import is_settled
from tools.errors import CiteloopError

__all__ = ["Progress", "run_suite"]

Progress = Callable[[RunRecord, bool], None]
"""Told of each run that has ended, and whether it has passed."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run that is due."""

    case: Case
    variant: str
    repeat: int


async def run_suite(
    suite: Suite,
    assistants: Mapping[str, Assistant],
    plan: Plan,
    kept: ResultsFile,
    judge: Judge,
    tell: Progress,
) -> None:
    """Ask what is not asked yet, and keep each run as it ends.

    A case's first runs come before any case's second, so that whatever ends an
    evaluation early leaves something of each case.

    Args:
        suite: What is asked.
        assistants: Who answers, by the names of the variants.
        plan: How often, and how many at a time.
        kept: Runs that it holds are not made again.
        judge: Says whether a run has passed; `auto` stops by it.
        tell: Told of each run.

    Raises:
        Exception: what is no failure of a run, but a bug, ends the evaluation.
    """
    gate = asyncio.Semaphore(plan.jobs)

    async def work(run: _Run) -> None:
        async with gate:
            record = await _ask(run, assistants[run.variant])
        kept.add(record)
        tell(record, judge(run.case, record).passed)

    for batch in _batches(suite, list(assistants), plan, kept, judge):
        try:
            async with asyncio.TaskGroup() as group:
                for run in batch:
                    group.create_task(work(run))
        except ExceptionGroup as several:  # the others were cancelled by the first
            raise several.exceptions[0] from several


def _batches(
    suite: Suite, variants: Sequence[str], plan: Plan, kept: ResultsFile, judge: Judge
) -> Iterator[list[_Run]]:
    """Yield the runs that can be made side by side: of each case one, under `auto`."""
    done = {(each.case, each.variant, each.repeat) for each in kept.runs}
    due = [
        run
        for run in _runs(suite, variants, plan)
        if (run.case.id, run.variant, run.repeat) not in done
    ]
    if not plan.is_auto:
        yield due
        return
    for _, several in groupby(due, key=lambda run: run.repeat):
        yield [run for run in several if not _is_settled(suite, run, kept, judge)]


def _runs(suite: Suite, variants: Sequence[str], plan: Plan) -> Iterator[_Run]:
    """Yield every run that there may be, the first ones of all cases first."""
    most = {case.id: plan.most(suite, case) for case in suite.cases}
    for repeat in range(1, max(most.values()) + 1):
        for case in suite.cases:
            if repeat <= most[case.id]:
                yield from (_Run(case, variant, repeat) for variant in variants)


def _is_settled(suite: Suite, run: _Run, kept: ResultsFile, judge: Judge) -> bool:
    runs = kept.results.of(run.case.id, run.variant)
    passes = sum(judge(run.case, each).passed for each in runs)
    return is_settled(passes, len(runs), suite.bar_of(run.case))


async def _ask(run: _Run, assistant: Assistant) -> RunRecord:
    """Return what came of one run; a failure that is named is a part of it."""
    started = monotonic()
    conversation = Conversation()
    answers: list[Answer] = []
    error = None
    try:
        for question in run.case.questions:
            # What was answered before a failure is kept.
            answers.append(await assistant.ask(question, conversation))  # noqa: PERF401
    except CiteloopError as failure:
        error = Failure(text=str(failure), exit_code=failure.exit_code)
    return RunRecord(
        case=run.case.id,
        variant=run.variant,
        repeat=run.repeat,
        questions=run.case.questions,
        answers=tuple(answers),
        error=error,
        seconds=round(monotonic() - started, 3),
    )
