"""A question, and all that is needed to answer it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agents import Model, ModelSettings, TResponseInputItem

from agent.settings.depth import Depth
from tools.calls.run import Run
from tools.calls.tool import ToolFunction

__all__ = ["Asked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and all that is needed to answer it."""

    run: Run
    model: Model
    model_name: str
    depth: Depth
    settings: ModelSettings
    history: Sequence[TResponseInputItem] = ()
    """The finished questions of the conversation."""
    tools: Sequence[ToolFunction] = ()
    """Tools besides the four."""
    stream: bool = True
    prefetch: bool = False
    """Whether the question itself is searched for before the first turn."""
    window: int = 131_072
    """Tokens that the model can read and write; by default gpt-oss's own."""
    stop: asyncio.Event | None = None
    """Set to end the search; the answer is given from what was seen by then."""
