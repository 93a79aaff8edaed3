"""The model in the loop: the SDK's, within the budget and the model's window."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openai
from agents import Model, ModelResponse, ModelSettings, Tool, TResponseInputItem
from agents.agent_output import AgentOutputSchemaBase
from agents.handoffs import Handoff
from agents.items import TResponseStreamEvent
from agents.models.interface import ModelTracing

from agent.endpoints.statuses import is_overflow
from agent.loop.budget import Budget
from agent.loop.compaction import compact
from agent.loop.deadlines import LimitReachedError
from agent.wire.estimate import estimate_tokens
from prompts import Prompt, render
from tools.calls.run import Run

if TYPE_CHECKING:
    from agents.retry import ModelRetryAdvice, ModelRetryAdviceRequest

__all__ = ["LoopModel"]

_OVERHEAD = 1500
"""Tokens of the instructions and of the tools' schemas."""
_ANSWER_ROOM = 4096
"""Tokens for reasoning and answer; at most a quarter of the window."""


class LoopModel(Model):
    """Passes each call on while the budget lasts, with a prompt that fits.

    Once `run.acceptance.finishing` is set, no limit is looked at any more.
    """

    def __init__(
        self, inner: Model, run: Run, budget: Budget, window: int, finished: int
    ) -> None:
        """Wrap `inner` for one run.

        Args:
            inner: What is called.
            run: Its sources are shown again if their text had to be left out.
            budget: Asked before each call.
            window: Tokens that the model can read and write.
            finished: How many of the first items are those of finished questions.
        """
        self.items: list[TResponseInputItem] = []
        """What the latest call was about, before anything was left out."""
        self._inner = inner
        self._run = run
        self._budget = budget
        self._room = window - min(_ANSWER_ROOM, window // 4) - _OVERHEAD
        self._finished = finished

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
        items = self._prepare(input)
        model_settings = self._timed(model_settings)

        async def call() -> ModelResponse:
            return await self._inner.get_response(
                system_instructions,
                self._fitted(items),
                model_settings,
                tools,
                output_schema,
                handoffs,
                tracing,
                **rest,
            )

        try:
            return await call()
        except openai.APIStatusError as error:
            self._shrink(items, error)
            return await call()

    async def stream_response(
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
        items = self._prepare(input)
        model_settings = self._timed(model_settings)

        def call() -> AsyncIterator[TResponseStreamEvent]:
            return self._inner.stream_response(
                system_instructions,
                self._fitted(items),
                model_settings,
                tools,
                output_schema,
                handoffs,
                tracing,
                **rest,
            )

        try:
            async for event in call():
                yield event
        except openai.APIStatusError as error:
            self._shrink(items, error)  # it came before any event
            async for event in call():
                yield event

    def get_retry_advice(
        self, request: "ModelRetryAdviceRequest"
    ) -> "ModelRetryAdvice | None":
        """Return what the wrapped model advises."""
        return self._inner.get_retry_advice(request)

    async def close(self) -> None:
        """Close the wrapped model."""
        await self._inner.close()

    def _prepare(
        self, given: str | list[TResponseInputItem]
    ) -> list[TResponseInputItem]:
        """Return the items of a call that may be made.

        Raises:
            LimitReachedError: it may not.
        """
        items = self.items = _items(given)
        if self._run.acceptance.finishing:
            return items
        tokens = estimate_tokens(self._fitted(items)) + _OVERHEAD
        if reason := self._budget.reached(tokens):
            self._run.turn -= 1  # this one is not made
            raise LimitReachedError(reason)
        left = self._budget.left()
        if not left:
            return items
        note = render(Prompt.REMAINING, left=left)
        return [*items, {"role": "user", "content": note}]

    def _timed(self, settings: ModelSettings) -> ModelSettings:
        """Return the settings with the time of a turn.

        The wrapped model keeps to it: the runner's own watch over a stream costs a
        task for each event.
        """
        return replace(settings, timeout=self._budget.depth.turn_seconds)

    def _fitted(self, items: list[TResponseInputItem]) -> list[TResponseInputItem]:
        compacted = compact(items, self._room, self._finished)
        if compacted.hidden:
            self._run.hide(set(compacted.hidden))
        return compacted.items

    def _shrink(
        self, items: list[TResponseInputItem], error: openai.APIStatusError
    ) -> None:
        """Take half of a prompt for what fits, if it was refused for its length."""
        if not is_overflow(error):
            raise error
        self._room = min(self._room, estimate_tokens(self._fitted(items))) // 2


def _items(given: str | list[TResponseInputItem]) -> list[TResponseInputItem]:
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return list(given)
