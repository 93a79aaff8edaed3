"""The next model is asked when one is down, and that is said."""

import json
from collections.abc import Iterator, Sequence

import pytest

from agent.cli import main
from agent.testing.faults.fault import KEY, failing
from agent.testing.servers.fault_server import (
    RESET,
    FaultServer,
    Request,
    Step,
    serving,
)
from agent.testing.servers.replies import ANSWER, QUERY, Said, Status, call, honest
from tools.library.library import Library


def well(request: Request, number: int) -> Sequence[Step]:
    return honest(request, number).steps(stream=bool(request.get("stream")))


def down(request: Request, number: int) -> Sequence[Step]:
    return Status(503, failing("Loading model", 503)).steps(stream=True)


def down_after_a_search(request: Request, number: int) -> Sequence[Step]:
    return well(request, number) if number == 0 else [RESET]


@pytest.fixture
def sound() -> Iterator[FaultServer]:
    with serving(well) as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITELOOP_RETRY_SECONDS", "0.01")
    monkeypatch.setenv("CITELOOP_API_KEY", KEY)


def ask(library: Library, *flags: str) -> int:
    return main(["ask", QUERY, "--library", library.uri, *flags])


@pytest.mark.parametrize("responder", [down, down_after_a_search])
@pytest.mark.parametrize("form", [[], ["--no-stream"]], ids=["streaming", "whole"])
def test_the_next_model_goes_on_where_one_is_down(
    library: Library,
    sound: FaultServer,
    capsys: pytest.CaptureFixture[str],
    responder: object,
    form: list[str],
) -> None:
    with serving(responder) as first:  # type: ignore[arg-type] (each is a responder)
        models = f"{first.base_url} big,{sound.base_url} small"
        code = ask(library, "--json", "--models", models, *form)
    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert answer["answer"] == ANSWER
    assert answer["model"] == "small"
    assert len(answer["given_up"]) == 1
    assert answer["given_up"][0].startswith("big: ")
    assert f"127.0.0.1:{first.port}" in answer["given_up"][0]
    assert {each["model"] for each in sound.requests} == {"small"}


def test_that_another_model_answered_is_said_in_plain_words(
    library: Library, sound: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    models = f"http://127.0.0.1:9/v1 big,{sound.base_url} small"
    assert ask(library, "--models", models) == 0
    out, error = capsys.readouterr()
    assert ANSWER in out
    assert "small was asked: big: http://127.0.0.1:9/v1 cannot be reached" in error


def test_a_model_is_given_up_for_one_question_alone(
    library: Library, sound: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([Status(401, failing("Not today", 401))])

    def once_down(request: Request, number: int) -> Sequence[Step]:
        reply = next(answers, None) or honest(request, number)
        return reply.steps(stream=True)

    with serving(once_down) as first:
        models = f"{first.base_url} big,{sound.base_url} small"
        assert ask(library, "--json", "--models", models) == 0
        assert json.loads(capsys.readouterr().out)["model"] == "small"
        assert ask(library, "--json", "--models", models) == 0
        assert json.loads(capsys.readouterr().out)["model"] == "big"


def test_where_all_are_down_the_last_is_named(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(down) as server:
        models = f"http://127.0.0.1:9/v1 big,{server.base_url} small"
        assert ask(library, "--models", models) == 4
    assert f"127.0.0.1:{server.port} answered 503" in capsys.readouterr().err


def test_a_request_at_fault_is_not_carried_elsewhere(
    library: Library, sound: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    def refusing(request: Request, number: int) -> Sequence[Step]:
        return Status(400, failing("Bad schema", 400)).steps(stream=True)

    with serving(refusing) as first:
        models = f"{first.base_url} big,{sound.base_url} small"
        assert ask(library, "--models", models) == 4
    assert "Bad schema" in capsys.readouterr().err
    assert not sound.requests


def test_the_stand_in_can_be_the_last(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    models = "http://127.0.0.1:9/v1 big,extractive"
    assert ask(library, "--json", "--models", models) == 0
    assert json.loads(capsys.readouterr().out)["model"] == "extractive"


def test_a_call_that_the_server_could_not_read_is_shown_to_the_model(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    written = '<|channel|>commentary to=search {"query": "mil'
    error = {"message": "Failed to call a function.", "code": "tool_use_failed"}
    body = {"error": {**error, "failed_generation": written}}

    def groq(request: Request, number: int) -> Sequence[Step]:
        reply = Status(400, body) if number == 0 else honest(request, number)
        return reply.steps(stream=bool(request.get("stream")))

    with serving(groq) as server:
        assert ask(library, "--json", "--base-url", server.base_url) == 0
    told = server.requests[1]["messages"][-1]
    assert told["role"] == "user"
    assert '{"query": "mil' in told["content"]
    assert "<|" not in told["content"]
    assert not any("mil" in str(each) for each in server.requests[2]["messages"][-2:])


def test_a_turn_that_breaks_off_is_not_shown_twice_in_the_answer(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = Said(calls=[call()], finish="tool_calls").steps(stream=True)

    def breaking(request: Request, number: int) -> Sequence[Step]:
        return [*calls[:2], RESET] if number == 0 else well(request, number)

    with serving(breaking) as server:
        assert ask(library, "--json", "--base-url", server.base_url) == 0
    assert json.loads(capsys.readouterr().out)["answer"] == ANSWER
