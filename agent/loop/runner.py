"""The SDK's runner: one conversation of a model with its tools."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from agents import (
    Agent,
    AgentHooks,
    FunctionToolResult,
    Model,
    ModelResponse,
    RunContextWrapper,
    ToolErrorFormatterArgs,
    ToolsToFinalOutputResult,
    TResponseInputItem,
)
from agents.exceptions import UserError

from agent.events.events import Event, ReasoningDelta, TextDelta, TurnStarted
from agent.loop.asked import Asked
from agent.loop.budget import Budget
from prompts import Prompt, render
from tools.calls.run import Run
from tools.calls.tool import ToolFunction, make_tool
from tools.grounding.citation import Draft

__all__ = ["Hooks", "make_agent", "refuse", "relay", "stop_on_draft", "surfacing"]

_REASONING = ("response.reasoning_text.delta", "response.reasoning_summary_text.delta")


def make_agent(
    asked: Asked, model: Model, tools: Sequence[ToolFunction], hooks: "Hooks"
) -> Agent[Run]:
    """Return the agent of a question: its instructions, its tools, its model."""
    return Agent(
        name="citeloop",
        instructions=render(
            Prompt.INSTRUCTIONS,
            today=datetime.now(UTC).date().isoformat(),
            max_turns=asked.depth.max_turns,
        ),
        tools=[make_tool(function) for function in tools],
        model=model,
        model_settings=asked.settings,
        tool_use_behavior=stop_on_draft,
        hooks=hooks,
    )


def refuse(names: Sequence[str], failed: ToolErrorFormatterArgs[Run]) -> str | None:
    """Return what a call of a tool that does not exist is answered with."""
    if failed.kind != "tool_not_found":
        return None
    run = failed.run_context.context
    text = f"there is no tool {failed.tool_name}; the tools are {', '.join(names)}"
    run.record_missing(failed.tool_name, text)
    return f"Error: {text}"


def stop_on_draft(
    context: RunContextWrapper[Run], results: list[FunctionToolResult]
) -> ToolsToFinalOutputResult:
    """End the run with an accepted answer, and with nothing else."""
    del context
    drafts = [each.output for each in results if isinstance(each.output, Draft)]
    return ToolsToFinalOutputResult(
        is_final_output=bool(drafts), final_output=drafts[0] if drafts else None
    )


class Hooks(AgentHooks[Run]):
    """Counts turns and keeps what each of them used."""

    def __init__(self, budget: Budget) -> None:
        """Count into a budget."""
        self._budget = budget

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
        context.context.listen(TurnStarted(context.context.turn))

    async def on_llm_end(
        self,
        context: RunContextWrapper[Run],
        agent: Agent[Run],
        response: ModelResponse,
    ) -> None:
        """Keep what the turn used."""
        del context, agent
        self._budget.spend(response)


async def relay(events: AsyncIterator[Any], listen: Callable[[Event], None]) -> None:
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
def surfacing(run: Run) -> Iterator[None]:
    """Raise what a tool raised; the runner wraps it in an error of its own."""
    try:
        yield
    except UserError:
        if run.failure is not None:
            raise run.failure from None
        raise
