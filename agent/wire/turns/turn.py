"""One turn of the model as it came over the wire, in one form for every server."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from agent.events.repair import Repair, RepairKind
from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["Call", "ReasoningField", "Turn", "shortened"]

ReasoningField = Literal["reasoning", "reasoning_content", "reasoning_details"]

_SHORT = 160


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call that the model asks for."""

    id: str
    """Blank if the server sent none."""
    name: str
    """Blank if the server sent none."""
    arguments: str
    """JSON, as far as the model managed it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model said in one call: the same for the same bytes, streamed or not."""

    text: str = ""
    reasoning: str = ""
    reasoning_field: ReasoningField | None = None
    """The field that the reasoning came in, and goes back in."""
    calls: tuple[Call, ...] = ()
    finish: str | None = None
    """The server's finish reason; None if the response ended without one."""
    ended: bool = False
    """Whether the response came to its own end, as it is for all that is told."""
    usage: Mapping[str, Any] | None = None
    """As the server counted; None where it does not."""
    response_id: str | None = None
    error: Mapping[str, Any] | None = None
    """What a provider says of its failure in a response that has the status 200."""
    refusal: str = ""
    """What the model says where it declines, in the field of that name."""
    repairs: tuple[Repair, ...] = ()
    """What was put right in it, in this order."""

    def repaired(
        self, kind: RepairKind, before: str, after: str, **changes: Any
    ) -> Self:
        """Return the turn with some fields changed, and a record of why."""
        repair = Repair(kind=kind, before=shortened(before), after=shortened(after))
        return replace(self, repairs=(*self.repairs, repair), **changes)

    def told_apart(self, text: str, thought: str) -> Self:
        """Return the turn with what is text and what is reasoning told apart."""
        return self.repaired(
            "channel", self.text, text, text=text, reasoning=self.reasoning or thought
        )


def shortened(text: str, length: int = _SHORT) -> str:
    """Return untrusted text as one short line that is safe to print."""
    line = " ".join(neutralise_control_tokens(visible(text[: 4 * length])).split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
