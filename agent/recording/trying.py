"""Runs a command against each fault of a tape, and says what became of it."""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agent.recording.cutting import Cut
from agent.recording.serving import served
from agent.recording.tape import Tape
from tools.errors import UsageError

__all__ = ["Fate", "Trial", "try_cuts"]

Fate = Literal["recovered", "failed", "marked", "false success"]
"""The same output as without the fault; an exit that is not 0; an answer of Citeloop's
that says it is not the model's whole one; or none of these."""
_VARIABLES = ("CITELOOP_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_BASE")
_PLACE = "{base_url}"
_MARK = "extracted"
_SAME = ("answer", "answered", "grounded", "missing")
"""Of an answer in JSON: the rest, such as times and ids, differs from run to run."""
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Trial:
    """What a command made of one fault."""

    cut: Cut
    fate: Fate
    exit_code: int
    output: str
    """How its standard output begins."""


def try_cuts(
    tape: Tape,
    several: Iterable[Cut],
    command: Sequence[str],
    seconds: float = 120,
) -> Iterator[Trial]:
    """Yield what became of each fault.

    The command is told the server's address by CITELOOP_BASE_URL, OPENAI_BASE_URL and
    OPENAI_API_BASE, and wherever it says `{base_url}`.

    Args:
        tape: What is played.
        several: What is done to it, one by one.
        command: A program with its arguments. Its standard output is its result: the
            same talk with a server must give the same.
        seconds: For one run; one that takes longer has failed.

    Raises:
        UsageError: the command fails on the whole tape, or cannot be run.
    """
    with served(tape) as url:
        code, whole = _run(command, url, seconds)
    if code != 0:
        raise UsageError(
            f"The command exits with {code} on the whole tape, so nothing can be said "
            f"of its parts. It wrote: {whole[:_SHOWN].strip() or 'nothing'}"
        )
    for cut in several:
        with served(tape, cut) as url:
            code, output = _run(command, url, seconds)
        yield Trial(cut, _fate(code, output, whole), code, output[:_SHOWN])


def _run(command: Sequence[str], url: str, seconds: float) -> tuple[int, str]:
    """Return the exit code and the standard output; 124 for one that takes too long."""
    told = dict.fromkeys(_VARIABLES, url)
    try:
        done = subprocess.run(  # noqa: S603 (the user's own command)
            [each.replace(_PLACE, url) for each in command],
            env={**os.environ, **told},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 124, ""
    except OSError as error:
        raise UsageError(f"{command[0]} cannot be run: {error.strerror}.") from error
    return done.returncode, done.stdout.decode(errors="replace")


def _fate(code: int, output: str, whole: str) -> Fate:
    if code != 0:
        return "failed"
    answer, expected = _answer(output), _answer(whole)
    if answer is None or expected is None:
        return "recovered" if output == whole else "false success"
    if all(answer.get(name) == expected.get(name) for name in _SAME):
        return "recovered"
    return "marked" if answer.get(_MARK) else "false success"


def _answer(output: str) -> dict[str, Any] | None:
    """Return an answer of Citeloop's in JSON; None for anything else."""
    try:
        found = json.loads(output)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and str(found.get("schema")).startswith("citeloop."):
        return found
    return None
