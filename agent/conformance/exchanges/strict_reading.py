"""How a bare client reads a response: as the API is documented, with nothing mended.

Text is what `content` holds, reasoning what the fields of that name hold, a call what
its index, id, name and arguments say. What is missing stays missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.reading import ReadCall, Reading, Usage, read_usage

__all__ = [
    "REASONING_FIELDS",
    "choices_of",
    "objects",
    "payloads_of",
    "reasoning_text",
    "strict_reading",
]

_KEPT = 32
"""Responses; at most 16 are asked for at once."""
REASONING_FIELDS = ("reasoning", "reasoning_content", "reasoning_details")


@dataclass(slots=True)
class _Growing:
    """A call that is put together as the documentation of the API says."""

    index: int | None
    id: str = ""
    name: str = ""
    arguments: str = ""

    def take(self, delta: Mapping[str, Any]) -> None:
        function = delta.get("function")
        inner = function if isinstance(function, Mapping) else {}
        self.id += _text(delta.get("id"))
        self.name += _text(inner.get("name"))
        self.arguments += _text(inner.get("arguments"))


@dataclass(slots=True)
class _Read:
    """What was read so far."""

    content: list[str] = field(default_factory=list)
    reasoning: dict[str, list[str]] = field(default_factory=dict)
    calls: list[_Growing] = field(default_factory=list)
    finishes: list[str] = field(default_factory=list)
    models: dict[str, None] = field(default_factory=dict)
    usage: Usage | None = None

    def message(self, message: Mapping[str, Any]) -> None:
        self.content.append(_text(message.get("content")))
        for name in REASONING_FIELDS:
            if text := reasoning_text(message.get(name)):
                self.reasoning.setdefault(name, []).append(text)

    def deltas(self, given: Any, *, streamed: bool) -> None:
        for place, delta in enumerate(objects(given)):
            index = delta.get("index") if streamed else place
            known = [each for each in self.calls if each.index == index]
            if not known:
                number = index if isinstance(index, int) else None
                known = [_Growing(number)]
                self.calls += known
            known[-1].take(delta)


@lru_cache(maxsize=_KEPT)
def strict_reading(exchange: Exchange) -> Reading:
    """Return what a response says to a client that mends nothing.

    Every rule asks for it: what was read last is kept.
    """
    read = _Read()
    for payload in payloads_of(exchange):
        if model := _text(payload.get("model")):
            read.models[model] = None
        read.usage = read_usage(payload.get("usage")) or read.usage
        for choice in choices_of(payload):
            _read_choice(choice, read, streamed=exchange.streamed)
    thoughts = {name: "".join(texts) for name, texts in read.reasoning.items()}
    return Reading(
        content="".join(read.content),
        reasoning=next(iter(thoughts.values()), ""),
        reasoning_fields=tuple(thoughts),
        calls=tuple(
            ReadCall(each.index, each.id, each.name, each.arguments)
            for each in read.calls
        ),
        finishes=tuple(read.finishes),
        usage=read.usage,
        models=tuple(read.models),
    )


def payloads_of(exchange: Exchange) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a response: one, or those of a stream."""
    if exchange.streamed:
        yield from (each.payload for each in exchange.frames if each.payload)
    elif isinstance(exchange.document, dict):
        yield exchange.document


def choices_of(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the first choice of a payload in each form: no other was asked for."""
    return (
        choice
        for choice in objects(payload.get("choices"))
        if choice.get("index", 0) == 0
    )


def _read_choice(choice: Mapping[str, Any], read: _Read, *, streamed: bool) -> None:
    message = choice.get("delta" if streamed else "message")
    if isinstance(message, Mapping):
        read.message(message)
        read.deltas(message.get("tool_calls"), streamed=streamed)
    if reason := _text(choice.get("finish_reason")):
        read.finishes.append(reason)


def reasoning_text(given: Any) -> str:
    """Return what a field of reasoning says: a text, or the texts of its parts."""
    if isinstance(given, str):
        return given
    return "".join(_text(part.get("text")) for part in objects(given))


def objects(given: Any) -> Iterable[Mapping[str, Any]]:
    """Return the objects of a list; nothing of what is none."""
    several = given if isinstance(given, list) else ()
    return (each for each in several if isinstance(each, Mapping))


def _text(given: Any) -> str:
    return given if isinstance(given, str) else ""
