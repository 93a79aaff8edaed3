"""Reads the response of one request, within wall-clock deadlines.

What counts as a sign of life is a payload, not bytes: keep-alive comments would
otherwise hold a dead request open for ever (OpenRouter's `: OPENROUTER PROCESSING`).
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import httpx2
import openai

from agent.endpoints.statuses import not_an_api
from agent.wire.frames import END, MAX_PAYLOAD_BYTES, Frames, Payload
from agent.wire.request import Request
from agent.wire.turns.finish import read_reason
from agent.wire.turns.parts import mappings, text_of
from tools.errors import ModelError

__all__ = ["TOKEN_SECONDS", "Reader", "too_long"]

TOKEN_SECONDS = 120.0
"""By default, for the first token and from each token to the next."""
_WHOLE = 3
"""A response that does not stream shows no token before its last: it has longer."""
_DRAIN_SECONDS = 0.1
"""For what follows the end of a stream, so that its connection can be used again."""
_GRACE_SECONDS = 1.0
"""For the usage and `[DONE]` behind a finish reason; some servers then keep the
connection open, or send keep-alives for ever (bifrost #6784, OmniRoute #6777)."""
_BROKEN = (httpx2.TransportError, httpx2.StreamError, httpx2.DecodingError)


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks a server, and hands out what it answers."""

    client: openai.AsyncOpenAI
    token_seconds: float = TOKEN_SECONDS
    """Until the first token of a stream, and until each next one."""

    @property
    def host(self) -> str:
        """The server, as errors name it."""
        return self.client.base_url.netloc.decode()

    async def read(self, request: Request) -> AsyncGenerator[list[Payload]]:
        """Yield the payloads that came together, until the response ends or breaks.

        A response that breaks off after its first payload ends here without a word:
        its turn lacks a finish reason.

        Raises:
            openai.APIError: no response came, or nothing of it.
            ModelError: a deadline passed.
            UsageError: what answers there is no API.
        """
        clock = _Clock(self.host, request, self.token_seconds)
        opening = self.client.chat.completions.with_streaming_response.create(
            model=request.body["model"],
            messages=[],  # in `extra_body`, which the client sends as it is
            stream=request.streamed,
            extra_body=request.body,
            extra_headers=request.headers,
            extra_query=request.query,
        )
        async with clock.running():
            response = await opening.__aenter__()
        try:
            async with aclosing(self._payloads(response, clock)) as several:
                async for payloads in several:
                    yield payloads
        finally:
            await opening.__aexit__(None, None, None)

    async def _payloads(
        self, response: Any, clock: "_Clock"
    ) -> AsyncGenerator[list[Payload]]:
        frames = Frames()
        came = False
        chunks = response.http_response.aiter_bytes()
        try:
            async with aclosing(_parsed(chunks, frames, clock)) as several:
                async for payloads in several:
                    came = True
                    yield payloads
        except _BROKEN as error:
            if not came:
                request = response.http_response.request
                raise openai.APIConnectionError(request=request) from error
            return
        self._require_answer(frames)
        if frames.ended:
            yield [END]
        if frames.done:
            await _drain(chunks)

    def _require_answer(self, frames: Frames) -> None:
        """Raise what is wrong with a response as such."""
        if frames.overlong:
            size = f"{MAX_PAYLOAD_BYTES // 2**20} MiB without an end"
            raise too_long(self.host, size)
        if frames.empty or frames.foreign:
            raise not_an_api(self.host)


def too_long(host: str, what: str) -> ModelError:
    """Return what is said of an answer that is longer than any is."""
    return ModelError(
        f"{host} sent {what}, which is more than any answer has. It was cut there, and "
        "nothing of it is taken. Ask again, or look into its log."
    )


async def _parsed(
    chunks: AsyncIterator[bytes], frames: Frames, clock: "_Clock"
) -> AsyncGenerator[list[Payload]]:
    """Yield the payloads that came together, until the last one."""
    data: bytes | None = b""
    while data is not None and not frames.is_over:
        data = await _next(chunks, clock)
        payloads = frames.finish() if data is None else frames.feed(data)
        if payloads:
            clock.restart(payloads)
            yield payloads
        if frames.is_closed():
            clock.close()


async def _next(chunks: AsyncIterator[bytes], clock: "_Clock") -> bytes | None:
    """Return the next bytes; None at the end, or if they are late and all is said."""
    if clock.closing is None:
        async with clock.running():
            return await anext(chunks, None)
    with suppress(TimeoutError):
        async with asyncio.timeout_at(clock.closing):
            return await anext(chunks, None)
    return None


def _says_more(payload: Payload) -> bool:
    """Whether a payload holds some of the answer."""
    messages = (
        message
        for choice in mappings(payload.get("choices"))
        for message in mappings([choice.get("delta"), choice.get("message")])
    )
    return any(
        text_of(each.get("content")).strip() or each.get("tool_calls")
        for each in messages
    )


def _is_last(payload: Payload) -> bool:
    """Whether a payload has a finish reason."""
    choices = mappings(payload.get("choices"))
    return any(read_reason(each.get("finish_reason")) for each in choices)


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    with suppress(TimeoutError, *_BROKEN):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in chunks:
                pass


class _Clock:
    """The deadlines of one response: of the whole, and of the next token."""

    def __init__(self, host: str, request: Request, token_seconds: float) -> None:
        self._host = host
        self._token_seconds = token_seconds * (1 if request.streamed else _WHOLE)
        self._seconds = request.seconds
        now = asyncio.get_running_loop().time()
        self._end = now + request.seconds if request.seconds else None
        self._next = now + self._token_seconds
        self.closing: float | None = None
        """When to stop waiting for what follows an answer that is at its end."""
        self._was_early = False

    def restart(self, payloads: list[Payload]) -> None:
        """Count from here to the next token, or to the end if they say it is reached.

        Where more of the answer came behind a finish reason, no later one is trusted.
        """
        self._next = asyncio.get_running_loop().time() + self._token_seconds
        if self.closing is not None and any(map(_says_more, payloads)):
            self._was_early = True
            self.closing = None
        if any(map(_is_last, payloads)) and not self._was_early:
            self.close()

    def close(self) -> None:
        """Wait for what follows an answer as long as it may take, and no longer."""
        if self.closing is None:
            self.closing = asyncio.get_running_loop().time() + _GRACE_SECONDS

    def running(self) -> "_Deadline":
        """Return a context that must be left before the deadline."""
        end = self._next if self._end is None else min(self._next, self._end)
        return _Deadline(end, self)

    def complain(self) -> ModelError:
        """Return the error that says which deadline passed."""
        if self._end is None or self._next <= self._end:
            return ModelError(
                f"No token in {self._token_seconds:g} s from {self._host}. Check that "
                "the model is loaded, or raise the setting token_seconds."
            )
        return ModelError(
            f"No whole answer in {self._seconds:g} s from {self._host}. Check that "
            "the model is loaded, or raise the time with --depth high."
        )


class _Deadline:
    """An `asyncio.timeout` that says in a person's words what passed."""

    def __init__(self, end: float, clock: _Clock) -> None:
        self._timeout = asyncio.timeout_at(end)
        self._clock = clock

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, *raised: Any) -> None:
        try:
            await self._timeout.__aexit__(*raised)
        except TimeoutError:
            raise self._clock.complain() from None
