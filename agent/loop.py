"""The loop: a question goes in, model and tools take turns, an answer comes out.

The loop itself is the OpenAI Agents SDK's; what is ours are the tools, the last turn,
and what counts as an answer.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from agents import (
    Agent,
    AgentHooks,
    FunctionToolResult,
    Model,
    ModelResponse,
    ModelSettings,
    RunConfig,
    RunContextWrapper,
    Runner,
    RunResultStreaming,
    ToolExecutionConfig,
    ToolsToFinalOutputResult,
    TResponseInputItem,
)
from agents.exceptions import MaxTurnsExceeded, UserError
from pydantic import ValidationError

from agent.answer import Answer, StopReason, Usage
from agent.citations import resolve
from agent.depth import Depth
from agent.model import LoopModel
from agent.quoting import quote_evidence
from prompts import Prompt, render
from tools.calls import ToolFunction, make_tool
from tools.errors import IncompleteError
from tools.fetch import fetch
from tools.final_answer import Draft, final_answer
from tools.requery import requery
from tools.run import Event, ReasoningDelta, Run, TextDelta, TurnStarted
from tools.search import search

__all__ = ["Asked", "answer_question"]

_TOOLS: tuple[ToolFunction, ...] = (search, fetch, requery, final_answer)
_STOP_SECONDS = 2.0
_REASONING = ("response.reasoning_text.delta", "response.reasoning_summary_text.delta")


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


@dataclass(slots=True)
class _Ending:
    draft: Draft
    stop_reason: StopReason
    responses: list[ModelResponse] = field(default_factory=list)


async def answer_question(asked: Asked) -> Answer:
    """Return the answer to one question; the run in `asked` keeps its trajectory.

    Raises:
        IncompleteError: the model ended without a word.
        CiteloopError: the library or the model failed.
    """
    started = monotonic()
    run = asked.run
    ending = await _work(asked)
    resolved = resolve(ending.draft, run.evidence)
    return Answer(
        question=run.question,
        answer=resolved.answer,
        answered=ending.draft.answered,
        citations=resolved.citations,
        grounded=resolved.grounded,
        stop_reason=ending.stop_reason,
        model=asked.model_name,
        depth=asked.depth.name,
        turns=run.turn,
        trajectory=tuple(run.trajectory),
        usage=_usage(ending.responses),
        seconds=round(monotonic() - started, 3),
    )


async def _work(asked: Asked) -> _Ending:
    run = asked.run
    hooks = _Hooks()
    try:
        with _surfacing(run):
            output = await _run(asked, hooks)
    except MaxTurnsExceeded:
        # The model went on searching in its last turn.
        draft = quote_evidence(run.question, run.evidence, run.library.embedder)
        turns = asked.depth.max_turns
        note = f"(No answer after {turns} turns; quoted from what was seen.)"
        draft = draft.model_copy(update={"answer": f"{note}\n\n{draft.answer}"})
        return _Ending(draft, "turn_limit", hooks.responses)
    reason: StopReason = "turn_limit" if run.finishing else "answered"
    return _Ending(_draft(output), reason, hooks.responses)


async def _run(asked: Asked, hooks: "_Hooks") -> Any:
    agent = _agent(asked, hooks)
    user: TResponseInputItem = {"role": "user", "content": asked.run.question}
    arguments: dict[str, Any] = {
        "context": asked.run,
        "max_turns": asked.depth.max_turns,
        "run_config": RunConfig(
            tracing_disabled=True,
            tool_not_found_behavior="return_error_to_model",
            # One after the other, so that sources are numbered as they were asked for.
            tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1),
        ),
    }
    if not asked.stream:
        result = await Runner.run(agent, [*asked.history, user], **arguments)
        return result.final_output
    streamed = Runner.run_streamed(agent, [*asked.history, user], **arguments)
    try:
        await _relay(streamed.stream_events(), asked.run.listen)
    except BaseException:
        await _stop(streamed)
        raise
    return streamed.final_output


async def _stop(streamed: RunResultStreaming) -> None:
    """Cancel a run and wait until its connection is let go."""
    streamed.cancel()
    if streamed.run_loop_task:
        await asyncio.wait({streamed.run_loop_task}, timeout=_STOP_SECONDS)


def _agent(asked: Asked, hooks: "_Hooks") -> Agent[Run]:
    return Agent(
        name="citeloop",
        instructions=render(
            Prompt.INSTRUCTIONS,
            today=datetime.now(UTC).date().isoformat(),
            max_turns=asked.depth.max_turns,
        ),
        tools=[make_tool(function) for function in (*_TOOLS, *asked.tools)],
        model=LoopModel(asked.model, asked.run, asked.depth.max_turns),
        model_settings=asked.settings,
        tool_use_behavior=_stop_on_draft,
        hooks=hooks,
    )


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

    def __init__(self) -> None:
        self.responses: list[ModelResponse] = []

    async def on_llm_start(
        self,
        context: RunContextWrapper[Run],
        agent: Agent[Run],
        system_prompt: str | None,
        input_items: list[TResponseInputItem],
    ) -> None:
        del agent, system_prompt, input_items
        context.context.turn += 1
        context.context.listen(TurnStarted(context.context.turn))

    async def on_llm_end(
        self,
        context: RunContextWrapper[Run],
        agent: Agent[Run],
        response: ModelResponse,
    ) -> None:
        del context, agent
        self.responses.append(response)


async def _relay(events: AsyncIterator[Any], listen: Callable[[Event], None]) -> None:
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
def _surfacing(run: Run) -> Iterator[None]:
    """Raise what a tool raised; the runner wraps it in an error of its own."""
    try:
        yield
    except UserError:
        if run.failure is not None:
            raise run.failure from None
        raise


def _draft(output: Any) -> Draft:
    """Return the draft that a run ended in; a model may also answer in plain text."""
    if isinstance(output, Draft):
        return output
    text = str(output or "").strip()
    if not text:
        raise IncompleteError(
            "The model ended without an answer. Ask again, or try another --model."
        )
    try:
        return Draft.model_validate_json(text)
    except ValidationError:
        return Draft(answer=text)


def _usage(responses: list[ModelResponse]) -> Usage:
    costs = [
        cost
        for each in responses
        if isinstance(each.raw_usage, dict)
        and isinstance(cost := each.raw_usage.get("cost"), int | float)
    ]
    return Usage(
        requests=sum(each.usage.requests for each in responses),
        input_tokens=sum(each.usage.input_tokens for each in responses),
        output_tokens=sum(each.usage.output_tokens for each in responses),
        total_tokens=sum(each.usage.total_tokens for each in responses),
        cost=sum(costs) if costs else None,
    )
