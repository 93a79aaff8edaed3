"""The SDK's runner: one conversation of a model with its tools."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from agents import (
    Agent,
    AgentHooks,
    FunctionToolResult,
    ModelResponse,
    RunConfig,
    RunContextWrapper,
    Runner,
    ToolErrorFormatterArgs,
    ToolExecutionConfig,
    ToolsToFinalOutputResult,
    TResponseInputItem,
)
from agents.exceptions import AgentsException, UserError
from openai import OpenAIError

from agent.events.events import Listener, ReasoningDelta, TextDelta, TurnStarted
from agent.events.hearing import hearing
from agent.loop.asked import Question
from agent.loop.bounded_model import BoundedModel
from agent.loop.budget import Budget
from agent.loop.deadlines import stop_run
from agent.loop.record import Record
from agent.wire.items import wasted_response
from agent.wire.verdict import FaultyTurnError
from prompts import Prompt, render
from tools.calls.run import Run
from tools.calls.tool import ToolFunction, make_tool
from tools.errors import IncompleteError, ModelError
from tools.grounding.citation import Draft
from tools.responses import Meter, metering

__all__ = ["FAILURES", "Turns"]

FAILURES = (AgentsException, IncompleteError, ModelError, OpenAIError)
"""What leaves some turns without an answer."""
_NO_LIMIT = 1_000_000
"""Turns, for the runner: the budget ends the search before."""
_REASONING = ("response.reasoning_text.delta", "response.reasoning_summary_text.delta")


class Turns:
    """The turns of one question; each of them goes on from the one before."""

    def __init__(
        self,
        question: Question,
        run: Run,
        record: Record,
        budget: Budget,
        model: BoundedModel,
    ) -> None:
        """Begin with the items of the model: the history, and the question."""
        self._question = question
        self._run = run
        self._record = record
        self._budget = budget
        self._meter = Meter()
        self._model = model

    async def take(
        self,
        said: Iterable[TResponseInputItem],
        tools: Sequence[ToolFunction],
        max_turns: int = _NO_LIMIT,
    ) -> Any:
        """Return what the model ends its turns with: a draft that was taken, or text.

        Args:
            said: What the model reads besides all that it has read before.
            tools: What it may call.
            max_turns: When the runner ends them; the budget ends a search before.

        Raises:
            LimitReachedError: no further turn may search.
            CiteloopError: the library or the model failed.
        """
        items = [*self._model.items, *said]
        with _surfacing(), hearing(self._record.hear), metering(self._meter):
            try:
                return await self._converse(self._agent(tools), items, max_turns)
            except FaultyTurnError as error:
                self._budget.spend(wasted_response(error.usage, error.requests))
                raise

    async def _converse(
        self, agent: Agent[Run], items: list[TResponseInputItem], max_turns: int
    ) -> Any:
        names = [tool.name for tool in agent.tools]
        given: dict[str, Any] = {
            "context": self._run,
            "max_turns": max_turns,
            "run_config": _run_config(names),
        }
        if not self._question.stream:
            return (await Runner.run(agent, items, **given)).final_output
        streamed = Runner.run_streamed(agent, items, **given)
        try:
            await _relay(streamed.stream_events(), self._record.hear)
        except BaseException:
            await stop_run(streamed)
            raise
        return streamed.final_output

    def _agent(self, tools: Sequence[ToolFunction]) -> Agent[Run]:
        """Return the model with its instructions and some tools."""
        return Agent(
            name="citeloop",
            instructions=render(
                Prompt.INSTRUCTIONS,
                today=self._question.today,
                max_turns=self._question.depth.max_turns,
            ),
            tools=[make_tool(function) for function in tools],
            model=self._model,
            model_settings=self._question.settings,
            tool_use_behavior=_stop_on_draft,
            hooks=_Hooks(self._record, self._budget, self._meter),
        )


def _run_config(names: Sequence[str]) -> RunConfig:
    return RunConfig(
        tracing_disabled=True,
        tool_not_found_behavior="return_error_to_model",
        tool_error_formatter=partial(_refuse, names),
        # One after the other: sources are numbered as they were asked for.
        tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1),
    )


def _refuse(names: Sequence[str], failed: ToolErrorFormatterArgs[Run]) -> str | None:
    """Return what a call of a tool that does not exist is answered with."""
    if failed.kind != "tool_not_found":
        return None
    run = failed.run_context.context
    text = f"there is no tool {failed.tool_name}; the tools are {', '.join(names)}"
    run.record_missing(failed.tool_name, text)
    return f"Error: {text}"


def _stop_on_draft(
    context: RunContextWrapper[Run], results: list[FunctionToolResult]
) -> ToolsToFinalOutputResult:
    """End the run with an accepted answer, and with nothing else."""
    del context
    drafts = [each.output for each in results if isinstance(each.output, Draft)]
    return ToolsToFinalOutputResult(
        is_final_output=bool(drafts), final_output=drafts[0] if drafts else None
    )


class _Hooks(AgentHooks[Run]):
    """Counts turns and keeps what each of them used."""

    def __init__(self, record: Record, budget: Budget, meter: Meter) -> None:
        self._record = record
        self._budget = budget
        self._meter = meter

    async def on_llm_start(
        self,
        context: RunContextWrapper[Run],
        agent: Agent[Run],
        system_prompt: str | None,
        input_items: list[TResponseInputItem],
    ) -> None:
        """Begin a turn."""
        del agent, system_prompt, input_items
        context.context.turn += 1
        self._meter.begin_turn()
        self._record.hear(TurnStarted(context.context.turn))

    async def on_llm_end(
        self,
        context: RunContextWrapper[Run],
        agent: Agent[Run],
        response: ModelResponse,
    ) -> None:
        """Keep what the turn used."""
        del context, agent
        self._budget.spend(response)


async def _relay(events: AsyncIterator[Any], listen: Listener) -> None:
    """Pass on what streams; of two reasoning fields with the same text, the first."""
    field_: str | None = None
    async for event in events:
        if event.type != "raw_response_event":
            continue
        kind = event.data.type
        if kind in _REASONING:
            field_ = field_ or kind
            if kind == field_:
                listen(ReasoningDelta(event.data.delta))
        elif kind == "response.output_text.delta":
            listen(TextDelta(event.data.delta))
        elif kind == "response.completed":
            field_ = None


@contextmanager
def _surfacing() -> Iterator[None]:
    """Raise what a tool raised; the runner raises an error of its own from it."""
    try:
        yield
    except UserError as error:
        raise error.__cause__ or error from None
