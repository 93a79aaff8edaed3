"""A model that is guided: Citeloop looks for passages, the model answers from them.

It is an SDK `Model` that wraps the real one. The looks are planned as the extractive
model's are, and are native tool calls that cost no call of the model. Then the model is
asked once, without a tool in its prompt, to answer from the best passages: quotes
first, as JSON. Its reply becomes a call of `final_answer`, so that the loop checks it
as any other, and sends it back once.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import openai
from agents import ItemHelpers, Model, ModelResponse, Usage
from agents.items import TResponseOutputItem, TResponseStreamEvent
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
)

from agent.endpoints.statuses import is_overflow, refuses_schema
from agent.extractive.items import completed, make_call, planned_response
from agent.extractive.plan import Plan, find_subjects, read_items
from agent.extractive.quoting import best_sentences
from agent.guided.asking import Asking
from agent.guided.marking import mark_quotes
from agent.guided.passages import ROOM, choose_passages
from agent.guided.reply import MAX_MISSING, Reply, read_reply
from agent.model_call import ModelCall, WrappingModel
from tools.calls.run import Run
from tools.errors import IncompleteError
from tools.evidence.shown import ShownSource, read_sources
from tools.grounding.citation import Draft
from tools.threads import off_loop
from tools.trajectory.names import ANSWER

__all__ = ["Guidance", "GuidedModel"]

_EARLIER = "earlier"
"""What the plan takes calls for that were made before it began: sources, no steps."""
_REASONING = ("response.reasoning_text.delta", "response.reasoning_summary_text.delta")


class _PlansItselfError(Exception):
    """Who answers plans its own looks: the extractive model does, where it takes the
    place of one that was given up. It goes on as if it had never been guided."""


_FAILURES = (openai.APIStatusError, IncompleteError, _PlansItselfError)


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a question is guided by."""

    run: Run
    before: str = ""
    """The question before it, which it may point back to."""
    made: int = 0
    """How many calls of the question were made before it was guided."""
    asks_more: bool = False
    """Whether there is a second search, once, for what the model says is missing."""
    planned: Callable[[], None] = lambda: None
    """Called with each turn that asks no model."""


