"""How deep a question is worked on: effort, and what it may use."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self

__all__ = [
    "DEPTHS",
    "LIMITS",
    "MAX_WINDOW",
    "Depth",
    "DepthName",
    "Effort",
    "Limit",
    "LimitName",
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

    def limited(self, settings: object) -> Self:
        """Return this depth with what some settings set by itself.

        Whatever they have under the name of a field here counts; None leaves what the
        preset says.
        """
        given = {each.name: getattr(settings, each.name, None) for each in fields(self)}
        changes: dict[str, Any] = {
            name: value for name, value in given.items() if value is not None
        }
        return replace(self, **changes)

    def explain(self, limit: LimitName) -> str:
        """Return why a limit of this depth ended the search, in words."""
        return LIMITS[limit].reason.format(depth=self)


@dataclass(frozen=True, slots=True)
class Limit:
    """What is said when a limit has ended a search."""

    reason: str
    """Why it is over, as the model and the person are told, with the depth's numbers
    to be put in."""
    advice: str = ""
    """What the person can do about it; blank if it was the person's own wish."""


LIMITS: dict[LimitName, Limit] = {
    "turn_limit": Limit(
        "all but the last of {depth.max_turns} turns are used",
        "its turns are used; raise them with --max-turns or --depth high",
    ),
    "tool_limit": Limit(
        "all {depth.max_tool_calls} tool calls are made",
        "its tool calls are made; raise them with --max-tool-calls",
    ),
    "token_limit": Limit(
        "the limit of {depth.max_tokens:,} prompt tokens is near",
        "its prompt tokens are used; raise them with --max-tokens",
    ),
    "time_limit": Limit(
        "the time of {depth.max_seconds:.0f} s is almost over",
        "its time is over; raise it with --max-seconds",
    ),
    "cost_limit": Limit(
        "the limit of ${depth.max_cost} is near",
        "its money is spent; raise it with --max-cost",
    ),
    "no_progress": Limit(
        "the last searches brought nothing new",
        "it found nothing new; ask more narrowly, or in other words",
    ),
    "repeated_call": Limit(
        "the same calls were made again and again",
        "the model repeated itself; ask again, or try another --model",
    ),
    "cancelled": Limit("the person wants the answer now"),
}
"""What is said of each limit; `agent.loop.budget` measures those that are numbers."""


DEPTHS: dict[DepthName, Depth] = {
    "low": Depth("low", "low", 6, 8, 80_000, 300, 0.02, 5, 180),
    "medium": Depth("medium", "medium", 12, 20, 300_000, 900, 0.10, 6, 300),
    "high": Depth("high", "high", 24, 60, 1_500_000, 2700, 0.50, 8, 600),
}

MAX_WINDOW = 131_072
"""Tokens that gpt-oss can read and write (its model card)."""
