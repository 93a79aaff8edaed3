"""What a server's answer says of its failure: status, pause, overflow."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

import openai

from tools.errors import UsageError

__all__ = ["error_status", "is_overflow", "not_an_api", "seconds_to_wait", "status_of"]

_OVERFLOW = re.compile(
    r"context.{0,20}(?:length|window|size|limit|overflow)|maximum context|n_ctx"
    r"|(?:prompt|input) (?:is )?too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
"""How OpenAI, vLLM, llama.cpp, Ollama, LM Studio and OpenRouter say it."""


def error_status(body: Any) -> int | None:
    """Return the status that the error in a body names, None if there is no error.

    OpenRouter puts it into `code`, Groq's streams into `status_code`; others have a
    word there, or nothing, and then it is 500.
    """
    error = body.get("error") if isinstance(body, Mapping) else None
    if not error:
        return None
    named = error if isinstance(error, Mapping) else {}
    for value in (named.get("code"), named.get("status_code"), named.get("status")):
        if str(value).isdecimal() and 400 <= int(str(value)) <= 599:
            return int(str(value))
    words = (named.get("code"), named.get("type"))
    return (
        400
        if {"tool_use_failed", "invalid_request_error"} & set(map(str, words))
        else 500
    )


def is_overflow(error: BaseException) -> bool:
    """Whether a server refused a prompt because it is too long for the model."""
    if not isinstance(error, openai.APIError):
        return False
    said = json.dumps(error.body) if error.body else str(error)
    return status_of(error) in {400, 413, 422, 500} and bool(_OVERFLOW.search(said))


def not_an_api(host: str) -> UsageError:
    """Return what is said of an address that is something else."""
    return UsageError(
        f"{host} is not an OpenAI-compatible API; check the base URL (--base-url, "
        "CITELOOP_BASE_URL): it often ends in /v1."
    )


def status_of(error: openai.APIError) -> int:
    """Return the status of a response, or the one that an error in a stream names."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code
    return error_status({"error": error.body or "unknown"}) or 500


def seconds_to_wait(error: openai.APIError) -> float | None:
    """Return the seconds that `Retry-After` names, as a number or as a date."""
    if not isinstance(error, openai.APIStatusError):
        return None
    value = error.response.headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value)
    return seconds if isfinite(seconds) and seconds > 0 else None


def _seconds_until(date: str) -> float:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return 0.0
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return (then - datetime.now(UTC)).total_seconds()
