"""The table of formats: what every row must keep, and how a file finds its row."""

import inspect
import subprocess
import sys
import tomllib
from collections import Counter
from importlib.metadata import packages_distributions

import pytest

from tests.conftest import ROOT
from tools.sources.formats.table import (
    FORMATS,
    Format,
    format_of,
    format_of_type,
    load_converter,
)

each_format = pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.suffixes[0])


@each_format
def test_a_rows_converter_makes_a_document_of_bytes(row: Format) -> None:
    converter = load_converter(row.converter)
    assert inspect.get_annotations(converter)["return"].__name__ == "Converted"
    assert list(inspect.get_annotations(converter)) == ["content", "return"]


@each_format
def test_a_row_is_found_by_its_endings_and_by_its_content_type(row: Format) -> None:
    for suffix in row.suffixes:
        assert suffix == suffix.lower()
        assert format_of(f"deep/a{suffix}") is format_of(f"A{suffix.upper()}") is row
    if row.content_type:
        assert format_of_type(row.content_type) is row


@each_format
def test_the_extra_has_what_a_row_needs(row: Format) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = [each.split(">")[0] for each in project["optional-dependencies"]["formats"]]
    for package in row.packages:
        assert set(packages_distributions()[package]) & set(extra)


def test_no_ending_has_two_rows() -> None:
    count = Counter(suffix for row in FORMATS for suffix in row.suffixes)
    assert set(count.values()) == {1}


OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("content_type", "suffix"),
    [
        ("text/html; charset=utf-8", ".html"),
        ("application/xhtml+xml", ".html"),
        ("text/markdown", ".md"),
        ("application/pdf", ".pdf"),
        (f"{OFFICE}.wordprocessingml.document", ".docx"),
        (f"{OFFICE}.presentationml.presentation", ".pptx"),
        (f"{OFFICE}.spreadsheetml.sheet", ".xlsx"),
        ("application/epub+zip", ".epub"),
        ("application/x-ipynb+json", ".ipynb"),
    ],
)
def test_what_servers_send_leads_to_its_row(content_type: str, suffix: str) -> None:
    found = format_of_type(content_type)
    assert found
    assert found.suffixes[0] == suffix


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/zip"])
def test_other_content_types_have_no_row(content_type: str) -> None:
    assert format_of_type(content_type) is None


@pytest.mark.parametrize("name", ["a.txt", "Makefile", ".md", "a.py", "a.zip", ""])
def test_other_names_have_no_row(name: str) -> None:
    assert format_of(name) is None


def test_the_table_loads_no_converter() -> None:
    """It is the first that a reading process imports."""
    code = "import sys, tools.sources.formats.worker; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "tools.sources.formats.table" in loaded
    assert not loaded & {"lxml", "numpy", "pydantic", "mammoth"}
    modules = {row.converter.rpartition(".")[0] for row in FORMATS}
    assert not loaded & {f"tools.sources.formats.{module}" for module in modules}
