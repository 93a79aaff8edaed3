"""A check as JUnit XML, as continuous integration reads it."""

from xml.etree import ElementTree as ET

from agent.conformance.record import CheckRecord, FindingRecord
from agent.conformance.reports.wording import rate_of, told_of
from tools.text.clean import visible

__all__ = ["junit_of"]

_SKIPPED = {"refused", "inconclusive"}


def junit_of(record: CheckRecord) -> bytes:
    """Return one test case for each probe and way.

    Broken is a failure, or an error where no try had an answer; what is refused or
    inconclusive is skipped, and says so; what Citeloop's repairs cope with passes, for
    the exit code is that of the command, and is told as a property.
    """
    findings = record.findings
    suite = ET.Element(
        "testsuite",
        name=f"citeloop check {visible(record.model)}",
        tests=str(len(findings)),
        failures=str(sum(_tag(each) == "failure" for each in findings)),
        errors=str(sum(_tag(each) == "error" for each in findings)),
        skipped=str(sum(_tag(each) == "skipped" for each in findings)),
        time=f"{record.seconds:.3f}",
        timestamp=record.started.isoformat(timespec="seconds"),
    )
    properties = ET.SubElement(suite, "properties")
    for name in ("base_url", "citeloop", "seed", "requests", "verdict"):
        value = visible(str(getattr(record, name)))
        ET.SubElement(properties, "property", name=name, value=value)
    for each in findings:
        _add(suite, each)
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    written: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _tag(finding: FindingRecord) -> str:
    """Return the element that tells of a finding; blank where it passes."""
    if finding.verdict in _SKIPPED:
        return "skipped"
    if finding.verdict != "broken":
        return ""
    unheard = finding.repeats and finding.unavailable == finding.tries
    return "error" if unheard else "failure"


def _add(suite: ET.Element, finding: FindingRecord) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"check.{finding.group}",
        name=f"{finding.probe} {finding.name} {finding.way}",
    )
    properties = ET.SubElement(case, "properties")
    known = {"verdict": finding.verdict, "kind": finding.kind, "rate": rate_of(finding)}
    if finding.repairs:
        known["repairs"] = ", ".join(finding.repairs)
    known |= {name: f"{value:g}" for name, value in finding.figures.items()}
    for name, value in known.items():
        ET.SubElement(properties, "property", name=name, value=visible(value))
    if tag := _tag(finding):
        told = visible(told_of(finding))
        message = ET.SubElement(case, tag, message=told.partition("\n")[0])
        if tag != "skipped":
            message.text = told
