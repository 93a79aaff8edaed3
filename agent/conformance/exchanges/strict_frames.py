"""Server-sent events as the standard has them, with the place of each byte.

`agent.wire.frames` reads what servers really send; this reads what they should send, so
that what is wrong can be named. Nothing is put right here.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

__all__ = ["Flaw", "Frame", "Stream", "read_stream"]

_DONE = b"[DONE]"
_FIELDS = {b"data", b"event", b"id", b"retry"}


@dataclass(frozen=True)
class Frame:
    """One event; it has no slots, for its payload is read once and kept."""

    data: bytes
    """Of its `data:` lines, joined."""
    start: int
    """Where it begins in the body, in bytes."""
    end: int
    """Where it ends."""

    @cached_property
    def payload(self) -> dict[str, Any] | None:
        """The JSON object that it holds; None if it holds none.

        Bytes that are no UTF-8 are a fault of their own, and read as U+FFFD here.
        """
        try:
            found = json.loads(self.data.decode(errors="replace"))
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Flaw:
    """A line that is none of an event stream's."""

    what: str
    place: int
    """In bytes from the start of the body."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The events of a body."""

    frames: tuple[Frame, ...]
    done: tuple[int, ...]
    """Where each `[DONE]` stands."""
    flaws: tuple[Flaw, ...]


def read_stream(body: bytes) -> Stream:
    """Return the events of a body (WHATWG HTML, section 9.2.6).

    Lines end in LF, CR or CR LF; an event ends with a blank line. One that lacks it at
    the end of the body is kept, for a client would have read it, and is a flaw.
    """
    frames: list[Frame] = []
    done: list[int] = []
    flaws: list[Flaw] = []
    data: list[bytes] = []
    start = place = 0
    for line in body.splitlines(keepends=True):
        text = line.rstrip(b"\r\n")
        if not text:
            _end(data, start, place + len(line), frames, done)
            data = []
        else:
            start = start if data else place
            flaw = _take(text, data)
            flaws += [Flaw(flaw, place)] if flaw else []
        place += len(line)
    if data:
        flaws.append(Flaw("the last event has no blank line behind it", start))
        _end(data, start, place, frames, done)
    return Stream(tuple(frames), tuple(done), tuple(flaws))


def _take(line: bytes, data: list[bytes]) -> str:
    """Take a line that is not blank; return what is wrong with it, mostly nothing."""
    name, colon, value = line.partition(b":")
    if not name and colon:
        return ""  # a comment, by which connections are kept open
    if name not in _FIELDS:
        return "a line is no field of an event"
    if name == b"data":
        data.append(value.removeprefix(b" "))
    return ""


def _end(
    data: list[bytes], start: int, end: int, frames: list[Frame], done: list[int]
) -> None:
    if not data:
        return
    whole = b"\n".join(data)
    if whole.strip() == _DONE:
        done.append(start)
    else:
        frames.append(Frame(whole, start, end))
