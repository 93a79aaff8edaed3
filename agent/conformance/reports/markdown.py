"""A check as Markdown, for an issue or the summary of a job."""

from collections.abc import Iterator

from agent.conformance.record import CheckRecord, FindingRecord
from agent.conformance.reports.wording import interval_of, rate_of, told_of
from tools.text.clean import visible

__all__ = ["cell", "markdown_of"]

_LONGEST = 400
"""Characters of a cell, which may hold words of the server."""


def markdown_of(record: CheckRecord) -> str:
    """Return the verdict in words, a row for each group, a row for each probe."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record: CheckRecord) -> Iterator[str]:
    yield f"## citeloop check: {cell(record.model)}"
    yield ""
    yield f"**{cell(record.verdict[:1].upper() + record.verdict[1:])}**"
    yield ""
    yield (
        f"{cell(record.base_url)}, {record.requests:,} requests in "
        f"{record.seconds:.0f} s, seed {cell(record.seed)}, "
        f"citeloop {record.citeloop}"
    )
    yield ""
    yield "| group | about | verdict |"
    yield "|---|---|---|"
    for group in record.groups:
        yield f"| {group.group} | {group.title} | {group.verdict} |"
    yield ""
    yield "| probe | way | verdict | passed | seen |"
    yield "|---|---|---|---|---|"
    for each in record.findings:
        yield _row(each)


def _row(finding: FindingRecord) -> str:
    rate, interval = rate_of(finding), interval_of(finding)
    shown = f"{rate} ({interval})" if interval else rate
    told = "" if finding.verdict == "ok" else told_of(finding)
    repairs = f" Repairs: {', '.join(finding.repairs)}." if finding.repairs else ""
    return (
        f"| {finding.probe} {finding.name} | {finding.way} | {finding.verdict} "
        f"| {shown} | {cell(told + repairs)} |"
    )


def cell(text: str) -> str:
    """Return any text so that it stays in its cell, and is nothing but text.

    What a server says may hold links, tags and bars: they are escaped, for the summary
    of a job is shown as a page.
    """
    line = " ".join(visible(text).split())
    short = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#!&" else sign for sign in short)
