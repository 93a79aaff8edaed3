"""What was learnt of models: which of them need guiding, from question to question.

One small JSON file, for nobody else to read. It says of a server's address and a
model's name what the model did, and when. What is written of another version of the
server, or of another name, says nothing of this one; a file that cannot be read is as
good as none, and is written anew.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.endpoints.endpoint import Endpoint
from agent.modes.reasons import Reason
from tools.own_files import own_folder, read_own, write_own

__all__ = ["Learnt", "Lesson"]

_FILE = "modes.json"
_TWICE = 2
"""Questions, one after the other, before a doubtful failure is believed."""


class Lesson(BaseModel):
    """What was learnt of one model at one server."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str
    """Scheme, host and port of the server."""
    model: str
    """The server's name of it."""
    mode: Literal["agent", "guided"]
    reason: Reason | None = None
    """What it did last, if it needed guiding for that."""
    times: int = 0
    """In how many questions in a row it needed guiding."""
    date: str
    """The day of the latest of them, or of the first that needed none (ISO 8601)."""
    version: str | None = None
    """Of the server, where it says it."""

    @property
    def said(self) -> str:
        """Why the model is guided, in words."""
        why = f": it {self.reason.said}" if self.reason else ""
        return f"{self.model} is known since {self.date} to need guiding{why}"


class _File(BaseModel):
    """All that was learnt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    lessons: tuple[Lesson, ...] = ()


@dataclass(frozen=True, slots=True)
class Learnt:
    """The file of what was learnt, in a folder of ours."""

    folder: Path

    def of(self, endpoint: Endpoint, version: str | None = None) -> Lesson | None:
        """Return what is known of a model, None if nothing is.

        Args:
            endpoint: The server, and the model's name there.
            version: Of the server now; None where it does not say it.
        """
        lessons = self._read()
        found = next((each for each in lessons if _is_of(each, endpoint)), None)
        if found is None or (version and found.version and version != found.version):
            return None
        return found

    def learn(
        self, endpoint: Endpoint, reason: Reason | None, version: str | None = None
    ) -> None:
        """Keep what a question has shown of a model.

        Whoever cannot be an agent is guided from the next question on. Of a model that
        is known to call its tools (by an earlier question, by the doctor, or for its
        name: gpt-oss does), and of citations that fail, it is believed when it happens
        in two questions in a row; what leaves open whose fault it was says nothing.

        Args:
            endpoint: The server, and the model's name there.
            reason: Why it needed guiding; None if it did not.
            version: Of the server, if it says it.
        """
        if reason is Reason.FAILED:
            return
        known = self.of(endpoint, version)
        if reason is None and known and known.mode == "agent" and not known.times:
            return
        times = 0 if reason is None else (known.times if known else 0) + 1
        guided = reason is not None and times >= _needed(reason, endpoint, known)
        self.note(endpoint, version, guided=guided, reason=reason, times=times)

    def note(
        self,
        endpoint: Endpoint,
        version: str | None,
        *,
        guided: bool,
        reason: Reason | None = None,
        times: int = 0,
    ) -> None:
        """Write down what is known of a model now.

        Where that cannot be kept, it is learnt again by the next question.
        """
        lesson = Lesson(
            origin=_origin(endpoint),
            model=endpoint.model,
            mode="guided" if guided else "agent",
            reason=reason,
            times=times,
            date=datetime.now(UTC).date().isoformat(),
            version=version,
        )
        others = [each for each in self._read() if not _is_of(each, endpoint)]
        with suppress(OSError):
            self._write([*others, lesson])

    def forget(self) -> int:
        """Forget all of it; return of how many models something was known.

        Raises:
            OSError: the file cannot be removed.
        """
        count = len(self._read())
        (self.folder / _FILE).unlink(missing_ok=True)
        return count

    def _read(self) -> tuple[Lesson, ...]:
        try:
            content = read_own(self.folder / _FILE)
            return _File.model_validate_json(content).lessons
        except (OSError, ValidationError):
            return ()

    def _write(self, lessons: Sequence[Lesson]) -> None:
        content = _File(lessons=tuple(lessons)).model_dump_json(indent=2)
        write_own(own_folder(self.folder) / _FILE, f"{content}\n".encode())


def _needed(reason: Reason, endpoint: Endpoint, known: Lesson | None) -> int:
    """Return in how many questions in a row a model must fail so to be guided."""
    if reason is Reason.TOOLS_REFUSED:
        return 1
    calls = endpoint.is_gpt_oss or (known is not None and known.mode == "agent")
    return _TWICE if calls or reason is Reason.UNGROUNDED else 1


def _origin(endpoint: Endpoint) -> str:
    parts = urlsplit(endpoint.base_url)
    return f"{parts.scheme}://{parts.netloc}".casefold()


def _is_of(lesson: Lesson, endpoint: Endpoint) -> bool:
    return (lesson.origin, lesson.model) == (_origin(endpoint), endpoint.model)
