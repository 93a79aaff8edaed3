"""`citeloop check`: does an endpoint do what its API says?"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from agent.cli.given.given_settings import settings_from
from agent.cli.given.taping import taped
from agent.conformance.bench import Line
from agent.conformance.bugs.writing import Written, fingerprint_of, write_reports
from agent.conformance.cases.reading import read_cases
from agent.conformance.finding import Finding
from agent.conformance.ledger import Ledger
from agent.conformance.planning import Plan, bill, chosen, new_seed
from agent.conformance.probe import Probe
from agent.conformance.probes.catalogue import PROBES, probes_for
from agent.conformance.record import record_of
from agent.conformance.reports.comparing import compare_lines, read_record
from agent.conformance.reports.files import require_place, write_files
from agent.conformance.reports.table import check_lines, finding_line, plan_lines
from agent.conformance.running import Check, run_check
from agent.conformance.terms import Terms
from agent.conformance.verdicts import exit_code
from agent.endpoints.client import endpoint_client
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.probing import identify
from agent.endpoints.resolving import resolve_endpoint
from agent.recording.deck import named_misses
from agent.recording.session import TapeSession
from agent.screen.notices import complain
from agent.settings.settings import Settings
from tools.errors import ExitCode, UsageError
from tools.text.clean import visible

__all__ = ["run"]

_TAPED = "tape"
"""The seed where nobody names one: what is played must be asked as it was recorded."""


def run(flags: argparse.Namespace) -> int:
    """Ask the probes that were chosen, and print what they found."""
    if flags.compare:
        first, second = (read_record(Path(each)) for each in flags.compare)
        print("\n".join(compare_lines(first, second)))
        return ExitCode.ANSWERED
    settings = settings_from(flags)
    plan = _plan(flags, settings)
    if flags.plan:
        print("\n".join(plan_lines(plan, bill(plan))))
        return ExitCode.ANSWERED
    endpoint = _endpoint(settings)
    files = {name: getattr(flags, name) for name in ("junit", "markdown", "html")}
    for path in filter(None, files.values()):
        require_place(path)
    with taped(flags, settings) as tape, named_misses():
        check, bugs = asyncio.run(_check(plan, endpoint, flags, tape))
    record = record_of(check)
    write_files(record, **files)
    if flags.json:
        print(record.model_dump_json(by_alias=True))
    else:
        print("\n".join(check_lines(check)))
        for place, title in bugs:
            print(f"Bug report: {visible(str(place))}: {title}")
    return exit_code(check)


def _plan(flags: argparse.Namespace, settings: Settings) -> Plan:
    """Return what is asked.

    Raises:
        UsageError: there is no such group or probe.
    """
    endpoint = resolve_endpoint(settings)
    is_gpt_oss = endpoint is not None and endpoint.is_gpt_oss
    return Plan(
        probes=_chosen(probes_for(is_gpt_oss=is_gpt_oss), flags),
        seed=flags.seed or (_TAPED if flags.record or flags.replay else new_seed()),
        repeat=flags.repeat,
        terms=Terms(is_gpt_oss, min(Terms().window, settings.context_window)),
    )


def _chosen(probes: Sequence[Probe], flags: argparse.Namespace) -> tuple[Probe, ...]:
    """Return the probes that were asked for, and those of cases behind them."""
    files = [read_cases(Path(name)) for name in flags.cases]
    for reason in (each for file in files for each in file.left_out):
        complain(f"left out: {reason}.")
    cases = tuple(each for file in files for each in file.probes)
    named = bool(flags.group or flags.probe)
    if cases and not named:
        return cases
    own = chosen(probes, groups=flags.group, numbers=flags.probe, quick=flags.quick)
    return own + cases


def _endpoint(settings: Settings) -> Endpoint:
    """Return what is checked.

    Raises:
        UsageError: no server is named.
        CredentialsError: its provider needs a key.
    """
    endpoint = resolve_endpoint(settings)
    if endpoint is None:
        raise UsageError(
            "No server is set to check: add --base-url URL, or --provider NAME."
        )
    return endpoint


async def _check(
    plan: Plan,
    endpoint: Endpoint,
    flags: argparse.Namespace,
    tape: TapeSession | None,
) -> tuple[Check, list[Written]]:
    transport = tape.transport() if tape else None
    seconds = float(flags.request_seconds)
    line = Line(endpoint, Ledger(), transport=transport, seconds=seconds)
    try:
        check = await run_check(plan, line, PROBES, _tell)
    finally:
        await line.close()
    if not flags.report or flags.replay or check.gone or check.interrupted:
        return check, []
    return check, await _report(check, endpoint, flags)


async def _report(
    check: Check, endpoint: Endpoint, flags: argparse.Namespace
) -> list[Written]:
    """Write a bug report for each probe that failed."""
    async with endpoint_client(endpoint) as client:
        profile = await identify(endpoint, client)
    seen = fingerprint_of(check.findings, profile.name or "", profile.version or "")
    line = Line(endpoint, Ledger(), seconds=float(flags.request_seconds))
    try:
        folder = Path(flags.report)
        return await write_reports(check, line, folder, seen, flags.report_requests)
    finally:
        await line.close()


def _tell(finding: Finding) -> None:
    """Show a person how far it is."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(finding_line(finding), file=sys.stderr, flush=True)
