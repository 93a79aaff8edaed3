"""Makes one turn of the payloads of a response.

A whole response goes through here as a stream of one payload, so that the same words
make the same turn. What a server sends is not trusted to have the right types.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.events.repair import Repair
from agent.wire.turns.turn import Call, ReasoningField, Turn
from agent.wire.usage import sound_usage
from tools.complaints import find_complaint, foreign_form

__all__ = ["MAX_CALLS", "Assembler", "Delta"]

_REASONING: tuple[ReasoningField, ...] = (
    "reasoning",
    "reasoning_content",
    "reasoning_details",
)
MAX_CALLS = 128
"""Calls of one turn; the rest is left out, and that is said. It is more than any depth
allows a question (`agent.settings.depth`), and as many tools as OpenAI's API takes."""
_NOTHING: Mapping[str, Any] = {}


@dataclass(slots=True)
class Delta:
    """What a payload added that can be shown while the rest is on its way."""

    reasoning: str = ""
    text: str = ""


@dataclass(slots=True)
class _Slot:
    """A tool call that grows."""

    id: str
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    def take(self, function: Mapping[str, Any]) -> int:
        """Take a piece of the call; return how many characters it has."""
        self.name = _joined_name(self.name, function.get("name"))
        arguments = function.get("arguments")
        if arguments is None:
            return len(self.name)
        if not isinstance(arguments, str):
            # A server that parsed them sends an object.
            arguments = json.dumps(arguments, ensure_ascii=False)
        self.arguments.append(arguments)
        return len(arguments) + len(self.name)

    def is_complete(self) -> bool:
        try:
            return isinstance(json.loads("".join(self.arguments)), dict)
        except (ValueError, RecursionError):
            return False


