"""A tape in use: recorded, played, or both, by its mode."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import httpx2

from agent.recording.deck import Deck, TapeLeftError
from agent.recording.keys import known_keys, require_no_key
from agent.recording.staleness import prompt_hashes
from agent.recording.tape import Header, Tape, TapeError
from agent.recording.tape_file import read_tape, tape_lines
from agent.recording.transports import RecordingTransport, ReplayingTransport
from tools.own_files import write_own

__all__ = ["MODES", "Mode", "TapeSession"]

Mode = Literal["none", "once", "new", "all"]
"""As VCR names them. `none` only plays; `once` records if there is no tape yet, and
only plays after that; `new` plays what is there and records what is not; `all` records
everything again."""
MODES: tuple[Mode, ...] = ("none", "once", "new", "all")
Scrub = Callable[[Tape], Tape]


class TapeSession:
    """Gives a transport that records or plays, and writes the tape at the end."""

    def __init__(  # noqa: PLR0913 (all but two are rarely given)
        self,
        path: Path,
        mode: Mode,
        *,
        model: str = "",
        settings: Mapping[str, Any] | None = None,
        keys: Iterable[str] = (),
        speed: float = 0,
        scrub: Scrub = lambda tape: tape,
        network: Callable[[], httpx2.AsyncBaseTransport] = httpx2.AsyncHTTPTransport,
        again: str = "",
    ) -> None:
        """Begin.

        Args:
            path: The tape's file.
            mode: What of recording and playing is done.
            model: The name that is asked for.
            settings: What requests depend on, without keys; a hash of it is written.
            keys: That must never be written, besides those of the environment.
            speed: Of playing; see `ReplayingTransport`.
            scrub: Takes out of a tape what must not be kept, before it is written.
            network: Makes the transport that is recorded.
            again: The flag that records it again, for messages; see `Deck`.

        Raises:
            TapeError: the tape cannot be read, or is not there and may not be made.
        """
        self.path = path
        self._keys = list(keys)
        self._scrub = scrub
        self._network = network
        plays = mode in {"none", "new"} or (mode == "once" and path.exists())
        if plays and mode == "new" and not path.exists():
            plays = False
        self._before = read_tape(path) if plays else None
        self.records = mode in {"all", "new"} or not plays
        if self.records and not path.parent.is_dir():
            raise TapeError(f"{path} cannot be written: there is no such folder.")
        self._header = self._before.header if self._before else Header(
            citeloop=_version(),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            today=datetime.now(UTC).date().isoformat(),
            model=model,
            settings=_hash(settings or {}),
            prompts=prompt_hashes(),
        )  # fmt: skip
        self.deck = Deck(self._before, str(path), again) if self._before else None
        self._speed = speed
        self._recorders: list[RecordingTransport] = []

    @property
    def today(self) -> str:
        """The date that prompts must say, ISO 8601."""
        return self._header.today

    def transport(self) -> httpx2.AsyncBaseTransport:
        """Return a transport for one client; several share the tape."""
        if self.deck is None:
            return self._recorder()
        otherwise = self._recorder() if self.records else None
        return ReplayingTransport(self.deck, self._speed, otherwise)

    def _recorder(self) -> RecordingTransport:
        recorder = RecordingTransport(self._network())
        self._recorders.append(recorder)
        return recorder

    def save(self) -> None:
        """Write what was recorded, for nobody else to read.

        Raises:
            TapeError: it holds a key, or cannot be written.
        """
        new = [each for one in self._recorders for each in one.finished]
        if not self.records or (self._before and not new):
            return
        before = self._before.recordings if self._before else ()
        tape = self._scrub(Tape(self._header, (*before, *new)))
        require_no_key(tape, known_keys(self._keys, os.environ))
        text = "\n".join(tape_lines(tape)) + "\n"
        try:
            write_own(self.path, text.encode(errors="replace"))
        except OSError as error:
            raise TapeError(
                f"{self.path} cannot be written: {error.strerror}."
            ) from error

    @property
    def left(self) -> str:
        """What to say of recordings that nobody asked for; blank if there is none."""
        return self.deck.left_over() if self.deck is not None else ""

    def require_played(self) -> None:
        """Make sure that everything on the tape was asked for.

        Raises:
            TapeLeftError: something was not.
        """
        if self.left:
            raise TapeLeftError(self.left)


def _hash(settings: Mapping[str, Any]) -> str:
    text = json.dumps(settings, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _version() -> str:
    from importlib.metadata import version

    return version("citeloop")
