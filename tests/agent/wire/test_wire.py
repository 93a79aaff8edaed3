"""The wire: what a real server gets and sends, streaming and not."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from agents.testing import ScriptedModel, assistant_message

from agent.asking import ask
from agent.conversations.conversation import Conversation
from agent.events.events import Event, ReasoningDelta, TextDelta
from agent.settings.depth import DEPTHS
from agent.settings.settings import Settings
from agent.testing.servers.chat_server import Turn, serve
from tests.agent.wire.conversing import QUOTE, SCRIPT, answer_to, settings_for
from tools.errors import UsageError


async def test_the_four_tools_are_called_over_several_turns(
    library_file: Path, stream: bool
) -> None:
    with serve(SCRIPT) as server:
        answer = await answer_to("When?", server, library_file, stream=stream)
    assert [each.name for each in answer.trajectory] == [
        "search",
        "fetch",
        "requery",
        "final_answer",
    ]
    assert answer.grounded
    assert answer.citations[0].quote == QUOTE
    assert [bool(each.get("stream")) for each in server.requests] == [stream] * 4
    assert answer.usage.requests == 4
    assert answer.usage.total_tokens == 440
    assert answer.usage.cost == pytest.approx(0.002)


@pytest.mark.parametrize("depth", ["low", "medium", "high"])
async def test_effort_follows_the_depth_and_sampling_is_gpt_oss_own(
    library_file: Path, depth: Any, stream: bool
) -> None:
    with serve(SCRIPT) as server:
        answer = await answer_to(
            "When?", server, library_file, depth=depth, stream=stream
        )
    assert answer.depth == depth
    for request in server.requests:
        assert request["reasoning_effort"] == DEPTHS[answer.depth].effort == depth
        assert (request["temperature"], request["top_p"]) == (1.0, 1.0)
        assert "response_format" not in request
        assert {each["function"]["name"] for each in request["tools"]} == {
            "search",
            "fetch",
            "requery",
            "final_answer",
        }


@pytest.mark.parametrize("model", ["openai/gpt-oss-120b", "gpt_oss:20b", "tiny-gptoss"])
async def test_a_name_that_holds_gpt_oss_is_sampled_like_it(
    library_file: Path, model: str
) -> None:
    with serve(SCRIPT) as server:
        await answer_to("When?", server, library_file, model=model)
    assert {each["temperature"] for each in server.requests} == {1.0}


async def test_any_other_model_is_sampled_as_its_server_does(
    library_file: Path, stream: bool
) -> None:
    with serve(SCRIPT) as server:
        await answer_to("When?", server, library_file, stream=stream, model="qwen2.5")
    assert not any({"temperature", "top_p"} & each.keys() for each in server.requests)


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
async def test_the_running_questions_reasoning_is_replayed_under_its_own_field(
    library_file: Path, field: str, stream: bool
) -> None:
    script = [
        Turn(each.calls, reasoning=each.reasoning, reasoning_field=field)
        for each in SCRIPT
    ]
    with serve(script) as server:
        await answer_to("When?", server, library_file, stream=stream)
    replayed = [
        each.get(field) for each in server.chats[-1] if each["role"] == "assistant"
    ]
    assert replayed == [
        "First I search.",
        "Now I open it.",
        "Once more, in other words.",
    ]
    other = {"reasoning", "reasoning_content"} - {field}
    assert not any(other & each.keys() for each in server.chats[-1])


async def test_reasoning_of_finished_questions_is_not_replayed(
    library_file: Path, stream: bool
) -> None:
    conversation = Conversation()
    with serve([*SCRIPT, *SCRIPT]) as server:
        settings = settings_for(server, library_file, stream=stream)
        await ask("When?", settings=settings, conversation=conversation)
        await ask("And then?", settings=settings, conversation=conversation)
    second = server.chats[4]
    assert [each["role"] for each in second] == ["system", "user", "assistant", "user"]
    assert [each["content"] for each in second if each["role"] == "user"] == [
        "When?",
        "And then?",
    ]
    assert QUOTE in second[2]["content"]
    assert not any("reasoning" in each for each in second)


async def test_every_tool_call_is_answered_under_its_id(
    library_file: Path, stream: bool
) -> None:
    with serve(SCRIPT) as server:
        await answer_to("When?", server, library_file, stream=stream)
    last = server.chats[-1]
    called = [
        call["id"]
        for message in last
        if message["role"] == "assistant"
        for call in message["tool_calls"]
    ]
    answered = [each["tool_call_id"] for each in last if each["role"] == "tool"]
    assert called == answered
    assert len(set(called)) == 3


async def test_deltas_are_heard_as_they_stream(library_file: Path) -> None:
    events: list[Event] = []
    script = [SCRIPT[0], Turn(content=f"{QUOTE} [1]", reasoning="I know it.")]
    with serve(script) as server:
        settings = settings_for(server, library_file)
        answer = await ask("When?", settings=settings, listen=events.append)
    thought = "".join(each.text for each in events if isinstance(each, ReasoningDelta))
    said = "".join(each.text for each in events if isinstance(each, TextDelta))
    assert thought == "First I search.I know it."
    assert said == f"{QUOTE} [1]"
    assert answer.grounded


async def test_the_key_is_trimmed_and_sent_and_nowhere_else(
    library_file: Path,
) -> None:
    with serve(SCRIPT) as server:
        settings = settings_for(server, library_file, api_key=" secret-key-123\n")
        answer = await ask("When?", settings=settings)
    assert server.headers[0]["authorization"] == "Bearer secret-key-123"
    assert "secret-key-123" not in answer.model_dump_json()
    assert "secret-key-123" not in repr(settings)


async def test_several_questions_at_once_share_one_library(library_file: Path) -> None:
    settings = Settings.load({"library": str(library_file)})
    asked = [ask("What is HNSW?", settings=settings) for _ in range(4)]
    answers = await asyncio.gather(*asked)
    assert {each.answer for each in answers} == {answers[0].answer}
    assert all(each.grounded for each in answers)


async def test_a_blank_question_is_refused(library_file: Path) -> None:
    settings = Settings.load({"library": str(library_file)})
    with pytest.raises(UsageError, match="blank"):
        await ask(" \n", settings=settings)


async def test_a_model_that_is_given_needs_no_key_of_the_settings_provider(
    library_file: Path,
) -> None:
    settings = Settings.load(
        {"library": str(library_file), "provider": "groq", "mode": "agent"}
    )
    model = ScriptedModel([[assistant_message("Nothing to cite.")]] * 2)
    answer = await ask("When?", settings=settings, model=model)
    assert (answer.model, answer.grounded) == ("ScriptedModel", False)


async def test_nothing_is_traced_to_openai(
    library_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents.tracing import get_trace_provider

    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-tracing")
    with serve(SCRIPT) as server:
        await answer_to("When?", server, library_file)
    assert get_trace_provider().get_current_trace() is None
