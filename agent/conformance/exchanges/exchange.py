"""One request and all that came back, byte for byte and with its times."""

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Literal

from agent.conformance.exchanges.strict_frames import Frame, Stream, read_stream

__all__ = ["CHAT", "Exchange", "Outcome", "Piece", "Way"]

Way = Literal["streamed", "whole", "both"]
"""How a probe asks: `both` where it compares the two."""
Outcome = Literal["answered", "refused", "failed"]
"""`refused` is a 4xx, or an error in a 200; `failed` is all else that is no answer."""
CHAT = "chat/completions"
_SHOWN = 120
_SUCCESS = range(200, 300)
_REFUSAL = range(400, 500)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that came together."""

    ms: float
    """Milliseconds since the request was sent."""
    data: bytes


@dataclass(frozen=True, eq=False)
class Exchange:
    """One request and all that came back.

    It has no slots: what is read of its bytes is read once and kept.
    """

    number: int
    """Of the check, from 1; 0 if it was not sent, for nobody was there any more."""
    asked_by: int
    """The number of the probe."""
    method: str
    path: str
    """Below the base URL, as `chat/completions`."""
    request: Mapping[str, Any] | bytes
    """The body: a JSON object, or bytes that are none. Keys are never in it."""
    streamed: bool
    status: int | None
    """None if no head came."""
    headers: Mapping[str, str]
    """Of the response; names in lower case."""
    pieces: tuple[Piece, ...]
    failure: str
    """What broke the transport, in words; blank if the response came to its end."""
    seconds: float
    cut_by_us: bool = False
    """Whether it was left before its end, as a probe of cancelling does."""

    @property
    def asked(self) -> Mapping[str, Any]:
        """The request as an object; empty if it was none."""
        return {} if isinstance(self.request, bytes) else self.request

    @property
    def is_chat(self) -> bool:
        """Whether the model was asked, with a body that is one."""
        return self.path == CHAT and bool(self.asked)

    @cached_property
    def body(self) -> bytes:
        """All bytes of the response."""
        return b"".join(piece.data for piece in self.pieces)

    @cached_property
    def document(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.body.decode(errors="replace"))
        except (ValueError, RecursionError):
            return None

    @cached_property
    def error(self) -> Any:
        """The error that the body holds, whatever the status says; None if none."""
        found = self.document
        if isinstance(found, Mapping) and found.get("error"):
            return found["error"]
        errors = (each.payload.get("error") for each in self.frames if each.payload)
        return next((each for each in errors if each), None)

    @cached_property
    def stream(self) -> Stream:
        """The body as server-sent events, read strictly; empty if it is whole."""
        return read_stream(self.body if self.streamed else b"")

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The events of the stream in their order, but for `[DONE]`."""
        return self.stream.frames

    @property
    def done(self) -> int:
        """How often the stream said `[DONE]`."""
        return len(self.stream.done)

    @cached_property
    def outcome(self) -> Outcome:
        """Whether it is an answer, a refusal in words, or none of both.

        An error in the body of a 200 is a refusal: that it comes with a 200 is a rule
        of its own, so that one fault fails one probe. In a stream that has begun there
        is no other way to say that something failed.
        """
        if self.status is None or self.failure:
            return "failed"
        if self.status in _REFUSAL:
            return "refused"
        if self.status not in _SUCCESS:
            return "failed"
        if self.error is not None:
            return "failed" if self.broke_within else "refused"
        return "answered" if self._holds_answer else "failed"

    @cached_property
    def broke_within(self) -> bool:
        """Whether a stream said that it failed after it had begun."""
        return self.error is not None and any(
            each.payload.get("choices") for each in self.frames if each.payload
        )

    @property
    def why_failed(self) -> str:
        """What is known of why no answer came; words of the server are cut."""
        if self.failure:
            return self.failure
        where = (
            "an error in the stream" if self.broke_within else f"status {self.status}"
        )
        if self.error is None:
            return f"{where}, with no answer in it"
        message = self.error.get("message") if isinstance(self.error, Mapping) else None
        return f"{where}: {str(message or self.error)[:_SHOWN]}"

    @property
    def _holds_answer(self) -> bool:
        if not self.is_chat:
            return self.document is not None
        if self.streamed:
            return any(each.payload for each in self.frames)
        return isinstance(self.document, Mapping) and "choices" in self.document

    @cached_property
    def arrivals(self) -> tuple[float, ...]:
        """When the last byte of each frame was there, in milliseconds."""
        ends = list(accumulate(len(piece.data) for piece in self.pieces))
        return tuple(
            self.pieces[bisect_left(ends, frame.end)].ms for frame in self.frames
        )
