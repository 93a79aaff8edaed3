"""The model in the loop: the SDK's, with the last turn made the last."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from agents import Model, ModelResponse, ModelSettings, Tool, TResponseInputItem
from agents.agent_output import AgentOutputSchemaBase
from agents.handoffs import Handoff
from agents.items import TResponseStreamEvent
from agents.models.interface import ModelTracing

from prompts import Prompt, render
from tools.run import Run

if TYPE_CHECKING:
    from agents.retry import ModelRetryAdvice, ModelRetryAdviceRequest

__all__ = ["LoopModel"]

_FINAL = "final_answer"


class LoopModel(Model):
    """Passes each call on; in the last turn only `final_answer` is left to call.

    A model that is told so and answers in plain text is understood as well, so the
    loop ends in an answer at any depth.
    """

    def __init__(self, inner: Model, run: Run, max_turns: int) -> None:
        """Wrap `inner` for one run."""
        self._inner = inner
        self._run = run
        self._max_turns = max_turns

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 (the SDK's name)
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        **rest: Any,
    ) -> ModelResponse:
        """Return the whole response of one turn."""
        items, tools = self._prepare(input, tools)
        return await self._inner.get_response(
            system_instructions,
            items,
            model_settings,
            tools,
            output_schema,
            handoffs,
            tracing,
            **rest,
        )

    def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 (the SDK's name)
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        **rest: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Return the events of one turn as they stream."""
        items, tools = self._prepare(input, tools)
        return self._inner.stream_response(
            system_instructions,
            items,
            model_settings,
            tools,
            output_schema,
            handoffs,
            tracing,
            **rest,
        )

    def get_retry_advice(
        self, request: "ModelRetryAdviceRequest"
    ) -> "ModelRetryAdvice | None":
        """Return what the wrapped model advises."""
        return self._inner.get_retry_advice(request)

    async def close(self) -> None:
        """Close the wrapped model."""
        await self._inner.close()

    def _prepare(
        self, given: str | list[TResponseInputItem], tools: list[Tool]
    ) -> tuple[list[TResponseInputItem], list[Tool]]:
        items = _items(given)
        if self._run.turn < self._max_turns:
            return items, tools
        self._run.finishing = True
        text = render(
            Prompt.FINISH,
            reason=f"this is the last of {self._max_turns} turns",
            question=self._run.question,
        )
        left = [tool for tool in tools if tool.name == _FINAL]
        return [*items, {"role": "user", "content": text}], left


def _items(given: str | list[TResponseInputItem]) -> list[TResponseInputItem]:
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return list(given)
