"""`citeloop tape`: shown, compared with a server as it is now, and cut."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.recording.tape import Tape
from agent.recording.tape_file import tape_lines
from agent.testing.servers.chat_server import Turn, serve
from tests.agent.cli.running import citeloop
from tests.agent.recording.taping import recording, tape_of

ASKED: dict[str, Any] = {
    "model": "gpt-oss-20b",
    "messages": [{"role": "user", "content": "Where?"}],
    "stream": True,
}
CLIENT = """
import json, sys, urllib.request
body = json.dumps({asked!r}).encode()
request = urllib.request.Request(sys.argv[1] + "/chat/completions", body,
                                 {{"content-type": "application/json"}})
said, done = "", False
try:
    for line in urllib.request.urlopen(request):
        if line.startswith(b"data: [DONE]"):
            done = True
        elif line.startswith(b"data: "):
            choice = json.loads(line[6:])["choices"][0]
            said += choice["delta"].get("content") or ""
except Exception:
    if {strict}:
        raise SystemExit(1)
if {strict} and not done:
    raise SystemExit(1)
print(said)
"""
"""A program of somebody else's; a strict one wants an end, the other takes anything."""


def frame(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'model': 'm', 'choices': [choice]})}\n\n".encode()


FRAMES = (frame("In "), frame("Bergen"), frame(".", "stop"), b"data: [DONE]\n\n")


def kept(tape: Tape, folder: Path) -> str:
    path = folder / "a.tape"
    path.write_text("\n".join(tape_lines(tape)) + "\n")
    return str(path)


@pytest.fixture
def tape(tmp_path: Path) -> str:
    return kept(tape_of(recording(ASKED, *FRAMES)), tmp_path)


def client(folder: Path, *, strict: bool) -> list[str]:
    path = folder / "client.py"
    path.write_text(CLIENT.format(asked=ASKED, strict=strict))
    return [sys.executable, str(path), "{base_url}"]


def test_show_lists_what_a_tape_holds(tape: str) -> None:
    done = citeloop("tape", "show", tape)
    assert done.returncode == 0
    assert "model asked m, answered m" in done.stdout
    assert "POST /v1/chat/completions  200" in done.stdout
    assert "in 4 chunks" in done.stdout


def test_a_client_that_takes_a_part_for_the_whole_is_found(
    tape: str, tmp_path: Path
) -> None:
    command = client(tmp_path, strict=False)
    done = citeloop("tape", "cut", tape, "--cuts", "6", "--", *command)
    assert done.returncode == 6, done.stderr
    assert "false success  1: " in done.stdout
    assert " 0 false success" not in done.stdout


def test_a_client_that_wants_an_end_has_no_false_success_but_by_order(
    tape: str, tmp_path: Path
) -> None:
    """No client can know that two frames have changed their places."""
    command = client(tmp_path, strict=True)
    done = citeloop("tape", "cut", tape, "--cuts", "6", "--", *command)
    false = [line for line in done.stdout.splitlines() if line.startswith("false")]
    assert all("change places" in line or "no finish" in line for line in false), false
    assert "ends after byte" not in "".join(false)


def test_a_command_that_fails_on_the_whole_tape_says_nothing_of_its_parts(
    tape: str,
) -> None:
    command = [sys.executable, "-c", "print('no'); raise SystemExit(3)"]
    done = citeloop("tape", "cut", tape, "--", *command)
    assert done.returncode == 2
    assert "exits with 3 on the whole tape" in done.stderr
    done = citeloop("tape", "cut", tape, "--", "no-such-program-anywhere")
    assert done.returncode == 2
    assert "no-such-program-anywhere cannot be run" in done.stderr


def test_a_tape_is_whole_or_older_than_a_prompt(tape: str, tmp_path: Path) -> None:
    done = citeloop("tape", "check", tape)
    assert (done.returncode, done.stdout) == (0, "1 recording, each to its end\n")
    old = tape_of(recording(ASKED, *FRAMES), prompts={"guided": "0" * 16})
    done = citeloop("tape", "check", kept(old, tmp_path))
    assert done.returncode == 6
    assert "older than the prompt guided" in done.stdout


def test_a_server_is_compared_with_the_tape_by_shape(tape: str) -> None:
    with serve([Turn(content="In Bergen.")]) as server:
        where = ["--base-url", server.base_url, "--model", "gpt-oss-20b"]
        done = citeloop("tape", "check", tape, "--live", *where)
    assert done.returncode == 0, done.stdout
    assert "another model answered: gpt-oss-20b, recorded m" in done.stdout
    assert "0 error" in done.stdout


def test_another_status_and_another_type_are_errors(tape: str) -> None:
    turns = [Turn(status=503, error={"error": {"message": "later"}})]
    with serve(turns) as server:
        where = ["--base-url", server.base_url, "--model", "gpt-oss-20b"]
        done = citeloop("tape", "check", tape, "--live", *where)
    assert done.returncode == 6
    assert "status 503, recorded 200" in done.stdout


def test_a_server_that_is_not_there_is_named(tape: str) -> None:
    where = ["--base-url", "http://127.0.0.1:9/v1", "--model", "gpt-oss-20b"]
    done = citeloop("tape", "check", tape, "--live", *where)
    assert done.returncode == 4
    assert "http://127.0.0.1:9 cannot be asked" in done.stderr


def test_a_chat_is_recorded_and_played(library_file: Path, tmp_path: Path) -> None:
    tape = str(tmp_path / "chat.tape")
    call = ("search", {"query": "insert"})
    answer = Turn(content="The documents do not say.")
    flags = ["--library", str(library_file), "--mode", "agent"]
    with serve([Turn([call]), answer, answer]) as server:
        where = [*flags, "--base-url", server.base_url, "--model", "gpt-oss-20b"]
        first = citeloop("chat", *where, "--record", tape, given="Who?\n")
    second = citeloop("chat", *where, "--replay", tape, given="Who?\n")
    assert Path(tape).exists(), first.stderr
    assert "The documents do not say." in second.stdout, second.stderr