class GuidedModel(WrappingModel):
    """Looks by a plan, and asks the wrapped model to answer from what was found."""

    def __init__(self, inner: Model, guidance: Guidance) -> None:
        """Wrap a model for one question."""
        super().__init__(inner)
        self._guidance = guidance
        self._room = ROOM
        self._takes_schema = True
        self._said = ""
        """The model's latest reply as it wrote it; blank if there was none."""
        self._first: Reply | None = None
        """The reply that lacked something, until the second search is answered from."""
        self._asked_more = not guidance.asks_more
        self._stands_aside = False

    async def respond(self, call: ModelCall) -> ModelResponse:
        """Return the next looks, or what the model answers from them."""
        turn = await off_loop(self._plan, call)
        while not turn.calls:
            try:
                response = await self._asking(call, turn.passages).ask(self.inner)
                output = await off_loop(
                    self._read, response.output, call, turn.passages
                )
                return replace(response, output=output)
            except _FAILURES as error:
                turn = self._after(error, turn)
        self._guidance.planned()
        return ModelResponse(list(turn.calls), Usage(), response_id=None)

    async def stream(self, call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the same as a stream; of what the model writes its reasoning alone.

        The JSON of a reply is nothing to be read as it comes.
        """
        turn = await off_loop(self._plan, call)
        while not turn.calls:
            asking = self._asking(call, turn.passages)
            try:
                async with asking.stream_from(self.inner) as events:
                    async for event in events:
                        if event.type == "response.completed":
                            yield await self._end(event, call, turn.passages)
                            return
                        if event.type in _REASONING:
                            yield event
            except _FAILURES as error:
                turn = self._after(error, turn)
        self._guidance.planned()
        yield completed(planned_response(turn.calls, "guided"))

    async def _end(
        self,
        event: ResponseCompletedEvent,
        call: ModelCall,
        passages: Sequence[ShownSource],
    ) -> ResponseCompletedEvent:
        """Return the end of a stream with what the reply means."""
        output = await off_loop(self._read, event.response.output, call, passages)
        whole = event.response.model_copy(update={"output": output})
        return completed(whole, event.sequence_number)

    def _plan(self, call: ModelCall) -> "_Turn":
        """Return what this turn does: looks, an answer without the model, or asking."""
        if self._stands_aside:
            return _Turn()
        question = self._guidance.run.question
        _, _, calls = read_items(call.input)
        looks = [read_sources(each.output) for each in calls]
        found = _in_full(looks)
        offered = {tool.name for tool in call.tools}
        if not self._said and "search" in offered:
            made = self._guidance.made
            own = [replace(each, name=_EARLIER) for each in calls[:made]] + calls[made:]
            embedder = self._guidance.run.library.embedder
            judge = partial(best_sentences, embedder=embedder)
            subjects = find_subjects(question, self._guidance.before)
            if planned := Plan(subjects, own, judge).next_looks():
                return _Turn(calls=planned)
        if self._first is not None and not looks[-1]:
            return _Turn(calls=[_final(self._first)])  # nothing new was found
        passages = choose_passages(question, self._ordered(looks, found), self._room)
        if not passages:
            return _Turn(calls=[_final(_NOTHING)])
        return _Turn(passages=passages)

    def _ordered(
        self, looks: list[list[ShownSource]], found: dict[int, ShownSource]
    ) -> list[list[ShownSource]]:
        """Return what each look found, with its lines; what the model asked for first.

        What was found before the question was guided comes last, and what the model
        has quoted already stays.
        """
        made = self._guidance.made
        ordered = [*looks[made:], *looks[:made]]
        if self._first is not None:
            quoted = [
                found[each.source]
                for each in self._first.quotes
                if each.source in found
            ]
            ordered = [quoted, looks[-1], *ordered]
        return [
            [found[each.id] for each in look if each.id in found] for look in ordered
        ]

    def _asking(self, call: ModelCall, passages: Sequence[ShownSource]) -> ModelCall:
        """Return the call that asks for an answer from some passages."""
        if self._stands_aside:
            return call
        sent_back = self._guidance.run.acceptance.sent_back
        return Asking(
            question=self._guidance.run.question,
            before=self._guidance.before,
            passages=passages,
            takes_schema=self._takes_schema,
            said=self._said,
            problems=sent_back.reason if sent_back else "",
        ).of(call)

    def _may_search_again(self, call: ModelCall) -> bool:
        """Whether a second search is possible, and none was made."""
        if self._asked_more or self._guidance.run.acceptance.sent_back is not None:
            return False
        return any(tool.name == "requery" for tool in call.tools)

    def _read(
        self,
        output: Sequence[TResponseOutputItem],
        call: ModelCall,
        passages: Sequence[ShownSource],
    ) -> list[TResponseOutputItem]:
        """Return a reply as what it means: an answer, or searches for what is missing.

        A text that is no JSON is left to the loop, which reads it as any other.

        Raises:
            IncompleteError: there is no text.
            _PlansItselfError: there is a call, though no tool was offered.
        """
        if self._stands_aside:
            return list(output)
        messages = [each for each in output if isinstance(each, ResponseOutputMessage)]
        text = "".join(ItemHelpers.extract_text(each) or "" for each in messages)
        if not text.strip():
            if any(isinstance(each, ResponseFunctionToolCall) for each in output):
                raise _PlansItselfError
            raise IncompleteError(
                "The model ended without an answer. Ask again, or try another --model."
            )
        self._said = text
        reply, first = self._replied(text, passages), self._first
        if reply is None:
            return [_final(first)] if first else list(messages)
        if reply.missing and self._may_search_again(call):
            self._asked_more = True
            self._first = mark_quotes(reply, passages)
            return [make_call("requery", queries=list(reply.missing[:MAX_MISSING]))]
        self._first = None
        return [_final(self._better(first, mark_quotes(reply, passages)))]

    def _replied(self, text: str, passages: Sequence[ShownSource]) -> Reply | None:
        asked = f"{self._guidance.before} {self._guidance.run.question}"
        shown = (line for each in passages for line in (each.heading, *each.lines))
        return read_reply(text, asked, "\n".join(shown))

    def _better(self, first: Reply | None, second: Reply) -> Reply:
        """Return the second reply, if it answers more and does not hold less."""
        if first is None or not first.answered:
            return second
        if not second.answered or len(second.missing) >= len(first.missing):
            return first
        holds = self._guidance.run.acceptance.holds
        return first if holds(_draft(first)) and not holds(_draft(second)) else second

    def _after(self, error: Exception, turn: "_Turn") -> "_Turn":
        """Return how a turn goes on after a failure.

        Without the schema, if the server may have refused the prompt for it; with the
        answer that came before the second search, if there is one.

        Raises:
            Exception: the failure, where neither helps.
        """
        if isinstance(error, _PlansItselfError):
            self._stands_aside = True
            return turn
        if is_overflow(error):
            self._room //= 2  # whoever shortens prompts asks again
            raise error
        if self._takes_schema and refuses_schema(error):
            self._takes_schema = False
            return turn
        if self._first is None or not isinstance(error, IncompleteError):
            raise error
        return _Turn(calls=[_final(self._first)])


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a turn does: calls that need no model, or else the passages to ask about."""

    calls: Sequence[ResponseFunctionToolCall] = ()
    passages: Sequence[ShownSource] = ()


_NOTHING = Reply(
    answer="The documents hold no passage that answers this.", answered=False
)
"""What is answered where nothing was found: no model has to be asked."""


def _in_full(looks: Sequence[Sequence[ShownSource]]) -> dict[int, ShownSource]:
    """Return the sources with their lines: a look repeats a known one's header."""
    return {each.id: each for look in looks for each in look if each.lines}


def _draft(reply: Reply) -> Draft:
    """Return a reply as an answer that can be checked."""
    return Draft(answer=reply.answer, citations=reply.quotes, missing=reply.missing)


def _final(reply: Reply) -> ResponseFunctionToolCall:
    given = reply.model_dump(mode="json", exclude={"quotes"})
    citations = [each.model_dump(mode="json") for each in reply.quotes]
    return make_call(ANSWER, citations=citations, **given)
