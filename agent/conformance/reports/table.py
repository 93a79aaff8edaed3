"""A check, and the plan of one, as text for a terminal."""

from collections.abc import Iterator

from agent.conformance.exchanges.exchange import Way
from agent.conformance.finding import Finding
from agent.conformance.planning import Bill, Plan, Row
from agent.conformance.running import Check
from agent.conformance.verdicts import group_verdicts, summarise
from tools.sources.naming import without_password
from tools.text.clean import visible

__all__ = ["check_lines", "finding_line", "plan_lines"]

_LONGEST = 300
"""Characters of a sentence, which may hold words of the server."""


def check_lines(check: Check) -> Iterator[str]:
    """Yield the lines of a report: by group and probe, and what it comes to."""
    where = without_password(check.base_url)
    yield f"{_safe(check.model)} at {_safe(where)}, seed {_safe(check.plan.seed)}"
    for group in group_verdicts(check.findings):
        yield ""
        yield f"{group.group}  {group.title:<22} {group.verdict}"
        for finding in group.findings:
            yield f"   {finding_line(finding)}"
    yield ""
    count = f"{check.requests:,} request{'' if check.requests == 1 else 's'}"
    yield f"{count} in {check.seconds:.0f} s"
    yield _safe(summarise(check).sentence[:1].upper() + summarise(check).sentence[1:])


def finding_line(finding: Finding) -> str:
    """Return a probe in one line; what was seen, unless all is well."""
    probe = finding.probe
    start = f"{probe.number:>2}  {probe.name:<18} {finding.way:<8}"
    line = f"{start} {finding.verdict:<12} {_share(finding):<8}"
    if finding.verdict == "ok":
        return line.rstrip()
    repairs = f" (repair: {', '.join(finding.repairs)})" if finding.repairs else ""
    return f"{line} {_safe(finding.sentence)}{repairs}"


def _share(finding: Finding) -> str:
    """Return how many tries passed, or how many responses kept the rules."""
    if finding.repeats:
        return f"{finding.counts.passed}/{finding.counts.tries}"
    return f"{finding.checked - finding.violated}/{finding.checked}"


def plan_lines(plan: Plan, bill: Bill) -> Iterator[str]:
    """Yield what a check would ask, before anything is sent."""
    yield f"{'probe':<24} {'way':<8} {'requests':>9}  {'tokens, at most':>16}"
    for row in bill.rows:
        yield _row_line(row)
    yield ""
    many = _range(bill.fewest_requests, bill.most_requests)
    yield (
        f"{many} requests; at most {bill.prompt_tokens:,} tokens read and "
        f"{bill.completion_tokens:,} written"
    )
    if bill.fewest_requests != bill.most_requests:
        yield (
            "The fewest if each probe of behaviour always passes or always fails: it "
            "is repeated until that is certain (--repeat N fixes it)."
        )
    yield f"Seed {_safe(plan.seed)}"


def _row_line(row: Row) -> str:
    many = _range(row.fewest * row.cost.requests, row.most * row.cost.requests)
    tokens = row.most * (row.cost.prompt_tokens + row.cost.completion_tokens)
    name = f"{row.probe.number:>2}  {row.probe.name}"
    way: Way = row.way
    return f"{name:<24} {way:<8} {many:>9}  {tokens:>16,}"


def _range(fewest: int, most: int) -> str:
    return f"{most:,}" if fewest == most else f"{fewest:,} to {most:,}"


def _safe(text: str) -> str:
    """Return text of a server in one line that a terminal can show."""
    line = " ".join(visible(text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
