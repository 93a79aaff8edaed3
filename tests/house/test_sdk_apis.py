"""What the SDK does that it does not promise, and that we count on."""

import asyncio
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

from agents import Agent, ModelResponse, ModelSettings, RunConfig, Runner
from openai.types.responses import ResponseCompletedEvent, ResponseTextDeltaEvent

from agent.loop.deadlines import stop_run
from agent.model_call import CalledModel, ModelCall
from agent.wire.items import streamed_response
from agent.wire.turns.turn import Turn


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
