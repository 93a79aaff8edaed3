"""The model behind an OpenAI-compatible endpoint, its retries and its failures.

Retries live in the runner alone: the client makes none, so three attempts stay three.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from agents import ModelRetrySettings, ModelSettings
from agents.exceptions import ModelBehaviorError, ModelTimeoutError
from agents.retry import ModelRetryBackoffSettings, RetryDecision, RetryPolicyContext
from openai.types.shared import Reasoning

from agent.depth import Depth
from agent.providers import Endpoint
from agent.wire.model import WireModel
from agent.wire.reading import TOKEN_SECONDS
from prompts import Prompt, render
from tools.clean import neutralise_control_tokens, visible
from tools.errors import (
    CiteloopError,
    CredentialsError,
    IncompleteError,
    ModelError,
    UsageError,
)

__all__ = [
    "call_a_tool",
    "endpoint_client",
    "endpoint_model",
    "list_models",
    "model_settings",
    "named_failures",
]

_RETRIED_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_MAX_RETRIES = 3
_MAX_WAIT = 30.0
"""Seconds; a server that asks for a longer pause is named instead of waited for."""
_CONNECT_SECONDS = 10.0
_MAX_DETAIL = 300
_PROBE_TOOL = "report_ready"


def endpoint_client(endpoint: Endpoint, seconds: float = 600) -> openai.AsyncOpenAI:
    """Return the client of an endpoint; servers without keys get a placeholder."""
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else "none"
    timeout = openai.Timeout(seconds, connect=_CONNECT_SECONDS)
    return openai.AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=key,
        max_retries=0,
        timeout=timeout,
        http_client=openai.DefaultAsyncHttpxClient(
            base_url=endpoint.base_url,
            timeout=timeout,
            event_hooks={"response": [_refuse_pages]},
        ),
    )


async def _refuse_pages(response: httpx2.Response) -> None:
    """Refuse what says 200 and is no API: a login page, a proxy's page, nothing."""
    kind = response.headers.get("content-type", "")
    empty = response.headers.get("content-length") == "0"
    if response.status_code == 200 and (empty or "text/html" in kind):
        raise _not_an_api(response.url.netloc.decode())


def endpoint_model(
    endpoint: Endpoint,
    client: openai.AsyncOpenAI,
    token_seconds: float = TOKEN_SECONDS,
) -> WireModel:
    """Return the SDK model for an endpoint."""
    return WireModel(endpoint.model, client, token_seconds)


def model_settings(depth: Depth, base_url: str | None = None) -> ModelSettings:
    """Return how the model is asked: sampling as gpt-oss wants it (its model card)."""
    extra: dict[str, Any] | None = None
    if base_url and urlsplit(base_url).hostname == "openrouter.ai":
        # Without it OpenRouter drops parameters that a provider does not take.
        extra = {"provider": {"require_parameters": True}}
    return ModelSettings(
        temperature=1.0,
        top_p=1.0,
        reasoning=Reasoning(effort=depth.effort),
        include_usage=True,
        preserve_raw_usage=True,
        extra_body=extra,
        retry=ModelRetrySettings(
            max_retries=_MAX_RETRIES,
            backoff=ModelRetryBackoffSettings(
                initial_delay=0.5, max_delay=4, multiplier=2, jitter=True
            ),
            policy=_retry_policy,
        ),
    )


def _retry_policy(context: RetryPolicyContext) -> RetryDecision:
    facts = context.normalized
    if isinstance(context.error.__cause__, CiteloopError):
        return RetryDecision(retry=False)  # what answers there is no API
    passing = facts.is_network_error or facts.status_code in _RETRIED_STATUS
    wait = facts.retry_after
    if not passing or context.response_started or (wait or 0) > _MAX_WAIT:
        return RetryDecision(retry=False)
    return RetryDecision(retry=True, delay=wait)


async def list_models(endpoint: Endpoint, seconds: float) -> list[str] | None:
    """Return the models that a server lists, None if it lists none.

    Raises:
        CiteloopError: it cannot be reached, or refuses.
    """
    with named_failures(endpoint):
        async with endpoint_client(endpoint, seconds) as client:
            try:
                page = await client.models.list()
            except openai.NotFoundError:
                return None  # some servers have chat completions alone
    if not isinstance(page.data, list):
        raise _not_an_api(urlsplit(endpoint.base_url).netloc)
    return [model.id for model in page.data]


