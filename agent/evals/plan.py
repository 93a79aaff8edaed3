"""How often each case is asked, and how many runs are made at a time."""

from dataclasses import dataclass
from typing import Literal

from agent.evals.suite import Case, Suite
from agent.evals.tallying import runs_to_settle
from tools.errors import UsageError

__all__ = ["MAX_AUTO", "Plan"]

MAX_AUTO = 100
"""Runs of a case at most, where they go on until its interval has left the bar."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how many at a time."""

    repeat: int | Literal["auto"] | None = None
    """None: as the suite says of each case."""
    jobs: int = 1
    most_auto: int = MAX_AUTO

    @property
    def is_auto(self) -> bool:
        """Whether a case is asked until it is clear how it stands."""
        return self.repeat == "auto"

    def most(self, suite: Suite, case: Case) -> int:
        """Return how many runs a case may have."""
        if self.repeat == "auto":
            return self.most_auto
        return self.repeat or case.repeat or suite.defaults.repeat

    def refuse_unreachable(self, suite: Suite) -> None:
        """Refuse a bar that no case could be seen above.

        Raises:
            UsageError: runs go on until a case is clear, and one never would be.
        """
        for case in suite.cases:
            needed = runs_to_settle(suite.bar_of(case))
            if self.is_auto and (needed is None or needed > self.most_auto):
                raise UsageError(
                    f"The case {case.id} has a bar of {suite.bar_of(case):g}, and "
                    f"{self.most_auto} runs that all pass would not show it: lower "
                    "the bar, or say how often by --repeat N."
                )
