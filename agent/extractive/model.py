"""A model without a network: it plans by rules and answers only by quoting.

It is an SDK `Model` like any other, so it makes native tool calls through the same
loop: a search for each part of the question, other words where the scores are weak, a
look into the document where a passage is cut, and an answer from the best sentences.
Where nothing fits, it abstains.
"""

from collections.abc import AsyncIterator, Sequence
from functools import partial

from agents import ModelResponse, Usage
from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseFunctionToolCall

from agent.endpoints.endpoint import EXTRACTIVE
from agent.extractive.fitting import Fit
from agent.extractive.items import completed, planned_response
from agent.extractive.plan import Plan, read_items
from agent.extractive.quoting import FITTING, best_sentences
from agent.extractive.reading import ReadQuestion, read_question
from agent.extractive.spelling import Spelling
from agent.model_call import CalledModel, ModelCall
from tools.embedding.embedder import Embedder
from tools.evidence.shown import ShownSource
from tools.library.library import Library
from tools.threads import off_loop

__all__ = ["ExtractiveModel"]


class ExtractiveModel(CalledModel):
    """Answers by quoting; deterministic, and the same streaming or not."""

    model = EXTRACTIVE

    def __init__(
        self,
        embedder: Embedder,
        fitting: float = FITTING,
        library: Library | None = None,
    ) -> None:
        """Take the embedder of the library, to judge by meaning.

        Args:
            embedder: The library's own.
            fitting: How likely a place must be to answer to be quoted.
            library: Whose words a misspelt question is read with; None for none.
        """
        self._judge = partial(best_sentences, embedder=embedder, fitting=fitting)
        self._language = embedder.language
        self._spelling = Spelling(library) if library else None
        self._read: tuple[tuple[str, str], ReadQuestion] | None = None

    async def respond(self, call: ModelCall) -> ModelResponse:
        """Return the next tool calls."""
        calls = await off_loop(self._decide, call)
        return ModelResponse(output=list(calls), usage=Usage(), response_id=None)

    async def stream(self, call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the next tool calls as one finished response."""
        calls = await off_loop(self._decide, call)
        yield completed(planned_response(calls, EXTRACTIVE))

    def _decide(self, call: ModelCall) -> list[ResponseFunctionToolCall]:
        question, before, calls = read_items(call.input)
        read = self._reading(question, before)
        judge = self._judge if read.answerable else _refuse
        return Plan(read.parts, calls, judge, read.note).next_calls()

    def _reading(self, question: str, before: str) -> ReadQuestion:
        """Return how a question is read; each turn of it asks for that again."""
        asked = question, before
        if self._read is None or self._read[0] != asked:
            read = read_question(question, before, self._language, self._spelling)
            self._read = asked, read
        return self._read[1]


def _refuse(part: str, sources: Sequence[ShownSource]) -> list[Fit]:
    """Quote nothing: the question could be read only in part."""
    del part, sources
    return []
