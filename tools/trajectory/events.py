"""What is heard of tool calls as they happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.trajectory.tool_call import ToolCall

__all__ = ["Listener", "ToolEvent", "ToolFinished", "ToolStarted", "ignore"]


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool begins to run."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """A tool has returned."""

    call: ToolCall


ToolEvent = ToolStarted | ToolFinished
Listener = Callable[[ToolEvent], None]


def ignore(event: ToolEvent) -> None:
    """Listen to nothing."""
    del event
