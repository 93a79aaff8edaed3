"""The phases of a question in one mode: the search, the answer that is due, the repair.

Whatever ends the search, one more call without it gives the answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from agents import TResponseInputItem

from agent.loop.asked import Question
from agent.loop.budget import Budget
from agent.loop.deadlines import LimitReachedError, until
from agent.loop.drafts import read_draft
from agent.loop.prefetch import prefetch
from agent.loop.runner import FAILURES, Turns
from agent.modes.reasons import ModeLeftError, Reason
from agent.settings.depth import LimitName
from agent.wire.turns.protocol import is_debris
from agent.wire.turns.turn import shortened
from agent.wire.verdict import Fault, FaultyTurnError
from prompts import Prompt, render
from tools.calls.acceptance import UngroundedError, UnsearchedError
from tools.calls.run import Run
from tools.calls.tool import ToolFunction
from tools.errors import IncompleteError
from tools.final_answer import final_answer
from tools.grounding.citation import Draft
from tools.threads import off_loop

__all__ = ["Ending", "Phases", "in_time"]

_T = TypeVar("_T")
_LEAST_SECONDS = 0.9
"""For the answer, and for its judgement, however little of the time is left: so much
each that a limit of time is kept within two seconds."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a mode ended in."""

    draft: Draft | None
    """None where the model gave no answer, even in the last call."""
    limit: LimitName | None = None
    """What ended the search, if the model did not."""


class Phases:
    """The phases of one question in one mode."""

    def __init__(
        self,
        question: Question,
        run: Run,
        budget: Budget,
        turns: Turns,
        tools: Sequence[ToolFunction],
        *,
        goes_over: bool = False,
        prefetches: bool = False,
    ) -> None:
        """Take a question, and what it is worked on with.

        Args:
            question: What is asked.
            run: What it has seen.
            budget: What it may still use.
            turns: Those of the model.
            tools: What it may call in its search.
            goes_over: Whether a model that does not even search is left for the next
                mode; else it is told to, once.
            prefetches: Whether the question itself is searched for before.
        """
        self._question = question
        self._run = run
        self._acceptance = run.acceptance
        self._budget = budget
        self._turns = turns
        self._tools = tools
        self._goes_over = goes_over
        self._prefetches = prefetches

    async def end(self) -> Ending:
        """Return what the question ended in.

        Raises:
            ModeLeftError: it is to go on in the next mode.
            CiteloopError: the library or the model failed.
        """
        seconds = self._budget.search_seconds_left
        try:
            draft: Draft = await until(self._search(), seconds, self._question.stop)
        except UngroundedError as sent_back:
            draft = await self._repair(sent_back) or sent_back.draft
        except LimitReachedError as limit:
            if self._acceptance.draft is None:
                return await self._answer(limit.reason)
            draft = self._acceptance.draft  # taken just before
        return Ending(draft)

    @property
    def before(self) -> Draft | None:
        """The answer that went back for its citations, if one did."""
        sent_back = self._acceptance.sent_back
        return sent_back.draft if sent_back else None

    async def _search(self) -> Draft:
        """Return what the model answers; before any search, it is sent to search."""
        found = await prefetch(self._run) if self._prefetches else []
        try:
            return await self._judged(await self._turns.take(found, self._tools))
        except UnsearchedError as sent_back:
            if self._goes_over:
                raise ModeLeftError(Reason.NO_CALL) from sent_back
            return await self._search_first(sent_back)

    async def _search_first(self, sent_back: UnsearchedError) -> Draft:
        """Return what the model answers then, or else what it answered before."""
        draft = sent_back.draft
        text = render(Prompt.SEARCH_FIRST, question=self._run.question)
        try:
            said = _returned(draft, text)
            return await self._judged(await self._turns.take(said, self._tools))
        except FAILURES:
            return await self._acceptance.take(draft)

    async def _repair(self, sent_back: UngroundedError) -> Draft | None:
        """Return what the model makes of an answer whose citations do not hold."""
        text = render(Prompt.REPAIR, problems=sent_back.reason)
        return await self._last_call(_returned(sent_back.draft, text))

    async def _answer(self, reason: LimitName) -> Ending:
        """Return the answer of one last call, if there is one."""
        why = self._question.depth.explain(reason)
        text = render(Prompt.FINISH, reason=why, question=self._run.question)
        draft = await self._last_call([{"role": "user", "content": text}])
        return Ending(draft or self.before, reason)

    async def _last_call(self, said: list[TResponseInputItem]) -> Draft | None:
        """Return the answer of a call that cannot search, None if none came."""
        self._acceptance.finishing = True
        seconds = max(self._budget.seconds_left, _LEAST_SECONDS)
        try:
            draft: Draft = await until(self._last_turn(said), seconds)
        except (*FAILURES, LimitReachedError):
            return None
        return draft

    async def _last_turn(self, said: list[TResponseInputItem]) -> Draft:
        return await self._judged(
            await self._turns.take(said, (final_answer,), max_turns=1)
        )

    async def _judged(self, output: Any) -> Draft:
        """Return what `final_answer` took, or else what the model has written.

        Raises:
            IncompleteError: it is none, or the debris of a tool format.
        """
        draft = self._acceptance.draft or read_draft(output)
        if is_debris(draft.answer):  # the wire sees to it; not every model has ours
            raise FaultyTurnError(Fault("debris", shortened(draft.answer)))
        if self._acceptance.draft is not None:
            return draft
        return await self._acceptance.take(draft)


async def in_time(budget: Budget, work: Callable[..., _T], *given: Any) -> _T:
    """Return what some work on an answer returns, as long as it keeps to the time.

    Raises:
        IncompleteError: it does not.
    """
    seconds = max(budget.seconds_left, _LEAST_SECONDS)
    try:
        found: _T = await until(off_loop(work, *given), seconds)
    except LimitReachedError:
        raise IncompleteError(
            f"The answer could not be checked in {budget.depth.max_seconds:g} s. "
            "Ask again, or raise the time with --max-seconds."
        ) from None
    return found


def _returned(draft: Draft, text: str) -> list[TResponseInputItem]:
    """Return an answer of the model's, and why it is not taken."""
    return [
        {"role": "assistant", "content": draft.answer},
        {"role": "user", "content": text},
    ]
