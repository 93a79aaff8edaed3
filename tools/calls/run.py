"""One question being answered: what its tools work with, and what they leave behind."""

from dataclasses import dataclass, field

from tools.calls.acceptance import Acceptance
from tools.evidence.evidence import Evidence, Source
from tools.library.library import Library
from tools.trajectory.events import Listener, ToolFinished, ignore
from tools.trajectory.names import ANSWER
from tools.trajectory.tool_call import ToolCall, has_searched

__all__ = ["Run", "ToolOutput"]


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a tool returns: a text for the model, and a line for the person."""

    text: str
    summary: str


@dataclass(slots=True)
class Run:
    """The context of a run: shared by its tools, never seen by the model."""

    library: Library
    evidence: Evidence
    question: str
    search_limit: int = 5
    """How many passages a search returns if the model names no number."""
    listen: Listener = ignore
    max_tool_calls: int = 1000
    """Calls that count; the ones beyond them are answered with an error."""
    strict: bool = False
    """Whether each sentence must stand in what it cites in its own words."""
    turn: int = 0
    """The turn that is running, from 1."""
    trajectory: list[ToolCall] = field(default_factory=list)
    """All tool calls so far; added to, never replaced: `acceptance` reads it."""
    shown: set[int] = field(default_factory=set)
    """Numbers of the sources that this run has shown in full; changed in place, too."""
    made: dict[str, int] = field(default_factory=dict)
    """The turn of each call whose output the model sees, by name and arguments."""
    invalid_calls: int = 0
    """How many of the latest calls, one after the other, named no tool or had arguments
    that do not fit it."""
    acceptance: Acceptance = field(init=False)
    """Says of a draft whether it is the answer."""

    def __post_init__(self) -> None:
        """Let drafts be judged by what this run will have seen."""
        self.acceptance = Acceptance(
            self.question,
            self.evidence,
            self.shown,
            self.trajectory,
            strict=self.strict,
        )

    @property
    def tool_calls(self) -> int:
        """Calls that count: those of the model, besides its answer."""
        return sum(each.turn > 0 and each.name != ANSWER for each in self.trajectory)

    @property
    def has_searched(self) -> bool:
        """Whether any tool but `final_answer` has returned something."""
        return has_searched(self.trajectory)

    def show(self, source: Source) -> bool:
        """Mark a source as shown in full; return whether it was not before."""
        new = source.id not in self.shown
        self.shown.add(source.id)
        return new

    def record_missing(self, name: str, error: str) -> None:
        """Take note of a call of a tool that does not exist."""
        self.invalid_calls += 1
        call = ToolCall(
            turn=self.turn, name=name, arguments={}, returned=error, failed=True, ms=0
        )
        self.trajectory.append(call)
        self.listen(ToolFinished(call))

    def hide(self, sources: set[int]) -> None:
        """Take note that the model does not see these any more: show them again."""
        self.shown.difference_update(sources)
        self.made.clear()
