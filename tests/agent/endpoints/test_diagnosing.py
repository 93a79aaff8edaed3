"""What a failure is told as, and how often it is tried again."""

import json
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import openai
import pytest
from pydantic import SecretStr

from agent.endpoints.diagnosing import diagnose
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.failure import ServerFailure
from agent.endpoints.statuses import error_status, is_overflow
from agent.testing.faults.fault import KEY, OVERFLOWS
from tools.errors import CredentialsError, IncompleteError, ModelError

AT = Endpoint("https://llm.example/v1", "gpt-oss-20b", SecretStr("hunter2-hunter2"))
REQUEST = httpx2.Request("POST", AT.base_url)


def status_error(
    status: int, body: Any, headers: dict[str, str] | None = None
) -> openai.APIStatusError:
    """Return what the client raises for a response."""
    given = {"text": body} if isinstance(body, str) else {"json": body}
    response = httpx2.Response(status, headers=headers, request=REQUEST, **given)
    inner = body.get("error", body) if isinstance(body, dict) else body
    return openai.APIStatusError("failed", response=response, body=inner)


def told(error: BaseException) -> ServerFailure:
    failure = diagnose(error, AT)
    assert failure is not None
    return failure


@pytest.mark.parametrize(
    ("value", "wait"),
    [("1", 1), ("0.5", 0.5), ("600", 600), ("nan", None), ("inf", None), ("-3", None),
     ("soon", None), ("", None)],
)  # fmt: skip
def test_the_wait_is_what_retry_after_says_if_it_is_a_time(
    value: str, wait: float | None
) -> None:
    failure = told(status_error(429, {"error": "slow"}, {"retry-after": value}))
    assert (failure.wait, failure.retries) == (wait, 3)


def test_retry_after_may_be_a_date() -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    wait = told(status_error(503, {"error": "busy"}, {"retry-after": then})).wait
    assert wait is not None
    assert 80 < wait <= 90


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"error": {"message": "No credits"}}, "No credits"),
        ({"error": "No credits"}, "No credits"),
        ({"detail": "No credits"}, "No credits"),
        ("No credits", "No credits"),
        ({"error": {"message": "Bad", "metadata": {"provider_name": "X"}}}, "X: Bad"),
        ("<!doctype html><title>No</title>", "an HTML page"),
        ("", "failed"),
    ],
)
def test_the_servers_own_words_are_kept_whatever_form_they_have(
    body: Any, says: str
) -> None:
    failure = told(status_error(402, body))
    assert isinstance(failure.told, CredentialsError)
    assert f"llm.example wants payment ({says})" in str(failure.told)
    assert "<" not in str(failure.told)


@pytest.mark.parametrize("key", ["hunter2-hunter2", KEY, "Bearer abcdef123456"])
def test_no_key_is_told(key: str) -> None:
    failure = told(status_error(401, {"error": {"message": f"Bad key: {key}"}}))
    assert key not in str(failure.told)
    assert "Bad key: ***" in str(failure.told)


@pytest.mark.parametrize(
    ("status", "retries", "elsewhere"),
    [(400, 0, False), (401, 0, True), (404, 0, True), (408, 3, True), (429, 3, True),
     (500, 3, True), (503, 3, True), (529, 3, True), (418, 0, True)],
)  # fmt: skip
def test_what_may_pass_is_tried_again_and_what_is_at_fault_stays(
    status: int, retries: int, elsewhere: bool
) -> None:
    failure = told(status_error(status, {"error": {"message": "No"}}))
    assert (failure.retries, failure.elsewhere) == (retries, elsewhere)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": {"code": 502}}, 502),
        ({"error": {"code": "429"}}, 429),
        ({"error": {"status_code": 400, "code": "tool_use_failed"}}, 400),
        ({"error": {"code": "tool_use_failed"}}, 400),
        ({"error": {"type": "invalid_request_error"}}, 400),
        ({"error": {"code": ["odd"]}}, 500),
        ({"error": "text"}, 500),
        ({"error": None, "choices": []}, None),
        ({"choices": []}, None),
        ([1], None),
        (None, None),
    ],
)
def test_the_status_of_an_error_in_a_body(body: Any, status: int | None) -> None:
    assert error_status(body) == status


def test_a_prompt_that_is_too_long_is_told_from_other_refusals() -> None:
    for text in OVERFLOWS:
        assert is_overflow(status_error(400, {"error": {"message": text}}))
    assert not is_overflow(status_error(400, {"error": {"message": "Bad schema"}}))
    assert not is_overflow(status_error(429, {"error": {"message": OVERFLOWS[0]}}))
    assert not is_overflow(ValueError(OVERFLOWS[0]))


def test_a_certificate_is_told_from_a_port_without_tls() -> None:
    error = openai.APIConnectionError(request=REQUEST)
    error.__cause__ = httpx2.ConnectError("")
    error.__cause__.__context__ = ssl.SSLCertVerificationError("self-signed")
    assert "certificate is not trusted" in str(told(error).told)
    error.__cause__.__context__ = ssl.SSLError("wrong version number")
    assert "does not speak TLS" in str(told(error).told)


def test_what_is_no_json_is_tried_once_more() -> None:
    failure = told(json.JSONDecodeError("no", "{", 1))
    assert isinstance(failure.told, IncompleteError)
    assert failure.retries == 1


def test_what_is_no_failure_of_a_server_is_left_alone() -> None:
    assert diagnose(IncompleteError("cut"), AT) is None
    assert diagnose(KeyError("bug"), AT) is None
    assert isinstance(told(ModelError("No token")).told, ModelError)
