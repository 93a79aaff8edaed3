"""Runs the probes of a plan in their order, and ends with a report whatever happens."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.conformance.bench import Bench, Line
from agent.conformance.exchanges.exchange import Way
from agent.conformance.finding import Finding
from agent.conformance.judging import clears, judge
from agent.conformance.observation import Counts, Observation
from agent.conformance.planning import MOST_REPEATS, Plan
from agent.conformance.probe import Probe

__all__ = ["Check", "run_check"]

Hear = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class Check:
    """All that a check found."""

    base_url: str
    model: str
    plan: Plan
    findings: tuple[Finding, ...]
    """Of each probe, each way; and of those whose rules were broken elsewhere."""
    requests: int
    """That were sent."""
    started: datetime
    seconds: float
    gone: bool
    """Whether the server stopped to answer before the end."""
    interrupted: bool
    """Whether a person did; what was not asked is left out of the findings then."""


async def run_check(
    plan: Plan, line: Line, known: Sequence[Probe], hear: Hear = lambda _: None
) -> Check:
    """Run each probe each way, and judge it by its runs and by its rules.

    Args:
        plan: What is asked.
        line: Where.
        known: All probes, for rules of those that are not asked.
        hear: Told of each probe at its end; what later responses do to its rules is
            not in that yet.
    """
    started, began = datetime.now(UTC), time.monotonic()
    seen: dict[tuple[Probe, Way], list[Observation]] = {}
    interrupted = False
    try:
        for probe in plan.probes:
            for way in probe.ways:
                several = seen.setdefault((probe, way), [])
                await _repeat(plan, line, probe, way, several)
                hear(judge(probe, way, several, line.ledger))
    except asyncio.CancelledError:
        interrupted = True
        seen = {place: several for place, several in seen.items() if several}
    return Check(
        base_url=line.endpoint.base_url,
        model=line.endpoint.model,
        plan=plan,
        findings=_findings(seen, line, known),
        requests=line.requests,
        started=started,
        seconds=time.monotonic() - began,
        gone=line.is_gone,
        interrupted=interrupted,
    )


async def _repeat(
    plan: Plan, line: Line, probe: Probe, way: Way, several: list[Observation]
) -> None:
    """Run a probe as often as it is due, and keep what each run saw."""
    while not _is_enough(plan, probe, several):
        seed = f"{plan.seed}/{probe.number}/{way}/{len(several)}"
        bench = Bench(line, probe.number, seed, plan.terms)
        several.append(await probe.run(bench, way))


def _is_enough(plan: Plan, probe: Probe, several: Sequence[Observation]) -> bool:
    if probe.kind != "B":
        return bool(several)
    if plan.repeat is not None:
        return len(several) >= plan.repeat
    counts = sum((each.counts for each in several), Counts())
    return len(several) >= MOST_REPEATS or clears(counts, probe.bar)


def _findings(
    seen: dict[tuple[Probe, Way], list[Observation]],
    line: Line,
    known: Sequence[Probe],
) -> tuple[Finding, ...]:
    """Return the findings in the order of the probes.

    A probe that was not asked has one where a response of another broke its rules.
    """
    asked = {(probe.number, way) for probe, way in seen}
    both = {number for number, way in asked if way == "both"}
    rest = {
        (probe, way): list[Observation]()
        for probe in known
        for number, way in sorted(line.ledger.owners() - asked)
        if number == probe.number and number not in both
    }
    several = sorted({**seen, **rest}.items(), key=lambda item: item[0][0].number)
    return tuple(
        judge(probe, way, observations, line.ledger)
        for (probe, way), observations in several
    )
