"""The checker of a question: within its time, and never the end of it."""

import asyncio
from collections.abc import Mapping, Sequence

from agent.endpoints.remedies import one_line
from agent.events.events import CheckingStarted, Noticed
from agent.events.hearing import hearing
from agent.loop.budget import Budget
from agent.loop.record import Record
from tools.calls.run import Run
from tools.errors import CiteloopError
from tools.grounding.support.checker import Checker
from tools.grounding.support.finding import Pair, Reading
from tools.responses import Meter, metering

__all__ = ["BoundedChecker"]

_LEAST_SECONDS = 1.0
"""In less nobody reads anything."""
_JUDGING_SECONDS = 0.9
"""That are left for the judgement of the draft."""


class BoundedChecker:
    """Asks a checker while there is time; where it fails, nothing was read.

    What the rules say stands then. Being cancelled, by Ctrl-C or by a limit, it passes
    on.
    """

    def __init__(
        self, inner: Checker, run: Run, budget: Budget, record: Record
    ) -> None:
        """Wrap a checker for one question."""
        self.identity = inner.identity
        self._inner = inner
        self._run = run
        self._budget = budget
        self._record = record

    async def read(self, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
        """Return what the checker says in time; a failure is told to the person."""
        seconds = self._seconds
        if seconds < _LEAST_SECONDS:
            return {}
        self._record.hear(CheckingStarted(len(pairs)))
        try:
            with hearing(self._record.hear), metering(Meter()):
                async with asyncio.timeout(seconds):
                    return await self._inner.read(pairs)
        except TimeoutError:
            why = f"it took more than {seconds:.0f} s"
        except CiteloopError as error:
            why = one_line(str(error))
        name = self._inner.identity
        self._record.hear(Noticed(f"The checker {name} has read nothing: {why}."))
        return {}

    @property
    def _seconds(self) -> float:
        """Those after which the draft has to be judged without it."""
        budget, finishing = self._budget, self._run.acceptance.finishing
        left = budget.seconds_left if finishing else budget.search_seconds_left
        return min(left - _JUDGING_SECONDS, budget.depth.turn_seconds)
