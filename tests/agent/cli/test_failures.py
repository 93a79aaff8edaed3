"""What is wrong, whatever the command: one line, and the right exit code."""

import json
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


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["search", "x", "--library", "none.db"], 5),
        (["search", " "], 2),
        (["search", "x", "--where", "id > 0"], 2),
        (["search"], 2),
        (["search", "x", "--limit", "0"], 2),
        (["search", "x", "--bogus"], 2),
        (["search", "x", "--library", "notes.txt"], 5),
        (["verify", "nowhere.json"], 2),
        (["verify", "-"], 2),
        (["verify"], 2),
        (["show"], 2),
        (["show", "1", "--run", "nowhere"], 2),
        (["show", "first"], 2),
        (["ask", "x", "--library", "none.db"], 5),
        (["ask", "x", "--depth", "deep"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_script_that_asks_for_json_is_told_in_json(
    arguments: list[str], code: int, tmp_path: Path
) -> None:
    done = citeloop(
        *arguments, "--json", given="no JSON", CITELOOP_DATA_DIR=str(tmp_path)
    )
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert done.returncode == code
    assert (told["schema"], told["exit_code"]) == ("citeloop.error/1", code)
    assert told["error"].rstrip(".") in " ".join(done.stderr.split())


def test_queries_from_a_file_fail_in_json_too() -> None:
    done = citeloop("search", "--from", "-", given='{"_id": 1}')
    assert json.loads(done.stdout)["exit_code"] == done.returncode == 2


def test_what_has_no_json_says_its_failure_in_words_alone() -> None:
    assert citeloop("library", "--library", "none.db").stdout == ""
