"""The SDK model that survives what gpt-oss servers send.

Streamed or not, a turn is read, repaired and judged in one way. One that cannot be
used is asked for once more; then it is said that there is no whole answer. Failures of
HTTP are the runner's to try again, as long as nothing was passed on.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import openai
from agents import Model, ModelResponse, ModelSettings, Tool, TResponseInputItem
from agents.agent_output import AgentOutputSchemaBase
from agents.handoffs import Handoff
from agents.items import TResponseStreamEvent
from agents.models.fake_id import FAKE_RESPONSES_ID
from agents.models.interface import ModelTracing
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseReasoningTextDeltaEvent,
    ResponseTextDeltaEvent,
)

from agent.wire.assembly import Assembler, Delta
from agent.wire.items import add_usage, streamed_response, token_count, whole_response
from agent.wire.reading import TOKEN_SECONDS, Reader
from agent.wire.repairs import repair
from agent.wire.reports import report
from agent.wire.request import Request, make_request
from agent.wire.showing import Curtain, Tokens
from agent.wire.turn import Turn
from agent.wire.verdict import Fault, find_fault
from tools.errors import CiteloopError, IncompleteError, ModelError
from tools.run import Noticed, Repaired, TextReplaced

__all__ = ["WireModel"]

_SAMPLES = 2
"""How often a turn is asked for that arrives and cannot be used."""
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_FAR_BELOW = 0.5
"""Share of our estimate; half of a prompt is no error of the estimate any more."""
_LEAST_ESTIMATE = 3000
"""Tokens; Ollama's smallest default window is 2,048, later 4,096."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A turn that can be used, at the end of what was passed on of it."""

    turn: Turn
    requests: int


class WireModel(Model):
    """A model behind the chat completions of an OpenAI-compatible server."""

    def __init__(
        self,
        model: str,
        client: openai.AsyncOpenAI,
        token_seconds: float = TOKEN_SECONDS,
    ) -> None:
        """Ask `model` through a client that makes no retries of its own.

        Args:
            model: The server's name of it.
            client: Stays open when the model is closed.
            token_seconds: For the first token of a stream, and from each to the next.
        """
        self.model = model
        self._reader = Reader(client, token_seconds)
        self._warned = False

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
        """Return the whole response of one turn.

        Raises:
            IncompleteError: no usable turn came, nor at the second time.
            ModelError: the provider failed, or a deadline passed.
            openai.APIError: the request failed.
        """
        del handoffs, tracing, rest
        request = make_request(
            self.model,
            system_instructions,
            input,
            model_settings,
            tools,
            output_schema,
            streamed=False,
        )
        async for piece in self._answer(request):
            if isinstance(piece, _Whole):
                return whole_response(piece.turn, self.model, piece.requests)
        raise AssertionError("an answer ends with its turn")

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
        """Yield reasoning and text as they stream, and the response in the end.

        Raises:
            IncompleteError: no usable turn came, nor at the second time.
            ModelError: the provider failed, or a deadline passed.
            openai.APIError: the request failed.
        """
        del handoffs, tracing, rest
        request = make_request(
            self.model,
            system_instructions,
            input,
            model_settings,
            tools,
            output_schema,
            streamed=True,
        )
        number = 0
        async with aclosing(self._answer(request)) as pieces:
            async for piece in pieces:
                for event in _events(piece, self.model, number):
                    number += 1
                    yield event

    async def _answer(self, request: Request) -> AsyncGenerator[Delta | _Whole]:
        """Yield what can be shown of a turn, and in the end the turn."""
        usage: Mapping[str, Any] | None = None
        failed: Fault | None = None
        for number in range(1, _SAMPLES + 1):
            sample = _Sample(self._reader, request)
            try:
                async with aclosing(sample.deltas()) as deltas:
                    async for delta in deltas:
                        yield delta
                fault = find_fault(sample.turn)
            except openai.APIError as error:
                fault = _weigh(error, sample, failed)
            usage = add_usage(usage, sample.turn.usage)
            if fault is None:
                self._compare(request, sample.turn)
                for delta in sample.settle():
                    yield delta
                yield _Whole(replace(sample.turn, usage=usage), number)
                return
            if number == _SAMPLES or not fault.is_worth_another:
                raise _complaint(fault, self._reader.host)
            _announce(fault, sample)
            failed = fault
            if fault.needs_room:
                used = token_count(sample.turn.usage, "completion_tokens")
                request = request.with_more_room(used)

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


