"""JUnit XML, as test reporters of CI systems read it.

The form is that of Jenkins' `junit-10.xsd`, whose elements all readers know: a suite of
test cases, each with properties and at most one of failure, error and skipped.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from tools.errors import UsageError

__all__ = ["Outcome", "TestCase", "write_junit"]

Outcome = Literal["passed", "failure", "error", "skipped"]
"""`error`: what was to be tested could not be reached; `skipped`: not decided."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold (XML 1.0, 2.2), not even escaped."""
_LONGEST = 20_000
"""Characters of a text; a reporter shows it whole."""


@dataclass(frozen=True, slots=True)
class TestCase:
    """One line of a report."""

    __test__ = False  # pytest takes every `Test…` for a class of tests

    group: str
    name: str
    seconds: float
    outcome: Outcome
    message: str = ""
    """One line."""
    text: str = ""
    """What differs, in full."""
    properties: Mapping[str, str] = field(default_factory=dict)


def write_junit(path: Path, suite: str, cases: Sequence[TestCase]) -> None:
    """Write a report of one suite.

    Raises:
        UsageError: the file cannot be written.
    """
    root = Element("testsuites")
    element = SubElement(
        root,
        "testsuite",
        name=_clean(suite),
        tests=str(len(cases)),
        failures=_count(cases, "failure"),
        errors=_count(cases, "error"),
        skipped=_count(cases, "skipped"),
        time=f"{sum(case.seconds for case in cases):.3f}",
    )
    for case in cases:
        _add(element, case)
    indent(root)
    try:
        ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def _count(cases: Sequence[TestCase], outcome: str) -> str:
    return str(sum(case.outcome == outcome for case in cases))


def _add(suite: Element, case: TestCase) -> None:
    element = SubElement(
        suite,
        "testcase",
        classname=_clean(case.group),
        name=_clean(case.name),
        time=f"{case.seconds:.3f}",
    )
    if case.properties:
        properties = SubElement(element, "properties")
        for name, value in case.properties.items():
            SubElement(properties, "property", name=_clean(name), value=_clean(value))
    if case.outcome != "passed":
        inner = SubElement(element, case.outcome, message=_clean(case.message))
        inner.text = _clean(case.text)


def _clean(text: str) -> str:
    """Return a text without what would make the document none, of bounded length."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text[:_LONGEST])
