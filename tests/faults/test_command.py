"""Faults through the command itself: each exit code, and what ends it from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.testing.faults.fault import EVENTS, HALF, KEEP_ALIVE, KEY, TEXT
from agent.testing.faults.table import FAULTS
from agent.testing.servers.fault_server import (
    FaultServer,
    Pause,
    Request,
    Step,
    serving,
)
from agent.testing.servers.replies import ANSWER, QUERY, head, honest
from tests.faults.running import answering

COMMAND = str(Path(sys.executable).with_name("citeloop"))
CHOSEN = ("F01", "F22", "F24", "F35", "F35-empty", "F36-401", "F36-403", "F41-refused")
"""One for each exit code, and both of 200 without an API."""
PLAIN = ("F01", "F22", "F24", "F36-401")
CASES = [(name, True) for name in CHOSEN] + [(name, False) for name in PLAIN]
SECONDS = 60


def environment() -> dict[str, str]:
    return {**os.environ, "CITELOOP_API_KEY": KEY, "CITELOOP_RETRY_SECONDS": "0.05"}


def assert_clean(printed: str) -> None:
    assert "Traceback" not in printed
    assert KEY not in printed
    assert "<|" not in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize(("name", "as_json"), CASES)
def test_the_exit_code_and_the_one_object_of_json(
    library_file: Path, name: str, as_json: bool
) -> None:
    fault = next(each for each in FAULTS if each.id == name)
    with serving(answering(fault)) as server:
        base_url = (fault.base_url or server.base_url).format(port=server.port)
        done = subprocess.run(
            [COMMAND, "ask", QUERY, "--library", str(library_file),
             "--base-url", base_url, "--mode", "agent",
             *(["--json"] if as_json else [])],
            capture_output=True, text=True, timeout=SECONDS, env=environment(),
            check=False,
        )  # fmt: skip
    assert done.returncode == fault.code, done.stderr
    assert_clean(done.stdout + done.stderr)
    assert [each for each in fault.says if each not in done.stderr] == []
    if as_json:
        told = json.loads(done.stdout)
        assert told["schema"] in {"citeloop.answer/1", "citeloop.error/1"}
        assert told.get("exit_code", done.returncode) == done.returncode
    elif fault.code in {0, 7}:
        assert fault.answer in done.stdout
    elif done.stdout:  # something had been found before the model failed
        assert "Quoted from what was seen" in done.stdout


def stalling_after(turns: int) -> Any:
    """Return a responder that writes half an answer and then only keep-alives."""

    def respond(request: Request, number: int) -> Sequence[Step]:
        if number < turns:
            return honest(request, number).steps(stream=bool(request.get("stream")))
        return [head(EVENTS), TEXT, *[KEEP_ALIVE, Pause(0.05)] * 2000]

    return respond


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [COMMAND, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=environment(),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_requests(server: FaultServer, count: int) -> None:
    deadline = time.monotonic() + SECONDS
    while len(server.requests) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(server.requests) >= count
    time.sleep(0.3)  # until what the stream begins with was read


def test_f42_an_interrupt_in_the_middle_of_a_stream_ends_with_130(
    library_file: Path,
) -> None:
    with (
        serving(stalling_after(0)) as server,
        running("ask", QUERY, "--json", "--library", str(library_file),
                "--base-url", server.base_url) as process,
    ):  # fmt: skip
        wait_for_requests(server, 1)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert_clean(out + error)
    assert HALF not in out + error
    assert error == "citeloop: Interrupted.\n"
    assert json.loads(out)["exit_code"] == 130


def test_f42_an_interrupt_leaves_the_conversation_as_it_was_saved(
    library_file: Path, tmp_path: Path
) -> None:
    where = ["--library", str(library_file)]
    with (
        serving(stalling_after(2)) as server,
        running("chat", *where, "--base-url", server.base_url) as process,
    ):
        assert process.stdin is not None
        process.stdin.write(f"{QUERY}\nAnd what then?\n")
        process.stdin.flush()
        wait_for_requests(server, 3)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=SECONDS)
    assert_clean(out + error)
    assert ANSWER in out
    assert HALF not in out + error
    assert process.returncode == 130
    saved = list(tmp_path.rglob("conversations/*.json"))
    assert len(saved) == 1
    assert len(json.loads(saved[0].read_text())["answers"]) == 1
    with (
        serving(stalling_after(9)) as server,
        running("chat", *where, "--resume", "--base-url", server.base_url) as process,
    ):
        out, error = process.communicate(f"{QUERY}\n", timeout=SECONDS)
    assert process.returncode == 0, error
    assert "1 question so far" in out
    assert ANSWER in out


def test_f42_a_reader_that_has_gone_is_no_failure_to_speak_of(
    library_file: Path,
) -> None:
    with serving(stalling_after(9)) as server:
        shell = (
            f"'{COMMAND}' ask '{QUERY}' --json --library '{library_file}' "
            f"--base-url {server.base_url} | true; echo ${{PIPESTATUS[0]}}"
        )
        done = subprocess.run(
            ["bash", "-c", shell], capture_output=True, text=True, timeout=SECONDS,
            env=environment(), check=True,
        )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.strip() in {"0", "141"}
