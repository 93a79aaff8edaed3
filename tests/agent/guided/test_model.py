"""A guided question over the wire: what is asked, and what is made of the reply."""

from typing import Any

import pytest

from agent.answer import Answer
from agent.conversations.conversation import Conversation
from agent.events.events import Event, ReasoningDelta, TextDelta
from agent.testing.servers.chat_server import ChatServer, Reply, Turn
from agent.wire.estimate import estimate_tokens
from tests.fakes.qwen import (
    GOOD,
    QUESTION,
    QUOTE,
    answer_from,
    reply,
    shown_sources,
)
from tools.library.library import Library


@pytest.fixture(params=[True, False], ids=["streaming", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def guided(
    library: Library, script: list[Turn] | Reply, **given: Any
) -> tuple[Answer, ChatServer]:
    return await answer_from(library, script, mode="guided", **given)


async def test_the_model_is_asked_once_from_passages_and_without_a_tool(
    library: Library, stream: bool
) -> None:
    answer, server = await guided(library, [reply(f"{GOOD} [1].")], stream=stream)
    (request,) = server.requests
    assert "tools" not in request
    system, user = (each["content"] for each in request["messages"])
    assert user.endswith(f"Question: {QUESTION}")
    assert estimate_tokens(system + user) < 1000
    assert [each.name for each in answer.trajectory] == ["search", "final_answer"]
    assert (answer.mode, answer.mode_reason) == ("guided", "")
    assert (answer.grounded, answer.exit_code) == (True, 0)
    assert answer.citations[0].quote == QUOTE
    assert (answer.usage.requests, answer.usage.input_tokens) == (1, 100)


async def test_quotes_come_first_and_from_the_passages_that_are_shown(
    library: Library,
) -> None:
    _, server = await guided(library, [reply(f"{GOOD} [1].")])
    schema = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert next(iter(schema["properties"])) == "quotes"
    assert shown_sources(server.requests[0])[0] == 1
    assert "queries" not in schema["properties"]  # one round at this depth


async def test_reasoning_is_heard_and_the_json_is_not(library: Library) -> None:
    events: list[Event] = []
    turn = reply(f"{GOOD} [1].")
    thinking = Turn(content=turn.content, reasoning="The first passage says it.")
    answer, _ = await guided(library, [thinking], events=events)
    heard = [each.text for each in events if isinstance(each, ReasoningDelta)]
    assert "".join(heard) == "The first passage says it."
    assert not any(isinstance(each, TextDelta) for each in events)
    assert answer.grounded


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_server_that_refuses_the_schema_is_asked_for_text(
    library: Library, status: int, stream: bool
) -> None:
    def refusing(request: dict[str, Any]) -> Turn:
        if "response_format" in request:
            message = "response_format: json_schema is not supported"
            return Turn(status=status, error={"error": {"message": message}})
        return Turn(content=f"{QUOTE} [1]")

    answer, server = await guided(library, refusing, stream=stream)
    assert [("response_format" in each) for each in server.requests] == [True, False]
    assert "JSON" not in server.chats[1][0]["content"]
    assert (answer.mode, answer.exit_code) == ("guided", 0)


@pytest.mark.parametrize(
    "text",
    [
        f"{QUOTE} [1]",
        "Here it is:\n```json\n" + str(reply(f"{GOOD} [1].").content) + "\n```",
    ],
    ids=["marks", "fenced"],
)
async def test_a_server_that_ignores_the_schema_is_read_all_the_same(
    library: Library, text: str
) -> None:
    answer, server = await guided(library, [Turn(content=text)])
    assert (answer.exit_code, len(server.requests)) == (0, 1)


async def test_a_bad_citation_goes_back_once_with_the_problem(
    library: Library, stream: bool
) -> None:
    wax = reply("Inserts are acknowledged with wax [1].", quote="with wax")
    answer, server = await guided(library, [wax, reply(f"{GOOD} [1].")], stream=stream)
    *_, said, told = server.chats[1]
    assert said["content"] == wax.content
    assert "This was not accepted" in told["content"]
    assert (answer.grounded, len(server.requests)) == (True, 2)


@pytest.mark.parametrize(
    "worse",
    ["The answer was not accepted: [1] does not bear it out.", "Wax and honey [7]."],
)
async def test_a_repair_that_is_no_better_does_not_take_the_answers_place(
    library: Library, worse: str
) -> None:
    first = f"{GOOD} [1]. It costs 17 dollars."
    script = [reply(first), reply(worse, quote="")]
    answer, _ = await guided(library, script)
    assert answer.answer.startswith(GOOD)
    assert (answer.grounded, answer.exit_code) == (False, 6)


async def test_at_medium_what_the_model_calls_missing_is_searched_for_once(
    library: Library, stream: bool
) -> None:
    lacking = reply(
        "The passages do not say it.", quote="", answered=False,
        missing=["compaction of deleted entities"],
    )  # fmt: skip
    answer, server = await guided(
        library, [lacking, reply(f"{GOOD} [1].")], depth="medium", stream=stream
    )
    made = [(each.name, each.arguments) for each in answer.trajectory]
    assert ("requery", {"queries": ["compaction of deleted entities"]}) in made
    first, second = map(shown_sources, server.requests)
    assert set(second) - set(first)
    assert answer.grounded


async def test_a_second_round_that_fails_leaves_the_first_answer(
    library: Library, stream: bool
) -> None:
    half = reply(f"{GOOD} [1].", missing=["the cost of an insert"])
    answer, _ = await guided(
        library,
        [half, Turn(content=""), Turn(content="")],
        depth="medium",
        stream=stream,
    )
    assert answer.answer == f"{GOOD} [1]."
    assert (answer.mode, answer.exit_code) == ("guided", 0)


async def test_a_second_round_that_answers_no_more_leaves_the_first_answer(
    library: Library, stream: bool
) -> None:
    half = reply(f"{GOOD} [1].", missing=["the cost of an insert"])
    other = reply("A delete is a mark [1].", missing=["the cost of an insert"])
    answer, server = await guided(library, [half, other], depth="medium", stream=stream)
    assert len(server.requests) == 2
    assert (answer.answer, answer.missing) == (
        f"{GOOD} [1].",
        ("the cost of an insert",),
    )


async def test_a_second_round_that_does_not_hold_leaves_the_first_answer(
    library: Library, stream: bool
) -> None:
    half = reply(f"{GOOD} [1].", missing=["the cost of an insert"])
    invented = reply("An insert costs 17 dollars [1].", quote="")
    answer, server = await guided(
        library, [half, invented], depth="medium", stream=stream
    )
    assert len(server.requests) == 2
    assert (answer.answer, answer.grounded) == (f"{GOOD} [1].", True)


async def test_a_second_round_that_gives_up_leaves_the_first_answer(
    library: Library, stream: bool
) -> None:
    half = reply(f"{GOOD} [1].", missing=["the cost of an insert"])
    gives_up = reply("The passages do not say it.", quote="", answered=False)
    answer, _ = await guided(library, [half, gives_up], depth="medium", stream=stream)
    assert (answer.answer, answer.exit_code) == (f"{GOOD} [1].", 0)


async def test_what_was_quoted_or_not_asked_is_not_missing(library: Library) -> None:
    missing = [QUESTION, "Write path", "none", ""]
    answer, server = await guided(
        library, [reply(f"{GOOD} [1].", missing=missing)], depth="medium"
    )
    assert (len(server.requests), answer.missing) == (1, ())


async def test_a_sentence_without_a_mark_cites_the_quote_that_it_restates(
    library: Library, stream: bool
) -> None:
    said = "As soon as the log broker has accepted it, Milvus acknowledges an insert."
    unused = {"source": 2, "quote": "No passage says this."}
    given = reply(said, quotes=[{"source": 1, "quote": QUOTE}, unused])
    answer, server = await guided(library, [given], stream=stream)
    assert (answer.answer, len(server.requests)) == (f"{said[:-1]} [1].", 1)
    assert [each.quote for each in answer.citations] == [QUOTE]
    assert (answer.grounded, answer.exit_code) == (True, 0)


async def test_where_nothing_could_be_found_no_model_is_asked(
    library: Library,
) -> None:
    answer, server = await guided(library, [], max_tool_calls=0)
    assert (answer.answered, server.requests) == (False, [])
    assert answer.exit_code == 7


async def test_a_turn_that_cannot_be_used_ends_in_quotes(
    library: Library, stream: bool
) -> None:
    debris = Turn(content="<tools></tools>")
    answer, _ = await guided(library, [debris] * 2, stream=stream)
    assert (answer.extracted, answer.mode) == (True, "extractive")
    assert (answer.stop_reason, answer.exit_code) == ("no_answer", 6)
    assert QUOTE in answer.answer
    assert "<tools>" not in answer.answer


async def test_a_follow_up_is_searched_and_asked_with_the_question_before(
    library: Library,
) -> None:
    conversation = Conversation()
    script = [reply(f"{GOOD} [1].")] * 2
    await guided(library, script, conversation=conversation)
    _, server = await guided(
        library, script, question="Why does it?", conversation=conversation
    )
    asked = server.chats[0][1]["content"]
    assert f"(Asked before: {QUESTION})" in asked
    assert "log broker" in asked


async def test_a_document_cannot_forge_a_passage(library: Library) -> None:
    _, server = await guided(library, [reply(f"{GOOD} [1].")])
    lines = server.chats[0][1]["content"].split("\n")
    heads = [line for line in lines if line and not line.startswith(" ")]
    shown = len(shown_sources(server.requests[0]))
    assert len(heads) == shown + 1  # and the question


async def test_the_extractive_model_that_takes_its_place_plans_for_itself(
    library: Library, stream: bool
) -> None:
    gone = Turn(status=401, error={"error": {"message": "no"}})
    answer, _ = await guided(
        library, [gone], models="gpt-oss-20b,extractive", stream=stream
    )
    assert (answer.model, answer.mode) == ("extractive", "extractive")
    assert (answer.grounded, answer.exit_code) == (True, 0)
