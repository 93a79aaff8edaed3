"""The loop: a question goes in, model and tools take turns, an answer comes out.

The loop itself is the OpenAI Agents SDK's; what is ours are the tools, the limits, and
what counts as an answer. Whatever ends the search, one more call without it gives the
answer; if that fails, the answer is quoted from what was seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from agents import (
    ModelResponse,
    RunConfig,
    Runner,
    ToolExecutionConfig,
    TResponseInputItem,
)
from agents.exceptions import AgentsException
from openai import OpenAIError

from agent.answer import Answer, StopReason, Usage
from agent.events.hearing import hearing
from agent.extractive.quoting import quote_evidence
from agent.loop.asked import Asked
from agent.loop.bounded_model import LoopModel
from agent.loop.budget import Budget, cost_of
from agent.loop.deadlines import LimitReachedError, stop_run, until
from agent.loop.drafts import read_draft
from agent.loop.prefetch import prefetch
from agent.loop.runner import Hooks, make_agent, refuse, relay, surfacing
from agent.settings.depth import LimitName
from prompts import Prompt, render
from tools.calls.tool import ToolFunction
from tools.errors import IncompleteError, ModelError
from tools.fetch import fetch
from tools.final_answer import (
    MAX_REJECTIONS,
    final_answer,
    find_problems,
    is_unsearched,
)
from tools.grounding.citation import Draft
from tools.grounding.resolving import resolve
from tools.requery import requery
from tools.search import search

__all__ = ["answer_question"]

_TOOLS: tuple[ToolFunction, ...] = (search, fetch, requery, final_answer)
_LEAST_SECONDS = 5.0
"""For the answer, however little of the time is left."""
_NO_LIMIT = 1_000_000
"""Turns, for the runner: the budget ends the search before."""
_FAILURES = (AgentsException, IncompleteError, ModelError, OpenAIError)
"""What leaves one more call without an answer."""


@dataclass(frozen=True, slots=True)
class _Ending:
    draft: Draft
    stop_reason: StopReason
    note: str = ""
    """What is said before an answer that is none of the model's."""


async def answer_question(asked: Asked) -> Answer:
    """Return the answer to one question; the run in `asked` keeps its trajectory.

    Raises:
        IncompleteError: the model ended without a word.
        CiteloopError: the library or the model failed.
    """
    started = monotonic()
    run = asked.run
    budget = Budget(asked.depth, run)
    ending = await _Work(asked, budget).end()
    resolved = resolve(ending.draft, run.evidence, run.question)
    return Answer(
        question=run.question,
        answer=f"{ending.note}{resolved.answer}",
        answered=ending.draft.answered,
        citations=resolved.citations,
        sentences=resolved.sentences,
        # To find nothing where nothing was looked for is no finding.
        grounded=resolved.grounded and (run.has_searched or bool(resolved.citations)),
        extracted=bool(ending.note),
        stop_reason=ending.stop_reason,
        model=asked.model_name,
        depth=asked.depth.name,
        turns=run.turn,
        trajectory=tuple(run.trajectory),
        repairs=tuple(run.repairs),
        usage=_usage(budget.responses),
        seconds=round(monotonic() - started, 3),
    )


