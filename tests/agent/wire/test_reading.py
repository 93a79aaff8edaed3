"""What is given up in time, and what lets a connection go."""

import asyncio
from collections.abc import Callable
from typing import Any

import openai
import pytest

from agent.wire.model import WireModel
from tests.agent.wire.asking import Step, ask, event, said, serving, streamed
from tools.errors import ModelError

KEEP_ALIVE: list[Step] = [b": OPENROUTER PROCESSING\n\n", 0.01]


@pytest.mark.parametrize(
    "steps",
    [KEEP_ALIVE * 1000, [event({"delta": {"reasoning": "Hm"}}), *KEEP_ALIVE * 1000]],
    ids=["first", "between"],
)
async def test_keep_alives_do_not_hold_a_dead_stream_open(steps: Any) -> None:
    async with serving(steps, seconds=0.2) as (server, model):
        with pytest.raises(ModelError, match=r"No token in 0\.2 s from 127\.0\.0\.1"):
            await ask(model, stream=True)
        await asyncio.wait_for(server.closed.wait(), 5)


async def test_a_whole_response_that_never_comes_is_given_up() -> None:
    async with serving([b" ", 0.05] * 1000, seconds=0.1) as (_, model):
        with pytest.raises(ModelError, match="No token in"):
            await ask(model, stream=False)


async def test_a_turn_that_takes_too_long_is_given_up() -> None:
    steps = [event({"delta": {"reasoning": "Hm"}}), 0.02] * 1000
    async with serving(steps) as (_, model):
        with pytest.raises(ModelError, match=r"No whole answer in 0\.3 s"):
            await ask(model, stream=True, timeout=0.3)


async def test_many_keep_alives_before_an_answer_do_no_harm() -> None:
    steps = [*[KEEP_ALIVE[0]] * 400, *streamed(said({"content": "Yes."}))]
    async with serving(steps) as (_, model):
        assert (await ask(model, stream=True)).text == "Yes."


async def test_cancelling_lets_the_connection_go() -> None:
    steps = [event({"delta": {"reasoning": "Hm"}}), 0.01] * 2000
    async with serving(steps) as (server, model):
        task = asyncio.create_task(ask(model, stream=True))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.closed.wait(), 5)


async def test_a_break_before_anything_came_is_a_failed_connection() -> None:
    async def reset(_: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n")
        writer.write(b"content-length: 900\r\n\r\n: hello\n\n")
        writer.close()

    listening: Callable[..., Any] = reset
    async with await asyncio.start_server(listening, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/v1"
        async with openai.AsyncOpenAI(
            base_url=url, api_key="x", max_retries=0
        ) as client:
            with pytest.raises(openai.APIConnectionError):
                await ask(WireModel("m", client), stream=True)
