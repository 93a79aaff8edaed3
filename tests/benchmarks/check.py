"""`citeloop check` against servers: right, wrong, and written by others.

    python tests/benchmarks/check.py [--servers correct faulty tiny qwen]
                              [--url NAME=URL=MODEL ...] [--group A ...] [--repeat N]

- correct: the server of `tests/fakes/correct_server.py`, which does all by the rules;
- faulty: the same with one fault, once for each of `tests/fakes/faulty_manners.py`:
  the probe of the fault, and no other, must fail;
- tiny, qwen: llama.cpp's own server with a tiny gpt-oss, and with Qwen2.5-Coder-1.5B
  (`python -m tests.llm.llama_server [qwen]` gets them); where they are not, they are
  left out, and said to be;
- `--url` adds any other, as `--url litellm=http://127.0.0.1:4000/v1=tiny-gptoss`.

Prints a table of the verdicts of each group, as `docs/check.md` has it, and a line for
each probe that is not ok.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pydantic import SecretStr

from agent.conformance.bench import Line
from agent.conformance.ledger import Ledger
from agent.conformance.planning import Plan, chosen
from agent.conformance.probe import GROUPS
from agent.conformance.probes.catalogue import PROBES, probes_for
from agent.conformance.reports.table import finding_line
from agent.conformance.running import Check, run_check
from agent.conformance.terms import Terms
from agent.conformance.verdicts import group_verdicts, summarise
from agent.endpoints.endpoint import Endpoint
from tests.fakes.correct_server import MODEL, correct_server
from tests.fakes.faulty_manners import FAULTS
from tests.llm.llama_server import MissingError, qwen, serve, tiny

_OPTIONS = {
    "tiny": "--threads 1 --ctx-size 24576 --predict 600 --parallel 4 "
    "--alias tiny-gptoss",
    "qwen": "--threads 2 --ctx-size 24576 --parallel 2 --alias qwen",
}
"""Of llama.cpp's server: the tiny model may never end by itself."""
_WINDOW = {"tiny": 6_000, "qwen": 12_000}
"""Tokens that one of the parallel requests has."""


@contextmanager
def llama(name: str) -> Iterator[Endpoint]:
    """Yield the endpoint of a llama.cpp's server that runs as long as the block.

    Raises:
        MissingError: it cannot be had here.
    """
    model = tiny() if name == "tiny" else qwen()
    alias = "tiny-gptoss" if name == "tiny" else "qwen"
    with serve(model, *_OPTIONS[name].split()) as url:
        yield Endpoint(url, alias, None)


def run(endpoint: Endpoint, flags: argparse.Namespace, window: int = 16_000) -> Check:
    """Return what a check of an endpoint finds."""
    terms = Terms(is_gpt_oss=endpoint.is_gpt_oss, window=window)
    known = probes_for(is_gpt_oss=endpoint.is_gpt_oss)
    probes = chosen(known, groups=flags.group)
    plan = Plan(probes, "benchmark", flags.repeat, terms)
    return asyncio.run(_run(plan, endpoint))


async def _run(plan: Plan, endpoint: Endpoint) -> Check:
    line = Line(endpoint, Ledger(), seconds=300)
    try:
        return await run_check(plan, line, PROBES)
    finally:
        await line.close()


def report(name: str, check: Check) -> str:
    """Print what is not ok, and return the row of a server."""
    print(f"\n{name}: {summarise(check).sentence}")
    for finding in check.findings:
        if finding.verdict != "ok":
            print(f"    {finding_line(finding)}")
    verdicts = {each.group: each.verdict for each in group_verdicts(check.findings)}
    cells = " | ".join(verdicts.get(group, "–") for group in GROUPS)
    return f"| {name} | {cells} | {check.requests} | {check.seconds:.0f} |"


def faulty(flags: argparse.Namespace) -> str:
    """Check each faulty server, and return a row that counts them."""
    right = requests = 0
    seconds = 0.0
    for fault in FAULTS:
        with correct_server(fault.manners()) as server:
            check = run(Endpoint(server.base_url, MODEL, None), flags)
        failed = {each.probe.number for each in check.findings if each.failed}
        right += failed == {fault.probe}
        requests += check.requests
        seconds += check.seconds
        if failed != {fault.probe}:
            print(f"    {fault.name}: {sorted(failed)} failed, not {fault.probe} alone")
    told = f"{right} of {len(FAULTS)} fail their probe alone"
    return (
        f"| faulty | {told} |" + " |" * len(GROUPS) + f" {requests} | {seconds:.0f} |"
    )


def rows(flags: argparse.Namespace) -> Iterator[str]:
    """Yield a row for each server that is asked."""
    if "correct" in flags.servers:
        with correct_server() as server:
            yield report("correct", run(Endpoint(server.base_url, MODEL, None), flags))
    if "faulty" in flags.servers:
        yield faulty(flags)
    for name in ("tiny", "qwen"):
        if name not in flags.servers:
            continue
        try:
            with llama(name) as endpoint:
                yield report(f"llama.cpp, {name}", run(endpoint, flags, _WINDOW[name]))
        except MissingError as error:
            print(f"{name} is left out: {error}")
    for each in flags.url:
        name, url, model = each.split("=", 2)
        yield report(name, run(Endpoint(url, model, SecretStr("none")), flags))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="citeloop check against servers")
    parser.add_argument("--servers", nargs="*", default=["correct", "faulty", "tiny"])
    parser.add_argument("--url", action="append", default=[])
    parser.add_argument("--group", action="append", default=[])
    parser.add_argument("--repeat", type=int)
    flags = parser.parse_args(arguments)
    table = list(rows(flags))
    print(f"\n| server | {' | '.join(GROUPS)} | requests | seconds |")
    print("|---" * (len(GROUPS) + 3) + "|")
    print("\n".join(table))


if __name__ == "__main__":
    main()
