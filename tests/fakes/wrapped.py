"""A scripted model whose calls something happens to before."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from agents import Model, ModelResponse
from agents.testing import ScriptedModel

__all__ = ["Wrapped"]


class Wrapped(Model):
    """A scripted model whose calls something happens to before."""

    def __init__(self, inner: ScriptedModel, **changes: Any) -> None:
        self.inner = inner
        self.changes = changes
        self.number = 0

    async def before(self, items: Any, tools: Any) -> None:
        """Do nothing."""

    async def get_response(self, *given: Any, **named: Any) -> ModelResponse:
        self.number += 1
        await self.before(given[1], given[3])
        response = await self.inner.get_response(*given, **named)
        return replace(response, **self.changes)

    async def stream_response(self, *given: Any, **named: Any) -> AsyncIterator[Any]:
        self.number += 1
        await self.before(given[1], given[3])
        async for event in self.inner.stream_response(*given, **named):
            yield event
