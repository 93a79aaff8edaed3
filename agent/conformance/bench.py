"""Asks an endpoint for the probes, and keeps every byte that comes back.

Raw bytes of httpx2: no client of an API stands between, for those put right what is to
be seen. Nothing is tried again: a request that fails is one that fails.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from random import Random
from typing import Any

import httpx2

from agent.conformance.exchanges.exchange import CHAT, Exchange, Piece, Way
from agent.conformance.ledger import Ledger
from agent.conformance.terms import Terms
from agent.endpoints.endpoint import Endpoint
from tools.responses import MAX_OBJECT_BYTES, MAX_RESPONSE_BYTES

__all__ = ["MAX_TOKENS", "Bench", "Line"]

MAX_TOKENS = 1_024
"""Of an answer and its reasoning, where a probe asks for nothing else."""
SECONDS = 300.0
"""For one request, from its first byte to its last."""
_CONNECT_SECONDS = 10.0
_GONE_AFTER = 3
"""Requests in succession that no server takes, or that run out of time: then it is
gone, and the rest is counted without being sent."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for one another."""
_GONE = "not sent: the server is gone"
Message = Mapping[str, Any]


class Line:
    """The way to one server: sends, counts, and knows when nobody is there."""

    def __init__(
        self,
        endpoint: Endpoint,
        ledger: Ledger,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """Prepare to ask; `transport` stands in for the network, as a tape does."""
        self.endpoint = endpoint
        self.ledger = ledger
        self.requests = 0
        """How many were sent."""
        self._seconds = seconds
        self._unheard = 0
        key = endpoint.api_key.get_secret_value() if endpoint.api_key else "none"
        self._client = httpx2.AsyncClient(
            base_url=endpoint.base_url.rstrip("/") + "/",
            headers={
                "authorization": f"Bearer {key}",
                "accept-encoding": "identity",
                "user-agent": "citeloop-check",
            },
            timeout=httpx2.Timeout(seconds, connect=_CONNECT_SECONDS),
            transport=transport,
            follow_redirects=False,
        )

    @property
    def is_gone(self) -> bool:
        """Whether the server has stopped to answer."""
        return self._unheard >= _GONE_AFTER

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def send(
        self,
        asked_by: int,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes = b"",
        *,
        enough: Callable[[bytes], bool] | None = None,
    ) -> Exchange:
        """Send one request and return all that comes back; nothing is raised.

        Args:
            asked_by: The number of the probe.
            method: Of HTTP.
            path: Below the base URL.
            body: A JSON object, or bytes that are sent as they are.
            enough: Asked with each piece; once it says so, the rest is left.
        """
        taken = _Taken(isinstance(body, Mapping) and body.get("stream") is True)
        began, number = time.monotonic(), 0
        if self.is_gone:
            taken.failure = _GONE
        else:
            self.requests += 1
            number = self.requests
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            await self._take(taken, method, path, content, enough)
            lost = taken.status is None
            self._unheard = self._unheard + 1 if lost else 0
        exchange = Exchange(
            number=number,
            asked_by=asked_by,
            method=method,
            path=path,
            request=body,
            streamed=taken.streamed,
            status=taken.status,
            headers=taken.headers,
            pieces=tuple(taken.pieces),
            failure=taken.failure,
            seconds=time.monotonic() - began,
            cut_by_us=taken.cut_by_us,
        )
        self.ledger.note(exchange)
        return exchange

    async def _take(
        self,
        taken: "_Taken",
        method: str,
        path: str,
        content: bytes,
        enough: Callable[[bytes], bool] | None,
    ) -> None:
        """Fill in what comes back, as far as it comes."""
        headers = {"content-type": "application/json"} if content else {}
        request = self._client.build_request(
            method, path, content=content or None, headers=headers
        )
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._client.send(request, stream=True)
                try:
                    await taken.read(response, enough)
                finally:
                    await response.aclose()
        except TimeoutError:
            taken.failure = f"not at its end after {self._seconds:.0f} s"
        except (httpx2.TransportError, httpx2.StreamError) as error:
            taken.failure = f"{type(error).__name__}: {error}".rstrip(": ")


class _Taken:
    """What of a response is here."""

    def __init__(self, streamed: bool) -> None:
        self.streamed = streamed
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.pieces: list[Piece] = []
        self.failure = ""
        self.cut_by_us = False
        self._began = time.monotonic()
        self._most = MAX_RESPONSE_BYTES if streamed else MAX_OBJECT_BYTES
        self._size = 0

    async def read(
        self, response: httpx2.Response, enough: Callable[[bytes], bool] | None
    ) -> None:
        self.status = response.status_code
        self.headers = {name.lower(): text for name, text in response.headers.items()}
        async with aclosing(response.aiter_raw()) as several:
            async for data in several:
                self._take(data)
                if self.failure:
                    return
                if enough is not None and enough(data):
                    self.cut_by_us = True
                    return

    def _take(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._most:
            self.failure = f"more than {self._most // 2**20} MiB in one response"
            return
        self.pieces.append(Piece(1000 * (time.monotonic() - self._began), data))


class Bench:
    """Asks for one run of one probe, one way."""

    def __init__(
        self, line: Line, asked_by: int, seed: str, terms: Terms | None = None
    ) -> None:
        """Prepare a run; the same seed makes the same nonces."""
        self.line = line
        self.terms = terms or Terms()
        """As the cost of the probe was counted by."""
        self.asked_by = asked_by
        self.random = Random(seed)  # noqa: S311 (to be repeatable, not to be secret)
        """For what a probe chooses by chance: the same with the same seed."""

    @property
    def model(self) -> str:
        """The name of the model that is asked."""
        return self.line.endpoint.model

    @property
    def window(self) -> int:
        """Tokens that the longest prompt may have."""
        return self.terms.window

    def nonce(self) -> str:
        """Return a word that nobody has seen before, such as `AZ-7f3k9q`."""
        drawn = self.random.choices
        head = "".join(drawn("ABCDEFGHKLMNPRSTVWXYZ", k=2))
        return f"{head}-{''.join(drawn(_LETTERS, k=6))}"

    def body(
        self,
        messages: Sequence[Message] | str,
        way: Way,
        *,
        max_tokens: int | None = MAX_TOKENS,
        **fields: Any,
    ) -> dict[str, Any]:
        """Return the request of some messages; a text is that of a user.

        Args:
            messages: As the API has them.
            way: Streamed, with usage, or whole.
            max_tokens: None leaves it out.
            fields: More of the request: tools, tool_choice, temperature.
        """
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        body: dict[str, Any] = {"model": self.model, "messages": list(messages)}
        if max_tokens is not None:
            body["max_tokens"] = max_tokens
        body["stream"] = way == "streamed"
        if way == "streamed":
            body["stream_options"] = {"include_usage": True}
        return {**body, **fields}

    async def ask(
        self,
        messages: Sequence[Message] | str,
        way: Way,
        *,
        max_tokens: int | None = MAX_TOKENS,
        enough: Callable[[bytes], bool] | None = None,
        **fields: Any,
    ) -> Exchange:
        """Ask the model and return the exchange; see `body` and `Line.send`."""
        body = self.body(messages, way, max_tokens=max_tokens, **fields)
        return await self.post(CHAT, body, enough=enough)

    async def post(
        self,
        path: str,
        body: Mapping[str, Any] | bytes,
        *,
        enough: Callable[[bytes], bool] | None = None,
    ) -> Exchange:
        """Send a body to any path."""
        return await self.line.send(self.asked_by, "POST", path, body, enough=enough)

    async def get(self, path: str) -> Exchange:
        """Get any path."""
        return await self.line.send(self.asked_by, "GET", path)
