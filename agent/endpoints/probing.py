"""Looks at a server: which models it lists, what it is, whether it calls a tool."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import openai

from agent.endpoints.client import endpoint_client
from agent.endpoints.diagnosing import named_failures
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.profiles import (
    Profile,
    known_profile,
    profile_from_answer,
    profile_from_list,
)
from agent.endpoints.remedies import one_line, server_text
from agent.endpoints.statuses import not_an_api, refuses_tools
from agent.endpoints.versions import server_version
from prompts import Prompt, render
from tools.errors import CiteloopError, ModelError

__all__ = [
    "Listing",
    "NoToolCallError",
    "Probe",
    "call_a_tool",
    "identify",
    "list_models",
]

_IDENTIFY_SECONDS = 2.0
_PROBE_TOOL = "report_ready"
_REASONING_FIELDS = ("reasoning", "reasoning_content", "reasoning_details")


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
            profile = (await list_models(endpoint, client)).profile
    except (CiteloopError, TimeoutError):
        return profile
    return replace(profile, version=await server_version(profile, client))


@dataclass(frozen=True, slots=True)
class Probe:
    """What a model did when it was asked for a tool call."""

    said: str
    profile: Profile
    reasoning_field: str | None
    """Under which name its reasoning came, None if it showed none."""


class NoToolCallError(ModelError):
    """The model answers, and calls no tool: it did not, or its server refuses tools."""


async def call_a_tool(endpoint: Endpoint, profile: Profile, seconds: float) -> Probe:
    """Ask the model for one tool call; return what it did.

    Raises:
        NoToolCallError: it called no tool.
        CiteloopError: it could not be asked.
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
            answer = await _completed(client, request, endpoint.model)
    if not getattr(answer, "choices", None):
        raise not_an_api(urlsplit(endpoint.base_url).netloc)
    calls = answer.choices[0].message.tool_calls or []
    names = [call.function.name for call in calls if call.type == "function"]
    if _PROBE_TOOL not in names:
        raise NoToolCallError(
            f"{endpoint.model} did not call the tool that it was asked to call "
            f"(it called {one_line(', '.join(names)) or 'none'}). Serve it with its "
            "tool-call parser (vLLM: --enable-auto-tool-choice; llama.cpp: --jinja)."
        )
    message = answer.choices[0].message.model_extra or {}
    return Probe(
        f"{endpoint.model} calls tools",
        profile_from_answer(profile, answer.system_fingerprint),
        next((name for name in _REASONING_FIELDS if message.get(name)), None),
    )


async def _completed(
    client: openai.AsyncOpenAI, request: dict[str, Any], model: str
) -> Any:
    """Return the answer to a request with tools.

    Raises:
        NoToolCallError: the server takes none for this model.
    """
    try:
        return await client.chat.completions.create(**request)
    except openai.APIStatusError as error:
        if not refuses_tools(error):
            raise
        raise NoToolCallError(
            f"{urlsplit(str(client.base_url)).netloc} takes no tools for {model} "
            f"({server_text(error)})."
        ) from error
