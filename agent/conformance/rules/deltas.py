"""The messages of a response in their order, each with its place in the body."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.strict_reading import (
    REASONING_FIELDS,
    choices_of,
    objects,
    reasoning_text,
)

__all__ = [
    "Part",
    "Payload",
    "is_answer",
    "is_streamed_answer",
    "parts_of",
    "payloads_with_places",
    "texts_of",
]

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Payload:
    """One JSON object of a response, and where it begins."""

    place: int
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A choice of a payload: a delta of a stream, or the whole message."""

    place: int
    choice: Mapping[str, Any]
    message: Mapping[str, Any]

    @property
    def calls(self) -> list[Mapping[str, Any]]:
        """Its `tool_calls`, as far as they are objects."""
        return list(objects(self.message.get("tool_calls")))

    @property
    def says_more(self) -> bool:
        """Whether it holds any of the answer."""
        named = ("content", "refusal", "tool_calls", *REASONING_FIELDS)
        return any(self.message.get(name) for name in named)


def is_answer(exchange: Exchange) -> bool:
    """Whether a response is a chat answer that came to its end."""
    answered = exchange.is_chat and exchange.outcome == "answered"
    return answered and not exchange.cut_by_us


def is_streamed_answer(exchange: Exchange) -> bool:
    """The same, where a stream was asked for."""
    return exchange.streamed and is_answer(exchange)


def payloads_with_places(exchange: Exchange) -> Iterator[Payload]:
    """Yield the JSON objects of a response, each with the byte that it begins at."""
    if not exchange.streamed:
        if isinstance(exchange.document, Mapping):
            yield Payload(0, exchange.document)
        return
    for frame in exchange.frames:
        if frame.payload is not None:
            yield Payload(frame.start, frame.payload)


def parts_of(exchange: Exchange) -> Iterator[Part]:
    """Yield the deltas of a stream, or the one message of a whole response."""
    field = "delta" if exchange.streamed else "message"
    for each in payloads_with_places(exchange):
        for choice in choices_of(each.payload):
            given = choice.get(field)
            message = given if isinstance(given, Mapping) else _NOTHING
            yield Part(each.place, choice, message)


def texts_of(part: Part) -> Iterator[tuple[str, str]]:
    """Yield what a part says, each text with the name of where it stands."""
    content = part.message.get("content")
    if isinstance(content, str):
        yield "content", content
    for name in REASONING_FIELDS:
        if text := reasoning_text(part.message.get(name)):
            yield name, text
    for call in part.calls:
        function = call.get("function")
        for name in ("name", "arguments"):
            given = function.get(name) if isinstance(function, Mapping) else None
            if isinstance(given, str):
                yield name, given
