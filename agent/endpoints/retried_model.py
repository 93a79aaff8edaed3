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
from dataclasses import dataclass, replace

import httpx2
import openai
from agents import Model, ModelResponse, ModelSettings
from agents.items import TResponseStreamEvent

from agent.endpoints.diagnosing import diagnose
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.failure import ServerFailure
from agent.endpoints.statuses import is_overflow
from agent.events.events import Noticed, TextReplaced
from agent.events.hearing import report
from agent.model_call import CalledModel, ModelCall
from prompts import Prompt, render
from tools.errors import ModelError, UsageError

__all__ = ["RetriedModel", "ServedModel"]

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
class ServedModel:
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


class RetriedModel(CalledModel):
    """One or more models for one question, each tried until it is given up.

    A model that was given up is not asked again for this question. What may be tried
    again is tried here, so that the runner gets no advice; the models are left open,
    for they serve more than this question.
    """

    def __init__(self, models: Sequence[ServedModel], longest_wait: float) -> None:
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
    def served(self) -> ServedModel:
        """The model that is asked now."""
        return self._models[0]

    async def respond(self, call: ModelCall) -> ModelResponse:
        """Return the response of the first try that succeeds."""
        tries = _Tries(self, call)
        while True:
            try:
                return await tries.due().ask(self.served.model)
            except _FAILURES as error:
                await tries.give_up_or_wait(error)

    async def stream(self, call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the events of the tries until one of them succeeds.

        The runner takes the response from the last event, which only a try that
        succeeds has; that the text of a failed one is void is said.
        """
        tries = _Tries(self, call)
        while True:
            stream = tries.due().stream_from(self.served.model)
            shown = False
            try:
                async with stream as events:
                    async for event in events:
                        shown = shown or event.type == "response.output_text.delta"
                        yield event
            except _FAILURES as error:
                await tries.give_up_or_wait(error)
                if shown:
                    report(TextReplaced("the connection broke"))
            else:
                return

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


class _Tries:
    """The tries of one call, counted."""

    def __init__(self, model: RetriedModel, call: ModelCall) -> None:
        self._model = model
        self._call = call
        self._made = 0
        self._note: str | None = None

    def due(self) -> ModelCall:
        """Return the call as its server wants it, with a word on the try before."""
        call = self._call if self._note is None else self._call.with_note(self._note)
        adjusted = self._model.served.adjust(call.model_settings)
        return replace(call, model_settings=adjusted)

    async def give_up_or_wait(self, error: Exception) -> None:
        """Return when the next try is due.

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
