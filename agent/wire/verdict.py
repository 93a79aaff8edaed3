"""Says of a turn whether it can be used, and if not, what is wrong with it.

Judged by what is there, not by the finish reason alone: servers end turns that call
tools with `stop`, and turns without any call with `tool_calls` (litellm #35663).
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from agent.wire.repairs.names import clean_name
from agent.wire.turns.protocol import is_debris
from agent.wire.turns.turn import Turn, shortened
from prompts import Prompt, render
from tools.grounding.marks import find_marks
from tools.trajectory.arguments import INVALID_ARGUMENTS
from tools.trajectory.names import ANSWER

__all__ = ["Fault", "FaultKind", "find_fault", "words_before_call"]

FaultKind = Literal[
    "empty",
    "reasoning",
    "no_call",
    "written_call",
    "debris",
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
    "cut": "The answer was cut off by the server (the stream ended early)",
    "length": "The answer was cut off by the server (its length limit)",
    "filtered": "The answer was cut off by the provider's content filter",
    "failed": "The provider failed in the middle of the answer",
    "refused": "The model declined to answer",
}
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
        return _SAID[self.kind]

    def explain(self) -> str:
        """Return what happened, what there is, and what to do."""
        what = "Its words" if self.kind == "refused" else "What came, a part at most"
        part = f' {what}: "{self.partial}"' if self.partial else ""
        advice = _ADVICE.get(self.kind, "Ask again, or try another --model")
        return f"{self.said}.{part} {advice}."


def find_fault(turn: Turn, tools: Set[str] = frozenset()) -> Fault | None:
    """Return what makes a turn unusable, None if it can be used.

    Reasoning is never taken for an answer (vllm #41902, llama.cpp #15789), nor is a
    text of which the rest is missing.

    Args:
        turn: Repaired.
        tools: The names of the tools that the model knows of.
    """
    if given_up := _given_up(turn):
        return given_up
    if turn.calls:
        broken = any(INVALID_ARGUMENTS in call.arguments for call in turn.calls)
        return Fault("cut") if broken and turn.finish is None else None
    if not turn.text.strip():
        return _nothing(turn)
    if is_debris(turn.text):
        return Fault("debris")
    if unfinished := _unfinished(turn):
        return unfinished
    words = words_before_call(turn.text, tools)
    return None if words is None else Fault("written_call", shortened(words))


def _given_up(turn: Turn) -> Fault | None:
    """Return why the provider or the model itself gave a turn up."""
    if turn.finish == "error":
        return Fault("failed", shortened(turn.text))
    if turn.refusal.strip():
        return Fault("refused", shortened(turn.refusal))
    return None


def _nothing(turn: Turn) -> Fault:
    if turn.finish is None:
        return Fault("cut")
    if turn.finish == "content_filter":
        return Fault("filtered")
    if turn.finish == "tool_calls":
        return Fault("no_call")
    room = turn.finish == "length"
    return Fault("reasoning" if turn.reasoning else "empty", needs_room=room)


def _unfinished(turn: Turn) -> Fault | None:
    """Return why a text is not all of its answer."""
    if turn.finish is None:
        return Fault("cut", shortened(turn.text))
    if turn.finish == "tool_calls":
        return Fault("no_call", shortened(turn.text))
    if turn.finish == "length":
        return Fault("length", shortened(turn.text))
    if turn.finish == "content_filter":
        return Fault("filtered", shortened(turn.text))
    return None


_NAMED = re.compile(
    r'"name"\s*+:\s*+"(?P<name>[\w.-]{1,99})"\s*+,\s*+"(?:arguments|parameters)"\s*+:'
)
"""The JSON of a call, wherever it stands and however it is wrapped."""

_OPENS = re.compile(r"```|[<{]")
"""What the JSON of a call begins with, and what wraps it."""


def words_before_call(text: str, tools: Set[str]) -> str | None:
    """Return what a text says before the JSON of a call, None if it holds none.

    Small models explain their calls, and invent what those return (Qwen2.5-Coder):
    none of that is an answer, and none is run. A text that has cited before may be
    about such calls.
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
            return _OPENS.split(text[:start], maxsplit=1)[0].strip()
    return None
