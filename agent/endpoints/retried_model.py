"""Makes a model call again where that may help, then asks the next model.

The one place where model calls are tried again: the client tries none, and neither does
the runner, for with two layers three attempts become six.

The loop is spelled out: tenacity's attempts take what closes a stream (GeneratorExit)
for a failure, and what was shown of a stream that failed has to be called void.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import openai
from agents import Model, ModelResponse, ModelSettings, Tool, TResponseInputItem
from agents.agent_output import AgentOutputSchemaBase
from agents.handoffs import Handoff
from agents.items import TResponseStreamEvent
from agents.models.interface import ModelTracing

from agent.endpoints.diagnosing import diagnose
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.failure import ServerFailure
from agent.endpoints.statuses import is_overflow
from agent.events.events import Noticed, TextReplaced
from agent.events.hearing import report
from prompts import Prompt, render
from tools.errors import ModelError, UsageError

if TYPE_CHECKING:
    from agents.retry import ModelRetryAdvice, ModelRetryAdviceRequest

__all__ = ["RetriedModel", "Served"]

_FIRST_WAIT = 0.5
"""Seconds; each further one is twice as long."""
_FAILURES = (
    openai.OpenAIError,
    httpx2.TransportError,
    json.JSONDecodeError,
    ModelError,
    UsageError,
)
"""What a call can raise that may be the server's fault; `diagnose` tells."""


@dataclass(frozen=True, slots=True)
class Served:
    """A model, and where it is served."""

    model: Model
    endpoint: Endpoint | None
    """None for a model that is given from outside."""
    adjust: Callable[[ModelSettings], ModelSettings] = lambda settings: settings
    """Returns the settings of a call as its server wants them."""

    @property
    def name(self) -> str:
        """The model's name, at its server if it has one."""
        if self.endpoint is not None:
            return self.endpoint.model
        return str(getattr(self.model, "model", type(self.model).__name__))


class RetriedModel(Model):
    """One or more models for one question, each tried until it is given up.

    A model that was given up is not asked again for this question.
    """

    def __init__(self, models: Sequence[Served], longest_wait: float) -> None:
        """Take the models in the order in which they are asked.

        Args:
            models: At least one.
            longest_wait: Seconds; a server that asks for more is given up.
        """
        self.given_up: list[str] = []
        """The models that failed, each with the reason."""
        self._models = list(models)
        self._longest_wait = longest_wait

    @property
    def served(self) -> Served:
        """The model that is asked now."""
        return self._models[0]

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
        """Return the response of the first call that succeeds."""
        attempts = _Attempts(self)
        while True:
            served = self.served
            try:
                return await served.model.get_response(
                    system_instructions,
                    attempts.input(input),
                    served.adjust(model_settings),
                    tools,
                    output_schema,
                    handoffs,
                    tracing,
                    **rest,
                )
            except _FAILURES as error:
                await attempts.give_up_or_wait(error)

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
        """Return the events of the calls until one of them succeeds.

        The runner takes the response from the last event, which only a call that
        succeeds has; that the text of a failed one is void is said.
        """
        attempts = _Attempts(self)
        while True:
            served = self.served
            stream: Any = served.model.stream_response(
                system_instructions,
                attempts.input(input),
                served.adjust(model_settings),
                tools,
                output_schema,
                handoffs,
                tracing,
                **rest,
            )
            shown = False
            try:
                async with aclosing(stream) as events:
                    async for event in events:
                        shown = shown or event.type == "response.output_text.delta"
                        yield event
            except _FAILURES as error:
                await attempts.give_up_or_wait(error)
                if shown:
                    report(TextReplaced("the connection broke"))
            else:
                return

    def get_retry_advice(
        self, request: "ModelRetryAdviceRequest"
    ) -> "ModelRetryAdvice | None":
        """Return none: what may be tried again was tried here."""
        del request
        return None

    async def close(self) -> None:
        """Leave the models open, for they serve more than this question."""

    def longest_wait(self) -> float:
        """Return the seconds that no pause may exceed."""
        return self._longest_wait

    def ask_the_next(self, failure: ServerFailure) -> bool:
        """Go on with the next model; return whether there is one."""
        if len(self._models) == 1 or not failure.elsewhere:
            return False
        before = self._models.pop(0).name
        self.given_up.append(f"{before}: {failure.told}")
        report(Noticed(f"{before} is given up, {self.served.name} is asked."))
        return True


class _Attempts:
    """Counts the attempts of one call."""

    def __init__(self, model: RetriedModel) -> None:
        self._model = model
        self._made = 0
        self._note: str | None = None

    def input(
        self, given: str | list[TResponseInputItem]
    ) -> str | list[TResponseInputItem]:
        """Return what is sent: as given, or with a word on the call before."""
        if self._note is None:
            return given
        items: list[TResponseInputItem] = (
            [{"role": "user", "content": given}]
            if isinstance(given, str)
            else list(given)
        )
        return [*items, {"role": "user", "content": self._note}]

    async def give_up_or_wait(self, error: Exception) -> None:
        """Return when the next attempt is due.

        Raises:
            Exception: none is; the error as it came, or what it means.
        """
        failure = None if is_overflow(error) else diagnose(error, self._endpoint)
        if failure is None:
            raise error
        longest = self._model.longest_wait()
        if self._made >= failure.retries or (failure.wait or 0) > longest:
            if self._model.ask_the_next(failure):
                self._made, self._note = 0, None
                return
            if isinstance(error, json.JSONDecodeError | httpx2.TransportError):
                raise failure.told from error
            raise error
        if failure.unread_call is not None:
            self._note = render(Prompt.UNREAD_CALL, written=failure.unread_call)
        pause = min(_FIRST_WAIT * 2**self._made, longest)
        self._made += 1
        await asyncio.sleep(failure.wait or pause * random.uniform(0.8, 1.0))  # noqa: S311 (spreads load)

    @property
    def _endpoint(self) -> Endpoint | None:
        return self._model.served.endpoint
