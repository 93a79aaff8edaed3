"""One call of a model as one record, and what our own models are made of.

The SDK hands a model seven parameters and some more by name, in two ways: for a whole
response and for a stream. They stand here and nowhere else; our models say what they do
with a `ModelCall` in `respond` and `stream`.
"""

from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from agents import (
    AgentOutputSchemaBase,
    Handoff,
    Model,
    ModelResponse,
    ModelSettings,
    ModelTracing,
    Tool,
    TResponseInputItem,
)
from agents.items import TResponseStreamEvent

if TYPE_CHECKING:
    from agents import ModelRetryAdvice, ModelRetryAdviceRequest

__all__ = [
    "CalledModel",
    "ModelCall",
    "TextSchema",
    "WrappingModel",
    "object_schema",
]


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What a model is asked: the SDK's parameters, in the SDK's order."""

    system_instructions: str | None
    input: str | list[TResponseInputItem]
    model_settings: ModelSettings
    tools: list[Tool]
    output_schema: AgentOutputSchemaBase | None
    handoffs: list[Handoff]
    tracing: ModelTracing
    rest: Mapping[str, Any] = field(default_factory=dict)
    """What is only ever given by name, as it came: `previous_response_id`,
    `conversation_id`, `prompt`."""

    @classmethod
    def of(cls, *given: Any, **named: Any) -> Self:
        """Return the call that the SDK makes with these arguments."""
        known = {name: named.pop(name) for name in _PARAMETERS if name in named}
        return cls(*given, **known | {"rest": named})

    async def ask(self, model: Model) -> ModelResponse:
        """Return the whole response of a model to this call."""
        return await model.get_response(*self._given(), **self.rest)

    def stream_from(
        self, model: Model
    ) -> AbstractAsyncContextManager[AsyncIterator[TResponseStreamEvent]]:
        """Return the events of a model's response; left early, the stream is closed.

        Nothing is asked before the first event is.
        """
        stream: Any = model.stream_response(*self._given(), **self.rest)
        return aclosing(stream)

    def items(self) -> list[TResponseInputItem]:
        """Return the input as items, in a list that is the caller's own."""
        if isinstance(self.input, str):
            return [{"role": "user", "content": self.input}]
        return list(self.input)

    def with_note(self, note: str) -> Self:
        """Return the same call with a word to the model at its end."""
        return replace(self, input=[*self.items(), {"role": "user", "content": note}])

    def _given(self) -> list[Any]:
        return [getattr(self, name) for name in _PARAMETERS]


_PARAMETERS = tuple(each.name for each in fields(ModelCall) if each.name != "rest")
"""Those that are given by place."""


class CalledModel(Model):
    """A model that takes a call as one record."""

    @abstractmethod
    async def respond(self, call: ModelCall) -> ModelResponse:
        """Return the whole response of one turn."""

    @abstractmethod
    def stream(self, call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the events of one turn as they stream."""

    async def get_response(self, *given: Any, **named: Any) -> ModelResponse:
        """Take the SDK's parameters, and respond."""
        return await self.respond(ModelCall.of(*given, **named))

    def stream_response(
        self, *given: Any, **named: Any
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Take the SDK's parameters, and return the stream itself."""
        return self.stream(ModelCall.of(*given, **named))


class WrappingModel(CalledModel):
    """A model that asks another one, and leaves to it whatever is no call."""

    def __init__(self, inner: Model) -> None:
        """Wrap a model, which may be anybody's."""
        self.inner = inner
        """The model that is asked."""

    def get_retry_advice(
        self, request: "ModelRetryAdviceRequest"
    ) -> "ModelRetryAdvice | None":
        """Return what the wrapped model advises."""
        return self.inner.get_retry_advice(request)

    async def close(self) -> None:
        """Close the wrapped model."""
        await self.inner.close()


@dataclass(frozen=True)
class TextSchema(AgentOutputSchemaBase):
    """A JSON schema that a server holds a model's text to; the text stays a text."""

    title: str
    """What is described."""
    schema: Mapping[str, Any]

    def is_plain_text(self) -> bool:
        """Whether no schema is sent; one is."""
        return False

    def name(self) -> str:
        """Return the name of what is described."""
        return self.title

    def is_strict_json_schema(self) -> bool:
        """Whether every field is required, and none besides is allowed."""
        return True

    def json_schema(self) -> dict[str, Any]:
        """Return the schema."""
        return dict(self.schema)

    def validate_json(self, json_str: str) -> Any:
        """Return the text: what it says is read by whoever asked."""
        return json_str


def object_schema(**fields: Any) -> dict[str, Any]:
    """Return the schema of an object with these fields, in this order, and no other."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
