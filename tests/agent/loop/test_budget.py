"""What ends a search: each limit alone, and an answer after each of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import openai
import pytest
from agents import Model, ModelResponse
from agents.testing import ScriptedModel, assistant_message

from agent.events.events import Event
from agent.loop.compaction import compact
from agent.settings.depth import DEPTHS, Depth, Limits
from agent.wire.estimate import estimate_tokens
from tests.fakes.scripted import final, run, script, search
from tools.errors import ModelError
from tools.grounding.citation import Verdict
from tools.library.library import Library
from tools.trajectory.events import ToolFinished

DEEP = Depth(
    "high", "high", 24, 50, 1_000_000, 60, 1.0, search_limit=3, turn_seconds=30
)
ONLY_ANSWER = ["final_answer"]


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


class Hanging(Wrapped):
    """Its second call takes a minute, unless it is the one for the answer."""

    async def before(self, items: Any, tools: Any) -> None:
        if self.number == 2 and len(tools) > 1:
            await asyncio.sleep(60)


class Narrow(Wrapped):
    """A server that refuses prompts of over 2,500 tokens, in llama.cpp's words."""

    async def before(self, items: Any, tools: Any) -> None:
        if estimate_tokens(items) > 2500:
            request = httpx2.Request("POST", "http://localhost/v1/chat/completions")
            text = "the request exceeds the available context size"
            body = {"error": {"message": text, "type": "exceed_context_size_error"}}
            response = httpx2.Response(400, json=body, request=request)
            raise openai.BadRequestError(text, response=response, body=body)


class Broken(Wrapped):
    """It fails as soon as search is withdrawn."""

    async def before(self, items: Any, tools: Any) -> None:
        if len(tools) == 1:
            raise ModelError("the server is gone")


def tools_of(model: ScriptedModel) -> list[str]:
    return [tool.name for tool in model.calls[-1].tools]


def last_prompt(model: ScriptedModel) -> str:
    return json.dumps(model.calls[-1].input, ensure_ascii=False)


@pytest.mark.parametrize("stream", [True, False])
async def test_tool_calls(library: Library, stream: bool) -> None:
    model = script(search(), search("flush"), final())
    depth = replace(DEEP, max_tool_calls=2)
    answer = await run(library, model, depth=depth, stream=stream)
    assert (answer.stop_reason, answer.turns, answer.exit_code) == ("tool_limit", 3, 7)
    assert tools_of(model) == ONLY_ANSWER
    assert "all 2 tool calls are made" in last_prompt(model)
    assert answer.grounded


async def test_tool_calls_of_one_turn_beyond_the_limit_are_not_made(
    library: Library,
) -> None:
    several = [search(), search("flush"), search("object storage")]
    model = ScriptedModel([several, [final()]])
    answer = await run(library, model, depth=replace(DEEP, max_tool_calls=2))
    assert [each.failed for each in answer.trajectory] == [False, False, True, False]
    assert "all 2 tool calls" in answer.trajectory[2].returned


async def test_prompt_tokens(library: Library) -> None:
    model = script(search(), search("flush"), final())
    answer = await run(library, model, depth=replace(DEEP, max_tokens=4500))
    assert answer.stop_reason == "token_limit"
    assert tools_of(model) == ONLY_ANSWER
    assert answer.grounded


@pytest.mark.parametrize("stream", [True, False])
async def test_time(library: Library, stream: bool) -> None:
    model = Hanging(script(search(), final()))
    depth = replace(DEEP, max_seconds=2.0)
    answer = await run(library, model, depth=depth, stream=stream)
    assert (answer.stop_reason, answer.turns) == ("time_limit", 3)
    assert answer.seconds < 10
    assert answer.grounded


async def test_cost(library: Library) -> None:
    model = Wrapped(script(search(), final()), raw_usage={"cost": 0.04})
    answer = await run(library, model, depth=replace(DEEP, max_cost=0.1), stream=False)
    assert answer.stop_reason == "cost_limit"
    assert answer.usage.cost == pytest.approx(0.08)
    assert answer.grounded


async def test_searches_that_bring_nothing_new(library: Library) -> None:
    words = ["what", "seals", "a", "growing", "segment"]
    turned = [search(" ".join(words[at:] + words[:at]), limit=20) for at in range(4)]
    model = script(*turned, final())
    answer = await run(library, model, depth=DEEP)
    assert answer.stop_reason == "no_progress"
    assert answer.trajectory[0].new_passages == 20
    assert answer.grounded


