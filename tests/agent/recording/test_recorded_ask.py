"""`citeloop ask` recorded, then played without a socket, then cut a hundred times."""

import io
import json
import socket
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from agent.assistant import Assistant
from agent.cli import main
from agent.recording.cutting import cuts
from agent.recording.serving import served
from agent.recording.tape import Tape
from agent.recording.tape_file import read_tape, tape_lines
from agent.settings.settings import Settings
from agent.testing.servers.fault_server import Request, Step, serving
from agent.testing.servers.replies import QUERY, honest
from tools.errors import CiteloopError, ExitCode

KEY = "sk-planted-0123456789"
SAME = ("answer", "answered", "grounded", "missing")


def _respond(request: Request, number: int) -> Sequence[Step]:
    return honest(request, number).steps(stream=bool(request.get("stream")))


def _ask(*flags: str, question: str = QUERY) -> tuple[int, str, str]:
    out, error = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(error):
        code = main(["ask", question, "--json", "--mode", "agent", *flags])
    return code, out.getvalue(), error.getvalue()


@pytest.fixture
def flags(library_file: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CITELOOP_API_KEY", KEY)
    monkeypatch.setenv("CITELOOP_RETRY_SECONDS", "0.05")
    return ["--library", str(library_file)]


@pytest.fixture
def recorded(flags: list[str], tmp_path: Path) -> tuple[Path, str, list[str]]:
    """A tape, what was printed while it was made, and the flags of its endpoint."""
    path = tmp_path / "a.tape"
    with serving(_respond) as server:
        flags = [*flags, "--base-url", server.base_url]
        code, said, error = _ask(*flags, "--record", str(path))
    assert code == ExitCode.ANSWERED, error
    return path, said, flags


def _without_sockets(patch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was made")

    # Loops of asyncio need a pair of sockets to wake up; none of those connects.
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, refuse)
    patch.setattr(socket, "getaddrinfo", refuse)
    patch.setattr(socket, "create_connection", refuse)


def _alike(text: str) -> dict[str, Any]:
    answer = json.loads(text)
    return {name: answer.get(name) for name in SAME}


def test_a_run_is_played_without_a_socket(
    recorded: tuple[Path, str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said, flags = recorded
    _without_sockets(monkeypatch)
    code, played, error = _ask(*flags, "--replay", str(path))
    assert (code, error) == (ExitCode.ANSWERED, "")
    assert _alike(played) == _alike(said)


def test_no_key_is_on_the_tape(recorded: tuple[Path, str, list[str]]) -> None:
    assert KEY not in recorded[0].read_text()


def test_another_question_is_a_miss_and_not_a_failed_connection(
    recorded: tuple[Path, str, list[str]],
) -> None:
    path, _, flags = recorded
    code, _, error = _ask(*flags, "--replay", str(path), question="What is a lamp?")
    assert code == ExitCode.MODEL
    assert "What is a lamp?" in error
    assert "has no recording of this POST" in error
    assert "connect" not in error.lower()


def test_recordings_that_are_left_over_fail(
    recorded: tuple[Path, str, list[str]],
) -> None:
    path, _, flags = recorded
    tape = read_tape(path)
    more = replace(tape.recordings[-1], request={"never": "asked"})
    longer = Tape(tape.header, (*tape.recordings, more))
    path.write_text("\n".join(tape_lines(longer)), encoding="utf-8")
    code, _, error = _ask(*flags, "--replay", str(path))
    assert code == ExitCode.INCOMPLETE
    assert "1 recording of" in error


def test_a_tape_that_would_hold_the_key_is_not_written(
    flags: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.tape"
    with serving(_respond) as server:
        flags = [*flags, "--base-url", server.base_url]
        code, _, error = _ask(*flags, "--record", str(path), question=f"{QUERY} {KEY}")
    assert code == ExitCode.USAGE
    assert "holds a key" in error
    assert not path.exists()


@pytest.mark.timeout(300)
async def test_a_hundred_cuts_of_a_run_give_no_false_success(
    recorded: tuple[Path, str, list[str]],
) -> None:
    path, said, flags = recorded
    tape, whole = read_tape(path), _alike(said)
    fates: Counter[str] = Counter()
    assistant = Assistant.open(Settings(library=flags[1], base_url=flags[3]))
    try:
        for cut in cuts(tape, 90):
            with served(tape, cut) as url:
                fates[await _fate(assistant, url, whole)] += 1
    finally:
        await assistant.aclose()
    assert fates["false success"] == 0, fates
    assert fates["recovered"], fates
    assert fates.total() >= 100, fates


async def _fate(assistant: Assistant, url: str, whole: dict[str, Any]) -> str:
    """Say what became of the question: as whole, failed, marked, or none of these."""
    assistant.use(Settings(base_url=url, retry_seconds=0.05, mode="agent"))
    try:
        answer = await assistant.ask(QUERY)
    except CiteloopError:
        return "failed"
    if answer.exit_code != ExitCode.ANSWERED:
        return "failed"
    if _alike(answer.model_dump_json()) == whole:
        return "recovered"
    return "marked" if answer.extracted else "false success"
