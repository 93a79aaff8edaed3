"""What goes wrong at a model's server: what it is, and what a person is told.

The shapes are those of `../shared/guide/faults.md`, section B; each was seen at OpenAI,
OpenRouter, Groq, vLLM, llama.cpp, Ollama or LM Studio.
"""

import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from agent.endpoints.providers import Endpoint
from tools.errors import (
    CiteloopError,
    CredentialsError,
    IncompleteError,
    ModelError,
    UsageError,
)
from tools.text.clean import neutralise_control_tokens, visible

__all__ = [
    "ServerFailure",
    "diagnose",
    "error_status",
    "is_overflow",
    "not_an_api",
    "one_line",
]

_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
"""Statuses of what may be over soon; the 52x are Cloudflare's and Anthropic's."""
_RETRIES = 3
_PARSE_RETRIES = 2
_MAX_DETAIL = 300
_OVERFLOW = re.compile(
    r"context.{0,20}(?:length|window|size|limit|overflow)|maximum context|n_ctx"
    r"|(?:prompt|input) (?:is )?too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
"""How OpenAI, vLLM, llama.cpp, Ollama, LM Studio and OpenRouter say it."""
_PARSE_ERROR = re.compile(
    r"error parsing tool call|failed to parse input|peg-native|unexpected tokens "
    r"remaining in message header",
    re.IGNORECASE,
)
"""Ollama, llama.cpp (twice) and vLLM, where they cannot read the model's own output."""
_KEY = re.compile(r"\b(?:sk|gsk|key)[-_][\w.*-]{6,}|\bBearer [\w.*-]{6,}")


@dataclass(frozen=True, slots=True)
class ServerFailure:
    """What a failed call of a model came to."""

    told: CiteloopError
    """What a person is told, if it is not recovered from."""
    retries: int = 0
    """How often the same call may be made again."""
    wait: float | None = None
    """Seconds that the server asks for before it is."""
    unread_call: str | None = None
    """What the model wrote, where the server could not read it as a tool call: the
    model is told, for the same request would fail as before."""
    elsewhere: bool = True
    """Whether another model may be asked: not if the request itself is at fault."""


def diagnose(error: BaseException, endpoint: Endpoint | None) -> ServerFailure | None:
    """Return what a failed call came to, None if it is no failure of the server's."""
    failure = _diagnose(error, endpoint)
    if failure is None or endpoint is None or endpoint.api_key is None:
        return failure
    key = endpoint.api_key.get_secret_value()
    clean = type(failure.told)(str(failure.told).replace(key, "***"))
    return ServerFailure(
        clean, failure.retries, failure.wait, failure.unread_call, failure.elsewhere
    )


def _diagnose(error: BaseException, endpoint: Endpoint | None) -> ServerFailure | None:
    if isinstance(error.__cause__, CiteloopError):
        return ServerFailure(error.__cause__)  # what answers there is no API
    if isinstance(error, ModelError | UsageError):
        return ServerFailure(error)
    for kinds, find_cause in _CAUSES:
        if isinstance(error, kinds):
            return find_cause(error, endpoint)
    return None


def _diagnose_garble(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    del error
    told = IncompleteError(
        f"The answer was cut off: {_host(endpoint)} sent what is no JSON. "
        "Ask again, or look into its log."
    )
    return ServerFailure(told, retries=1, elsewhere=False)


def _diagnose_timeout(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    del error
    told = ModelError(
        f"No answer from {_address(endpoint)} in time. "
        "Check that the server is running, and that the model is loaded."
    )
    return ServerFailure(told)


def _diagnose_client(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    return ServerFailure(
        ModelError(f"{_host(endpoint)} failed: {one_line(str(error))}.")
    )


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
    return _status_of(error) in {400, 413, 422, 500} and bool(_OVERFLOW.search(said))


def not_an_api(host: str) -> UsageError:
    """Return what is said of an address that is something else."""
    return UsageError(
        f"{host} is not an OpenAI-compatible API; check the base URL (--base-url, "
        "CITELOOP_BASE_URL): it often ends in /v1."
    )


def one_line(text: str) -> str:
    """Return untrusted text as one short printable line without keys in it."""
    line = " ".join(neutralise_control_tokens(visible(text)).split())
    return _KEY.sub("***", line)[:_MAX_DETAIL].rstrip(".")


def _host(endpoint: Endpoint | None) -> str:
    return urlsplit(endpoint.base_url).netloc if endpoint else "The model"


def _address(endpoint: Endpoint | None) -> str:
    return endpoint.base_url if endpoint else "the model"


def _diagnose_connection(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    host = _host(endpoint)
    causes = list(_chain(error))
    remedy = "Start the server, or correct --base-url"
    if _one_of(causes, socket.gaierror):
        cause = "no such host"
        remedy = "Correct --base-url, or check the network's DNS"
    elif _one_of(causes, ssl.SSLCertVerificationError):
        cause = "its TLS certificate is not trusted"
        remedy = "Set SSL_CERT_FILE to the authority's certificate, or use http://"
    elif _one_of(causes, ssl.SSLError) and _one_of(causes, httpx2.ConnectError):
        cause = "it does not speak TLS there"
        remedy = "Use http:// in --base-url, or the port that speaks TLS"
    elif _one_of(causes, ConnectionRefusedError):
        cause = "connection refused"
    elif _one_of(causes, ConnectionResetError):
        cause = "it reset the connection"
        remedy = f"Look into the log of {host}"
    else:
        cause = one_line(str(error.__cause__ or error)) or "no connection"
    told = ModelError(f"{_address(endpoint)} cannot be reached: {cause}. {remedy}.")
    return ServerFailure(told, retries=_RETRIES)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Return an error and what caused it, the groups that anyio raises unfolded."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        if isinstance(seen, BaseExceptionGroup):
            for each in seen.exceptions:
                yield from _chain(each)
        seen = seen.__cause__ or seen.__context__


def _one_of(causes: list[BaseException], kind: type[BaseException]) -> bool:
    return any(isinstance(each, kind) for each in causes)


def _status_of(error: openai.APIError) -> int:
    """Return the status of a response, or the one that an error in a stream names."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code
    return error_status({"error": error.body or "unknown"}) or 500


def _diagnose_answer(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    status = _status_of(error)
    host = _host(endpoint)
    said = _server_text(error)
    model = endpoint.model if endpoint else "the model"
    if _code(error) == "tool_use_failed":
        told = ModelError(
            f"{host} could not read what {model} wrote as a tool call ({said}). "
            "Ask again, or try another --model."
        )
        return ServerFailure(
            told, _PARSE_RETRIES, unread_call=one_line(_unread(error)) or said
        )
    if status >= 500 and _PARSE_ERROR.search(said):
        told = ModelError(
            f"{host} could not read what {model} wrote ({said}). "
            "Ask again, update the server, or try another --model."
        )
        return ServerFailure(told, _PARSE_RETRIES)
    if status in _PASSING:
        wait = _wait(error)
        told = ModelError(_busy(status, host, said, wait))
        return ServerFailure(told, _RETRIES, wait)
    return ServerFailure(
        _refusal(status, host, said, model, error), elsewhere=status != 400
    )


def _busy(status: int, host: str, said: str, wait: float | None) -> str:
    if status == 429:
        again = f"; try again in {wait:.0f} s" if wait else "; try again later"
        return f"Rate-limited by {host}{again} ({said})."
    return f"{host} answered {status}: {said}. Try again, or look into its log."


def _refusal(
    status: int, host: str, said: str, model: str, error: openai.APIError
) -> CiteloopError:
    """Return what is told of a request that would be refused again."""
    if _is_page(error) and status not in {401, 402, 404}:
        return not_an_api(host)
    if status == 401:
        return CredentialsError(
            f"{host} refused the key ({said}). Set CITELOOP_API_KEY."
        )
    if status == 402:
        return CredentialsError(f"{host} wants payment ({said}). Add credits there.")
    remedies = {
        403: f"Ask {host} for access, or try another --model",
        404: "Check --model, and that --base-url ends as the server wants (often /v1)",
        413: "Lower context_window, so that less is sent",
        422: "Try another --model, or update the server",
        400: "Try another --model, or update the server",
    }
    if "support tool use" in said:  # OpenRouter's 404
        return ModelError(
            f"{host} has {model} nowhere that calls tools ({said}). "
            "Try another --model, or another --provider."
        )
    if status == 404:
        return ModelError(
            f"{host} has no {model}, or not at this address ({said}). {remedies[404]}."
        )
    remedy = remedies.get(status, "Look into its log, or try another --model")
    return ModelError(f"{host} answered {status}: {said}. {remedy}.")


def _is_page(error: openai.APIError) -> bool:
    if not isinstance(error, openai.APIStatusError):
        return False
    kind = error.response.headers.get("content-type", "")
    return "text/html" in kind or error.response.text.lstrip().startswith("<")


def _server_text(error: openai.APIError) -> str:
    """Return the server's own words; the client drops errors that are plain strings."""
    if _is_page(error):
        return "an HTML page"
    body = error.body
    provider = ""
    if isinstance(body, Mapping):
        inner = body.get("error") or body
        metadata = inner.get("metadata") if isinstance(inner, Mapping) else None
        if isinstance(metadata, Mapping) and metadata.get("provider_name"):
            provider = f"{one_line(str(metadata['provider_name']))}: "
        message = _message(inner) if isinstance(inner, Mapping) else inner
        body = message or json.dumps(body)
    return provider + one_line(str(body or error.message))


def _message(error: Mapping[str, Any]) -> str | None:
    """Return the words of an error; FastAPI's stand in `detail`."""
    words = (error.get("message"), error.get("detail"))
    return next((each for each in words if each and isinstance(each, str)), None)


def _code(error: openai.APIError) -> str:
    body = error.body if isinstance(error.body, Mapping) else {}
    return str(body.get("code", ""))


def _unread(error: openai.APIError) -> str:
    body = error.body if isinstance(error.body, Mapping) else {}
    return str(body.get("failed_generation") or "")


def _wait(error: openai.APIError) -> float | None:
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


_CAUSES: Sequence[
    tuple[tuple[type, ...], Callable[[Any, Endpoint | None], ServerFailure]]
] = (
    ((json.JSONDecodeError,), _diagnose_garble),
    ((openai.APITimeoutError,), _diagnose_timeout),
    ((openai.APIConnectionError, httpx2.TransportError), _diagnose_connection),
    ((openai.APIError,), _diagnose_answer),
    ((openai.OpenAIError,), _diagnose_client),
)
"""What is looked at in which way; the first that fits counts."""
