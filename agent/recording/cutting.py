"""Every tape is a suite of faults: what it holds, cut, reordered, unfinished, slowed.

A fault is done to one recording, each time it is played. What a program makes of it
must be what it makes of the whole, or a failure that says so: nothing partial may be
taken for complete.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.recording.tape import Chunk, Recording, Tape

__all__ = ["CUTS", "Cut", "cuts"]

CUTS = 100
"""Places in all responses together, besides the borders of frames."""
_SWAPS = 8
"""Of each response: pairs of neighbouring frames that change their places."""
_PAUSE = 0.04
"""Seconds between the chunks of a response that is slowed."""
_BLANK = b"\n\n"


@dataclass(frozen=True, slots=True)
class Cut:
    """What is done to one recording of a tape."""

    name: str
    """Such as `2: ends after byte 731`; the number counts the recordings from 1."""
    recording: int
    """Its index in the tape."""
    chunks: tuple[Chunk, ...]
    """What is sent in place of what was recorded."""
    drops: bool = False
    """Whether the connection breaks then, rather than coming to its end."""
    pause: float = 0.0
    """Seconds before each chunk."""


def cuts(tape: Tape, count: int | None = CUTS) -> Iterator[Cut]:
    """Yield what can be done to the answers of a tape.

    Args:
        tape: Of any program.
        count: Places at which answers end early, spread over all of them; each border
            of frames comes besides. None for every byte.
    """
    answers = [
        (index, each)
        for index, each in enumerate(tape.recordings)
        if each.method == "POST" and each.status == 200 and each.body
    ]
    total = sum(len(each.body) for _, each in answers)
    for index, each in answers:
        share = None if count is None else max(2, count * len(each.body) // total)
        yield from _ended(index, each, share)
        yield from _reordered(index, each)
        yield from _changed(index, each)


def _ended(index: int, recording: Recording, count: int | None) -> Iterator[Cut]:
    """Yield a recording that ends early, in order or by a connection that breaks."""
    body = recording.body
    places = range(len(body)) if count is None else _places(body, count)
    for number, place in enumerate(places):
        drops = number % 2 == 1
        how = "breaks" if drops else "ends"
        name = f"{index + 1}: {how} after byte {place:,} of {len(body):,}"
        yield Cut(name, index, _until(recording.chunks, place), drops)


def _places(body: bytes, count: int) -> list[int]:
    """Return places spread over a body, and the border behind each frame."""
    spread = {len(body) * number // count for number in range(count)}
    borders: set[int] = set()
    at = body.find(_BLANK)
    while at >= 0 and len(borders) < count:
        borders.add(at + len(_BLANK))
        at = body.find(_BLANK, at + 1)
    return sorted(each for each in spread | borders if each < len(body))


def _until(chunks: Sequence[Chunk], place: int) -> tuple[Chunk, ...]:
    kept: list[Chunk] = []
    for chunk in chunks:
        if place <= 0:
            break
        kept.append(replace(chunk, data=chunk.data[:place]))
        place -= len(chunk.data)
    return tuple(kept)


def _reordered(index: int, recording: Recording) -> Iterator[Cut]:
    frames = _frames(recording)
    step = max(1, (len(frames) - 1) // _SWAPS)
    for at in range(0, len(frames) - 1, step):
        swapped = [*frames]
        swapped[at : at + 2] = reversed(frames[at : at + 2])
        if swapped != frames:
            name = f"{index + 1}: frames {at + 1} and {at + 2} change places"
            yield Cut(name, index, _as_chunks(recording, swapped))


def _changed(index: int, recording: Recording) -> Iterator[Cut]:
    """Yield a recording without an ending, with one id for all, and a slow one."""
    frames = _frames(recording)
    kept = [each for each in frames if not _finishes(each)]
    if frames and kept != frames:
        name = f"{index + 1}: no finish reason and no [DONE]"
        yield Cut(name, index, _as_chunks(recording, kept))
    same = [_edited(each, _with_one_id) for each in frames]
    if same != frames:
        name = f"{index + 1}: all calls have one id"
        yield Cut(name, index, _as_chunks(recording, same))
    yield Cut(f"{index + 1}: slowed", index, recording.chunks, pause=_PAUSE)


def _frames(recording: Recording) -> list[bytes]:
    """Return the events of a stream; none of a whole answer."""
    if not recording.headers.get("content-type", "").startswith("text/event-stream"):
        return []
    return [each + _BLANK for each in recording.body.split(_BLANK) if each.strip()]


def _as_chunks(recording: Recording, frames: Sequence[bytes]) -> tuple[Chunk, ...]:
    return tuple(Chunk(recording.chunks[0].ms, each) for each in frames)


def _payload(frame: bytes) -> Any:
    try:
        return json.loads(frame.removeprefix(b"data:"))
    except (ValueError, RecursionError):
        return None


def _finishes(frame: bytes) -> bool:
    if b"[DONE]" in frame:
        return True
    payload = _payload(frame)
    choices = payload.get("choices") if isinstance(payload, dict) else None
    return isinstance(choices, list) and any(
        isinstance(each, dict) and each.get("finish_reason") for each in choices
    )


def _edited(frame: bytes, edit: Callable[[Any], None]) -> bytes:
    payload = _payload(frame)
    if not isinstance(payload, dict):
        return frame
    before = json.dumps(payload)
    edit(payload)
    after = json.dumps(payload)
    return frame if after == before else f"data: {after}".encode() + _BLANK


def _with_one_id(payload: Any) -> None:
    for choice in payload.get("choices") or []:
        delta = choice.get("delta") if isinstance(choice, dict) else None
        for call in (delta.get("tool_calls") or []) if isinstance(delta, dict) else []:
            if isinstance(call, dict) and call.get("id"):
                call["id"] = "call_the_same"
