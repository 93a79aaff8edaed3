"""`citeloop.eval/1`: what the runs of a suite left behind, a line of JSON each.

The first line is of the suite and the settings, each other of one run, written when
that has ended: whatever stops an evaluation, what was paid for is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self, TextIO

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
)

from agent.answer import Answer
from tools.errors import ExitCode, UsageError
from tools.own_files import own_folder, touch_own
from tools.trajectory.tool_call import ToolCall

__all__ = [
    "EvalHeader",
    "Failure",
    "Results",
    "ResultsFile",
    "RunRecord",
    "read_results",
]

_MAX_SIZE = 500_000_000
"""Bytes of a file of results."""


class _Line(BaseModel):
    model_config = ConfigDict(
        frozen=True, validate_by_name=True, serialize_by_alias=True
    )

    schema_version: Literal["citeloop.eval/1"] = Field(
        default="citeloop.eval/1", alias="schema"
    )


class VariantSettings(BaseModel):
    """One way of answering that the suite was asked in."""

    model_config = ConfigDict(frozen=True)

    name: str
    settings: dict[str, JsonValue]
    """Those that bear upon an answer; no key is among them."""


class EvalHeader(_Line):
    """What was evaluated, and how."""

    kind: Literal["suite"] = "suite"
    suite: str
    digest: str
    """Of the suite: another one if anything in it has changed."""
    date: str
    """ISO 8601, UTC."""
    version: str
    """Of Citeloop."""
    repeat: int | Literal["auto"] | None = None
    """Runs of each case; null where the suite says it for each."""
    variants: tuple[VariantSettings, ...]


class Failure(BaseModel):
    """Why a run has no answer."""

    model_config = ConfigDict(frozen=True)

    text: str
    exit_code: ExitCode

    @property
    def is_transport(self) -> bool:
        """Whether the model was never heard to the end: no failure of its own."""
        return self.exit_code in {
            ExitCode.CREDENTIALS, ExitCode.MODEL, ExitCode.LIBRARY,
        }  # fmt: skip


class RunRecord(_Line):
    """One run of a case: all questions of it, and what came of them."""

    kind: Literal["run"] = "run"
    case: str
    variant: str
    repeat: int = Field(ge=1)
    """Which of the runs of its case it is, from 1."""
    questions: tuple[str, ...]
    answers: tuple[Answer, ...]
    """As many as were answered before the failure, if there was one."""
    error: Failure | None = None
    seconds: float
    """Wall clock of the whole run."""

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tool calls of all its questions."""
        return tuple(call for each in self.answers for call in each.trajectory)

    @property
    def tokens(self) -> int:
        """Of prompts and outputs, as the server counted them."""
        return sum(each.usage.total_tokens for each in self.answers)

    @property
    def failure(self) -> Failure | None:
        """Why it has no answer of the model, None where it has one.

        An answer that was quoted because the server refused is none of the model.
        """
        if self.error is not None:
            return self.error
        refused = [each for each in self.answers if each.stop_reason == "model_failed"]
        if not refused:
            return None
        text = refused[0].mode_reason or "the server failed; what was seen is quoted"
        return Failure(text=text, exit_code=ExitCode.MODEL)

    @property
    def is_unavailable(self) -> bool:
        """Whether a transport ended it, and not the model."""
        return self.failure is not None and self.failure.is_transport


_READ: TypeAdapter[EvalHeader | RunRecord] = TypeAdapter(
    Annotated[EvalHeader | RunRecord, Field(discriminator="kind")]
)


@dataclass(frozen=True, slots=True)
class Results:
    """A file of results, read."""

    header: EvalHeader
    runs: tuple[RunRecord, ...]

    def of(self, case: str, variant: str) -> tuple[RunRecord, ...]:
        """Return the runs of a case in one way of answering."""
        return tuple(
            each for each in self.runs if (each.case, each.variant) == (case, variant)
        )

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of the ways of answering."""
        return tuple(each.name for each in self.header.variants)


def read_results(path: Path) -> Results:
    """Return what a file of results holds; a last line that was cut off is left out.

    Raises:
        UsageError: it cannot be read, or is no file of results.
    """
    lines = list(_whole_lines(path))
    if not lines or not isinstance(lines[0], EvalHeader):
        raise UsageError(
            f"{path} is no file of results: its first line is not that of a suite. "
            "`citeloop eval SUITE --results FILE` writes one."
        )
    runs = tuple(each for each in lines if isinstance(each, RunRecord))
    return Results(lines[0], runs)


def _whole_lines(path: Path) -> Iterator[EvalHeader | RunRecord]:
    try:
        if path.stat().st_size > _MAX_SIZE:
            raise UsageError(f"{path} has more than {_MAX_SIZE:,} bytes.")
        pieces = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    for number, piece in enumerate(pieces[:-1], 1):  # behind the last line end: cut off
        try:
            yield _READ.validate_json(piece)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise UsageError(
                f"{path}, line {number} is no record of citeloop.eval/1: "
                f"{first['msg']}."
            ) from None


class ResultsFile:
    """A file of results that runs are added to as they end."""

    def __init__(self, path: Path, header: EvalHeader, *, resume: bool = False) -> None:
        """Begin a file, or go on with one of the same suite and settings.

        Raises:
            UsageError: it is there already and is not to be gone on with; it is of
                another suite or of other settings; or it cannot be written.
        """
        self.path = path
        self.runs: list[RunRecord] = []
        """Those of before among them."""
        if path.exists():
            self._go_on(header, resume=resume)
        self.header = header
        self._file = self._open()
        if not self.runs and not path.stat().st_size:
            self._write(header)

    def _go_on(self, header: EvalHeader, *, resume: bool) -> None:
        if not resume:
            raise UsageError(
                f"{self.path} is there already: name another file, or go on with it by "
                "--resume."
            )
        kept = read_results(self.path)
        if (kept.header.digest, kept.header.variants) != (
            header.digest,
            header.variants,
        ):
            raise UsageError(
                f"{self.path} is of another suite or of other settings, and runs of "
                "both cannot be told apart in one file. Name another --results."
            )
        self.runs = list(kept.runs)
        _cut_torn_line(self.path)

    def _open(self) -> TextIO:
        try:
            own_folder(self.path.parent)
            touch_own(self.path)
            return self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"{self.path} cannot be written: {error.strerror}."
            ) from error

    def add(self, run: RunRecord) -> None:
        """Keep a run that has ended."""
        self.runs.append(run)
        self._write(run)

    def _write(self, line: _Line) -> None:
        self._file.write(f"{line.model_dump_json()}\n")
        self._file.flush()

    @property
    def results(self) -> Results:
        """What it holds by now."""
        return Results(self.header, tuple(self.runs))

    def __enter__(self) -> Self:
        """Return it, open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._file.close()


def _cut_torn_line(path: Path) -> None:
    """Take away what a crash left of a line, so that the next one begins a line."""
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        with path.open("r+b") as file:
            file.truncate(whole)