class _Sample:
    """One try at a turn."""

    def __init__(self, reader: Reader, request: Request) -> None:
        self.turn = Turn()
        self.passed_on = False
        """Whether any of it was shown."""
        self._reader = reader
        self._request = request
        self._curtain = Curtain()
        self._thought = Tokens()

    async def deltas(self) -> AsyncGenerator[Delta]:
        """Yield what of a stream can be shown; `turn` is whole after the last one."""
        assembler = Assembler()
        async with aclosing(self._reader.read(self._request)) as several:
            async for payloads in several:
                came = [assembler.add(payload) for payload in payloads]
                if self._request.streamed and (delta := self._uncover(came)):
                    self.passed_on = True
                    yield delta
        turn = assembler.turn()
        if turn.error is not None:
            self.turn = turn
            raise _provider_error(turn.error, self._reader)
        self.turn = repair(turn, self._request.tools, self._request.taken)

    def settle(self) -> list[Delta]:
        """Return what is to be shown still of a turn that can be used."""
        for each in self.turn.repairs:
            report(Repaired(each))
        if not self._request.streamed:
            return []
        rest = self._curtain.settle(self.turn.text)
        if rest is None:
            report(TextReplaced("what was shown of it held the chat protocol"))
            rest = self.turn.text
        delta = Delta(self._thought.end(), rest)
        return [delta] if delta.reasoning or delta.text else []

    @property
    def shown(self) -> str:
        """The text that was passed on."""
        return self._curtain.shown

    def _uncover(self, came: list[Delta]) -> Delta | None:
        """Return what can be shown of the deltas that came together."""
        reasoning = "".join(each.reasoning for each in came)
        text = "".join(each.text for each in came)
        delta = Delta(
            self._thought.let_through(reasoning) if reasoning else "",
            self._curtain.let_through(text) if text else "",
        )
        return delta if delta.reasoning or delta.text else None


def _events(
    piece: Delta | _Whole, model: str, number: int
) -> list[TResponseStreamEvent]:
    """Return the SDK's events for a piece of a turn."""
    if isinstance(piece, _Whole):
        return [
            ResponseCompletedEvent.model_construct(
                response=streamed_response(piece.turn, model, piece.requests),
                sequence_number=number,
                type="response.completed",
            )
        ]
    events: list[TResponseStreamEvent] = []
    if piece.reasoning:
        events.append(
            ResponseReasoningTextDeltaEvent.model_construct(
                content_index=0,
                delta=piece.reasoning,
                item_id=FAKE_RESPONSES_ID,
                output_index=0,
                sequence_number=number,
                type="response.reasoning_text.delta",
            )
        )
    if piece.text:
        events.append(
            ResponseTextDeltaEvent.model_construct(
                content_index=0,
                delta=piece.text,
                item_id=FAKE_RESPONSES_ID,
                logprobs=[],
                output_index=1,
                sequence_number=number + len(events),
                type="response.output_text.delta",
            )
        )
    return events


def _weigh(error: openai.APIError, sample: _Sample, failed: Fault | None) -> Fault:
    """Return what a failed request means for the turn, or raise the failure.

    The runner tries again what failed before anything was passed on. After that it
    cannot, so that the turn is sampled again here, if the failure is one that passes.
    """
    if failed is not None:
        if failed.kind == "failed":
            raise error
        return failed
    if error.code == "tool_use_failed":  # Groq's parser on a call that is none
        return Fault("debris")
    status = error.status_code if isinstance(error, openai.APIStatusError) else 503
    if not sample.passed_on or status not in _PASSING:
        raise error
    return Fault("failed")


def _complaint(fault: Fault, host: str) -> CiteloopError:
    if fault.kind == "failed":
        return ModelError(f"{host}: {fault.explain()}")
    return IncompleteError(fault.explain())


def _announce(fault: Fault, sample: _Sample) -> None:
    """Say that a turn is asked for again, and that what was shown of it is void."""
    turn = sample.turn.repaired("sampled_again", fault.said, "")
    report(Repaired(turn.repairs[-1]))
    if sample.shown:
        report(TextReplaced(fault.said))


def _provider_error(error: Mapping[str, Any], reader: Reader) -> openai.APIError:
    """Return the failure that a response of status 200 holds, as if by its status."""
    metadata = error.get("metadata")
    provider = metadata.get("provider_name") if isinstance(metadata, Mapping) else None
    said = str(error.get("message") or error)
    message = f"{provider}: {said}" if provider else said
    body = {"message": message, "code": error.get("code")}
    response = httpx2.Response(
        _status(error),
        json={"error": body},
        request=httpx2.Request("POST", reader.client.base_url),
    )
    return openai.APIStatusError(message, response=response, body=body)


def _status(error: Mapping[str, Any]) -> int:
    """Return the status that a failure would have had, 502 if it does not say."""
    for name in ("code", "status_code", "status"):
        code = str(error.get(name))
        if code.isdecimal() and 400 <= int(code) < 600:
            return int(code)
    return 400 if error.get("type") == "invalid_request_error" else 502
