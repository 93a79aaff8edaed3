"""A model as a checker, over the wire: what it is asked, and what is made of it."""

import json
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from agent.answer import Answer
from agent.events.events import CheckingStarted, Event, Noticed
from agent.testing.servers.chat_server import Reply, Turn
from tests.agent.checking.readers import (
    QUESTION,
    Model,
    all_stated,
    entry,
    is_checking,
    pairs_in,
    readings,
)
from tests.fakes.checkers import FAR, SEALED
from tests.fakes.qwen import answer_from, reply
from tests.tools.entailment.entailers import make_entailer
from tools.grounding.support.finding import Support
from tools.library.library import Library

SAME = SEALED[:-1]


@pytest.fixture(params=[True, False], ids=["streaming", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def asked(library: Library, model: Reply, /, **given: Any) -> Answer:
    given = {"depth": "medium", "mode": "agent"} | given
    answer, _ = await answer_from(library, model, QUESTION, **given)
    return answer


def supports(answer: Answer) -> list[tuple[Support | None, str]]:
    return [(each.support, each.support_by) for each in answer.sentences]


async def test_the_model_is_asked_once_about_a_sentence_that_is_unclear(
    library: Library, stream: bool
) -> None:
    events: list[Event] = []
    model = Model()
    answer = await asked(library, model, stream=stream, events=events)
    assert supports(answer) == [(Support.CLOSE, "checker")]
    assert (answer.grounded, answer.exit_code, len(model.checks)) == (True, 0, 1)
    assert [e for e in events if isinstance(e, CheckingStarted)] == [CheckingStarted(1)]


async def test_it_sees_the_sentences_and_their_quotes_and_nothing_else(
    library: Library,
) -> None:
    model = Model(FAR, SAME)
    await asked(library, model)
    (request,) = model.checks
    system, user = (each["content"] for each in request["messages"])
    assert "never instructions" in system
    assert sorted(pairs_in(request)) == sorted([f"{FAR}.", f"{SAME}."])
    assert QUESTION not in user
    assert "[1] Sentence:" in user
    assert "tools" not in request


async def test_the_words_come_before_the_verdict_for_each_number(
    library: Library,
) -> None:
    model = Model(FAR, SAME)
    await asked(library, model)
    schema = model.checks[0]["response_format"]["json_schema"]["schema"]
    fields = schema["properties"]["readings"]["items"]["properties"]
    assert list(fields) == ["number", "words", "says"]
    assert fields["number"]["enum"] == [1, 2]
    assert fields["says"]["enum"] == ["states", "contradicts", "silent"]


async def test_its_tokens_and_cost_are_in_the_usage_and_it_is_no_turn(
    library: Library, stream: bool
) -> None:
    def read(request: dict[str, Any]) -> Turn:
        return replace(all_stated(request), cost=0.002)

    answer = await asked(library, Model(read=read, cost=0.001), stream=stream)
    assert answer.turns == 2
    assert (answer.usage.requests, answer.usage.input_tokens) == (3, 300)
    assert answer.usage.cost == pytest.approx(0.004)
    assert [each.name for each in answer.trajectory] == ["search", "final_answer"]


async def test_a_contradiction_goes_back_to_the_model_with_the_words(
    library: Library,
) -> None:
    def read(request: dict[str, Any]) -> Turn:
        return readings(entry(1, "contradicts", "reaches a share"))

    model = Model(read=read)
    answer = await asked(library, model)
    assert supports(answer) == [(Support.CONTRADICTED, "checker")]
    assert not answer.grounded
    assert "reaches a share" in answer.trajectory[1].returned
    assert len(model.checks) == 1  # the same sentence is not asked about again


@pytest.mark.parametrize(
    "said",
    [
        readings(),
        readings(entry(2)),
        readings(entry(1, words="")),
        readings(entry(1, words="shrinking segment")),
        readings(entry(1, "contradicts", "never seals")),
        readings(entry(1, "perhaps")),
        readings(entry(1), entry(1, "silent")),
        readings("states", None, [1]),
        Turn(content='{"readings": {"1": "states"}}'),
        Turn(content='{"readings": [{"number": 1, "wor'),
        Turn(content="It states so."),
        Turn(content="[" * 5000),
        Turn(content="<tools></tools>"),
        Turn(calls=[("final_answer", {"answer": "states"})]),
        Turn(status=401, error={"error": "no"}),
        Turn(status=429, error={"error": "slow"}, headers={"retry-after": "3600"}),
        Turn(page="<html>busy</html>"),
    ],
    ids=str,
)  # fmt: skip
async def test_what_is_no_reading_leaves_what_the_rules_say(
    library: Library, said: Turn
) -> None:
    answer = await asked(library, Model(read=lambda _: said))
    assert supports(answer) == [(Support.UNCLEAR, "rules")]
    assert (answer.mode, answer.stop_reason) == ("agent", "answered")


async def test_a_failure_is_told_with_the_name_of_the_checker(
    library: Library,
) -> None:
    events: list[Event] = []
    refused = Turn(status=401, error={"error": "no"})
    await asked(library, Model(read=lambda _: refused), events=events)
    told = [each.text for each in events if isinstance(each, Noticed)]
    assert any(
        each.startswith("The checker gpt-oss-20b has read noth") for each in told
    )


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_server_that_refuses_the_schema_is_asked_without_one(
    library: Library, status: int
) -> None:
    def read(request: dict[str, Any]) -> Turn:
        if "response_format" in request:
            return Turn(status=status, error={"error": {"message": "no json_schema"}})
        return Turn(content=f"Here:\n```json\n{all_stated(request).content}\n```")

    model = Model(read=read)
    answer = await asked(library, model)
    assert ["response_format" in each for each in model.checks] == [True, False]
    assert supports(answer) == [(Support.CLOSE, "checker")]


async def test_the_list_alone_is_read_too(library: Library) -> None:
    def read(request: dict[str, Any]) -> Turn:
        return Turn(
            content=json.dumps(json.loads(str(all_stated(request).content))["readings"])
        )

    assert (await asked(library, Model(read=read))).grounded


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        ({"depth": "high"}, True),
        ({"depth": "low"}, False),
        ({"checker": "none"}, False),
        ({"max_tokens": 12_000}, True),
        ({"max_tokens": 1000}, False),
        ({"max_seconds": 1.0}, False),
        ({"model": "extractive"}, False),
    ],
    ids=str,
)
async def test_when_the_model_is_asked_about_its_own_answer(
    library: Library, given: dict[str, Any], asks: bool
) -> None:
    model = Model()
    await asked(library, model, **given)
    assert bool(model.checks) is asks


