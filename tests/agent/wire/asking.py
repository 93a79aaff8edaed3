"""A server with scripted turns, and a model that asks it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import openai
from agents import FunctionTool, Model, ModelSettings
from agents.models.interface import ModelTracing

from agent.events.events import Event, Repaired
from agent.events.hearing import hearing
from agent.wire.model import WireModel

USAGE = {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13, "cost": 0.5}
Step = bytes | float
"""Bytes to send, or seconds to wait."""


def said(
    message: dict[str, Any], finish: str | None = "stop", size: int = 3, **more: Any
) -> dict[str, Any]:
    """Return a turn; its text streams in pieces of `size`."""
    return {"message": message, "finish": finish, "size": size, "more": more}


def call(arguments: Any, name: str = "search", id_: str = "c1") -> dict[str, Any]:
    return {"id": id_, "function": {"name": name, "arguments": arguments}}


def event(choice: dict[str, Any] | None, **more: Any) -> bytes:
    choices = [] if choice is None else [choice]
    return b"data: " + json.dumps({"choices": choices, **more}).encode() + b"\n\n"


def streamed(turn: dict[str, Any]) -> list[Step]:
    message, size = dict(turn["message"]), turn["size"]
    steps: list[Step] = []
    for name, value in message.items():
        pieces: list[Any] = [value]
        if isinstance(value, str):
            pieces = [value[at : at + size] for at in range(0, len(value), size)]
        elif name == "tool_calls":
            pieces = [[{"index": at, **each}] for at, each in enumerate(value)]
        steps += [event({"delta": {name: piece}}) for piece in pieces]
    if turn["finish"]:
        steps.append(event({"delta": {}, "finish_reason": turn["finish"]}))
    return [*steps, event(None, usage=USAGE, **turn["more"]), b"data: [DONE]\n\n"]


def whole(turn: dict[str, Any]) -> list[Step]:
    choice = {"message": turn["message"], "finish_reason": turn["finish"]}
    body = {"choices": [choice], "usage": USAGE, **turn["more"]}
    return [json.dumps(body).encode()]


@dataclass
class Server:
    """Answers each request with the next turn, the last one again and again."""

    turns: Sequence[Any]
    requests: list[dict[str, Any]] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Close the connection however it ends: nobody collects it when it is due."""
        try:
            await self._answer(reader, writer)
        except asyncio.IncompleteReadError:
            pass  # somebody came and asked for nothing
        except ConnectionError:
            self.closed.set()
        finally:
            writer.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        request = json.loads(await reader.readexactly(length))
        turn = self.turns[min(len(self.requests), len(self.turns) - 1)]
        self.requests.append(request)
        steps = turn
        if isinstance(turn, dict):
            steps = streamed(turn) if request["stream"] else whole(turn)
        kind = b"text/event-stream" if request["stream"] else b"application/json"
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: " + kind)
        writer.write(b"\r\n\r\n")
        for step in steps:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            else:
                await asyncio.sleep(step)


@asynccontextmanager
async def serving(
    *turns: Any, seconds: float = 30
) -> AsyncIterator[tuple[Server, Model]]:
    server = Server(turns)
    async with await asyncio.start_server(server.answer, "127.0.0.1", 0) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        base_url = f"http://127.0.0.1:{server.port}/v1"
        client = openai.AsyncOpenAI(base_url=base_url, api_key="x", max_retries=0)
        async with client:
            yield server, WireModel("gpt-oss-20b", client, seconds)


SEARCH = FunctionTool("search", "Searches.", {"type": "object"}, None, False)  # type: ignore[arg-type]


@dataclass
class Heard:
    """What came of a call."""

    response: Any = None
    text: str = ""
    reasoning: str = ""
    events: list[Event] = field(default_factory=list)

    @property
    def items(self) -> list[dict[str, Any]]:
        return [each.model_dump(exclude_none=True) for each in self.response.output]

    @property
    def kinds(self) -> list[str]:
        return [each.repair.kind for each in self.events if isinstance(each, Repaired)]

    def of(self, kind: type[Event]) -> list[Any]:
        return [each for each in self.events if isinstance(each, kind)]


async def ask(
    model: Model,
    *,
    stream: bool,
    items: Any = "What?",
    heard: Heard | None = None,
    **settings: Any,
) -> Heard:
    heard = heard or Heard()
    given: Any = [
        "Be brief.", items, ModelSettings(**settings), [SEARCH], None, [],
        ModelTracing.DISABLED,
    ]  # fmt: skip
    named: Any = {"previous_response_id": None, "conversation_id": None, "prompt": None}
    with hearing(heard.events.append):
        if not stream:
            heard.response = await model.get_response(*given, **named)
            return heard
        async for each in model.stream_response(*given, **named):
            if each.type == "response.completed":
                heard.response = each.response
            elif each.type == "response.output_text.delta":
                heard.text += each.delta
            elif each.type == "response.reasoning_text.delta":
                heard.reasoning += each.delta
    return heard
