"""What we use of packages besides what they promise: in one place each, still there.

Where a package has moved on, the test says which name is gone, from which version, and
which function of ours used it.
"""

import ast
import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from inspect import signature
from typing import Any

import pytest
from agents import Agent, ModelResponse, ModelSettings, RunConfig, Runner
from openai.types.responses import ResponseCompletedEvent, ResponseTextDeltaEvent

from agent.loop.deadlines import stop_run
from agent.model_call import CalledModel, ModelCall
from agent.wire.items import streamed_response
from agent.wire.turns.turn import Turn
from tests.conftest import ROOT
from tests.house.test_layout import modules_of


@dataclass(frozen=True)
class Private:
    """A name that its package does not promise."""

    package: str
    """As it is installed."""
    home: str
    """The module where it lives."""
    name: str
    user: str
    """The one place of ours that uses it."""
    parameters: tuple[str, ...] = ()
    """Those that are given by name."""

    def __str__(self) -> str:
        place = f"{self.package} {version(self.package)}: {self.home}.{self.name}"
        return f"{place} (see {self.user})"


_CONVERTER = "agents.models.chatcmpl_converter"
_REQUEST = "agent.wire.request.make_request"
PRIVATE = [
    Private(
        "openai-agents", "agents.usage", "_attach_raw_usage_snapshot",
        "agent.wire.items._tell_the_runner",
    ),
    Private(
        "openai-agents", "agents.models.fake_id", "FAKE_RESPONSES_ID",
        "agent.wire.items.NO_ID",
    ),
    Private(
        "openai-agents", _CONVERTER, "Converter.message_to_output_items",
        "agent.wire.items.output_items", ("provider_data",),
    ),
    Private(
        "openai-agents", _CONVERTER, "Converter.items_to_messages",
        _REQUEST, ("model", "should_replay_reasoning_content"),
    ),
    Private("openai-agents", _CONVERTER, "Converter.tool_to_openai", _REQUEST),
    Private("openai-agents", _CONVERTER, "Converter.convert_tool_choice", _REQUEST),
    Private("openai-agents", _CONVERTER, "Converter.convert_response_format", _REQUEST),
    Private(
        "openai-agents", "agents.models.reasoning_content_replay",
        "ReasoningContentReplayContext", "agent.wire.request._always",
    ),
    Private(
        "openai-agents", "agents.result", "RunResultStreaming.run_loop_task",
        "agent.loop.deadlines.stop_run",
    ),
]  # fmt: skip


@pytest.mark.parametrize("private", PRIVATE, ids=lambda private: private.name)
def test_a_private_name_is_there(private: Private) -> None:
    found: Any = import_module(private.home)
    for part in private.name.split("."):
        assert hasattr(found, part), f"{private} is gone"
        found = getattr(found, part)
    if private.parameters:
        lacking = set(private.parameters) - signature(found).parameters.keys()
        assert lacking == set(), f"{private} does not take {lacking} any more"


@pytest.mark.parametrize("private", PRIVATE, ids=lambda private: private.name)
def test_a_private_name_is_used_in_one_place(private: Private) -> None:
    name = private.name.split(".")[-1]
    users = [
        f"{module}.{place}"
        for module, path in modules_of(ROOT).items()
        for place in places_of(name, ast.parse(path.read_text()))
    ]
    assert users == [private.user]


def places_of(name: str, module: ast.Module) -> list[str]:
    """Return the functions, classes and constants of a module that use a name."""
    places = []
    for node in module.body:
        place = getattr(node, "name", None)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            place = node.targets[0].id
        if place and any(is_of(name, inner) for inner in ast.walk(node)):
            places.append(place)
    return places


def is_of(name: str, node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (
        isinstance(node, ast.Attribute) and node.attr == name
    )


class Streaming(CalledModel):
    """Streams a text without an end, or a whole turn that took two requests."""

    def __init__(self, *, endless: bool = False) -> None:
        self.endless = endless
        self.left = False

    async def respond(self, call: ModelCall) -> ModelResponse:
        raise NotImplementedError

    async def stream(self, call: ModelCall) -> AsyncIterator[Any]:
        turn = Turn("Yes.", usage={"total_tokens": 13, "cost": 0.5}, finish="stop")
        try:
            while self.endless:
                yield ResponseTextDeltaEvent(
                    content_index=0,
                    delta="Yes",
                    item_id="1",
                    logprobs=[],
                    output_index=0,
                    sequence_number=0,
                    type="response.output_text.delta",
                )
                await asyncio.sleep(0.001)
        finally:
            self.left = True
        yield ResponseCompletedEvent(
            response=streamed_response(turn, "m", requests=2),
            sequence_number=0,
            type="response.completed",
        )


def run_streamed(model: Streaming) -> Any:
    settings = ModelSettings(include_usage=True, preserve_raw_usage=True)
    agent = Agent[None](name="a", model=model, model_settings=settings)
    return Runner.run_streamed(
        agent, "What?", run_config=RunConfig(tracing_disabled=True)
    )


async def test_the_runner_reads_requests_and_cost_of_a_streamed_response() -> None:
    streamed = run_streamed(Streaming())
    async for _ in streamed.stream_events():
        pass
    (response,) = streamed.raw_responses
    installed = f"openai-agents {version('openai-agents')}"
    assert response.usage.requests == 2, f"{installed}: the request count is not read"
    assert response.raw_usage["cost"] == 0.5, f"{installed}: the raw usage is not read"


async def test_a_run_that_is_stopped_has_left_its_model() -> None:
    model = Streaming(endless=True)
    streamed = run_streamed(model)
    async for event in streamed.stream_events():
        if event.type == "raw_response_event":
            break
    assert not model.left
    await stop_run(streamed)
    assert model.left, f"openai-agents {version('openai-agents')}: run_loop_task"
