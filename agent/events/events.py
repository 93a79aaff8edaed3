"""What is heard while a question is worked on."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.events.repair import Repair
from tools.trajectory.events import ToolEvent

__all__ = [
    "CheckingStarted",
    "Event",
    "Listener",
    "Noticed",
    "ReasoningDelta",
    "Repaired",
    "TextDelta",
    "TextReplaced",
    "TurnStarted",
    "ignore",
]


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """The model is called."""

    turn: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the model's reasoning, as it streams."""

    text: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the model's text, as it streams."""

    text: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """Something was put right in what the model sent."""

    repair: Repair


@dataclass(frozen=True, slots=True)
class TextReplaced:
    """The text of this turn that was passed on so far does not hold."""

    reason: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that the person should know, in one sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class CheckingStarted:
    """A checker is asked about sentences of an answer."""

    sentences: int


Event = (
    TurnStarted
    | ReasoningDelta
    | TextDelta
    | TextReplaced
    | ToolEvent
    | Repaired
    | Noticed
    | CheckingStarted
)
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""
    del event
