"""The model in the loop: the SDK's, within the budget and the model's window."""

from collections.abc import AsyncIterator
from dataclasses import replace

import openai
from agents import Model, ModelResponse, TResponseInputItem
from agents.items import TResponseStreamEvent

from agent.endpoints.statuses import is_overflow
from agent.loop.budget import Budget
from agent.loop.compaction import compact
from agent.loop.deadlines import LimitReachedError
from agent.model_call import ModelCall, WrappingModel
from agent.wire.estimate import estimate_tokens
from prompts import Prompt, render
from tools.calls.run import Run

__all__ = ["BoundedModel"]

_OVERHEAD = 1500
"""Tokens of the instructions and of the tools' schemas."""
_ANSWER_ROOM = 4096
"""Tokens for reasoning and answer; at most a quarter of the window."""


class BoundedModel(WrappingModel):
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
        super().__init__(inner)
        self.items: list[TResponseInputItem] = []
        """What the latest call was about, before anything was left out."""
        self._run = run
        self._budget = budget
        self._room = window - min(_ANSWER_ROOM, window // 4) - _OVERHEAD
        self._finished = finished

    async def respond(self, call: ModelCall) -> ModelResponse:
        """Return the whole response of one turn."""
        call = self._prepare(call)
        try:
            return await self._fit(call).ask(self.inner)
        except openai.APIStatusError as error:
            self._shrink(call, error)
            return await self._fit(call).ask(self.inner)

    async def stream(self, call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the events of one turn as they stream."""
        call = self._prepare(call)
        try:
            async with self._fit(call).stream_from(self.inner) as events:
                async for event in events:
                    yield event
        except openai.APIStatusError as error:
            self._shrink(call, error)  # it came before any event
            async with self._fit(call).stream_from(self.inner) as events:
                async for event in events:
                    yield event

    def _prepare(self, call: ModelCall) -> ModelCall:
        """Return a call that may be made, with the time of a turn.

        The wrapped model keeps to that time: the runner's own watch over a stream costs
        a task for each event.

        Raises:
            LimitReachedError: it may not be made.
        """
        self.items = call.items()
        seconds = self._budget.depth.turn_seconds
        call = replace(
            call, model_settings=replace(call.model_settings, timeout=seconds)
        )
        if self._run.acceptance.finishing:
            return call
        tokens = estimate_tokens(self._fitted(self.items)) + _OVERHEAD
        if reason := self._budget.reached(tokens):
            self._run.turn -= 1  # this one is not made
            raise LimitReachedError(reason)
        left = self._budget.left()
        return call.with_note(render(Prompt.REMAINING, left=left)) if left else call

    def _fit(self, call: ModelCall) -> ModelCall:
        """Return the call with as much of its input as there is room for."""
        return replace(call, input=self._fitted(call.items()))

    def _fitted(self, items: list[TResponseInputItem]) -> list[TResponseInputItem]:
        compacted = compact(items, self._room, self._finished)
        if compacted.hidden:
            self._run.hide(set(compacted.hidden))
        return compacted.items

    def _shrink(self, call: ModelCall, error: openai.APIStatusError) -> None:
        """Take half of a prompt for what fits, if it was refused for its length."""
        if not is_overflow(error):
            raise error
        sent = estimate_tokens(self._fitted(call.items()))
        self._room = min(self._room, sent) // 2
