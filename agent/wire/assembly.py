"""Makes one turn of the payloads of a response.

A whole response goes through here as a stream of one payload, so that the same words
make the same turn. What a server sends is not trusted to have the right types.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.events.repair import Repair
from agent.wire.frames import END
from agent.wire.turns.finish import is_final, read_reason
from agent.wire.turns.parts import mappings, text_of, thought_of
from agent.wire.turns.pieces import Pieces, is_json_object, united_arguments
from agent.wire.turns.turn import Call, ReasoningField, Turn, shortened
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
        return is_json_object("".join(self.arguments))


class Assembler:
    """Takes the payloads of one response in their order."""

    def __init__(self) -> None:
        """Begin with an empty turn."""
        self._text = Pieces()
        self._reasoning = Pieces()
        self._field: ReasoningField | None = None
        self._slots: list[_Slot] = []
        self._at: dict[int | None, list[_Slot]] = {}
        """The slots under each `index`; the last one is the one that grows."""
        self._finish: str | None = None
        self._early = False
        """Whether more of the answer came behind a finish reason."""
        self._ended = False
        self._in_deltas = False
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
        if payload is END:
            self._ended = True
            return Delta()
        if isinstance(given := payload.get("id"), str):
            self._id = self._id or given or None
        self._count(payload)
        self._note_failure(payload)
        self.form = self.form or foreign_form(payload)
        delta = Delta()
        for choice in mappings(payload.get("choices")):
            index = str(choice.get("index") or 0)  # "0", too
            self._index = self._index or index
            if index == self._index:  # no other was asked for
                self._choose(choice, delta)
        return delta

    def turn(self) -> Turn:
        """Return the turn of what was taken so far."""
        text = _scalar(self._text.united())
        return Turn(
            text=text,
            reasoning=_scalar(self._reasoning.united()),
            reasoning_field=self._field,
            calls=tuple(
                Call(slot.id, slot.name, _scalar(united_arguments(slot.arguments)))
                for slot in self._slots
            ),
            finish=self._reason(),
            ended=self._ended,
            usage=self._usage,
            response_id=self._id,
            error=self._error,
            refusal=_scalar("".join(self._refusal)),
            repairs=self._repairs(text),
        )

    def _repairs(self, text: str) -> tuple[Repair, ...]:
        """Return what of the response was left out, if anything was."""
        repairs: list[Repair] = []
        if self._text.repeated:
            repairs.append(Repair(kind="repeat", before=shortened(text), after=""))
        if self._calls > MAX_CALLS:
            before = f"more than {MAX_CALLS} calls in one turn"
            after = f"the first {MAX_CALLS}"
            repairs.append(Repair(kind="calls", before=before, after=after))
        return tuple(repairs)

    def _count(self, payload: Mapping[str, Any]) -> None:
        usage = payload.get("usage")
        if not isinstance(usage, Mapping):
            usage = _mapping(payload.get("x_groq")).get("usage")  # how Groq streams it
        if isinstance(usage, Mapping):
            self._usage = sound_usage(usage)

    def _note_failure(self, payload: Mapping[str, Any]) -> None:
        self._error = find_complaint(payload) or self._error

    def _choose(self, choice: Mapping[str, Any], delta: Delta) -> None:
        for name in ("delta", "message"):
            message = choice.get(name)
            if isinstance(message, Mapping) and self._read(
                message, delta, streamed=name == "delta"
            ):
                break  # some say the same in both
        self._end(choice.get("finish_reason"))
        if choice.get("error"):
            self._note_failure(choice)  # as OpenRouter says it

    def _reason(self) -> str | None:
        """Return the finish reason, None if it was no reason to finish."""
        return self._finish if is_final(self._finish) or not self._early else None

    def _end(self, given: Any) -> None:
        """Take a finish reason: one that says that something lacks is kept."""
        reason = read_reason(given)
        if reason is not None and not is_final(self._finish):
            self._finish = reason

    def _grow(self, added: str) -> None:
        """Note that more came: if it was said to be at its end, that was too early.

        litellm #376: "stop" in each chunk says nothing of the last one.
        """
        is_early = self._finish is not None and not is_final(self._finish)
        self._early = self._early or (is_early and bool(added.strip()))

    def _read(
        self, message: Mapping[str, Any], delta: Delta, *, streamed: bool
    ) -> bool:
        """Take what a message holds; return whether it holds anything."""
        content = message.get("content")
        text = text_of(content)
        reasoning = thought_of(content) or self._thought(message)
        calls = list(mappings(message.get("tool_calls")))
        self.size += len(text) + len(reasoning)
        if text:
            added = self._say(text, streamed=streamed)
            self._grow(added)
            delta.text += added
        if reasoning:
            delta.reasoning += self._reasoning.take(reasoning)
        for part in (message, *mappings(content)):
            if isinstance(refusal := part.get("refusal"), str):
                self._refusal.append(refusal)
                self.size += len(refusal)
        for call in calls:
            self._take_call(call, streamed=streamed)
        return bool(text or reasoning or calls)

    def _say(self, text: str, *, streamed: bool) -> str:
        """Take text; return what it adds."""
        if not streamed and self._in_deltas:
            return self._text.take_whole(text)
        self._in_deltas = self._in_deltas or streamed
        return self._text.take(text)

    def _thought(self, message: Mapping[str, Any]) -> str:
        """Return the reasoning, from the field that it first came in.

        Some send it in two fields at once (vllm #27752, openai-agents #1943).
        """
        for name in (self._field,) if self._field else _REASONING:
            given = message.get(name)
            if text := thought_of(given) or text_of(given):
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
        if streamed:
            self._grow("".join(slot.arguments[-1:]))

    def _slot(
        self, index: int | None, id_: str, function: Mapping[str, Any]
    ) -> _Slot | None:
        """Return the slot that a delta goes on with, None if it begins one.

        Ollama sends parallel calls all with `index: 0` (ollama #15457): another id, or
        another name after complete arguments, is another call.
        """
        slots = self._at.get(index)
        if not slots:
            return self._begun(id_)
        if id_ and slots[-1].id and id_ != slots[-1].id:
            return next((each for each in slots if each.id == id_), None)
        begins = not id_ and function.get("name") and function.get("arguments")
        return None if begins and slots[-1].is_complete() else slots[-1]

    def _begun(self, id_: str) -> _Slot | None:
        """Return the call of this id that lacks its arguments, under another index.

        LocalAI counts up within one call (LocalAI #9722).
        """
        last = self._slots[-1] if self._slots else None
        goes_on = last is not None and id_ and last.id == id_
        return last if last and goes_on and not last.is_complete() else None


def _joined_name(name: str, given: Any) -> str:
    """Return a name to which a delta adds: a piece, the same again, or all so far."""
    if not isinstance(given, str) or not given or given == name:
        return name
    return given if given.startswith(name) else name + given


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else _NOTHING


def _scalar(text: str) -> str:
    """Return a text in which no lone surrogate stands.

    A character beyond the basic plane can be split over two deltas as two escapes.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        units = text.encode("utf-16-le", "surrogatepass")
        return units.decode("utf-16-le", "replace")
    return text