async def test_the_same_call_again_and_again(library: Library) -> None:
    model = script(search(), search(), search(), final())
    answer = await run(library, model, depth=DEEP)
    assert answer.stop_reason == "repeated_call"
    assert [each.repeated for each in answer.trajectory] == [False, True, True, False]
    assert answer.trajectory[1].returned == "the same call as in turn 1"
    assert answer.grounded


async def test_the_person(library: Library) -> None:
    stop = asyncio.Event()

    class Listening(list[Event]):
        def append(self, event: Event) -> None:
            if isinstance(event, ToolFinished):
                stop.set()

    model = Hanging(script(search(), final()))
    answer = await run(library, model, depth=DEEP, events=Listening(), stop=stop)
    assert (answer.stop_reason, answer.exit_code) == ("cancelled", 130)
    assert answer.grounded


async def test_a_model_that_ignores_that_the_search_is_over(library: Library) -> None:
    model = script(search(), search("flush"), search("storage"))
    answer = await run(library, model, depth=replace(DEEP, max_tool_calls=2))
    assert answer.stop_reason == "tool_limit"
    assert {each.verdict for each in answer.citations} == {Verdict.EXACT}
    assert answer.answer.startswith("(No answer of the model's: all 2 tool calls")


async def test_a_model_that_fails_when_the_answer_is_due(library: Library) -> None:
    model = Broken(script(search(), search("flush")))
    answer = await run(library, model, depth=replace(DEEP, max_tool_calls=2))
    assert answer.stop_reason == "tool_limit"
    assert answer.citations


async def test_the_model_is_told_what_is_left(library: Library) -> None:
    queries = ["segment", "flush", "storage", "index", "memory", "recall"]
    model = script(*map(search, queries), final())
    await run(library, model, depth=replace(DEEP, max_turns=8))
    assert "Left for this question: 2 turns." in last_prompt(model)
    assert "Left for" not in json.dumps(model.calls[4].input)


async def test_an_answer_in_plain_text_goes_back_once(library: Library) -> None:
    wax = assistant_message("Segments are sealed with wax [1].")
    model = script(search(), wax, final())
    answer = await run(library, model, depth=DEEP)
    assert (answer.stop_reason, answer.turns) == ("answered", 3)
    assert answer.grounded
    assert "does not bear out" in last_prompt(model)


async def test_the_question_is_searched_for_before_the_first_turn(
    library: Library,
) -> None:
    model = script(final())
    answer = await run(library, model, depth=DEEP, prefetch=True)
    first = answer.trajectory[0]
    assert (first.name, first.turn, first.new_passages) == ("prefetch", 0, 3)
    assert (answer.turns, answer.grounded) == (1, True)
    kinds = [each.get("type") for each in model.calls[0].input]
    assert kinds == [None, "function_call", "function_call_output"]


@pytest.mark.parametrize("stream", [True, False])
async def test_a_prompt_that_a_server_refuses_is_made_shorter(
    library: Library, stream: bool
) -> None:
    model = Narrow(script(search(limit=20), search("flush"), final()))
    answer = await run(library, model, depth=DEEP, stream=stream)
    assert answer.stop_reason == "answered"
    assert answer.grounded


async def test_what_was_left_out_is_shown_in_full_again(library: Library) -> None:
    queries = ["segment", "flush", "index"]
    searches = [search(query, limit=20) for query in queries]
    model = script(*searches, search("segment", limit=20), final())
    answer = await run(library, model, depth=DEEP, window=8000)
    assert estimate_tokens(model.calls[-1].input) < 8000
    assert not answer.trajectory[3].repeated
    assert answer.trajectory[3].new_passages > 0


def test_what_is_oldest_is_left_out_first() -> None:
    def output(number: int) -> Any:
        text = f"[{number}] lines 1-9: a.md\nUnder: A\nL1: {'word ' * 200}"
        return {"type": "function_call_output", "call_id": "x", "output": text}

    finished: list[Any] = [
        {"role": role, "content": f"{role} {number}"}
        for number in range(3)
        for role in ("user", "assistant")
    ]
    asked: Any = {"role": "user", "content": "Now?"}
    items = [*finished, asked, *map(output, range(1, 5))]
    whole = estimate_tokens(items)
    assert compact(items, whole, 6).items == items
    some = compact(items, whole - 200, 6)
    assert some.hidden == {1}
    assert some.items[:7] == items[:7]
    assert "left out" in json.dumps(some.items[7])
    least = compact(items, 60, 6)
    assert least.items[0] == asked
    assert least.hidden == {1, 2, 3, 4}


def test_each_limit_is_set_by_itself() -> None:
    depth = DEPTHS["low"].limited(Limits(effort="high", max_cost=1.5))
    assert (depth.effort, depth.max_cost, depth.max_turns) == ("high", 1.5, 6)
