"""Runs a check against a server of a test."""

import asyncio
from collections.abc import Sequence

from agent.conformance.bench import Bench, Line
from agent.conformance.exchanges.exchange import Way
from agent.conformance.ledger import Ledger
from agent.conformance.observation import Observation
from agent.conformance.planning import Plan
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.catalogue import PROBES, probes_for
from agent.conformance.rules.wire_rules import RULES
from agent.conformance.running import Check, run_check
from agent.endpoints.endpoint import Endpoint
from tests.fakes.correct_server import CorrectServer
from tests.fakes.faulty_manners import Fault

MODEL = "rule-model"


async def _unasked(bench: Bench, way: Way) -> Observation:
    raise AssertionError(f"nothing asks {bench.asked_by} {way}")


_RULES_ALONE = tuple(
    Probe(number, f"rules_{number}", "D", "W", "", (), asks(0), _unasked)
    for number in sorted(
        {rule.probe for rule in RULES} - {each.number for each in PROBES}
    )
)
"""For rules of which nobody has written the probe."""


def checked(
    server: CorrectServer,
    probes: Sequence[Probe] = PROBES,
    *,
    repeat: int | None = None,
    seconds: float = 20,
) -> Check:
    """Return what a check of a server finds."""
    plan = Plan(tuple(probes), "a-seed", repeat)
    return asyncio.run(_run(plan, server.base_url, seconds))


async def _run(plan: Plan, base_url: str, seconds: float) -> Check:
    line = Line(Endpoint(base_url, MODEL, None), Ledger(), seconds=seconds)
    try:
        return await run_check(plan, line, (*PROBES, *_RULES_ALONE))
    finally:
        await line.close()


def failing(check: Check) -> set[int]:
    """Return the numbers of the probes that are not as they should be."""
    return {each.probe.number for each in check.findings if each.failed}


def probes_of(*numbers: int) -> tuple[Probe, ...]:
    """Return some probes by their numbers."""
    return tuple(each for each in PROBES if each.number in numbers)


_LONG = {20, 23, 37, 38}
"""Probes with long prompts: asked where the fault is theirs."""


def own_group(fault: Fault) -> tuple[Probe, ...]:
    """Return the probes of the group whose probe a fault fails.

    Those of all groups are asked by night (`test_all_faults.py`).
    """
    group = next(each.group for each in PROBES if each.number == fault.probe)
    return tuple(
        each
        for each in PROBES
        if each.group == group and (each.number not in _LONG or fault.probe in _LONG)
    )


def every_group(fault: Fault) -> tuple[Probe, ...]:
    """Return all probes that apply, but for the long ones that a fault is not of."""
    return tuple(
        each
        for each in probes_for(is_gpt_oss=False)
        if each.number not in _LONG or each.number == fault.probe
    )
