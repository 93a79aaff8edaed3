"""What goes wrong at a model's server: what it is, and what a person is told.

The shapes are those of `../shared/guide/faults.md`, section B; each was seen at OpenAI,
OpenRouter, Groq, vLLM, llama.cpp, Ollama or LM Studio.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx2
import openai
from agents.exceptions import ModelBehaviorError, ModelTimeoutError

from agent.endpoints.complaints.waiting import seconds_to_wait
from agent.endpoints.connections import diagnose_connection
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.failure import RETRIES, ServerFailure, address_of, host_of
from agent.endpoints.remedies import (
    explain_busy,
    explain_no_tools,
    explain_refusal,
    one_line,
    server_text,
)
from agent.endpoints.statuses import is_garbled, is_quota, refuses_tools, status_of
from tools.errors import CiteloopError, IncompleteError, ModelError, UsageError

__all__ = ["diagnose", "named_failures"]

_PASSING = frozenset({408, 409, 424, 425, 429, 499})
"""Statuses of what may be over soon, besides those from 500 on: 424 is what TGI and
Bedrock say of a model that failed, 499 what nginx notes of a request given up."""
_STAYING = frozenset({501, 505, 510, 511})
"""Those from 500 on that a repetition does not mend; all others pass, Cloudflare's 520
to 530 and Anthropic's 529 among them."""
_PARSE_RETRIES = 2


def diagnose(error: BaseException, endpoint: Endpoint | None) -> ServerFailure | None:
    """Return what a failed call came to, None if it is no failure of the server's."""
    failure = _diagnose(error, endpoint)
    if failure is None or endpoint is None or endpoint.api_key is None:
        return failure
    key = endpoint.api_key.get_secret_value()
    clean = type(failure.told)(str(failure.told).replace(key, "***"))
    return replace(failure, told=clean)


def _diagnose(error: BaseException, endpoint: Endpoint | None) -> ServerFailure | None:
    if isinstance(error.__cause__, CiteloopError):
        return ServerFailure(error.__cause__)  # what answers there is no API
    if isinstance(error, ModelError | UsageError):
        return ServerFailure(error)
    for kinds, find_cause in _causes():
        if isinstance(error, kinds):
            return find_cause(error, endpoint)
    return None


def _causes() -> Sequence[
    tuple[tuple[type, ...], Callable[[Any, Endpoint | None], ServerFailure]]
]:
    """Return what is looked at in which way; the first that fits counts."""
    return (
        ((json.JSONDecodeError,), _diagnose_garble),
        ((openai.APITimeoutError,), _diagnose_timeout),
        ((openai.APIConnectionError, httpx2.TransportError), diagnose_connection),
        ((openai.APIError,), _diagnose_answer),
        ((openai.OpenAIError,), _diagnose_client),
    )


def _diagnose_garble(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    del error
    told = IncompleteError(
        f"The answer was cut off: {host_of(endpoint)} sent what is no JSON. "
        "Ask again, or look into its log."
    )
    return ServerFailure(told, retries=1, elsewhere=False)


def _diagnose_timeout(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    del error
    told = ModelError(
        f"No answer from {address_of(endpoint)} in time. "
        "Check that the server is running, and that the model is loaded."
    )
    return ServerFailure(told)


def _diagnose_client(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    return ServerFailure(
        ModelError(f"{host_of(endpoint)} failed: {one_line(str(error))}.")
    )


def _diagnose_answer(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    status = status_of(error)
    host = host_of(endpoint)
    said = server_text(error)
    model = endpoint.model if endpoint else "the model"
    if _code(error) == "tool_use_failed":
        told = ModelError(
            f"{host} could not read what {model} wrote as a tool call ({said}). "
            "Ask again, or try another --model."
        )
        return ServerFailure(
            told, _PARSE_RETRIES, unread_call=one_line(_unread(error)) or said
        )
    if is_garbled(error):
        told = ModelError(
            f"{host} could not read what {model} wrote ({said}). "
            "Ask again, update the server, or try another --model."
        )
        return ServerFailure(told, _PARSE_RETRIES)
    if refuses_tools(error):
        return ServerFailure(explain_no_tools(host, said, model))
    if status in {402, 429} and is_quota(error):
        return ServerFailure(explain_refusal(402, host, said, model))
    if status in _PASSING or (status >= 500 and status not in _STAYING):
        wait = seconds_to_wait(error)
        told = ModelError(explain_busy(status, host, said, wait))
        return ServerFailure(told, RETRIES, wait)
    refusal = explain_refusal(status, host, said, model)
    return ServerFailure(refusal, elsewhere=status != 400)


def _code(error: openai.APIError) -> str:
    body = error.body if isinstance(error.body, Mapping) else {}
    return str(body.get("code", ""))


def _unread(error: openai.APIError) -> str:
    body = error.body if isinstance(error.body, Mapping) else {}
    return str(body.get("failed_generation") or "")


@contextmanager
def named_failures(asked: Callable[[], Endpoint | None]) -> Iterator[None]:
    """Turn what a model call raises into an error that says what to do.

    Args:
        asked: Returns the endpoint that was asked last.
    """
    try:
        yield
    except (openai.OpenAIError, json.JSONDecodeError) as error:
        failure = diagnose(error, asked())
        if failure is None:
            raise
        raise failure.told from error
    except ModelTimeoutError as error:
        raise ModelError(
            f"No answer from {address_of(asked())} in time. Check that the model is "
            "loaded, or raise the time with --depth high."
        ) from error
    except ModelBehaviorError as error:
        text = one_line(str(error))
        if "no choices" in text:
            raise ModelError(f"The provider failed: {text}") from error
        raise IncompleteError(f"The model gave no usable answer: {text}") from error