class Assembler:
    """Takes the payloads of one response in their order."""

    def __init__(self) -> None:
        """Begin with an empty turn."""
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._field: ReasoningField | None = None
        self._slots: list[_Slot] = []
        self._at: dict[int | None, list[_Slot]] = {}
        """The slots under each `index`; the last one is the one that grows."""
        self._finish: str | None = None
        self._usage: Mapping[str, Any] | None = None
        self._id: str | None = None
        self._error: Mapping[str, Any] | None = None
        self._refusal: list[str] = []
        self._index: Any = None
        """Which of several choices is read: the one that came first."""
        self._calls = 0
        """How many calls were begun, those left out among them."""
        self.size = 0
        """Characters of text, reasoning and arguments so far."""
        self.form: str | None = None
        """Whose form a payload had that is no chat completion; None if none had."""

    def add(self, payload: Mapping[str, Any]) -> Delta:
        """Take a payload: a chunk of a stream, or a whole response."""
        if isinstance(given := payload.get("id"), str):
            self._id = self._id or given or None
        self._count(payload)
        self._note_failure(payload)
        self.form = self.form or foreign_form(payload)
        delta = Delta()
        for choice in _mappings(payload.get("choices")):
            index = str(choice.get("index") or 0)  # "0", too
            self._index = self._index or index
            if index == self._index:  # no other was asked for
                self._choose(choice, delta)
        self.size += len(delta.text) + len(delta.reasoning)
        return delta

    def turn(self) -> Turn:
        """Return the turn of what was taken so far."""
        return Turn(
            text=_united(self._text),
            reasoning=_united(self._reasoning),
            reasoning_field=self._field,
            calls=tuple(
                Call(slot.id, slot.name, _united(slot.arguments))
                for slot in self._slots
            ),
            finish=self._finish,
            usage=self._usage,
            response_id=self._id,
            error=self._error,
            refusal=_united(self._refusal),
            repairs=self._left_out(),
        )

    def _left_out(self) -> tuple[Repair, ...]:
        if self._calls <= MAX_CALLS:
            return ()
        before = f"more than {MAX_CALLS} calls in one turn"
        return (Repair(kind="calls", before=before, after=f"the first {MAX_CALLS}"),)

    def _count(self, payload: Mapping[str, Any]) -> None:
        usage = payload.get("usage")
        if not isinstance(usage, Mapping):
            usage = _mapping(payload.get("x_groq")).get("usage")  # how Groq streams it
        if isinstance(usage, Mapping):
            self._usage = sound_usage(usage)

    def _note_failure(self, payload: Mapping[str, Any]) -> None:
        self._error = find_complaint(payload) or self._error

    def _choose(self, choice: Mapping[str, Any], delta: Delta) -> None:
        streamed = bool(choice.get("delta"))
        message = choice.get("delta" if streamed else "message")
        if isinstance(message, Mapping):
            self._read(message, delta, streamed=streamed)
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason:
            self._finish = reason
        if choice.get("error"):
            self._note_failure(choice)  # as OpenRouter says it

    def _read(
        self, message: Mapping[str, Any], delta: Delta, *, streamed: bool
    ) -> None:
        if text := _text(message.get("content")):
            self._text.append(text)
            delta.text += text
        if reasoning := self._thought(message):
            self._reasoning.append(reasoning)
            delta.reasoning += reasoning
        for part in (message, *_mappings(message.get("content"))):
            if isinstance(refusal := part.get("refusal"), str):
                self._refusal.append(refusal)
                self.size += len(refusal)
        for call in _mappings(message.get("tool_calls")):
            self._take_call(call, streamed=streamed)

    def _thought(self, message: Mapping[str, Any]) -> str:
        """Return the reasoning, from the field that it first came in.

        Some send it in two fields at once (vllm #27752, openai-agents #1943).
        """
        for name in (self._field,) if self._field else _REASONING:
            if text := _text(message.get(name)):
                self._field = name
                return text
        return ""

    def _take_call(self, call: Mapping[str, Any], *, streamed: bool) -> None:
        function = _mapping(call.get("function"))
        given, index = call.get("id"), call.get("index")
        id_ = given if isinstance(given, str) else ""
        at = index if isinstance(index, int) else None
        slot = self._slot(at, id_, function) if streamed else None
        if slot is None:
            self._calls += 1
            if self._calls > MAX_CALLS:
                return
            slot = _Slot(id_)
            self._slots.append(slot)
            self._at.setdefault(at, []).append(slot)
        slot.id = slot.id or id_
        self.size += slot.take(function)

    def _slot(
        self, index: int | None, id_: str, function: Mapping[str, Any]
    ) -> _Slot | None:
        """Return the slot that a delta goes on with, None if it begins one.

        Ollama sends parallel calls all with `index: 0` (ollama #15457): another id, or
        another name after complete arguments, is another call.
        """
        slots = self._at.get(index)
        if not slots:
            return None
        if id_ and slots[-1].id and id_ != slots[-1].id:
            return next((each for each in slots if each.id == id_), None)
        begins = not id_ and function.get("name") and function.get("arguments")
        return None if begins and slots[-1].is_complete() else slots[-1]


def _joined_name(name: str, given: Any) -> str:
    """Return a name to which a delta adds: a piece, the same again, or all so far."""
    if not isinstance(given, str) or not given or given == name:
        return name
    return given if given.startswith(name) else name + given


def _text(given: Any) -> str:
    """Return the text of a field: a string, or a list of parts that hold one."""
    if isinstance(given, str):
        return given
    if not isinstance(given, list):
        return ""
    parts = (each.get("text") or each.get("summary") for each in _mappings(given))
    return "".join(part for part in parts if isinstance(part, str))


def _mappings(given: Any) -> Iterator[Mapping[str, Any]]:
    several = given if isinstance(given, list) else [given]
    return (each for each in several if isinstance(each, Mapping))


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else _NOTHING


def _united(pieces: list[str]) -> str:
    """Return the pieces as one text in which no lone surrogate stands.

    A character beyond the basic plane can be split over two deltas as two escapes.
    """
    text = "".join(pieces)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        units = text.encode("utf-16-le", "surrogatepass")
        return units.decode("utf-16-le", "replace")
    return text
