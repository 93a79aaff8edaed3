"""A tool call, as the trajectory keeps it."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from tools.trajectory.names import ANSWER

__all__ = ["ToolCall", "has_searched"]


class ToolCall(BaseModel):
    """A tool call of the trajectory, and what came back in short."""

    model_config = ConfigDict(frozen=True)

    turn: int
    """The turn that made it, from 1; 0 for what was done before the first."""
    name: str
    arguments: dict[str, Any]
    """As the model gave them, parsed; empty if they were no JSON object."""
    returned: str
    """One line: what came back, or the error that the model was told."""
    failed: bool
    """Whether it was an error."""
    ms: int
    """Wall-clock milliseconds."""
    new_passages: int = 0
    """Sources that it showed in full and that the run had not seen before."""
    repeated: bool = False
    """Whether it was the same call as an earlier one, and so was not made again."""


def has_searched(trajectory: Iterable[ToolCall]) -> bool:
    """Whether any tool but `final_answer` has returned something."""
    return any(each.name != ANSWER and not each.failed for each in trajectory)
