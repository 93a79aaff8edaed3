"""Writes a check into the files that were asked for."""

import os
from pathlib import Path

from agent.conformance.record import CheckRecord
from agent.conformance.reports.junit import write_check
from agent.conformance.reports.markdown import markdown_of
from agent.conformance.reports.page import page_of
from tools.errors import UsageError

__all__ = ["require_place", "write_files"]

_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Where a job of GitHub's leaves the name of the file that it shows."""


def require_place(path: str) -> None:
    """Make sure that a file can be written, before a server is asked for an hour.

    Raises:
        UsageError: its folder does not exist, or it is a folder.
    """
    place = Path(path)
    if place.is_dir():
        raise UsageError(f"{path} is a folder: name a file.")
    if not place.parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no such folder.")


def write_files(
    record: CheckRecord,
    junit: str | None = None,
    markdown: str | None = None,
    html: str | None = None,
) -> None:
    """Write a check in each form that has a name, and to the summary of a job.

    Raises:
        UsageError: a file cannot be written.
    """
    if junit:
        write_check(Path(junit), record)
    if markdown:
        _write(markdown, markdown_of(record).encode(errors="replace"))
    if html:
        _write(html, page_of(record).encode(errors="replace"))
    if summary := os.environ.get(_SUMMARY):
        _write(summary, markdown_of(record).encode(errors="replace"), mode="ab")


def _write(path: str, content: bytes, mode: str = "wb") -> None:
    try:
        with Path(path).open(mode) as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
