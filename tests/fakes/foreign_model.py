"""A model of somebody else's, and a call of it."""

from collections.abc import AsyncIterator
from typing import Any

from agents import FunctionTool, Model, ModelResponse, ModelSettings, Usage
from agents.models.interface import ModelTracing

__all__ = ["GIVEN", "ITEMS", "REST", "ForeignModel", "ask"]

ITEMS: list[Any] = [{"role": "user", "content": "What?"}]
TOOL = FunctionTool("search", "Searches.", {"type": "object"}, None, False)  # type: ignore[arg-type]
SCHEMA: Any = object()
HANDOFF: Any = object()
GIVEN: tuple[Any, ...] = (
    "Be brief.", ITEMS, ModelSettings(top_p=0.5), [TOOL], SCHEMA, [HANDOFF],
    ModelTracing.DISABLED,
)  # fmt: skip
"""The seven parameters, each of which can be told from any other."""
REST = {"previous_response_id": "r1", "conversation_id": "c1", "prompt": {"id": "p1"}}


class ForeignModel(Model):
    """A model of somebody else's: it keeps what it is given, and whether it is left."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        """Raised by the first calls, one each."""
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self.events: list[Any] = [Delta("Ye"), Delta("s.")]
        self.left = 0
        self.closed = False

    async def get_response(self, *given: Any, **named: Any) -> ModelResponse:
        self.calls.append((given, named))
        if self.failures:
            raise self.failures.pop(0)
        return ModelResponse(output=[], usage=Usage(), response_id="it")

    async def stream_response(self, *given: Any, **named: Any) -> AsyncIterator[Any]:
        self.calls.append((given, named))
        if self.failures:
            raise self.failures.pop(0)
        try:
            for event in self.events:
                yield event
        finally:
            self.left += 1

    def get_retry_advice(self, request: Any) -> Any:
        return f"advice on {request}"

    async def close(self) -> None:
        self.closed = True


class Delta:
    """An event with a piece of text."""

    type = "response.output_text.delta"

    def __init__(self, delta: str) -> None:
        self.delta = delta


async def ask(model: Model, *, stream: bool) -> Any:
    """Return the response of a model, or its events."""
    if not stream:
        return await model.get_response(*GIVEN, **REST)
    return [event async for event in model.stream_response(*GIVEN, **REST)]
