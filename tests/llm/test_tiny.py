"""The tiny gpt-oss on llama.cpp's own harmony parser: the protocol, not the answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
from agents import (
    Agent,
    FunctionTool,
    ModelSettings,
    RunConfig,
    Runner,
    RunResult,
    RunResultStreaming,
)

from agent.assistant import Assistant
from agent.cli import main
from agent.depth import DEPTHS
from agent.display import plain_answer
from agent.endpoint import (
    endpoint_client,
    endpoint_model,
    model_settings,
    named_failures,
)
from agent.providers import Endpoint
from agent.settings import Settings
from tools.errors import CiteloopError, IncompleteError, ModelError
from tools.library import Library
from tools.run import Event, ReasoningDelta, TextDelta

QUESTIONS = (
    "Who founded Zorvex?",
    "Where is the lamp made?",
    "When was the museum opened?",
    "How tall is the tower?",
    "What is the capital of Marn?",
    "Which river crosses Keta?",
)
NAME = "tiny-gptoss"
"""llama-server answers to any name."""


@pytest.fixture(params=[True, False], ids=["streaming", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def settings_of(effort: Literal["low", "high"] = "high", **extra: Any) -> ModelSettings:
    """Return what Citeloop sends, made repeatable."""
    settings = model_settings(DEPTHS[effort])
    repeatable = {"seed": 1, "cache_prompt": False, **extra}
    return replace(settings, temperature=0.0, extra_body=repeatable)


@dataclass(frozen=True)
class Came:
    """What one run of the two tools that the model knows came to."""

    calls: list[tuple[str, Any]]
    reasoning: list[str]
    text: str


@dataclass
class Endpointed:
    """Citeloop's own model at the server."""

    agent: Agent[None]
    endpoint: Endpoint

    async def run(
        self, question: str, settings: ModelSettings, *, stream: bool
    ) -> Came:
        config = RunConfig(tracing_disabled=True, model_settings=settings)
        with named_failures(self.endpoint):
            done: RunResult | RunResultStreaming
            if stream:
                done = Runner.run_streamed(self.agent, question, run_config=config)
                async for _ in done.stream_events():
                    pass
            else:
                done = await Runner.run(self.agent, question, run_config=config)
        items = [each.to_input_item() for each in done.new_items]
        return Came(
            [
                (each["name"], json.loads(each["arguments"]))
                for each in items
                if each.get("type") == "function_call"
            ],
            [
                part["text"]
                for each in items
                if each.get("type") == "reasoning"
                for part in [*(each.get("content") or []), *each.get("summary", [])]
            ],
            str(done.final_output),
        )


def known_tools() -> list[FunctionTool]:
    """Return the two tools that the model was trained with."""

    async def search(_: Any, arguments: str) -> str:
        assert isinstance(json.loads(arguments), dict)
        found = {"id": "d7", "title": "Zorvex", "snippet": "Zorvex lies in Marnfeld."}
        return json.dumps([found])

    async def fetch(_: Any, arguments: str) -> str:
        assert isinstance(json.loads(arguments), dict)
        return "Zorvex lies in Marnfeld."

    def schema(name: str) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: {"type": "string"}},
            "required": [name],
        }

    return [
        FunctionTool("search", "Search.", schema("query"), search),
        FunctionTool("fetch", "Fetch.", schema("id"), fetch),
    ]


@pytest.fixture
async def model(tiny_url: str) -> AsyncIterator[Endpointed]:
    endpoint = Endpoint(tiny_url, NAME, None)
    client = endpoint_client(endpoint)
    agent = Agent[None](
        name="tiny", tools=list(known_tools()), model=endpoint_model(endpoint, client)
    )
    yield Endpointed(agent, endpoint)
    await client.close()


@asynccontextmanager
async def assistant_at(
    url: str, library: Library, **given: Any
) -> AsyncIterator[Assistant]:
    """Open an assistant over a library that stays open."""
    settings = Settings.load({"base_url": url, "model": NAME, "depth": "low", **given})
    assistant = Assistant(settings, library)
    yield assistant
    for client in assistant._clients:
        await client.close()


async def test_tools_are_called_natively_until_the_model_answers(
    model: Endpointed, stream: bool
) -> None:
    came = await model.run(QUESTIONS[0], settings_of(), stream=stream)
    assert [name for name, _ in came.calls] == ["search", "fetch"]
    assert came.calls[0][1]["query"]
    assert came.calls[1][1] == {"id": "d7"}
    assert len(came.reasoning) == 3
    assert came.text


async def test_streaming_gives_what_not_streaming_gives(model: Endpointed) -> None:
    for question in QUESTIONS:
        streamed = await model.run(question, settings_of(), stream=True)
        assert streamed == await model.run(question, settings_of(), stream=False)


