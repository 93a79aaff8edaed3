"""How long a server asks to be left alone, in all the forms that it says so."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.endpoints.complaints.waiting import seconds_to_wait

REQUEST = httpx2.Request("POST", "https://llm.example/v1")


def asked(
    headers: dict[str, str], body: Any = None, status: int = 429
) -> openai.APIStatusError:
    response = httpx2.Response(status, headers=headers, request=REQUEST, json=body)
    return openai.APIStatusError("failed", response=response, body=body)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("6m0s", 360), ("2m59.56s", 179.56), ("1s", 1), ("20ms", 0.02), ("1h2m3s", 3723),
     ("1d", 86400), ("8.64s", 8.64), ("60", 60), ("0.5", 0.5), (" 7 ", 7),
     ("0", None), ("0s", None), ("-1s", None), ("1x", None), ("s", None), ("", None),
     ("1s!", None), ("1e9", None), ("inf", None), ("nan", None), ("∞", None),
     ("1000000001", None), ("Infinity", None), ("9" * 400, None)],
)  # fmt: skip
def test_a_reset_is_read_as_a_number_or_a_duration(
    text: str, seconds: float | None
) -> None:
    error = asked(
        {"x-ratelimit-reset-tokens": text.encode("ascii", "replace").decode()}
    )
    assert seconds_to_wait(error) == pytest.approx(seconds)


@pytest.mark.parametrize("factor", [1, 1000])
def test_a_reset_may_be_a_moment_in_seconds_or_milliseconds(factor: int) -> None:
    then = int((datetime.now(UTC).timestamp() + 90) * factor)
    wait = seconds_to_wait(asked({"X-RateLimit-Reset": str(then)}))
    assert wait is not None
    assert 80 < wait <= 91


def test_retry_after_counts_before_a_reset_and_milliseconds_before_both() -> None:
    headers = {"retry-after": "7", "x-ratelimit-reset-requests": "6m0s"}
    assert seconds_to_wait(asked(headers)) == 7
    assert seconds_to_wait(asked({**headers, "retry-after-ms": "1500"})) == 1.5


def test_what_is_used_up_is_waited_for_and_nothing_else() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "99", "x-ratelimit-reset-requests": "24h0m0s",
        "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "3s",
    }  # fmt: skip
    assert seconds_to_wait(asked(headers)) == 3
    assert seconds_to_wait(asked({**headers, "x-ratelimit-remaining-tokens": "9"})) == 3
    assert seconds_to_wait(asked(headers, status=500)) is None


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"error": {"metadata": {"headers": {"X-RateLimit-Reset": "30"}}}}, 30),
        ({"metadata": {"headers": {"Retry-After": "9"}}}, 9),
        ({"details": [{"@type": "x"}, {"retryDelay": "26s"}]}, 26),
        ({"details": [{"retryDelay": 26}]}, None),
        ({"details": "none"}, None),
        ([{"error": {}}], None),
        ("slow down", None),
        (None, None),
    ],
)
def test_a_body_may_say_it(body: Any, seconds: float | None) -> None:
    assert seconds_to_wait(asked({}, body)) == seconds


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "metadata", "headers", "details", "retryDelay"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(body=json_values, text=st.text(st.characters(codec="ascii"), max_size=20))
def test_nothing_that_is_sent_breaks_it(body: Any, text: str) -> None:
    kept = text.replace("\r", "").replace("\n", "").replace("\0", "")
    wait = seconds_to_wait(asked({"x-ratelimit-reset": kept, "retry-after": kept}))
    assert wait is None or wait > 0
    error = openai.APIStatusError(
        "failed", response=httpx2.Response(429, request=REQUEST), body=body
    )
    wait = seconds_to_wait(error)
    assert wait is None or wait > 0
