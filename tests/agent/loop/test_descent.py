"""Each way to leave the agent mode, streamed and whole; what was found is used."""

from contextlib import suppress
from typing import Any

import pytest

from agent.answer import Answer
from agent.events.events import Event, Noticed
from agent.testing.servers.chat_server import ChatServer, Turn
from tests.fakes.qwen import (
    GOOD,
    QUESTION,
    QUOTE,
    Model,
    answer_from,
    is_guided,
    shown_sources,
)
from tools.errors import CredentialsError, ModelError
from tools.library.library import Library

SEARCH = Turn([("search", {"query": "partition key isolation"})])
"""It finds what the question alone does not."""
BAD = Turn([("search", '{"query":"mil')])
UNKNOWN = Turn([("browser.search", {"q": "x"})])
DEBRIS = Turn(content="<tools></tools>")
WRITTEN = Turn(
    content="First I search:\n"
    '{"name": "search", "arguments": {"query": "insert"}}\nIt says so.'
)
WAX = Turn([("final_answer", {"answer": "It is acknowledged with wax [1]."})])
NO_TOOLS = Turn(
    status=400, error={"error": {"message": "gemma:2b does not support tools"}}
)


@pytest.fixture(params=[True, False], ids=["streaming", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def auto(
    library: Library, *turns: Turn, **given: Any
) -> tuple[Answer, ChatServer]:
    return await answer_from(library, Model(list(turns)), **given)


WAYS: dict[str, tuple[list[Turn], str]] = {
    "no call and no search in the first turn": (
        [Turn(content="I simply know it.")], "no tool call in its first turn",
    ),
    "a call written among words": ([SEARCH, WRITTEN], "among its words"),
    "the same debris twice": ([SEARCH, DEBRIS, DEBRIS], "same debris"),
    "two invalid calls in a row": ([SEARCH, BAD, UNKNOWN], "two invalid tool calls"),
    "citations that fail after their repair": ([SEARCH, WAX, WAX], "citations failed"),
    "the tools refused": ([NO_TOOLS], "no tools by its server"),
    "an error of the model": (
        [SEARCH, Turn(content=""), Turn(content="")], "no answer that could be used",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("turns", "why"), WAYS.values(), ids=WAYS)
async def test_the_question_goes_on_guided_with_what_was_found(
    library: Library, turns: list[Turn], why: str, stream: bool
) -> None:
    events: list[Event] = []
    answer, server = await auto(library, *turns, stream=stream, events=events)
    assert (answer.mode, answer.exit_code) == ("guided", 0)
    assert why in answer.mode_reason
    assert any(isinstance(each, Noticed) and why in each.text for each in events)
    assert [each.name for each in answer.trajectory][-1] == "final_answer"
    guided = [each for each in server.requests if is_guided(each)]
    assert len(guided) == 1
    assert len(server.requests) == len(turns) + 1
    if SEARCH in turns:
        found = answer.trajectory[0].new_passages
        assert set(shown_sources(guided[0])) & set(range(1, found + 1))
        assert answer.usage.requests == len(server.requests)


@pytest.mark.parametrize(("turns", "why"), WAYS.values(), ids=WAYS)
async def test_an_agent_that_was_asked_for_is_never_guided(
    library: Library, turns: list[Turn], why: str
) -> None:
    del why
    asked: list[dict[str, Any]] = []
    model = Model([*turns, SEARCH])

    def reply_to(request: dict[str, Any]) -> Turn:
        asked.append(request)
        return model(request)

    with suppress(ModelError):  # where the tools are refused
        answer, _ = await answer_from(library, reply_to, mode="agent")
        assert answer.mode != "guided"
    assert asked
    assert not any(map(is_guided, asked))


async def test_a_good_agent_makes_the_same_calls_in_auto_as_in_agent(
    library: Library, stream: bool
) -> None:
    made = []
    for mode in ("agent", "auto"):
        search = Turn([("search", {"query": QUESTION})])
        given = {"answer": f"{GOOD} [1].", "citations": [{"source": 1, "quote": QUOTE}]}
        answer, server = await auto(
            library, search, Turn([("final_answer", given)]), mode=mode, stream=stream
        )
        assert (answer.mode, answer.mode_reason) == ("agent", "")
        assert answer.exit_code == 0
        made.append([each["messages"][0] for each in server.requests])
        assert all(each["tools"] for each in server.requests)
    assert made[0] == made[1]
    assert len(made[0]) == 2


async def test_an_answer_of_the_agent_stays_if_the_guided_one_is_no_better(
    library: Library,
) -> None:
    quotes = [{"source": 1, "quote": QUOTE}]
    half = {"answer": f"{GOOD} [1]. It costs 17 dollars.", "citations": quotes}
    search = Turn([("search", {"query": QUESTION})])
    answered = Turn([("final_answer", half)])
    script = Model([search, answered, answered], good="It costs 99 dollars")
    answer, server = await answer_from(library, script)
    assert any(map(is_guided, server.requests))
    assert answer.answer.startswith(GOOD)
    assert (answer.mode, answer.exit_code) == ("agent", 6)
    assert "no better" in answer.mode_reason


WRONG = "It is acknowledged with wax"


@pytest.mark.parametrize("mode", ["auto", "guided"])
async def test_what_a_model_answers_wrongly_when_guided_gives_way_to_quotes(
    library: Library, mode: str, stream: bool
) -> None:
    script = Model([Turn(content="I simply know it.")], good=WRONG, quote="")
    answer, _ = await answer_from(library, script, mode=mode, stream=stream)
    assert (answer.mode, answer.stop_reason, answer.exit_code) == (
        "extractive",
        "answered",
        0,
    )
    assert answer.extracted
    assert "not borne out" in answer.answer
    assert "not borne out" in answer.mode_reason
    assert QUOTE in answer.answer
    assert WRONG not in answer.answer
    drafts = [each for each in answer.trajectory if each.name == "final_answer"]
    assert any(WRONG in str(each.arguments) for each in drafts), "kept to be read"


async def test_a_word_that_cites_nothing_gives_way_to_quotes(library: Library) -> None:
    script = Model([Turn(content="I simply know it.")], good="Wax", quote="")
    answer, _ = await answer_from(library, script)
    assert (answer.mode, answer.exit_code) == ("extractive", 0)


async def test_where_nothing_can_be_quoted_the_models_answer_stays(
    library: Library,
) -> None:
    script = Model([Turn(content="I simply know it.")], good=WRONG, quote="")
    answer, _ = await answer_from(library, script, question="Who cooks the soup?")
    assert (answer.mode, answer.exit_code) == ("guided", 6)
    assert WRONG in answer.answer


async def test_an_agent_that_was_asked_for_keeps_what_does_not_hold(
    library: Library,
) -> None:
    answer, _ = await answer_from(library, Model([SEARCH, WAX, WAX]), mode="agent")
    assert (answer.mode, answer.exit_code) == ("agent", 6)


async def test_what_a_tool_of_the_users_own_returned_is_not_looked_for_in_documents(
    library: Library, stream: bool
) -> None:
    async def weigh(thing: str) -> str:
        """Weigh a thing."""
        return f"{thing}: 17 kg"

    weighed = Turn([("weigh", {"thing": "lamp"})])
    told = Turn([("final_answer", {"answer": "The lamp weighs 17 kg."})])
    answer, server = await auto(
        library, weighed, told, told, tools=[weigh], stream=stream
    )
    assert not any(map(is_guided, server.requests))
    assert (answer.mode, answer.exit_code) == ("agent", 6)


async def test_a_model_that_fails_guided_too_is_quoted_for(
    library: Library, stream: bool
) -> None:
    answer, server = await answer_from(library, [SEARCH, *[DEBRIS] * 4], stream=stream)
    assert len(server.requests) == 5
    assert (answer.mode, answer.extracted, answer.exit_code) == ("extractive", True, 6)
    assert QUOTE in answer.answer


@pytest.mark.parametrize("mode", ["agent", "guided", "auto"])
async def test_a_server_that_is_gone_ends_in_its_error_though_something_was_found(
    library: Library, mode: str
) -> None:
    gone = Turn(status=401, error={"error": {"message": "no"}})
    script = [gone] if mode == "guided" else [SEARCH, gone]
    with pytest.raises(CredentialsError):
        await answer_from(library, script, mode=mode)


async def test_a_request_that_is_refused_ends_in_quotes_with_the_code_of_the_refusal(
    library: Library, stream: bool
) -> None:
    refusal = Turn(status=400, error={"error": {"message": "Bad schema"}})
    events: list[Event] = []
    answer, _ = await answer_from(
        library, [SEARCH, refusal], mode="agent", stream=stream, events=events
    )
    assert (answer.stop_reason, answer.exit_code) == ("model_failed", 4)
    assert answer.extracted
    said = [each.text for each in events if isinstance(each, Noticed)]
    assert "Bad schema" in " ".join(said)
