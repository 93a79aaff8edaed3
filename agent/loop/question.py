"""The loop: a question goes in, model and tools take turns, an answer comes out.

The loop itself is the OpenAI Agents SDK's (`agent.loop.runner`); what is ours are the
tools, the limits, and what counts as an answer (`tools.calls.acceptance`). Whatever
ends the search, one more call without it gives the answer; if that fails, the answer
is quoted from what was seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from agents import TResponseInputItem

from agent.answer import Answer, StopReason
from agent.extractive.quoting import quote_evidence
from agent.loop.asked import Question
from agent.loop.budget import Budget
from agent.loop.deadlines import LimitReachedError, until
from agent.loop.drafts import read_draft
from agent.loop.prefetch import prefetch
from agent.loop.record import Record
from agent.loop.runner import FAILURES, Turns
from agent.settings.depth import LimitName
from prompts import Prompt, render
from tools.calls.acceptance import UngroundedError, UnsearchedError
from tools.calls.run import Run
from tools.calls.tool import ToolFunction
from tools.errors import IncompleteError
from tools.fetch import fetch
from tools.final_answer import final_answer
from tools.grounding.citation import Draft
from tools.grounding.resolving import resolve
from tools.requery import requery
from tools.search import search
from tools.threads import off_loop

__all__ = ["answer_question"]

_T = TypeVar("_T")

_TOOLS: tuple[ToolFunction, ...] = (search, fetch, requery, final_answer)
_LEAST_SECONDS = 0.9
"""For the answer, and for its judgement, however little of the time is left: so much
each that a limit of time is kept within two seconds."""


@dataclass(frozen=True, slots=True)
class _Ending:
    draft: Draft
    stop_reason: StopReason
    note: str = ""
    """What is said before an answer that is none of the model's."""


async def answer_question(question: Question) -> Answer:
    """Return the answer to one question.

    Raises:
        IncompleteError: the model ended without a word.
        CiteloopError: the library or the model failed.
    """
    started = monotonic()
    run = question.begin()
    record = Record(run, question.listen)
    budget = Budget(question.depth, run)
    turns = Turns(question, run, record, budget)
    ending = await _Work(question, run, budget, turns).end()
    resolved = await _in_time(budget, resolve, ending.draft, run.evidence, run.question)
    return Answer(
        question=run.question,
        answer=f"{ending.note}{resolved.answer}",
        answered=ending.draft.answered,
        missing=ending.draft.missing,
        citations=resolved.citations,
        sentences=resolved.sentences,
        # To find nothing where nothing was looked for is no finding.
        grounded=resolved.grounded and (run.has_searched or bool(resolved.citations)),
        extracted=bool(ending.note),
        stop_reason=ending.stop_reason,
        model=question.model_name,
        depth=question.depth.name,
        turns=run.turn,
        trajectory=tuple(run.trajectory),
        repairs=tuple(record.repairs),
        usage=budget.usage(),
        seconds=round(monotonic() - started, 3),
    )


class _Work:
    """The phases of one question: the search, the answer that is due, the fallback."""

    def __init__(
        self, question: Question, run: Run, budget: Budget, turns: Turns
    ) -> None:
        self._question = question
        self._run = run
        self._acceptance = run.acceptance
        self._budget = budget
        self._turns = turns
        self._tools = (*_TOOLS, *question.tools)

    async def end(self) -> _Ending:
        """Return what the question ended in."""
        seconds = self._budget.search_seconds_left
        try:
            draft: Draft = await until(self._search(), seconds, self._question.stop)
        except UngroundedError as sent_back:
            draft = await self._repair(sent_back) or sent_back.draft
        except LimitReachedError as limit:
            if self._acceptance.draft is None:
                return await self._answer(limit.reason)
            draft = self._acceptance.draft  # taken just before
        return _Ending(draft, "answered")

    async def _search(self) -> Draft:
        """Return what the model answers; before any search, it is sent to search."""
        found = await prefetch(self._run) if self._question.prefetch else []
        try:
            return await self._judged(await self._turns.take(found, self._tools))
        except UnsearchedError as sent_back:
            return await self._search_first(sent_back)

    async def _search_first(self, sent_back: UnsearchedError) -> Draft:
        """Return what the model answers then, or else what it answered before."""
        draft = sent_back.draft
        text = render(Prompt.SEARCH_FIRST, question=self._run.question)
        try:
            said = _returned(draft, text)
            return await self._judged(await self._turns.take(said, self._tools))
        except FAILURES:
            return await off_loop(self._acceptance.judge, draft)

    async def _repair(self, sent_back: UngroundedError) -> Draft | None:
        """Return what the model makes of an answer whose citations do not hold."""
        text = render(Prompt.REPAIR, problems=sent_back.reason)
        return await self._last_call(_returned(sent_back.draft, text))

    async def _answer(self, reason: LimitName) -> _Ending:
        """Return the answer of one last call, or a quoted one."""
        why = self._question.depth.explain(reason)
        text = render(Prompt.FINISH, reason=why, question=self._run.question)
        draft = await self._last_call([{"role": "user", "content": text}])
        if draft is not None:
            return _Ending(draft, reason)
        run = self._run
        quoted = await _in_time(
            self._budget,
            quote_evidence,
            run.question,
            run.evidence,
            run.library.embedder,
        )
        note = f"(No answer of the model's: {why}. Quoted from what was seen.)"
        return _Ending(quoted, reason, f"{note}\n\n")

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
        """Return what `final_answer` took, or else what the model has written."""
        if self._acceptance.draft is not None:
            return self._acceptance.draft
        return await off_loop(self._acceptance.judge, read_draft(output))


async def _in_time(budget: Budget, work: Callable[..., _T], *given: Any) -> _T:
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
