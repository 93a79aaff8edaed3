"""`citeloop tape`: what a server sent, looked at, compared and cut."""

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from agent.cli.given.given_settings import settings_from
from agent.endpoints.resolving import resolve_endpoint
from agent.recording.cutting import cuts
from agent.recording.live import compare_live
from agent.recording.staleness import changed_prompts
from agent.recording.tape import Recording, Tape
from agent.recording.tape_file import read_tape
from agent.recording.trying import Trial, try_cuts
from tools.errors import ExitCode, UsageError
from tools.text.clean import visible

__all__ = ["run"]

_LONGEST = 100
"""Characters of what a request asks, or a command wrote, in a line."""


def run(flags: argparse.Namespace) -> int:
    """Do what was asked of the tape."""
    tape = read_tape(Path(flags.tape))
    if flags.action == "show":
        print("\n".join(_lines(tape)))
        return ExitCode.ANSWERED
    return _check(tape, flags) if flags.action == "check" else _cut(tape, flags)


def _lines(tape: Tape) -> Iterator[str]:
    header = tape.header
    answered = ", ".join(tape.answered) or "nobody said which"
    yield f"recorded {header.started} by citeloop {header.citeloop}"
    yield f"model asked {_short(header.model)}, answered {_short(answered)}"
    if tape.fingerprints:
        yield f"system_fingerprint {_short(', '.join(tape.fingerprints))}"
    yield f"prompts say {header.today}"
    for number, each in enumerate(tape.recordings, 1):
        yield f"{number:>4}  {_line_of(each)}"


def _line_of(recording: Recording) -> str:
    status = recording.status if recording.status is not None else "no answer"
    line = (
        f"{recording.method} {_short(recording.path)}  {status}  "
        f"{len(recording.body):,} bytes in {len(recording.chunks)} chunks, "
        f"{recording.ms / 1000:.2f} s"
    )
    if recording.chunks:
        line += f", the first after {recording.chunks[0].ms:.0f} ms"
    if recording.end != "eof":
        line += f", {recording.end} {_short(recording.error)}".rstrip()
    return line


def _check(tape: Tape, flags: argparse.Namespace) -> int:
    """Say what is wrong with a tape, and what a server answers otherwise.

    Raises:
        UsageError: no server is named to compare it with.
    """
    stale = changed_prompts(tape.header)
    for each in stale:
        print(f"warning  the tape is older than {each}")
    count = len(tape.recordings)
    print(f"{count} recording{'' if count == 1 else 's'}, each to its end")
    if not flags.live:
        return ExitCode.INCOMPLETE if stale else ExitCode.ANSWERED
    endpoint = resolve_endpoint(settings_from(flags))
    if endpoint is None:
        raise UsageError("No server is set to compare it with: add --base-url URL.")
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    changes = asyncio.run(compare_live(tape, endpoint.base_url, key))
    for change in changes:
        print(f"{change.level:<8} {change.recording}: {visible(change.said)}")
    levels = Counter(change.level for change in changes)
    print(", ".join(f"{levels[name]} {name}" for name in ("error", "warning", "info")))
    return ExitCode.INCOMPLETE if levels["error"] or stale else ExitCode.ANSWERED


def _cut(tape: Tape, flags: argparse.Namespace) -> int:
    """Run the command against each fault; a false success is what must not be."""
    fates: Counter[str] = Counter()
    several = cuts(tape, flags.cuts)
    for trial in try_cuts(tape, several, flags.program, flags.seconds):
        fates[trial.fate] += 1
        if trial.fate == "false success":
            print(_told(trial), flush=True)
    if not fates:
        raise UsageError(f"{flags.tape} holds no answer of a model to cut.")
    told = ("recovered", "failed", "marked", "false success")
    print(f"{fates.total()} faults: {', '.join(f'{fates[e]} {e}' for e in told)}")
    return ExitCode.INCOMPLETE if fates["false success"] else ExitCode.ANSWERED


def _told(trial: Trial) -> str:
    return f"false success  {trial.cut.name}: {_short(trial.output) or 'nothing'}"


def _short(text: str) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