async def test_effort_is_honoured(model: Endpointed, stream: bool) -> None:
    thought = {"low": 0, "high": 0}
    for effort in ("low", "high"):
        for question in QUESTIONS:
            came = await model.run(question, settings_of(effort), stream=stream)
            thought[effort] += sum(map(len, came.reasoning))
    assert thought["low"] < thought["high"] / 2


async def test_reasoning_streams_before_the_turn_is_over(
    tiny_url: str, library: Library
) -> None:
    events: list[Event] = []
    async with assistant_at(tiny_url, library, effort="high") as assistant:
        with suppress(CiteloopError):  # what streamed before is what this is about
            await assistant.ask(QUESTIONS[0], listen=events.append)
    deltas = [each for each in events if isinstance(each, ReasoningDelta)]
    assert len(deltas) > 1
    assert len({each.text for each in deltas}) > 1


@pytest.mark.parametrize("room", range(8, 56, 8))
async def test_arguments_that_were_cut_off_are_never_run(
    model: Endpointed, room: int, stream: bool
) -> None:
    settings = replace(settings_of(), max_tokens=room)
    came: Came | str
    try:
        came = await model.run(QUESTIONS[0], settings, stream=stream)
    except IncompleteError as error:
        came = str(error)
    if isinstance(came, str):
        assert "was cut off by the server" in came or "only reasoned" in came
    else:
        assert came.calls[0][1].keys() == {"query"}
        assert came.text


async def test_a_cancelled_answer_leaves_the_server_usable(
    tiny_url: str, model: Endpointed
) -> None:
    settings = replace(settings_of(ignore_eos=True), max_tokens=4000)
    config = RunConfig(tracing_disabled=True, model_settings=settings)
    for _ in range(4):  # twice as many as the server has slots
        streamed = Runner.run_streamed(model.agent, QUESTIONS[0], run_config=config)
        async for event in streamed.stream_events():
            if event.type == "raw_response_event":
                break
        streamed.cancel()
        assert streamed.run_loop_task is not None
        await asyncio.wait({streamed.run_loop_task}, timeout=5)
        assert streamed.run_loop_task.done()
    async with httpx2.AsyncClient() as client:
        for _ in range(100):
            slots = (await client.get(tiny_url.replace("/v1", "/slots"))).json()
            if not any(each["is_processing"] for each in slots):
                break
            await asyncio.sleep(0.05)
    assert not any(each["is_processing"] for each in slots)
    assert (await model.run(QUESTIONS[0], settings_of(), stream=True)).text


def failing_seeds(url: str) -> Iterator[int]:
    """Yield seeds by which the server's parser gives up on what the model says."""
    tools = [
        {
            "type": "function",
            "function": {"name": each.name, "parameters": each.params_json_schema},
        }
        for each in known_tools()
    ]
    for seed in range(200):
        request = {
            "model": NAME,
            "messages": [{"role": "user", "content": QUESTIONS[0]}],
            "tools": tools,
            "seed": seed,
            "temperature": 2.0,
            "cache_prompt": False,
            "max_tokens": 300,
        }
        done = httpx2.post(f"{url}/chat/completions", json=request, timeout=60)
        if done.status_code == 500:
            yield seed


async def test_what_its_parser_refuses_ends_in_a_named_error(
    tiny_url: str, model: Endpointed, stream: bool
) -> None:
    seed = next(failing_seeds(tiny_url), None)
    assert seed is not None, "the server's parser took all that was said"
    settings = replace(settings_of("high", seed=seed), temperature=2.0, max_tokens=300)
    try:
        said = (await model.run(QUESTIONS[0], settings, stream=stream)).text
    except (ModelError, IncompleteError) as error:
        said = str(error)
    assert said
    assert "<|" not in said
    assert (await model.run(QUESTIONS[0], settings_of(), stream=stream)).text


@pytest.mark.parametrize("question", QUESTIONS[:4])
async def test_a_question_over_a_library_ends_as_promised(
    tiny_url: str, library: Library, question: str, stream: bool
) -> None:
    events: list[Event] = []
    async with assistant_at(tiny_url, library, stream=stream) as assistant:
        try:
            answer = await assistant.ask(question, listen=events.append)
            code, printed = answer.exit_code, plain_answer(answer)
            assert any(each.name == "search" for each in answer.trajectory)
            assert code != 0 or answer.grounded
        except CiteloopError as error:
            code, printed = error.exit_code, str(error)
    assert code in {0, 4, 6, 7}
    shown = "".join(
        each.text for each in events if isinstance(each, TextDelta | ReasoningDelta)
    )
    assert "<|" not in printed + shown


def test_the_doctor_finds_server_model_and_tool_calls(
    tiny_url: str, library_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--base-url", tiny_url, "--model", NAME, "--library", str(library_file)]
    assert main(["doctor", *flags]) == 0
    said = capsys.readouterr().out
    assert f"✓ endpoint  {tiny_url} answers without a key" in said
    assert f"✓ model     {NAME} is there" in said
    assert f"✓ tools     {NAME} calls tools" in said
