"""A call that a run made, whoever's run it was."""

from dataclasses import dataclass

from pydantic import JsonValue

from tools.errors import UsageError

__all__ = ["Call", "UnreadableRunError"]


class UnreadableRunError(UsageError):
    """What should be a run is none, or in no form that is known."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call, as far as the record of the run tells."""

    name: str
    arguments: dict[str, JsonValue]
    """Parsed; empty where they could not be."""
    id: str | None = None
    returned: str | None = None
    """What came back, None where the record does not say."""
    failed: bool = False
    """Whether an error came back, as far as the record says."""
    turn: int | None = None
    """The turn that made it, from 1; 0 for what came before the first, None if
    unknown."""
    unreadable: str = ""
    """What is wrong with the arguments that were sent; such a call matches nothing."""
