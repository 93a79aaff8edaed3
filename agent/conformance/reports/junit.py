"""A check as JUnit XML: a test case for each probe and way."""

from pathlib import Path

from agent.conformance.record import CheckRecord, FindingRecord
from agent.conformance.reports.wording import rate_of, told_of
from agent.junit import Outcome, TestCase, write_junit
from tools.text.clean import visible

__all__ = ["write_check"]

_SKIPPED = {"refused", "inconclusive"}


def write_check(path: Path, record: CheckRecord) -> None:
    """Write the report.

    Broken is a failure, or an error where no try had an answer; what is refused or
    inconclusive is skipped, and says so; what Citeloop's repairs cope with passes, for
    the exit code is that of the command, and is told as a property.

    Raises:
        UsageError: the file cannot be written.
    """
    suite = f"citeloop check {visible(record.model)} at {visible(record.base_url)}"
    write_junit(path, suite, [_case(each) for each in record.findings])


def _case(finding: FindingRecord) -> TestCase:
    outcome = _outcome(finding)
    told = visible(told_of(finding)) if outcome != "passed" else ""
    return TestCase(
        group=f"check.{finding.group}",
        name=f"{finding.probe} {finding.name} {finding.way}",
        seconds=sum(each.seconds for each in finding.proof),
        outcome=outcome,
        message=told.partition("\n")[0],
        text=told,
        properties=_properties(finding),
    )


def _outcome(finding: FindingRecord) -> Outcome:
    if finding.verdict in _SKIPPED:
        return "skipped"
    if finding.verdict != "broken":
        return "passed"
    unheard = bool(finding.repeats) and finding.unavailable == finding.tries
    return "error" if unheard else "failure"


def _properties(finding: FindingRecord) -> dict[str, str]:
    known = {"verdict": finding.verdict, "kind": finding.kind, "rate": rate_of(finding)}
    if finding.repairs:
        known["repairs"] = ", ".join(finding.repairs)
    return known | {name: f"{value:g}" for name, value in finding.figures.items()}