async def call_a_tool(endpoint: Endpoint, seconds: float) -> str:
    """Ask the model for one tool call; return what it did, in words.

    Raises:
        CiteloopError: it called no tool, or could not be asked.
    """
    schema = {"type": "object", "properties": {"word": {"type": "string"}}}
    function = {"name": _PROBE_TOOL, "description": "Report.", "parameters": schema}
    with named_failures(endpoint):
        async with endpoint_client(endpoint, seconds) as client:
            request: dict[str, Any] = {
                "model": endpoint.model,
                "messages": [{"role": "user", "content": render(Prompt.PROBE)}],
                "tools": [{"type": "function", "function": function}],
            }
            answer = await client.chat.completions.create(**request)
    if not getattr(answer, "choices", None):
        raise _not_an_api(urlsplit(endpoint.base_url).netloc)
    calls = answer.choices[0].message.tool_calls or []
    names = [call.function.name for call in calls if call.type == "function"]
    if _PROBE_TOOL not in names:
        raise ModelError(
            f"{endpoint.model} did not call the tool that it was asked to call "
            f"(it called {_detail(', '.join(names)) or 'none'}). Serve it with its "
            "tool-call parser (vLLM: --enable-auto-tool-choice; llama.cpp: --jinja)."
        )
    return f"{endpoint.model} calls tools"


def _not_an_api(host: str) -> UsageError:
    return UsageError(f"{host} is not an OpenAI-compatible API; check --base-url.")


@contextmanager
def named_failures(endpoint: Endpoint | None) -> Iterator[None]:
    """Turn what a model call raises into an error that says what to do."""
    try:
        yield
    except openai.OpenAIError as error:
        if endpoint is None:
            raise
        named = _explain(error, endpoint)
        raise type(named)(_without_key(str(named), endpoint)) from error
    except ModelTimeoutError as error:
        host = endpoint.base_url if endpoint else "the model"
        raise ModelError(
            f"No answer from {host} in time. Check that the model is loaded, or "
            "raise the time with --depth high."
        ) from error
    except ModelBehaviorError as error:
        text = _detail(str(error))
        if "no choices" in text:
            raise ModelError(f"The provider failed: {text}") from error
        raise IncompleteError(f"The model gave no usable answer: {text}") from error


def _without_key(text: str, endpoint: Endpoint) -> str:
    """Take out a key that a server repeats in its error."""
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    return text.replace(key, "***") if key else text


def _explain(error: openai.OpenAIError, endpoint: Endpoint) -> CiteloopError:
    host = urlsplit(endpoint.base_url).netloc
    if isinstance(error.__cause__, CiteloopError):
        return error.__cause__
    if isinstance(error, openai.APITimeoutError):
        return ModelError(
            f"No answer from {endpoint.base_url} in time. "
            "Check that the server is running, or that the model is loaded."
        )
    if isinstance(error, openai.APIStatusError):
        return _explain_status(error, endpoint, host)
    if isinstance(error, openai.APIConnectionError):
        cause = _detail(str(error.__cause__ or error))
        return ModelError(
            f"{endpoint.base_url} cannot be reached: {cause}. "
            "Start the server, or correct --base-url."
        )
    return ModelError(f"{host} failed: {_detail(str(error))}")


def _explain_status(
    error: openai.APIStatusError, endpoint: Endpoint, host: str
) -> CiteloopError:
    said = _server_text(error)
    status = error.status_code
    if status == 401:
        return CredentialsError(
            f"{host} refused the key ({said}). Set CITELOOP_API_KEY."
        )
    if status == 402:
        return CredentialsError(f"{host} wants payment ({said}). Add credits there.")
    if status == 404:
        return ModelError(
            f"{host} has no model {endpoint.model} or no such address ({said}). "
            f"Check --model, and that --base-url ends as the server wants (often /v1)."
        )
    if status == 429:
        wait = error.response.headers.get("retry-after")
        again = f"; try again in {wait} s" if wait and wait.isdigit() else ""
        return ModelError(f"Rate-limited by {host}{again} ({said}).")
    if "<html" in error.response.text[:1000].lower() and status < 500:
        return _not_an_api(host)
    return ModelError(f"{host} answered {status}: {said}")


def _server_text(error: openai.APIStatusError) -> str:
    """Return the server's own words; the client drops errors that are plain strings."""
    if "<html" in error.response.text[:1000].lower():
        return "an HTML page"
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, dict) else inner
        body = message or json.dumps(body)
    return _detail(str(body or error.message))


_KEY = re.compile(r"\b(?:sk|gsk|key)[-_][\w.-]{6,}|\bBearer [\w.-]{6,}")


def _detail(text: str) -> str:
    """Return untrusted text as one short printable line without keys in it."""
    line = " ".join(neutralise_control_tokens(visible(text)).split())
    return _KEY.sub("***", line)[:_MAX_DETAIL].rstrip(".")
