"""From mode to mode: a question goes down until one of them has an answer to it.

Agent, then guided (if the person left it to Citeloop), then the answer that is quoted
from what was seen. The run is one: what was found, the turns, the tokens and the clock
go on. No answer is made worse on the way: one that came before stays, if what comes
after it is no better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents import TResponseInputItem

from agent.answer import StopReason
from agent.endpoints.diagnosing import diagnose
from agent.endpoints.remedies import one_line
from agent.events.events import Noticed
from agent.extractive.quoting import quote_evidence
from agent.guided.holding import NOT_BORNE_OUT, quotes_of, why_not_held
from agent.guided.model import Guidance, GuidedModel
from agent.loop.asked import Question
from agent.loop.bounded_model import BoundedModel
from agent.loop.budget import Budget
from agent.loop.phases import Ending, Phases, in_time
from agent.loop.record import Record
from agent.loop.runner import FAILURES, Turns
from agent.modes.reasons import ModeLeftError, Reason, is_gone, reason_of
from agent.settings.modes import Mode
from tools.calls.run import Run
from tools.calls.tool import make_tool
from tools.errors import CiteloopError, ExitCode
from tools.fetch import fetch
from tools.final_answer import final_answer
from tools.grounding.citation import Draft
from tools.requery import requery
from tools.search import search
from tools.threads import off_loop

__all__ = ["Descent", "Outcome"]

_TOOLS = (search, fetch, requery, final_answer)
_STALLS = frozenset({"no_progress", "repeated_call"})
"""Limits that speak of the model, and leave room to go on without it."""
_GUIDED_PROMPT = 800
"""Tokens: instructions, passages and a question of common length."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question ended in, and in which mode."""

    draft: Draft
    stop_reason: StopReason
    mode: Mode
    why: str = ""
    """Why that mode; blank where nothing needs saying."""
    note: str = ""
    """What is said before an answer that is none of the model's."""


