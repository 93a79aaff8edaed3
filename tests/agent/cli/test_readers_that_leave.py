"""Who reads the output leaves (`| head -1`): no failure, whatever was being written."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.agent.cli.running import COMMAND

QUIET = (0, 141)


def left_alone(*arguments: str, stderr: bool = False, **more: str) -> tuple[int, str]:
    """Run a command whose reader has left before it begins; return code and words."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if stderr else writing,
            stderr=writing if stderr else subprocess.PIPE,
            env={**os.environ, **more},
            timeout=120,
            check=False,
        )
    finally:
        os.close(writing)
    return done.returncode, (done.stderr or b"").decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["library"],
        ["library", "list"],
        ["library", "show", "citeloop.md"],
        ["library", "verify"],
        ["library", "analyzer"],
        ["search", "segment", "--limit", "20"],
        ["search", "segment", "--json"],
        ["ask", "What seals a growing segment?"],
        ["ask", "What seals a growing segment?", "--json"],
        ["ask", "x", "--json-schema"],
        ["--help"],
        ["search", "--help"],
        ["library", "copy", "--help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_a_reader_that_leaves_is_no_failure(
    arguments: list[str], library_file: Path, tmp_path: Path
) -> None:
    code, said = left_alone(
        *arguments,
        CITELOOP_LIBRARY=str(library_file),
        CITELOOP_DATA_DIR=str(tmp_path),
    )
    assert code in QUIET
    assert "Error" not in said
    assert "bug" not in said
    assert "Exception" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "x", "--json", "--library", "none.db"],
        ["ask", "x", "--json", "--library", "none.db"],
        ["search", "x", "--json", "--limit", "none"],
    ],
    ids=" ".join,
)
def test_nor_is_one_that_leaves_before_a_failure_is_said(
    arguments: list[str], tmp_path: Path
) -> None:
    code, said = left_alone(*arguments, CITELOOP_DATA_DIR=str(tmp_path))
    assert code == 141
    assert "Traceback" not in said


def test_nor_is_one_that_reads_the_remarks() -> None:
    said = left_alone("search", "x", "--library", "none.db", stderr=True)
    assert said == (141, "")


def test_an_output_that_was_closed_before_the_start_is_none(library_file: Path) -> None:
    shell = f"'{COMMAND}' search segment --library '{library_file}' >&-"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
