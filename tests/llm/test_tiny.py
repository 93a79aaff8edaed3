"""The tiny gpt-oss on llama.cpp's own harmony parser: the protocol, not the answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
from agent.endpoints.client import endpoint_client
from agent.endpoints.diagnosing import named_failures
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.requests import model_settings
from agent.endpoints.retried_model import RetriedModel, ServedModel
from agent.events.events import Event, ReasoningDelta, TextDelta
from agent.screen.answers import plain_answer
from agent.settings.depth import DEPTHS
from agent.settings.settings import Settings
from agent.wire.model import WireModel
from tools.errors import CiteloopError, IncompleteError, ModelError
from tools.library.library import Library
from tools.trajectory.arguments import INVALID_ARGUMENTS

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
        with named_failures(lambda: self.endpoint):
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
    served = ServedModel(WireModel(endpoint.model, client), endpoint)
    agent = Agent[None](
        name="tiny",
        tools=list(known_tools()),
        model=RetriedModel([served], longest_wait=5),
    )
    yield Endpointed(agent, endpoint)
    await client.close()


async def slots(url: str) -> list[dict[str, Any]]:
    """Return what the server works on, or worked on last."""
    async with httpx2.AsyncClient() as client:
        found: list[dict[str, Any]] = (
            await client.get(url.replace("/v1", "/slots"))
        ).json()
    return found


async def token_id(url: str, token: str) -> str:
    """Return the number of a special token."""
    asked = {"content": token, "parse_special": True}
    async with httpx2.AsyncClient() as client:
        found = await client.post(url.replace("/v1", "/tokenize"), json=asked)
    (number,) = found.json()["tokens"]
    return str(number)


@asynccontextmanager
async def assistant_at(
    url: str, library: Library, **given: Any
) -> AsyncIterator[Assistant]:
    """Open an assistant over a library that stays open."""
    depth = {"depth": "low", "max_turns": 3}
    settings = Settings.load({"base_url": url, "model": NAME, **depth, **given})
    assistant = Assistant(settings, library)
    yield assistant
    for client in assistant._clients.values():
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


@pytest.mark.parametrize("effort", ["low", "high"])
async def test_effort_and_earlier_reasoning_stand_in_what_the_model_reads(
    model: Endpointed, effort: Literal["low", "high"], stream: bool
) -> None:
    came = await model.run(QUESTIONS[0], settings_of(effort), stream=stream)
    (slot,) = await slots(model.endpoint.base_url)
    assert f"\n\nReasoning: {effort}\n\n" in slot["prompt"]
    assert came.reasoning
    for thought in came.reasoning[:-1]:
        assert f"<|channel|>analysis<|message|>{thought}<|end|>" in slot["prompt"]


async def test_reasoning_streams_in_pieces(model: Endpointed) -> None:
    config = RunConfig(tracing_disabled=True, model_settings=settings_of())
    streamed = Runner.run_streamed(model.agent, QUESTIONS[0], run_config=config)
    turns: list[list[str]] = [[]]
    async for event in streamed.stream_events():
        if event.type != "raw_response_event":
            continue
        if event.data.type == "response.reasoning_text.delta":
            turns[-1].append(event.data.delta)
        elif event.data.type == "response.completed":
            turns.append([])
    whole = await model.run(QUESTIONS[0], settings_of(), stream=False)
    assert ["".join(pieces) for pieces in turns[:-1]] == whole.reasoning
    assert all(len(pieces) > 1 for pieces in turns[:-1])


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
        # What was cut is marked, and Citeloop's tools refuse what bears the mark.
        assert came.calls[0][1].keys() <= {"query", INVALID_ARGUMENTS}
        assert came.text


async def test_a_cancelled_answer_leaves_the_server_usable(
    tiny_url: str, model: Endpointed
) -> None:
    settings = replace(settings_of(ignore_eos=True), max_tokens=4000)
    config = RunConfig(tracing_disabled=True, model_settings=settings)
    for _ in range(3):  # and the server has one slot
        streamed = Runner.run_streamed(model.agent, QUESTIONS[0], run_config=config)
        async for event in streamed.stream_events():
            if event.type == "raw_response_event":
                break
        streamed.cancel()
        assert streamed.run_loop_task is not None
        await asyncio.wait({streamed.run_loop_task}, timeout=5)
        assert streamed.run_loop_task.done()
    for _ in range(100):
        (slot,) = await slots(tiny_url)
        if not slot["is_processing"]:
            break
        await asyncio.sleep(0.05)
    assert not slot["is_processing"]
    assert (await model.run(QUESTIONS[0], settings_of(), stream=True)).text


async def test_what_its_parser_refuses_ends_in_a_named_error(
    tiny_url: str, model: Endpointed, stream: bool
) -> None:
    """It answers 500 to a turn that begins with a token in the wrong place."""
    bias = {await token_id(tiny_url, "<|start|>"): 100}
    settings = replace(settings_of(logit_bias=bias), max_tokens=20)
    with pytest.raises(ModelError, match="peg-native") as caught:
        await model.run(QUESTIONS[0], settings, stream=stream)
    assert "127.0.0.1" in str(caught.value)
    assert "<|" not in str(caught.value)
    assert (await model.run(QUESTIONS[0], settings_of(), stream=stream)).text


async def test_a_turn_without_a_word_is_incomplete(
    tiny_url: str, model: Endpointed, stream: bool
) -> None:
    bias = {await token_id(tiny_url, "<|return|>"): 100}
    with pytest.raises(IncompleteError, match="without a word"):
        await model.run(QUESTIONS[0], settings_of(logit_bias=bias), stream=stream)


async def test_a_question_over_a_library_ends_as_promised(
    tiny_url: str, library: Library, stream: bool
) -> None:
    events: list[Event] = []
    async with assistant_at(tiny_url, library, stream=stream) as assistant:
        try:
            answer = await assistant.ask(QUESTIONS[0], listen=events.append)
            code, printed = answer.exit_code, plain_answer(answer)
            assert any(each.name == "search" for each in answer.trajectory)
            assert code != 0 or answer.grounded
        except CiteloopError as error:
            code, printed = error.exit_code, str(error)
    assert code in {0, 4, 6, 7, 8}
    shown = "".join(
        each.text for each in events if isinstance(each, TextDelta | ReasoningDelta)
    )
    assert "<|" not in printed + shown


async def test_a_guided_question_ends_as_promised(
    tiny_url: str, library: Library, stream: bool
) -> None:
    """Its wire: no tool in the prompt, a schema, reasoning in its own field."""
    events: list[Event] = []
    given = {"stream": stream, "mode": "guided"}
    async with assistant_at(tiny_url, library, **given) as assistant:
        try:
            answer = await assistant.ask(QUESTIONS[0], listen=events.append)
            code, printed = answer.exit_code, plain_answer(answer)
            assert answer.trajectory[0].name == "search"
            assert answer.mode in {"guided", "extractive"}
            assert code != 0 or answer.grounded
        except CiteloopError as error:
            code, printed = error.exit_code, str(error)
    assert code in {0, 4, 6, 7, 8}
    (slot,) = await slots(tiny_url)
    assert "namespace functions" not in slot["prompt"]
    assert f"Question: {QUESTIONS[0]}" in slot["prompt"]
    shown = "".join(
        each.text for each in events if isinstance(each, TextDelta | ReasoningDelta)
    )
    assert "<|" not in printed + shown


def test_the_doctor_finds_server_model_and_tool_calls(
    tiny_url: str, library_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--base-url", tiny_url, "--model", NAME, "--library", str(library_file)]
    # It samples at temperature 1, and does not know the tool of the probe.
    codes = (main(["doctor", *flags]) for _ in range(5))
    assert any(code == 0 for code in codes)
    said = capsys.readouterr().out
    assert f"✓ endpoint  {tiny_url} answers without a key" in said
    assert f"✓ model     {NAME} is there" in said
    assert f"✓ tools     {NAME} calls tools" in said
