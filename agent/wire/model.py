"""The SDK model that survives what gpt-oss servers send.

Streamed or not, a turn is read, repaired and judged in one way. One that cannot be used
is asked for once more; then it is said that there is no whole answer. Failures of HTTP,
and those that a provider reports within a response, are raised:
`agent.endpoints.retried_model` tries them again.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import openai
from agents import ModelResponse
from agents.items import TResponseStreamEvent
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseReasoningTextDeltaEvent,
    ResponseTextDeltaEvent,
)

from agent.events.events import Noticed, Repaired
from agent.events.hearing import report
from agent.events.repair import Repair
from agent.model_call import CalledModel, ModelCall
from agent.wire.assembly import Delta
from agent.wire.attempt import Attempt
from agent.wire.items import NO_ID, streamed_response, whole_response
from agent.wire.reading import TOKEN_SECONDS, Reader
from agent.wire.request import Request, make_request
from agent.wire.turns.turn import Turn
from agent.wire.usage import add_usage, token_count
from agent.wire.verdict import Fault, FaultyTurnError
from tools.errors import CiteloopError, ModelError

__all__ = ["WireModel"]

_ATTEMPTS = 2
"""How often a turn is asked for that arrives and cannot be used."""
_FAR_BELOW = 0.5
"""Share of our estimate; half of a prompt is no error of the estimate any more."""
_LEAST_ESTIMATE = 3000
"""Tokens; Ollama's smallest default window is 2,048, later 4,096."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A turn that can be used, at the end of what was passed on of it."""

    turn: Turn
    requests: int


class WireModel(CalledModel):
    """A model behind the chat completions of an OpenAI-compatible server."""

    def __init__(
        self,
        model: str,
        client: openai.AsyncOpenAI,
        token_seconds: float = TOKEN_SECONDS,
        *,
        corrects_calls: bool = True,
    ) -> None:
        """Ask `model` through a client that makes no retries of its own.

        Args:
            model: The server's name of it.
            client: Stays open when the model is closed.
            token_seconds: For the first token of a stream, and from each to the next.
            corrects_calls: Whether a model that writes a call among its words is asked
                for it once more; else that is what the question is told at once.
        """
        self.model = model
        self._corrects_calls = corrects_calls
        self._reader = Reader(client, token_seconds)
        self._warned = False

    async def respond(self, call: ModelCall) -> ModelResponse:
        """Return the whole response of one turn.

        Raises:
            IncompleteError: no usable turn came, nor at the second time.
            ModelError: the provider failed, or a deadline passed.
            openai.APIError: the request failed.
        """
        request = make_request(self.model, call, streamed=False)
        async for piece in self._answer(request):
            if isinstance(piece, _Whole):
                return whole_response(piece.turn, self.model, piece.requests)
        raise AssertionError("an answer ends with its turn")

    async def stream(self, call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        """Yield reasoning and text as they stream, and the response in the end.

        Raises:
            IncompleteError: no usable turn came, nor at the second time.
            ModelError: the provider failed, or a deadline passed.
            openai.APIError: the request failed.
        """
        request = make_request(self.model, call, streamed=True)
        number = 0
        async with aclosing(self._answer(request)) as pieces:
            async for piece in pieces:
                for event in _events(piece, self.model, number):
                    number += 1
                    yield event

    async def _answer(self, request: Request) -> AsyncGenerator[Delta | _Whole]:
        """Yield what can be shown of a turn, and in the end the turn."""
        usage: Mapping[str, Any] | None = None
        fault: Fault | None = None
        for number in range(1, _ATTEMPTS + 1):
            attempt = Attempt(self._reader, request, after=fault)
            async with aclosing(attempt.deltas()) as deltas:
                async for delta in deltas:
                    yield delta
            usage = add_usage(usage, attempt.turn.usage)
            fault = attempt.fault
            if fault is None:
                self._compare(request, attempt.turn)
                yield _Whole(replace(attempt.turn, usage=usage), number)
                return
            if number == _ATTEMPTS or not self._is_worth_another(fault):
                raise _complaint(fault, self._reader.host, usage, number)
            report(Repaired(Repair(kind="sampled_again", before=fault.said, after="")))
            if fault.note:
                request = request.with_note(attempt.turn.text, fault.note)
            if fault.needs_room:
                used = token_count(attempt.turn.usage, "completion_tokens")
                request = request.with_more_room(used)

    def _is_worth_another(self, fault: Fault) -> bool:
        """Whether the model is asked once more after such a turn."""
        if fault.kind == "written_call":
            return self._corrects_calls
        return fault.is_worth_another

    def _compare(self, request: Request, turn: Turn) -> None:
        """Say once that the server reads far less than it was sent.

        Ollama cuts a prompt that is longer than its window without a word.
        """
        read = token_count(turn.usage, "prompt_tokens")
        if self._warned or not read:
            return
        estimate = request.estimated_tokens()
        if estimate < _LEAST_ESTIMATE or read > _FAR_BELOW * estimate:
            return
        self._warned = True
        report(
            Noticed(
                f"{self._reader.host} read {read:,} tokens of a prompt of about "
                f"{estimate:,}: it cuts off what is beyond its window. Give it a "
                "larger one (Ollama: OLLAMA_CONTEXT_LENGTH), or set context_window to "
                "what it has."
            )
        )


def _events(
    piece: Delta | _Whole, model: str, number: int
) -> list[TResponseStreamEvent]:
    """Return the SDK's events for a piece of a turn."""
    if isinstance(piece, _Whole):
        return [
            ResponseCompletedEvent(
                response=streamed_response(piece.turn, model, piece.requests),
                sequence_number=number,
                type="response.completed",
            )
        ]
    events: list[TResponseStreamEvent] = []
    if piece.reasoning:
        events.append(
            ResponseReasoningTextDeltaEvent(
                content_index=0,
                delta=piece.reasoning,
                item_id=NO_ID,
                output_index=0,
                sequence_number=number,
                type="response.reasoning_text.delta",
            )
        )
    if piece.text:
        events.append(
            ResponseTextDeltaEvent(
                content_index=0,
                delta=piece.text,
                item_id=NO_ID,
                logprobs=[],
                output_index=1,
                sequence_number=number + len(events),
                type="response.output_text.delta",
            )
        )
    return events


def _complaint(
    fault: Fault, host: str, usage: Mapping[str, Any] | None, requests: int
) -> CiteloopError:
    if fault.kind == "failed":
        return ModelError(f"{host}: {fault.explain()}")
    return FaultyTurnError(fault, usage, requests)
