"""How deep a question is worked on: effort, turns, passages, seconds."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["DEPTHS", "Depth", "DepthName", "Effort"]

DepthName = Literal["low", "medium", "high"]
Effort = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Depth:
    """A preset of the limits of one question."""

    name: DepthName
    effort: Effort
    """The model's reasoning effort."""
    max_turns: int
    """Model calls; in the last one search is withdrawn and the answer is due."""
    search_limit: int
    """Passages that a search returns if the model names no number."""
    turn_seconds: float
    """How long one model call may take."""


DEPTHS: dict[DepthName, Depth] = {
    "low": Depth("low", "low", 6, 5, 180),
    "medium": Depth("medium", "medium", 12, 6, 300),
    "high": Depth("high", "high", 24, 8, 600),
}
