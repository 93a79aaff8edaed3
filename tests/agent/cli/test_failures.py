"""What is wrong, whatever the command: one line, and the right exit code."""

import subprocess
from pathlib import Path

import pytest

from tests.agent.cli.running import COMMAND, citeloop, one_line


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", "x", "--library", "none.db"], 5, "no library at none.db"),
        (["ask", " ", "--library", "none.db"], 2, "blank"),
        (["ask"], 2, "no question"),
        (["ask", "x", "--depth", "deep"], 2, "--depth"),
        (["ask", "x", "--model", "m"], 2, "No server is set for the model m"),
        (["ask", "x", "--provider", "groq"], 3, "GROQ_API_KEY"),
        (["ask", "x", "--base-url", "ftp://x"], 2, "--base-url"),
        (["ingest", "nowhere/at/all"], 2, "nowhere/at/all"),
        (["ingest", "http://127.0.0.1:9/x.zip"], 2, "add --allow-private"),
        (["ingest", "--allow-private", "http://127.0.0.1:9/x.zip"], 2, "127.0.0.1:9"),
        (["search", "x", "--library", "http://127.0.0.1:9"], 5, "127.0.0.1:9"),
        (["search"], 2, "QUERY or --from"),
        (["search", "x", "--where", "id > 0"], 2, "--where"),
        (["search", "--from", "none.jsonl"], 2, "none.jsonl"),
        (["library", "--library", "notes.txt"], 5, "notes.txt"),
        (["chat", "--library", "none.db"], 5, "no library at none.db"),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    arguments: list[str], code: int, says: str
) -> None:
    done = citeloop(*arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert one_line(done.stderr)


def test_a_reader_that_leaves_is_no_failure_to_speak_of(library_file: Path) -> None:
    shell = f"'{COMMAND}' library --library '{library_file}' show citeloop.md | head -1"
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "Citeloop" in done.stdout or "---" in done.stdout
