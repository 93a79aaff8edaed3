"""The client of an endpoint, and what tells whether a 200 is an answer.

Retries live in `agent.endpoints.retried_model` alone: client and runner make none, so
that three attempts stay three.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from agent.endpoints.endpoint import Endpoint
from agent.endpoints.statuses import error_status, not_an_api
from tools.responses import (
    MAX_OBJECT_BYTES,
    MAX_RESPONSE_BYTES,
    bound,
    require_origin,
)

__all__ = ["endpoint_client"]

_CONNECT_SECONDS = 10.0
_LINES = ("ndjson", "jsonl", "json-seq", "stream+json")


def endpoint_client(
    endpoint: Endpoint,
    seconds: float = 600,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> openai.AsyncOpenAI:
    """Return the client of an endpoint; servers without keys get a placeholder.

    Args:
        endpoint: Where its requests go.
        seconds: For a response to begin, and between its bytes.
        transport: In place of the network, as a tape is. Proxies of the environment
            are not used then.
    """
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
            transport=transport,
            event_hooks={
                "request": [_staying_at(endpoint)],
                "response": [_looking_at(endpoint)],
            },
        ),
    )


def _staying_at(endpoint: Endpoint) -> Callable[[httpx2.Request], Awaitable[None]]:
    """Return what lets no prompt go to another origin, wherever a redirect points."""

    async def stay(request: httpx2.Request) -> None:
        require_origin(request, endpoint.base_url, "--base-url")

    return stay


def _looking_at(endpoint: Endpoint) -> Callable[[httpx2.Response], Awaitable[None]]:
    """Return what finds out whether a response that says 200 is one.

    A login page and an empty body are no API. An error in the body of a 200, which is
    OpenRouter's way, becomes the status that it names.
    """
    host = urlsplit(endpoint.base_url).netloc

    async def look(response: httpx2.Response) -> None:
        kind = response.headers.get("content-type", "")
        streams = response.status_code == 200 and not _is_object(kind)
        bound(response, MAX_RESPONSE_BYTES if streams else MAX_OBJECT_BYTES)
        if response.status_code != 200:
            return
        empty = response.headers.get("content-length") == "0"
        if empty or "text/html" in kind:
            raise not_an_api(host)
        response.stream = _NotEmpty(response.stream, host)
        if _is_object(kind) and response.request.method == "GET":  # else the wire does
            body = _parsed(await response.aread())
            response.status_code = error_status(body) or 200

    return look


def _is_object(kind: str) -> bool:
    """Whether a content type is that of one JSON object, not of several lines."""
    return "json" in kind and not any(each in kind for each in _LINES)


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
    except (ValueError, RecursionError):
        return None
