"""A model without a network: it plans by rules and answers only by quoting.

It is an SDK `Model` like any other, so it makes native tool calls through the same
loop: a search for each part of the question, other words where the scores are weak, a
look into the document where a passage is cut, and an answer from the best sentences.
Where nothing fits, it abstains.
"""

import time
from collections.abc import AsyncIterator
from functools import partial
from uuid import uuid4

from agents import ModelResponse, Usage
from agents.items import TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
)

from agent.endpoints.endpoint import EXTRACTIVE
from agent.extractive.plan import Plan, find_subjects, read_items
from agent.extractive.quoting import FITTING, best_sentences
from agent.model_call import CalledModel, ModelCall
from tools.embedding.embedder import Embedder
from tools.threads import off_loop

__all__ = ["ExtractiveModel"]


class ExtractiveModel(CalledModel):
    """Answers by quoting; deterministic, and the same streaming or not."""

    model = EXTRACTIVE

    def __init__(self, embedder: Embedder, fitting: float = FITTING) -> None:
        """Take the embedder of the library, to judge sentences by meaning.

        Args:
            embedder: The library's own.
            fitting: The merit below which no sentence is quoted.
        """
        self._judge = partial(best_sentences, embedder=embedder, fitting=fitting)

    async def respond(self, call: ModelCall) -> ModelResponse:
        """Return the next tool calls."""
        calls = await off_loop(self._decide, call)
        return ModelResponse(output=list(calls), usage=Usage(), response_id=None)

    async def stream(self, call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the next tool calls as one finished response."""
        calls = await off_loop(self._decide, call)
        response = Response(
            id=f"resp_{uuid4().hex}",
            created_at=time.time(),
            model=EXTRACTIVE,
            object="response",
            output=list(calls),
            parallel_tool_calls=True,
            tool_choice="auto",
            tools=[],
        )
        yield ResponseCompletedEvent(
            response=response, sequence_number=0, type="response.completed"
        )

    def _decide(self, call: ModelCall) -> list[ResponseFunctionToolCall]:
        question, before, calls = read_items(call.input)
        plan = Plan(find_subjects(question, before), calls, self._judge)
        return plan.next_calls()
