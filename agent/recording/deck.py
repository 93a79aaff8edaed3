"""The recordings of a tape that are still to be played."""

import json
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from agent.recording.canonical import first_difference, hash_of, leaves
from agent.recording.staleness import changed_prompts
from agent.recording.tape import Recording, Tape
from tools.errors import CiteloopError, ExitCode

__all__ = ["Deck", "TapeLeftError", "TapeMiss", "TapeMissError", "named_misses"]

_SHOWN = 120
"""Characters of a value that a miss shows."""


class TapeMiss(BaseException):
    """A request that no recording fits.

    It is no `Exception`, as pytest's outcomes are none: clients take every `Exception`
    of a transport for a connection that failed, try again, and say so.
    """


class TapeMissError(CiteloopError):
    """The same, once it has left the client."""

    exit_code = ExitCode.MODEL


class TapeLeftError(CiteloopError):
    """Recordings that nobody asked for: the run took another way."""

    exit_code = ExitCode.INCOMPLETE


@contextmanager
def named_misses() -> Iterator[None]:
    """Turn a miss into an error that a person is told.

    Raises:
        TapeMissError: a request was on no recording.
    """
    try:
        yield
    except TapeMiss as miss:
        raise TapeMissError(str(miss)) from None


class Deck:
    """Gives each recording once, equal requests in the order of the tape."""

    def __init__(self, tape: Tape, name: str, again: str = "") -> None:
        """Take all recordings of a tape.

        Args:
            tape: With the recordings.
            name: What messages call it.
            again: The flag that records it again; by default that of the command.
        """
        self._tape = tape
        self._name = name
        self._again = again or f"--record {name}"
        self._waiting: dict[str, deque[Recording]] = defaultdict(deque)
        for each in tape.recordings:
            self._waiting[hash_of(each.method, each.path, each.request)].append(each)

    def take(
        self, method: str, path: str, request: Mapping[str, Any] | bytes
    ) -> Recording:
        """Return the next recording of a request.

        Raises:
            TapeMiss: there is none, or all were played.
        """
        found = self.find(method, path, request)
        if found is None:
            raise TapeMiss(self._miss(method, path, request))
        return found

    def find(
        self, method: str, path: str, request: Mapping[str, Any] | bytes
    ) -> Recording | None:
        """Return the next recording of a request, None if there is none."""
        waiting = self._waiting.get(hash_of(method, path, request))
        return waiting.popleft() if waiting else None

    @property
    def left(self) -> tuple[Recording, ...]:
        """What was not asked for."""
        return tuple(each for waiting in self._waiting.values() for each in waiting)

    def left_over(self) -> str:
        """Return what to say of recordings that nobody asked for; blank if none is."""
        if not self.left:
            return ""
        count, first = len(self.left), self.left[0]
        several = "" if count == 1 else "s"
        return (
            f"{count} recording{several} of {self._name} "
            f"{'was' if count == 1 else 'were'} not asked for, the first: "
            f"{first.method} {first.path}. The run took another way than the one "
            f"that was recorded; record it again with {self._again}."
        )

    def _miss(self, method: str, path: str, request: Mapping[str, Any] | bytes) -> str:
        known = [
            each
            for each in self._tape.recordings
            if (each.method, each.path) == (method, path)
        ]
        again = f"Record it again with {self._again}."
        if not known:
            return f"{self._name} has no recording of {method} {path}. {again}"
        asked = leaves(request)
        nearest = min(known, key=lambda each: _distance(leaves(each.request), asked))
        number = self._tape.recordings.index(nearest) + 1
        differs = first_difference(leaves(nearest.request), asked)
        if differs is None:
            return (
                f"All recordings in {self._name} of this {method} {path} were played; "
                f"number {number} is equal to it. {again}"
            )
        where, recorded, now = differs
        stale = changed_prompts(self._tape.header)
        older = f" The tape is older than {', '.join(stale)}." if stale else ""
        return (
            f"{self._name} has no recording of this {method} {path}. The nearest is "
            f"number {number}, which differs first at {where or 'its bytes'}: recorded "
            f"{_shown(recorded)}, asked {_shown(now)}.{older} {again}"
        )


def _distance(one: dict[str, Any], other: dict[str, Any]) -> int:
    """Return how many leaves two requests do not have in common."""
    names = one.keys() | other.keys()
    missing = object()
    return sum(one.get(each, missing) != other.get(each, missing) for each in names)


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        text = value.decode(errors="backslashreplace")
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