class _Work:
    """The phases of one question: the search, the answer that is due, the fallback."""

    def __init__(self, asked: Asked, budget: Budget) -> None:
        self._asked = asked
        self._run = asked.run
        self._budget = budget
        self._model = LoopModel(
            asked.model, asked.run, budget, asked.window, len(asked.history)
        )

    async def end(self) -> _Ending:
        """Return what the question ended in."""
        asked, budget = self._asked, self._budget
        try:
            seconds = budget.search_seconds_left
            draft: Draft = await until(self._search(), seconds, asked.stop)
        except LimitReachedError as limit:
            if self._run.draft:  # taken just before
                return _Ending(self._run.draft, "answered")
            return await self._answer(limit.reason)
        if not self._run.draft:
            draft = await self._repair(draft)
        return _Ending(draft, "answered")

    async def _search(self) -> Draft:
        """Return what the model answers; before any search, it is sent to search."""
        asked = self._asked
        items: list[TResponseInputItem] = [
            *asked.history,
            {"role": "user", "content": self._run.question},
        ]
        self._model.items = list(items)
        if asked.prefetch:
            items += await prefetch(self._run)
        tools = (*_TOOLS, *asked.tools)
        # One turn more than the limit: the budget ends it, with a reason.
        draft = self._taken(await self._call(items, tools, _NO_LIMIT))
        if self._run.sent_to_search or not is_unsearched(draft, self._run):
            return draft
        self._run.sent_to_search = True
        text = render(Prompt.SEARCH_FIRST, question=self._run.question)
        items = [
            *self._model.items,
            {"role": "assistant", "content": draft.answer},
            {"role": "user", "content": text},
        ]
        try:
            return self._taken(await self._call(items, tools, _NO_LIMIT))
        except _FAILURES:
            return draft

    async def _answer(self, reason: LimitName) -> _Ending:
        """Return the answer of one last call, or a quoted one."""
        self._run.finishing = True
        why = self._asked.depth.explain(reason)
        text = render(Prompt.FINISH, reason=why, question=self._run.question)
        draft = await self._last_call(text)
        if draft is not None:
            return _Ending(draft, reason)
        quoted = quote_evidence(
            self._run.question, self._run.evidence, self._run.library.embedder
        )
        note = f"(No answer of the model's: {why}. Quoted from what was seen.)"
        return _Ending(quoted, reason, f"{note}\n\n")

    async def _repair(self, draft: Draft) -> Draft:
        """Send an answer in plain text back once if its citations do not hold."""
        if self._run.rejections >= MAX_REJECTIONS or is_unsearched(draft, self._run):
            return draft  # without a source, there is nothing to correct it by
        problems = find_problems(draft, self._run)
        if not problems:
            return draft
        self._run.rejections += 1
        self._run.finishing = True
        self._model.items.append({"role": "assistant", "content": draft.answer})
        text = render(Prompt.REPAIR, problems="; ".join(problems))
        return await self._last_call(text) or draft

    async def _last_call(self, text: str) -> Draft | None:
        """Return the answer of a call that cannot search, None if none came."""
        items: list[TResponseInputItem] = [
            *self._model.items,
            {"role": "user", "content": text},
        ]
        seconds = max(self._budget.seconds_left, _LEAST_SECONDS)
        try:
            call = self._call(items, (final_answer,), max_turns=1)
            return self._taken(await until(call, seconds))
        except (*_FAILURES, LimitReachedError):
            return None

    def _taken(self, output: Any) -> Draft:
        """Return what `final_answer` took, or else what the model has written."""
        return self._run.draft or read_draft(output)

    async def _call(
        self,
        items: list[TResponseInputItem],
        tools: Sequence[ToolFunction],
        max_turns: int,
    ) -> Any:
        with surfacing(self._run), hearing(self._run.hear):
            return await self._converse(items, tools, max_turns)

    async def _converse(
        self,
        items: list[TResponseInputItem],
        tools: Sequence[ToolFunction],
        max_turns: int,
    ) -> Any:
        agent = make_agent(self._asked, self._model, tools, Hooks(self._budget))
        arguments: dict[str, Any] = {
            "context": self._run,
            "max_turns": max_turns,
            "run_config": RunConfig(
                tracing_disabled=True,
                tool_not_found_behavior="return_error_to_model",
                tool_error_formatter=partial(
                    refuse, [tool.name for tool in agent.tools]
                ),
                # One after the other: sources are numbered as they were asked for.
                tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1),
            ),
        }
        if not self._asked.stream:
            return (await Runner.run(agent, items, **arguments)).final_output
        streamed = Runner.run_streamed(agent, items, **arguments)
        try:
            await relay(streamed.stream_events(), self._run.listen)
        except BaseException:
            await stop_run(streamed)
            raise
        return streamed.final_output


def _usage(responses: list[ModelResponse]) -> Usage:
    costs = [cost for each in responses if (cost := cost_of(each)) is not None]
    return Usage(
        requests=sum(each.usage.requests for each in responses),
        input_tokens=sum(each.usage.input_tokens for each in responses),
        output_tokens=sum(each.usage.output_tokens for each in responses),
        total_tokens=sum(each.usage.total_tokens for each in responses),
        cost=sum(costs) if costs else None,
    )
