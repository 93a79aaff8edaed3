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
from agent.modes.reasons import ModeLeftError, Reason
from agent.wire.estimate import estimate_tokens
from prompts import Prompt, render
from tools.calls.run import Run

__all__ = ["BoundedModel"]

_OVERHEAD = 1500
"""Tokens of the instructions and of the tools' schemas."""
_INVALID_CALLS = 2
"""In a row: one may be a slip, which its error puts right."""
_ANSWER_ROOM = 4096
"""Tokens for reasoning and answer; at most a quarter of the window."""


class BoundedModel(WrappingModel):
    """Passes each call on while the budget lasts, with a prompt that fits.

    Once `run.acceptance.finishing` is set, no limit is looked at any more.
    """

    def __init__(
        self,
        inner: Model,
        run: Run,
        budget: Budget,
        window: int,
        finished: int,
        *,
        prompt: int | None = None,
        leaves: bool = False,
    ) -> None:
        """Wrap `inner` for one run.

        Args:
            inner: What is called.
            run: Its sources are shown again if their text had to be left out.
            budget: Asked before each call.
            window: Tokens that the model can read and write.
            finished: How many of the first items are those of finished questions.
            prompt: Tokens of each prompt, where `inner` makes its own: then all items
                are passed on, for it chooses what of them the model reads.
            leaves: Whether a model that calls its tools wrongly is left for another
                mode.
        """
        super().__init__(inner)
        self.items: list[TResponseInputItem] = []
        """What the latest call was about, before anything was left out."""
        self._run = run
        self._budget = budget
        self._room = window - min(_ANSWER_ROOM, window // 4) - _OVERHEAD
        self._finished = finished
        self._prompt = prompt
        self._leaves = leaves

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
            ModeLeftError: the last calls were no valid ones.
        """
        self.items = call.items()
        seconds = self._budget.depth.turn_seconds
        call = replace(
            call, model_settings=replace(call.model_settings, timeout=seconds)
        )
        if self._run.acceptance.finishing:
            return call
        if reason := self._reason_to_stop():
            self._run.turn -= 1  # this one is not made
            raise reason
        left = "" if self._prompt else self._budget.left()
        return call.with_note(render(Prompt.REMAINING, left=left)) if left else call

    def _reason_to_stop(self) -> LimitReachedError | ModeLeftError | None:
        if self._leaves and self._run.invalid_calls >= _INVALID_CALLS:
            return ModeLeftError(Reason.INVALID_CALLS)
        planned = self._prompt is not None  # a plan ends, whatever it brings
        limit = self._budget.reached(self._tokens_ahead(), stalls=not planned)
        return LimitReachedError(limit) if limit else None

    def _tokens_ahead(self) -> int:
        """Return about how many tokens the next prompt has."""
        if self._prompt is not None:
            return self._prompt
        return estimate_tokens(self._fitted(self.items)) + _OVERHEAD

    def _fit(self, call: ModelCall) -> ModelCall:
        """Return the call with as much of its input as there is room for."""
        return replace(call, input=self._fitted(call.items()))

    def _fitted(self, items: list[TResponseInputItem]) -> list[TResponseInputItem]:
        if self._prompt is not None:
            return items
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
