"""The same call again, and the next model: what each of them is asked."""

from dataclasses import replace
from typing import Any

import httpx2
import openai
import pytest

from agent.endpoints.retried_model import RetriedModel, ServedModel
from tests.fakes.foreign_model import GIVEN, ITEMS, REST, ForeignModel, ask


def retried(inner: ForeignModel) -> RetriedModel:
    return RetriedModel([ServedModel(inner, None)], longest_wait=0)


def status_error(status: int, text: str) -> openai.APIStatusError:
    request = httpx2.Request("POST", "http://localhost/v1/chat/completions")
    body = {"error": {"message": text}}
    response = httpx2.Response(status, json=body, request=request)
    return openai.APIStatusError(text, response=response, body=body["error"])


@pytest.mark.parametrize("stream", [True, False])
async def test_a_second_try_is_the_same_call(stream: bool) -> None:
    inner = ForeignModel(status_error(503, "busy"))
    await ask(retried(inner), stream=stream)
    assert inner.calls == [(GIVEN, REST)] * 2


@pytest.mark.parametrize("stream", [True, False])
async def test_a_call_that_a_server_could_not_read_gets_a_word_on_it(
    stream: bool,
) -> None:
    error = status_error(400, "cannot parse")
    error.body = {"code": "tool_use_failed", "failed_generation": "search(a)"}
    inner = ForeignModel(error)
    await ask(retried(inner), stream=stream)
    (first, _), (second, _) = inner.calls
    assert first == GIVEN
    assert second[1][:-1] == ITEMS
    assert "search(a)" in second[1][-1]["content"]


async def test_the_settings_are_those_of_the_server_that_is_asked() -> None:
    first, second = ForeignModel(status_error(401, "no key")), ForeignModel()
    model = RetriedModel(
        [
            ServedModel(first, None, lambda settings: replace(settings, top_p=0.1)),
            ServedModel(second, None, lambda settings: replace(settings, top_p=0.2)),
        ],
        longest_wait=0,
    )
    await ask(model, stream=False)
    assert [each.calls[0][0][2].top_p for each in (first, second)] == [0.1, 0.2]


async def test_models_that_serve_other_questions_stay_open() -> None:
    inner = ForeignModel()
    model = retried(inner)
    request: Any = "this"
    assert model.get_retry_advice(request) is None  # what may be tried again, was
    await model.close()
    assert not inner.closed
