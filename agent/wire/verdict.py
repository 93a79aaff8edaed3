"""Says of a turn whether it can be used, and if not, what is wrong with it.

Judged by what is there, not by the finish reason alone: servers end turns that call
tools with `stop`, and turns without any call with `tool_calls` (litellm #35663).
"""

import json
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Literal

from agent.wire.repairs.names import clean_name
from agent.wire.turns.answer import answer_in, is_cut_draft
from agent.wire.turns.code import without_code
from agent.wire.turns.finish import ending_of
from agent.wire.turns.protocol import RECITED, is_debris
from agent.wire.turns.thoughts import holds_tag
from agent.wire.turns.turn import Turn, shortened
from prompts import Prompt, render
from tools.errors import IncompleteError
from tools.grounding.marks import find_marks
from tools.trajectory.arguments import INVALID_ARGUMENTS
from tools.trajectory.names import ANSWER

__all__ = [
    "Fault",
    "FaultKind",
    "FaultyTurnError",
    "find_fault",
    "words_before_call",
]

FaultKind = Literal[
    "empty",
    "reasoning",
    "no_call",
    "written_call",
    "debris",
    "mixed",
    "cut",
    "length",
    "filtered",
    "failed",
    "refused",
]

_SAID: dict[FaultKind, str] = {
    "empty": "The model ended its turn without a word",
    "reasoning": "The model only reasoned, and gave no answer",
    "no_call": "The model's tool call was lost on the way",
    "written_call": "The model wrote a tool call into its text",
    "debris": "The server sent the chat protocol in place of an answer",
    "mixed": "The model's reasoning stands within its answer",
    "cut": "The answer was cut off by the server",
    "length": "The answer was cut off by the server (its length limit)",
    "filtered": "The answer was cut off by the provider's content filter",
    "failed": "The provider failed in the middle of the answer",
    "refused": "The model declined to answer",
}
_EARLY = "the stream ended early"
_LONGEST_REASON = 40
_ADVICE: dict[FaultKind, str] = {
    "length": "Ask again, more narrowly, or give the server a larger context",
    "debris": "Serve the model with its own parser, or try another --provider",
    "no_call": "Serve the model with its own parser, or try another --provider",
    "written_call": "Serve the model with its own parser, or try another --model",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What makes a turn unusable."""

    kind: FaultKind
    partial: str = ""
    """What there is of an answer, shortened; never more than a part of it."""
    needs_room: bool = False
    """Whether a larger output budget is the remedy."""
    reason: str = ""
    """The server's own finish reason, if it is none of those that are known."""

    @property
    def is_worth_another(self) -> bool:
        """Whether the model is asked once more: not for what would be cut off again."""
        return self.kind not in {"length", "filtered", "refused"}

    @property
    def note(self) -> str | None:
        """What the model is told of it when it is asked again; mostly nothing."""
        return render(Prompt.WRITTEN_CALL) if self.kind == "written_call" else None

    @property
    def said(self) -> str:
        """What happened, in words."""
        if self.kind != "cut":
            return _SAID[self.kind]
        why = (
            f'finish reason "{self.reason}"'
            if self.reason
            else "the stream ended early"
        )
        return f"{_SAID[self.kind]} ({why})"

    def explain(self) -> str:
        """Return what happened, what there is, and what to do."""
        what = "Its words" if self.kind == "refused" else "What came, a part at most"
        part = f' {what}: "{self.partial}"' if self.partial else ""
        advice = _ADVICE.get(self.kind, "Ask again, or try another --model")
        return f"{self.said}.{part} {advice}."


class FaultyTurnError(IncompleteError):
    """A turn that cannot be used, nor could the one that was asked for in its place."""

    def __init__(
        self, fault: Fault, usage: Mapping[str, Any] | None = None, requests: int = 0
    ) -> None:
        """Say what is wrong with it, and what it took all the same."""
        super().__init__(fault.explain())
        self.kind = fault.kind
        self.usage = usage
        """As the server counted, of all requests; None where it does not."""
        self.requests = requests


def find_fault(turn: Turn, tools: Set[str] = frozenset()) -> Fault | None:
    """Return what makes a turn unusable, None if it can be used.

    Reasoning is never taken for an answer (vllm #41902, llama.cpp #15789), nor is a
    text of which the rest is missing; nor an answer in a call, for some servers close
    the brackets of what they cut off (dynamo #13791).

    Args:
        turn: Repaired.
        tools: The names of the tools that the model knows of.
    """
    if given_up := _given_up(turn):
        return given_up
    answer = answer_in(turn)
    if turn.calls:
        broken = any(INVALID_ARGUMENTS in call.arguments for call in turn.calls)
        if broken and ending_of(turn.finish) == "cut":
            return _cut(turn)
    elif not turn.text.strip():
        return _nothing(turn)
    return None if answer is None else _fault_of(turn, answer, tools)


def _fault_of(turn: Turn, answer: str, tools: Set[str]) -> Fault | None:
    """Return what makes an answer unusable."""
    # A call within a recited `<tools>` is a written one, which the model is told.
    fault = _debris(RECITED.sub("", answer)) or _unfinished(turn, answer)
    if fault is not None:
        return fault
    if not turn.calls and is_cut_draft(turn.text):
        return Fault("cut", shortened(turn.text))
    words = words_before_call(answer, tools)
    if words is not None:
        return Fault("written_call", shortened(words))
    return _debris(answer)


def _given_up(turn: Turn) -> Fault | None:
    """Return why the provider or the model itself gave a turn up."""
    if ending_of(turn.finish) == "failed":
        return Fault("failed", shortened(turn.text))
    if turn.refusal.strip():
        return Fault("refused", shortened(turn.refusal))
    return None


def _debris(said: str) -> Fault | None:
    if is_debris(said):
        return Fault("debris")
    return Fault("mixed") if holds_tag(said) else None


def _nothing(turn: Turn) -> Fault:
    ending = ending_of(turn.finish)
    if ending == "cut":
        return _cut(turn)
    if ending == "filtered":
        return Fault("filtered")
    if ending == "calls" and not turn.reasoning:
        return Fault("no_call")
    room = ending == "length"
    return Fault("reasoning" if turn.reasoning else "empty", needs_room=room)


def _unfinished(turn: Turn, said: str) -> Fault | None:
    """Return why a text is not all of its answer."""
    ending = ending_of(turn.finish)
    if ending == "cut":
        return _cut(turn, said)
    if ending == "calls":
        return None if turn.calls else Fault("no_call", shortened(said))
    if ending == "length":
        return Fault("length", shortened(said))
    if ending == "filtered":
        return Fault("filtered", shortened(said))
    return None


def _cut(turn: Turn, said: str = "") -> Fault:
    """Return that a turn was cut off, and why if its server says it."""
    reason = shortened(turn.finish or "", _LONGEST_REASON)
    return Fault("cut", shortened(said), reason=reason)


_NAMED = re.compile(
    r'"name"\s*+:\s*+"(?P<name>[\w.-]{1,99})"\s*+,\s*+"(?:arguments|parameters)"\s*+:'
)
"""The JSON of a call, wherever it stands and however it is wrapped."""

_OPENS = re.compile(r"```|[<{]")
"""What the JSON of a call begins with, and what wraps it."""
_CLOSERS = re.compile(r"</[\w-]{1,40}>|[\s`}]")
_DECODER = json.JSONDecoder()


def words_before_call(text: str, tools: Set[str]) -> str | None:
    """Return what a text says before the JSON of a call, None if it holds none.

    Small models explain their calls, and invent what those return (Qwen2.5-Coder):
    none of that is an answer, and none is run. A text that has cited before may be
    about such calls, but for one that it ends with.
    """
    calls = [
        (found.start(), name)
        for found in _NAMED.finditer(text)
        if (name := clean_name(found["name"])) in tools
    ]
    if not calls:
        return None
    marks = (mark.start for mark in find_marks(text))
    first_mark = min(marks, default=len(text))
    for start, name in calls:
        if name == ANSWER or start < first_mark:
            return _before(text, start)
    start = calls[-1][0]
    return _before(text, start) if _is_last(text, start) else None


def _before(text: str, start: int) -> str:
    return _OPENS.split(text[:start], maxsplit=1)[0].strip()


def _is_last(text: str, start: int) -> bool:
    """Whether a text, but for what wraps it, ends with a call that is in no code."""
    if without_code(text)[start] != text[start]:
        return False
    try:
        _, end = _DECODER.raw_decode(text, text.rfind("{", 0, start))
    except (ValueError, RecursionError):
        return True
    return not _CLOSERS.sub("", text[end:])
