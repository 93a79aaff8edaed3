"""Files that are no tapes, or were made to do harm, end in a sentence."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.cli import main
from agent.recording.tape import TapeError
from agent.recording.tape_file import MAX_TAPE_BYTES, SCHEMA, read_tape, tape_lines
from tests.agent.recording.taping import recording, tape_of
from tools.errors import ExitCode

LINES = list(tape_lines(tape_of(recording({"model": "m"}, b"one", b"\xff"))))


def _changed(at: int, **fields: Any) -> str:
    lines = [*LINES]
    lines[at] = json.dumps(json.loads(lines[at]) | fields)
    return "\n".join(lines)


BODY = '{"model": "m"}'
DEEP = '{"a":' * 5_000 + "1" + "}" * 5_000
DEEPER = '{"a":' * 150 + "1" + "}" * 150
HOSTILE = {
    "empty": "",
    "no JSON": "tape\n",
    "no object": "[1]\n",
    "no header": "\n".join(LINES[1:]),
    "another schema": _changed(0, schema="citeloop.tape/9"),
    "two headers": "\n".join([LINES[0], *LINES]),
    "a field that a header has not": _changed(0, more="x"),
    "a header of numbers": _changed(0, model=7),
    "prompts that are a list": _changed(0, prompts=["x"]),
    "an unknown line": _changed(1, type="note"),
    "no number": _changed(1, number=None),
    "a number too many": "\n".join([*LINES[:2], *LINES[1:]]),
    "a body that is no object": _changed(1, body=[1]),
    "a deep body": "\n".join([LINES[0], LINES[1].replace(BODY, DEEP)]),
    "a body too deep": "\n".join([LINES[0], LINES[1].replace(BODY, DEEPER)]),
    "a path that is an address": _changed(1, path="http://elsewhere/"),
    "a path of two lines": _changed(1, path="/v1\r\nx: y"),
    "a status without end": _changed(2, status=float("inf")),
    "a status that is none": _changed(2, status=9),
    "a header of two lines": _changed(2, headers={"x": "y\r\nz: 1"}),
    "headers that are a list": _changed(2, headers=["x"]),
    "a time that is none": _changed(3, ms=float("nan")),
    "a time before the request": _changed(3, ms=-1),
    "a time without end": _changed(3, ms=float("inf")),
    "half a character": _changed(3, text="\ud800"),
    "base64 that is none": _changed(4, base64="*"),
    "an unknown end": _changed(5, how="well"),
    "cut off": "\n".join(LINES[:-1]),
    "cut off in a line": "\n".join(LINES)[:-9],
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("action", ["show", "check"])
def test_a_file_that_is_no_tape_ends_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, action: str
) -> None:
    path = tmp_path / "a.tape"
    path.write_text(HOSTILE[name], encoding="utf-8")
    assert main(["tape", action, str(path)]) == ExitCode.USAGE
    error = capsys.readouterr().err
    assert "a.tape" in error
    assert "Traceback" not in error


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    with path.open("wb") as file:
        file.truncate(MAX_TAPE_BYTES + 1)
    with pytest.raises(TapeError, match="larger than 256 MiB"):
        read_tape(path)


def test_a_file_that_is_not_text_is_no_tape(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(TapeError, match="not UTF-8"):
        read_tape(path)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_is_cut_out_is_a_tape_or_said(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = "\n".join(LINES)
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, len(text)))
    path = tmp_path_factory.mktemp("tape") / "a.tape"
    path.write_text(text[:start] + text[stop:], encoding="utf-8")
    with suppress(TapeError):
        assert len(read_tape(path).recordings) <= 1


def test_the_schema_stands_in_the_first_line() -> None:
    assert json.loads(LINES[0])["schema"] == SCHEMA


def test_show_escapes_what_a_server_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.tape"
    said = b'{"model": "\x1b[31mred"}'.replace(b"\x1b", b"\\u001b")
    path.write_text("\n".join(tape_lines(tape_of(recording({}, said)))))
    assert main(["tape", "show", str(path)]) == ExitCode.ANSWERED
    shown = capsys.readouterr().out
    assert "red" in shown
    assert "\x1b" not in shown
    assert "POST /v1/chat/completions" in shown
