"""What ends a search: each limit alone, and an answer after each of them."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from agents.testing import ScriptedModel

from agent.events.events import Event
from tests.fakes.scripted import DEEP, final, last_prompt, run, script, search
from tests.fakes.wrapped import Wrapped
from tools.errors import ModelError
from tools.grounding.citation import Verdict
from tools.library.library import Library
from tools.trajectory.events import ToolFinished

ONLY_ANSWER = ["final_answer"]


class Hanging(Wrapped):
    """Its second call takes a minute, unless it is the one for the answer."""

    async def before(self, items: Any, tools: Any) -> None:
        if self.number == 2 and len(tools) > 1:
            await asyncio.sleep(60)


class Broken(Wrapped):
    """It fails as soon as search is withdrawn."""

    async def before(self, items: Any, tools: Any) -> None:
        if len(tools) == 1:
            raise ModelError("the server is gone")


def tools_of(model: ScriptedModel) -> list[str]:
    return [tool.name for tool in model.calls[-1].tools]


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
