"""The model behind an OpenAI-compatible endpoint.

Retries live in `agent.endpoints.retried_model` alone: client and runner make none, so
that three attempts stay three.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from agents import ModelSettings
from agents.exceptions import ModelBehaviorError, ModelTimeoutError
from openai.types.shared import Reasoning

from agent.endpoints.diagnosing import diagnose, error_status, not_an_api, one_line
from agent.endpoints.providers import (
    Endpoint,
    Profile,
    known_profile,
    profile_from_answer,
    profile_from_list,
)
from agent.settings.depth import Depth
from agent.wire.model import WireModel
from agent.wire.reading import TOKEN_SECONDS
from prompts import Prompt, render
from tools.errors import CiteloopError, IncompleteError, ModelError

__all__ = [
    "Listing",
    "Probed",
    "call_a_tool",
    "endpoint_client",
    "endpoint_model",
    "endpoint_settings",
    "identify",
    "list_models",
    "model_settings",
    "named_failures",
]

_CONNECT_SECONDS = 10.0
_IDENTIFY_SECONDS = 2.0
_PROBE_TOOL = "report_ready"
_REASONING_FIELDS = ("reasoning", "reasoning_content", "reasoning_details")


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
            event_hooks={"response": [_looking_at(endpoint)]},
        ),
    )


def _looking_at(endpoint: Endpoint) -> Callable[[httpx2.Response], Awaitable[None]]:
    """Return what finds out whether a response that says 200 is one.

    A login page and an empty body are no API. An error in the body of a 200, which is
    OpenRouter's way, becomes the status that it names.
    """
    host = urlsplit(endpoint.base_url).netloc

    async def look(response: httpx2.Response) -> None:
        if response.status_code != 200:
            return
        kind = response.headers.get("content-type", "")
        empty = response.headers.get("content-length") == "0"
        if empty or "text/html" in kind:
            raise not_an_api(host)
        response.stream = _NotEmpty(response.stream, host)
        if "json" in kind:
            body = _parsed(await response.aread())
            response.status_code = error_status(body) or 200

    return look


class _NotEmpty(httpx2.AsyncByteStream):
    """A body that fails at its end if nothing was in it."""

    def __init__(self, body: Any, host: str) -> None:
        self._body = body
        self._host = host
        self._empty = True  # of the body, which may be read in several goes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._body:
            self._empty = self._empty and not piece
            yield piece
        if self._empty:
            raise not_an_api(self._host)

    async def aclose(self) -> None:
        """Let the connection go."""
        await self._body.aclose()


def _parsed(body: bytes) -> Any:
    """Return what a body holds, None if it is no JSON: the client says so later."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def endpoint_model(
    endpoint: Endpoint,
    client: openai.AsyncOpenAI,
    token_seconds: float = TOKEN_SECONDS,
) -> WireModel:
    """Return the SDK model for an endpoint."""
    return WireModel(endpoint.model, client, token_seconds)


def model_settings(depth: Depth) -> ModelSettings:
    """Return how a model is asked: sampling as gpt-oss wants it (its model card)."""
    return ModelSettings(
        temperature=1.0,
        top_p=1.0,
        reasoning=Reasoning(effort=depth.effort),
        include_usage=True,
        preserve_raw_usage=True,
    )


def endpoint_settings(
    endpoint: Endpoint, profile: Profile, settings: ModelSettings
) -> ModelSettings:
    """Return the settings of a call as an endpoint's model and server want them.

    Any model but gpt-oss is sampled as its server does by default.
    """
    if not endpoint.is_gpt_oss:
        settings = replace(settings, temperature=None, top_p=None)
    provider = profile.provider
    if provider is None:
        return settings
    extra = dict(provider.extra)
    effort = settings.reasoning.effort if settings.reasoning else None
    if provider.effort_in_template and effort:
        extra["chat_template_kwargs"] = {"reasoning_effort": effort}
    return settings.resolve(ModelSettings(extra_body=extra or None))


@dataclass(frozen=True, slots=True)
class Listing:
    """What a server says of itself."""

    names: list[str] | None
    """The models that it lists, None if it lists none."""
    profile: Profile


async def list_models(endpoint: Endpoint, client: openai.AsyncOpenAI) -> Listing:
    """Ask a server for its models.

    Raises:
        CiteloopError: it cannot be reached, or refuses.
    """
    with named_failures(lambda: endpoint):
        try:
            response = await client.models.with_raw_response.list()
        except openai.NotFoundError:
            # Some servers have chat completions alone.
            return Listing(None, known_profile(endpoint))
        body = json.loads(response.text)
    data = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(data, list):
        raise not_an_api(urlsplit(endpoint.base_url).netloc)
    entries = [each for each in data if isinstance(each, Mapping)]
    header = response.headers.get("server", "")
    return Listing(
        [str(each.get("id")) for each in entries],
        profile_from_list(endpoint, entries, header),
    )


async def identify(endpoint: Endpoint, client: openai.AsyncOpenAI) -> Profile:
    """Return what can be found out about a server in a moment.

    Hosted providers are known by their address, and their lists are long. One that
    does not answer is left to the first question, which tells what is wrong.
    """
    profile = known_profile(endpoint)
    if profile.provider and profile.provider.key_variable:
        return profile
    try:
        async with asyncio.timeout(_IDENTIFY_SECONDS):
            return (await list_models(endpoint, client)).profile
    except (CiteloopError, TimeoutError):
        return profile


@dataclass(frozen=True, slots=True)
class Probed:
    """What a model did when it was asked for a tool call."""

    said: str
    profile: Profile
    reasoning_field: str | None
    """Under which name its reasoning came, None if it showed none."""


async def call_a_tool(endpoint: Endpoint, profile: Profile, seconds: float) -> Probed:
    """Ask the model for one tool call; return what it did.

    Raises:
        CiteloopError: it called no tool, or could not be asked.
    """
    schema = {"type": "object", "properties": {"word": {"type": "string"}}}
    function = {"name": _PROBE_TOOL, "description": "Report.", "parameters": schema}
    with named_failures(lambda: endpoint):
        async with endpoint_client(endpoint, seconds) as client:
            request: dict[str, Any] = {
                "model": endpoint.model,
                "messages": [{"role": "user", "content": render(Prompt.PROBE)}],
                "tools": [{"type": "function", "function": function}],
            }
            answer = await client.chat.completions.create(**request)
    if not getattr(answer, "choices", None):
        raise not_an_api(urlsplit(endpoint.base_url).netloc)
    calls = answer.choices[0].message.tool_calls or []
    names = [call.function.name for call in calls if call.type == "function"]
    if _PROBE_TOOL not in names:
        raise ModelError(
            f"{endpoint.model} did not call the tool that it was asked to call "
            f"(it called {one_line(', '.join(names)) or 'none'}). Serve it with its "
            "tool-call parser (vLLM: --enable-auto-tool-choice; llama.cpp: --jinja)."
        )
    message = answer.choices[0].message.model_extra or {}
    return Probed(
        f"{endpoint.model} calls tools",
        profile_from_answer(profile, answer.system_fingerprint),
        next((name for name in _REASONING_FIELDS if message.get(name)), None),
    )


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
        endpoint = asked()
        host = endpoint.base_url if endpoint else "the model"
        raise ModelError(
            f"No answer from {host} in time. Check that the model is loaded, or "
            "raise the time with --depth high."
        ) from error
    except ModelBehaviorError as error:
        text = one_line(str(error))
        if "no choices" in text:
            raise ModelError(f"The provider failed: {text}") from error
        raise IncompleteError(f"The model gave no usable answer: {text}") from error