class Descent:
    """One question on its way down the modes."""

    def __init__(
        self, question: Question, run: Run, record: Record, budget: Budget
    ) -> None:
        """Begin with the mode of the question."""
        self._question = question
        self._run = run
        self._record = record
        self._budget = budget
        self._items: list[TResponseInputItem] = []
        """The calls that the agent made, with their outputs."""

    async def end(self) -> Outcome:
        """Return what the question ended in.

        Raises:
            CiteloopError: no answer came about, and nothing was found to quote.
        """
        return await self._held_or_quoted(await self._descend())

    async def _descend(self) -> Outcome:
        if self._question.mode == "guided":
            return await self._guide(self._question.mode_reason)
        model = self._agent_model()
        agent = self._agent(model)
        try:
            ending = await agent.end()
        except (*FAILURES, ModeLeftError) as error:
            if self._goes_over and not is_gone(error):
                return await self._go_over(model, reason_of(error), agent.before)
            return await self._fall_back(error, agent, self._question.own_mode)
        reason = await self._reason_to_go_on(ending)
        if reason is not None:
            return await self._go_over(model, reason, ending.draft)
        if ending.limit is None and self._run.tool_calls:
            self._question.learn(None)
        return await self._outcome(ending, self._question.own_mode)

    @property
    def _goes_over(self) -> bool:
        return self._question.mode == "auto"

    def _agent_model(self) -> BoundedModel:
        question = self._question
        model = BoundedModel(
            question.model,
            self._run,
            self._budget,
            question.window,
            len(question.history),
            leaves=self._goes_over,
        )
        model.items = [*question.history, {"role": "user", "content": question.text}]
        return model

    def _agent(self, model: BoundedModel) -> Phases:
        question = self._question
        return Phases(
            question,
            self._run,
            self._budget,
            Turns(question, self._run, self._record, self._budget, model),
            (*_TOOLS, *question.tools),
            goes_over=self._goes_over,
            prefetches=question.prefetch,
        )

    async def _reason_to_go_on(self, ending: Ending) -> Reason | None:
        """Return why the agent's own ending is not the last word, if it is not."""
        if not self._goes_over:
            return None
        if ending.draft is None:
            return Reason.FAILED if ending.limit in _STALLS else None
        acceptance = self._run.acceptance
        if ending.limit is not None or acceptance.sent_back is None:
            return None
        if self._used_own_tool():
            return None  # what such a tool returned, no passage can bear out
        holds = await off_loop(acceptance.holds, ending.draft)
        return None if holds else Reason.UNGROUNDED

    def _used_own_tool(self) -> bool:
        """Whether a tool besides the four has returned something."""
        own = {make_tool(each).name for each in self._question.tools}
        return any(
            call.name in own and not call.failed for call in self._run.trajectory
        )

    async def _go_over(
        self, model: BoundedModel, reason: Reason, before: Draft | None
    ) -> Outcome:
        """Go on guided, with what was found; keep an answer that is no worse."""
        self._question.learn(reason)
        said = f"{self._question.model_name} {reason.said}"
        self._question.listen(Noticed(f"{said}: the question goes on guided."))
        self._items = _calls_in(model.items[len(self._question.history) :])
        acceptance = self._run.acceptance
        acceptance.begin_anew()
        try:
            outcome = await self._guide(said)
        except FAILURES:
            if before is None:
                raise
            return self._kept(before, said)
        if before is None:
            return outcome
        better = await off_loop(acceptance.better_of, before, outcome.draft)
        return outcome if better is outcome.draft else self._kept(before, said)

    def _kept(self, draft: Draft, why: str) -> Outcome:
        said = f"{why}; what it answered when guided was no better"
        return Outcome(draft, "answered", "agent", said)

    async def _guide(self, why: str) -> Outcome:
        """Return the guided answer, or else a quoted one.

        A model that needs guiding does not check itself: what it says of quotes would
        lower answers that are true.
        """
        if self._question.checks_itself:
            self._run.acceptance.checker = None
        guided = self._guided()
        try:
            ending = await guided.end()
        except FAILURES as error:
            return await self._fall_back(error, guided, "guided", why)
        return await self._outcome(ending, "guided", why)

    def _guided(self) -> Phases:
        question = self._question
        model = BoundedModel(
            GuidedModel(question.model, self._guidance()),
            self._run,
            self._budget,
            question.window,
            len(question.history),
            prompt=_GUIDED_PROMPT,
        )
        asked: TResponseInputItem = {"role": "user", "content": question.text}
        model.items = [*question.history, asked, *self._items]
        turns = Turns(question, self._run, self._record, self._budget, model)
        return Phases(question, self._run, self._budget, turns, _TOOLS)

    def _guidance(self) -> Guidance:
        return Guidance(
            run=self._run,
            before=_last_question(self._question.history),
            made=len(self._items) // 2,
            asks_more=self._question.depth.name != "low",
            planned=self._budget.forgive_turn,
        )

    async def _outcome(self, ending: Ending, mode: Mode, why: str = "") -> Outcome:
        """Return what a mode ended in, or quotes where it has no answer."""
        limit = ending.limit
        if ending.draft is not None:
            return Outcome(ending.draft, limit or "answered", mode, why)
        assert limit is not None  # noqa: S101 (nothing else ends without an answer)
        return await self._quoted(self._question.depth.explain(limit), limit)

    async def _fall_back(
        self, error: BaseException, phases: Phases, mode: Mode, why: str = ""
    ) -> Outcome:
        """Return what is left after a failure: an answer that came before, or quotes.

        Raises:
            BaseException: the failure, where nothing was found, or the server is gone.
        """
        if phases.before is not None:
            return Outcome(phases.before, "answered", mode, why)
        if is_gone(error) or not self._run.shown:
            raise error
        failure = diagnose(error, self._question.served())
        told = failure.told if failure else error
        incomplete = not isinstance(told, CiteloopError) or (
            told.exit_code is ExitCode.INCOMPLETE
        )
        reason: StopReason = "no_answer" if incomplete else "model_failed"
        said = one_line(str(told))
        self._question.listen(Noticed(f"The model gave no answer: {said}."))
        return await self._quoted(said, reason)

    async def _held_or_quoted(self, outcome: Outcome) -> Outcome:
        """Return an answer, or quotes in place of one that does not hold.

        A person who chose `agent` is shown the model's answer all the same.
        """
        own = self._question.mode == "agent" or self._used_own_tool()
        if own or outcome.mode == "extractive" or outcome.stop_reason != "answered":
            return outcome
        guided = outcome.mode == "guided"
        before = _last_question(self._question.history) if guided else None
        said = await off_loop(why_not_held, self._run, outcome.draft, before)
        if not said:
            return outcome
        draft = await self._quote(quotes_of(self._run, outcome.draft))
        if not draft.answered and said == NOT_BORNE_OUT:
            return outcome
        why = "; ".join(each for each in (outcome.why, said) if each)
        note = f"({said[0].upper()}{said[1:]}. Quoted from what was seen.)\n\n"
        note = note if draft.answered else ""
        return Outcome(draft, "answered", "extractive", why, note)

    async def _quoted(self, why: str, reason: StopReason) -> Outcome:
        note = f"(No answer of the model's: {why}. Quoted from what was seen.)"
        draft = await self._quote()
        return Outcome(draft, reason, "extractive", why, f"{note}\n\n")

    async def _quote(self, quotes: Sequence[str] = ()) -> Draft:
        """Return the best answer that can be quoted from what was seen."""
        run = self._run
        return await in_time(
            self._budget, quote_evidence, run.question, run.evidence,
            run.library.embedder, quotes,
        )  # fmt: skip


def _calls_in(given: Sequence[TResponseInputItem]) -> list[TResponseInputItem]:
    """Return the finished calls among some items, each followed by its output."""
    items: Sequence[Any] = given
    calls = {
        str(item["call_id"]): item
        for item in items
        if item.get("type") == "function_call"
    }
    found: list[TResponseInputItem] = []
    for item in items:
        call = calls.get(str(item.get("call_id")))
        if call is not None and item is not call:
            found += [call, item]
    return found


def _last_question(history: Sequence[TResponseInputItem]) -> str:
    items: Sequence[Any] = history
    asked = [item for item in items if item.get("role") == "user"]
    return str(asked[-1]["content"]) if asked else ""
