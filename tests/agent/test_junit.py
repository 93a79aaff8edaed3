"""JUnit reports: whatever the texts are, the file is XML that says it."""

from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.junit import TestCase, write_junit
from tools.errors import UsageError


@given(name=st.text(max_size=40), text=st.text(max_size=200))
def test_any_text_makes_a_document_that_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xml"
    case = TestCase("g", name, 1.5, "failure", text, text, {"score": text})
    write_junit(path, name, [case, TestCase("g", "b", 0.25, "passed")])
    suite = parse(path).getroot()[0]  # noqa: S314 (written above)
    assert suite.attrib["tests"] == "2"
    assert suite.attrib["failures"] == "1"
    assert suite.attrib["time"] == "1.750"
    failure = suite[0].find("failure")
    assert failure is not None
    assert len(failure.attrib["message"]) == len(text)


def test_markup_in_a_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    text = "</failure><script>alert(1)</script> \x1b[31m"
    write_junit(path, "s", [TestCase("g", "a", 0, "error", "x", text)])
    error = parse(path).getroot()[0][0][0]  # noqa: S314 (written above)
    assert error.tag == "error"
    assert error.text == text.replace("\x1b", "\N{REPLACEMENT CHARACTER}")
    assert not list(error)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "report.xml"
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        write_junit(path, "s", [])
