"""How long a server asks to be left alone."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

import openai

__all__ = ["seconds_to_wait"]

_NUMBER = re.compile(r"\d{1,20}(?:\.\d{1,20})?")
_DURATION = re.compile(r"(?:(\d{1,9}(?:\.\d{1,9})?)(ms|us|µs|ns|d|h|m|s))", re.ASCII)
_UNITS = {
    "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6,
    "µs": 1e-6, "ns": 1e-9,
}  # fmt: skip
_EPOCH = 1e9
"""From here on a number of seconds is a moment (after 2001) and no pause; from a
thousand times that, in milliseconds (OpenRouter's)."""
_RESET = re.compile(r"(?:x-|anthropic-)?ratelimit-(?:(.{1,40})-)?reset(?:-(.{1,40}))?")
"""`X-RateLimit-Reset`, `x-ratelimit-reset-tokens`, `RateLimit-Reset`,
`anthropic-ratelimit-tokens-reset`: OpenRouter's, OpenAI's and Groq's, the IETF's,
Anthropic's."""


def seconds_to_wait(error: openai.APIError) -> float | None:
    """Return the seconds until a server may be asked again, None if it names none.

    `Retry-After` counts first, in its several forms. Without it, and of a rate limit
    alone, that is when what is used up is filled again (everruns #2280, hindsight
    #3508, dirge #718): in the headers, in those that OpenRouter puts into the body,
    or in Google's `retryDelay`.
    """
    if not isinstance(error, openai.APIStatusError):
        return _soonest(_in_body(error.body))
    headers = {name.lower(): text for name, text in error.response.headers.items()}
    if (asked := _retry_after(headers)) is not None:
        return asked
    if error.status_code != 429:
        return None
    inner = _soonest(_in_body(error.body))
    return inner if inner is not None else _reset(headers)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    milliseconds = _seconds(f"{headers.get('retry-after-ms', '').strip()}ms")
    if milliseconds is not None:
        return milliseconds
    return _seconds(headers.get("retry-after", ""))


def _reset(headers: Mapping[str, str]) -> float | None:
    """Return when all of what is used up is there again.

    Requests and tokens are counted apart: one of which something remains is not
    waited for, unless that is said of each.
    """
    used_up: list[float] = []
    others: list[float] = []
    for name, text in headers.items():
        found = _RESET.fullmatch(name)
        seconds = _seconds(text) if found else None
        if found is None or seconds is None:
            continue
        remaining = headers.get(name.replace("reset", "remaining"), "0").strip()
        (used_up if remaining in {"0", "-1", "0.0"} else others).append(seconds)
    return max(used_up, default=None) or min(others, default=None)


def _in_body(body: Any) -> Iterator[float | None]:
    error = body.get("error", body) if isinstance(body, Mapping) else None
    if isinstance(error, list) and error:
        error = error[0]
    if not isinstance(error, Mapping):
        return
    metadata = error.get("metadata")
    headers = metadata.get("headers") if isinstance(metadata, Mapping) else None
    if isinstance(headers, Mapping):
        texts = {str(name).lower(): str(text) for name, text in headers.items()}
        yield _retry_after(texts)
        yield _reset(texts)
    details = error.get("details")
    for each in details if isinstance(details, list) else ():
        if isinstance(each, Mapping) and isinstance(each.get("retryDelay"), str):
            yield _seconds(each["retryDelay"])
    yield _seconds(str(error.get("retry_after", "")))


def _soonest(found: Iterator[float | None]) -> float | None:
    return next((each for each in found if each is not None), None)


def _seconds(text: str) -> float | None:
    """Return the seconds that a number, a duration, a moment or a date stands for."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        seconds = _from_number(float(text))
    elif parts := _DURATION.findall(text):
        whole = "".join(number + unit for number, unit in parts) == text
        seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
        seconds = seconds if whole else 0.0
    else:
        seconds = _until(text)
    return seconds if isfinite(seconds) and seconds > 0 else None


def _from_number(number: float) -> float:
    if number < _EPOCH:
        return number
    moment = number / 1000 if number >= 1000 * _EPOCH else number
    return moment - datetime.now(UTC).timestamp()


def _until(date: str) -> float:
    """Return the seconds until a date of HTTP or ISO 8601; 0 if it is none."""
    if len(date) > 40 or not any(map(str.isdigit, date)):
        return 0.0
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        try:
            then = datetime.fromisoformat(date)
        except ValueError:
            return 0.0
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return (then - datetime.now(UTC)).total_seconds()
