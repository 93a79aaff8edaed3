"""How deep a question is worked on: effort, and what it may use."""

from dataclasses import dataclass, replace
from typing import Literal, Self

__all__ = [
    "DEPTHS",
    "MAX_WINDOW",
    "Depth",
    "DepthName",
    "Effort",
    "LimitName",
    "Limits",
]

DepthName = Literal["low", "medium", "high"]
Effort = Literal["low", "medium", "high"]
LimitName = Literal[
    "turn_limit",
    "tool_limit",
    "token_limit",
    "time_limit",
    "cost_limit",
    "no_progress",
    "repeated_call",
    "cancelled",
]
"""What ended a search before the model did."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is set by itself, in place of what the preset says; None leaves that."""

    effort: Effort | None = None
    max_turns: int | None = None
    max_tool_calls: int | None = None
    max_tokens: int | None = None
    max_seconds: float | None = None
    max_cost: float | None = None
    turn_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Depth:
    """A preset of the limits of one question.

    Whichever limit is reached first ends the search; the answer is given within the
    same limits, for each keeps a reserve for it (`agent.loop.budget`).
    """

    name: DepthName
    effort: Effort
    """The model's reasoning effort."""
    max_turns: int
    """Model calls; in the last one search is withdrawn and the answer is due."""
    max_tool_calls: int
    """Calls of `search`, `fetch`, `requery` and of the user's own tools."""
    max_tokens: int
    """Prompt tokens of all model calls together."""
    max_seconds: float
    """Wall-clock time of the question."""
    max_cost: float
    """US dollars, where the provider reports them."""
    search_limit: int
    """Passages that a search returns if the model names no number."""
    turn_seconds: float
    """How long one model call may take."""

    def limited(self, limits: Limits) -> Self:
        """Return this depth with what is set by itself."""
        given = {
            name: value
            for name in Limits.__slots__
            if (value := getattr(limits, name)) is not None
        }
        return replace(self, **given)


DEPTHS: dict[DepthName, Depth] = {
    "low": Depth("low", "low", 6, 8, 80_000, 300, 0.02, 5, 180),
    "medium": Depth("medium", "medium", 12, 20, 300_000, 900, 0.10, 6, 300),
    "high": Depth("high", "high", 24, 60, 1_500_000, 2700, 0.50, 8, 600),
}

MAX_WINDOW = 131_072
"""Tokens that gpt-oss can read and write (its model card)."""
