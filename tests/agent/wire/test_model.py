"""The model over a real socket: what it asks, passes on, says, and gives up."""

import json
from typing import Any

import openai
import pytest

from agent.events.events import Noticed, TextReplaced
from tests.agent.wire.asking import (
    Heard,
    ask,
    call,
    event,
    said,
    serving,
    streamed,
    whole,
)
from tools.errors import IncompleteError, ModelError, UsageError

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
    calls = [
        call(f'{{"query":"{each}', "search<|channel|>json", "")
        for each in ("mil", "vus")
    ]
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
