"""The model over a real socket: what it asks, passes on, says, and gives up."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import openai
import pytest
from agents import FunctionTool, Model, ModelSettings
from agents.models.interface import ModelTracing

from agent.events.events import Event, Noticed, Repaired, TextReplaced
from agent.events.hearing import hearing
from agent.wire.model import WireModel
from tools.errors import IncompleteError, ModelError, UsageError

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
        try:
            for step in steps:
                if isinstance(step, bytes):
                    writer.write(step)
                    await writer.drain()
                else:
                    await asyncio.sleep(step)
        except ConnectionError:
            self.closed.set()
        finally:
            writer.close()


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


@pytest.fixture(params=[True, False], ids=["streaming", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


TURNS = {
    "text": said({"reasoning": "Hm.", "content": "Yes [1]."}),
    "call": said({"tool_calls": [call('{"query":"a"}')]}, "tool_calls"),
    "broken call": said({"tool_calls": [call("{", "functions.search", "")]}, "length"),
    "call in the content": said({"content": 'commentary to=search json{"query":"a"}'}),
    "leak": said({"content": "analysisHm.assistantfinalYes."}),
    "two fields": said(
        {"reasoning": "Hm.", "reasoning_content": "Hm.", "content": "Y"}
    ),
    "astral": said({"content": "🦭 <b> a |> b"}, size=1),
}


@pytest.mark.parametrize("name", TURNS)
async def test_streaming_and_not_have_the_same_items_repairs_and_usage(
    name: str,
) -> None:
    async with serving(TURNS[name]) as (_, model):
        one = await ask(model, stream=True)
        other = await ask(model, stream=False)
    assert one.items == other.items
    assert one.kinds == other.kinds
    usage = one.response.usage
    assert (usage.input_tokens, usage.total_tokens) == (9, 13)
    assert other.response.usage.total_tokens == 13
    assert other.response.raw_usage["cost"] == 0.5


async def test_what_streams_is_the_text_letter_for_letter() -> None:
    async with serving(
        said({"reasoning": "Hm <|end|>.", "content": "Yes, <b> [1]."})
    ) as (
        _,
        model,
    ):
        heard = await ask(model, stream=True)
    assert heard.text == "Yes, <b> [1]."
    assert heard.reasoning == "Hm < |end| >."


@pytest.mark.parametrize(
    "bad",
    [
        said({}),
        said({"reasoning": "Hm."}),
        said({"reasoning": "Hm."}, "length"),
        said({}, "tool_calls"),
        said({"content": "<|channel|>commentary to=python<|message|>1<|call|>"}),
        said({"content": "Half"}, None),
        [b'data: {"choices":[{"delta":{"content":"Half"}}]}\n\ndata: {no'],
    ],
    ids=["empty", "reasoning", "no room", "no call", "debris", "cut", "broken"],
)
async def test_a_turn_that_cannot_be_used_is_asked_for_once_more(
    bad: Any, stream: bool
) -> None:
    async with serving(bad, said({"content": "Yes."})) as (server, model):
        heard = await ask(model, stream=stream)
    assert heard.items[-1]["content"][0]["text"] == "Yes."
    assert len(server.requests) == 2
    assert heard.kinds == ["sampled_again"]
    async with serving(bad) as (server, model):
        with pytest.raises(IncompleteError):
            await ask(model, stream=stream)
    assert len(server.requests) == 2


async def test_a_call_among_words_is_asked_for_with_a_word_on_it(stream: bool) -> None:
    words = 'Look: {"name": "search", "arguments": {"query": "a"}} finds it.'
    async with serving(said({"content": words}), said({"content": "Yes."})) as (
        server,
        model,
    ):
        heard = await ask(model, stream=stream)
    first, second = (each["messages"] for each in server.requests)
    assert second[:-2] == first
    assert second[-2] == {"role": "assistant", "content": words}
    assert second[-1]["content"].startswith("A tool call among other words")
    assert heard.kinds == ["sampled_again"]
    replaced = [each for each in heard.events if isinstance(each, TextReplaced)]
    assert len(replaced) == stream  # the words were shown as they came


async def test_the_tokens_of_both_requests_are_counted(stream: bool) -> None:
    async with serving(said({}), said({"content": "Yes."})) as (_, model):
        heard = await ask(model, stream=stream)
    assert heard.response.usage.total_tokens == 26


async def test_only_reasoning_that_ran_out_of_room_gets_more(stream: bool) -> None:
    bad = said({"reasoning": "Hm."}, "length")
    async with serving(bad, said({"content": "Yes."})) as (server, model):
        await ask(model, stream=stream, max_tokens=100)
    assert [each["max_tokens"] for each in server.requests] == [100, 8192]


async def test_a_server_without_more_room_leaves_the_turn_incomplete(
    stream: bool,
) -> None:
    bad = said({"reasoning": "Hm."}, "length")
    refused = {"error": {"code": 400, "message": "max_tokens is too large: 8192"}}
    async with serving(bad, [json.dumps(refused).encode()]) as (_, model):
        with pytest.raises(IncompleteError, match="only reasoned"):
            await ask(model, stream=stream)


@pytest.mark.parametrize("finish", ["length", "content_filter"])
async def test_a_text_that_would_be_cut_again_is_marked_as_a_part(
    finish: str, stream: bool
) -> None:
    async with serving(said({"content": "As soon as"}, finish)) as (server, model):
        with pytest.raises(IncompleteError, match='a part at most: "As soon as"'):
            await ask(model, stream=stream)
    assert len(server.requests) == 1


async def test_text_that_was_shown_and_does_not_hold_is_said_to() -> None:
    heard = Heard()
    half = said({"content": "Half of it"}, None)
    async with serving(half, said({"content": "Yes."})) as (_, model):
        await ask(model, stream=True, heard=heard)
    assert len(heard.of(TextReplaced)) == 1
    assert heard.text == "Half of itYes."


async def test_a_providers_failure_in_a_stream_is_raised_with_its_status(
    stream: bool,
) -> None:
    error = {"error": {"code": 429, "message": "Slow down"}}
    steps = [event({"delta": {"content": "Half"}}), event(None, **error)]
    async with serving(steps if stream else [json.dumps(error).encode()]) as (_, model):
        with pytest.raises(openai.APIStatusError, match="Slow down") as caught:
            await ask(model, stream=stream)
    assert caught.value.status_code == 429


async def test_a_finish_reason_error_is_the_providers_failure(stream: bool) -> None:
    async with serving(said({"content": "Half"}, "error")) as (server, model):
        with pytest.raises(ModelError, match=r"127\.0\.0\.1.*provider failed"):
            await ask(model, stream=stream)
    assert len(server.requests) == 2


@pytest.mark.parametrize("page", [b"", b" \n", b"Welcome to nginx!"])
async def test_what_is_no_api_is_named(page: bytes, stream: bool) -> None:
    async with serving([page]) as (_, model):
        with pytest.raises(UsageError, match="not an OpenAI-compatible API"):
            await ask(model, stream=stream)


async def test_a_stream_is_read_though_none_was_asked_for_and_the_other_way() -> None:
    turn = said({"content": "Yes."})
    async with serving(streamed(turn)) as (_, model):
        assert (await ask(model, stream=False)).items[0]["content"][0]["text"] == "Yes."
    async with serving(whole(turn)) as (_, model):
        assert (await ask(model, stream=True)).text == "Yes."


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


async def test_a_server_that_cuts_the_prompt_is_named_once(stream: bool) -> None:
    long: Any = [{"role": "user", "content": "word " * 8000}]
    heard = Heard()
    async with serving(said({"content": "Yes."})) as (_, model):
        for _ in range(2):
            await ask(model, stream=stream, items=long, heard=heard)
    (notice,) = heard.of(Noticed)
    assert "read 9 tokens of a prompt of about 10,0" in notice.text
    assert "context_window" in notice.text


async def test_what_was_broken_goes_back_in_clean_form(stream: bool) -> None:
    calls = [call('{"query":"mil', "search<|channel|>json", "")] * 2
    turn = said({"reasoning": "Hm.", "tool_calls": calls}, "length")
    async with serving(turn, said({"content": "Yes."})) as (server, model):
        heard = await ask(model, stream=stream)
        items: list[Any] = [{"role": "user", "content": "What?"}, *heard.items]
        for item in heard.items:
            if item["type"] == "function_call":
                output = {"call_id": item["call_id"], "output": "Error"}
                items.append({"type": "function_call_output", **output})
        await ask(model, stream=stream, items=items)
    said_before = server.requests[1]["messages"][2]
    assert said_before["reasoning"] == "Hm."
    made = said_before["tool_calls"]
    assert {each["function"]["name"] for each in made} == {"search"}
    assert all(json.loads(each["function"]["arguments"]) for each in made)
    assert len({each["id"] for each in made}) == 2


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
