"""A question, and all that is needed to answer it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agents import Model, ModelSettings, TResponseInputItem

from agent.endpoints.endpoint import Endpoint
from agent.events.events import Listener, ignore
from agent.loop.budget import Budget
from agent.modes.reasons import Reason
from agent.settings.depth import Depth
from agent.settings.modes import Mode, ModeName
from tools.calls.run import Run
from tools.calls.tool import ToolFunction
from tools.evidence.evidence import Evidence
from tools.grounding.support.checker import Checker
from tools.library.library import Library

__all__ = ["Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and all that is needed to answer it."""

    text: str
    library: Library
    evidence: Evidence
    """What the conversation has seen; what the answer brings is added to it."""
    model: Model
    model_name: str
    depth: Depth
    settings: ModelSettings
    history: Sequence[TResponseInputItem] = ()
    """The finished questions of the conversation."""
    tools: Sequence[ToolFunction] = ()
    """Tools besides the four."""
    listen: Listener = ignore
    """Called with whatever happens."""
    stream: bool = True
    prefetch: bool = False
    """Whether the question itself is searched for before the first turn."""
    window: int = 131_072
    """Tokens that the model can read and write; by default gpt-oss's own."""
    mode: ModeName = "agent"
    """How it is worked on: `auto` begins as agent, and may go over to guided."""
    mode_reason: str = ""
    """Why it begins as it does, where that needs saying."""
    served: Callable[[], Endpoint | None] = lambda: None
    """Returns where the model is that was asked last; None for one of another kind."""
    own_mode: Mode = "agent"
    """The mode of the model's own turns: `extractive` for the model of that name."""
    learn: Callable[[Reason | None], None] = lambda _: None
    """Called with why the model needs guiding, or with None where it did not."""
    strict: bool = False
    """Whether each sentence must stand in what it cites in its own words."""
    open_checker: Callable[[Budget], Checker] | None = None
    """Opens who reads what the rules leave unclear, within a budget."""
    checks_itself: bool = False
    """Whether that is the model that answers."""
    today: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    """The date that the model is told, ISO 8601; a tape pins it."""
    stop: asyncio.Event | None = None
    """Set to end the search; the answer is given from what was seen by then."""

    def begin(self) -> Run:
        """Return the run of this question, before its first turn."""
        return Run(
            library=self.library,
            evidence=self.evidence,
            question=self.text,
            search_limit=self.depth.search_limit,
            listen=self.listen,
            max_tool_calls=self.depth.max_tool_calls,
            strict=self.strict,
        )
