"""A model as a checker: the one that answers, or another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import httpx2
import openai
from agents import ItemHelpers, ModelResponse, ModelSettings
from agents.exceptions import AgentsException
from openai.types.responses import ResponseOutputMessage

from agent.checking.asking import PairsAsked
from agent.endpoints.diagnosing import named_failures
from agent.endpoints.remedies import one_line
from agent.endpoints.retried_model import RetriedModel, ServedModel
from agent.endpoints.statuses import refuses_schema
from agent.wire.items import wasted_response
from agent.wire.verdict import FaultyTurnError
from tools.errors import ModelError
from tools.grounding.support.finding import Pair, Reading

__all__ = ["ModelChecker"]

_MAX_OUTPUT = 8192
"""Tokens of a reply with its reasoning, unless the settings say otherwise."""


class ModelChecker:
    """Asks a model once for all sentences of a draft; it streams nothing."""

    def __init__(
        self,
        served: Callable[[], ServedModel | None],
        settings: ModelSettings,
        *,
        room: int,
        retry_seconds: float,
        permits: Callable[[int], bool] = lambda _: True,
        spend: Callable[[ModelResponse], None] = lambda _: None,
    ) -> None:
        """Take a model; nothing is sent before the first sentence is unclear.

        Args:
            served: Returns the model that is asked now, None for nobody.
            settings: How it is asked.
            room: Tokens that sentences and quotes may take together.
            retry_seconds: The longest pause before a request is made again.
            permits: Returns whether a prompt of so many tokens may be sent.
            spend: Called with each response, for what it took.
        """
        self._served = served
        self._settings = settings
        self._room = room
        self._retry_seconds = retry_seconds
        self._permits = permits
        self._spend = spend
        self._takes_schema = True

    @property
    def identity(self) -> str:
        """The model's name."""
        served = self._served()
        return served.name if served else "nobody"

    async def read(self, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
        """Return what the model says of pairs.

        Raises:
            CiteloopError: it could not be asked, or gave nothing that can be used.
        """
        served = self._served()
        asked = PairsAsked.of(pairs, self._room)
        if served is None or not asked.pairs or not self._permits(asked.tokens):
            return {}
        try:
            with named_failures(lambda: served.endpoint):
                response = await self._ask(served, asked)
        except FaultyTurnError as error:
            self._spend(wasted_response(error.usage, error.requests))
            raise
        except (AgentsException, openai.OpenAIError, httpx2.TransportError) as error:
            raise ModelError(one_line(str(error))) from error
        self._spend(response)
        return asked.read(_text_of(response))

    async def _ask(self, served: ServedModel, asked: PairsAsked) -> ModelResponse:
        """Return the response; without a schema, if the server takes none.

        The model is tried again by itself: that it fails at this is no reason to give
        it up for the answer.
        """
        model = RetriedModel([served], self._retry_seconds)
        most = self._settings.max_tokens or _MAX_OUTPUT
        settings = replace(self._settings, max_tokens=most)
        try:
            call = asked.call(settings, takes_schema=self._takes_schema)
            return await call.ask(model)
        except openai.APIStatusError as error:
            if not self._takes_schema or not refuses_schema(error):
                raise
            self._takes_schema = False
            return await asked.call(settings, takes_schema=False).ask(model)


def _text_of(response: ModelResponse) -> str:
    messages = (e for e in response.output if isinstance(e, ResponseOutputMessage))
    return "".join(ItemHelpers.extract_text(each) or "" for each in messages)