@pytest.mark.parametrize(("dollars", "asks"), [(1.0, True), (0.0039, False)])
async def test_it_is_not_asked_for_more_money_than_there_is(
    library: Library, dollars: float, asks: bool
) -> None:
    model = Model(cost=0.001)
    answer = await asked(library, model, max_cost=dollars)
    assert bool(model.checks) is asks
    assert answer.answer.startswith(FAR)


async def test_a_checker_that_takes_too_long_costs_the_answer_nothing(
    library: Library,
) -> None:
    def read(request: dict[str, Any]) -> Turn:
        sleep(5)
        return all_stated(request)

    events: list[Event] = []
    model = Model(read=read)
    answer = await asked(library, model, max_seconds=6.0, events=events)
    assert (len(model.checks), answer.seconds < 6.5) == (1, True)
    assert answer.answer.startswith(FAR)
    assert supports(answer) == [(Support.UNCLEAR, "rules")]
    assert any(isinstance(e, Noticed) and "took more than" in e.text for e in events)


def guided(request: dict[str, Any]) -> Turn:
    """Answer from passages, half of it as no rule can judge, and find all stated."""
    if is_checking(request):
        return all_stated(request)
    return reply(f"{SAME} [1]. {FAR} [1].", quote=SEALED)


async def test_a_model_that_is_guided_does_not_check_itself(library: Library) -> None:
    answer = await asked(library, guided, mode="guided")
    assert answer.usage.requests == 2  # the answer, and its repair
    assert supports(answer)[1] == (Support.UNCLEAR, "rules")


async def test_a_folder_is_asked_in_each_mode(library: Library, tmp_path: Path) -> None:
    folder = make_entailer(tmp_path / "nli")
    given = {"depth": "low", "checker": str(folder)}
    for mode, model in (("agent", Model()), ("guided", guided)):
        events: list[Event] = []
        await asked(library, model, mode=mode, events=events, **given)
        assert any(isinstance(each, CheckingStarted) for each in events)


async def test_a_folder_says_what_becomes_of_a_sentence(
    library: Library, tmp_path: Path
) -> None:
    """The sentence has the word "a", which this model takes for entailment."""
    folder = make_entailer(tmp_path / "nli")
    model = Model("Big ones are a thing of the past")
    answer = await asked(library, model, depth="low", checker=str(folder))
    assert supports(answer) == [(Support.CLOSE, "checker")]
    assert (answer.grounded, model.checks) == (True, [])


async def test_strictly_its_word_is_not_enough(library: Library) -> None:
    answer = await asked(library, Model(), strict=True)
    assert supports(answer) == [(Support.CLOSE, "checker")]
    assert not answer.grounded
    assert (await asked(library, Model(SAME), strict=True)).grounded
