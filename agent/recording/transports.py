"""Records what a server sends while it comes, and plays it again."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2

from agent.recording.deck import Deck
from agent.recording.tape import Chunk, End, Recording

__all__ = ["RecordingTransport", "ReplayingTransport", "body_of"]

_KEPT = frozenset(
    {
        "content-type", "content-length", "retry-after", "server", "location",
        "transfer-encoding", "x-should-retry",
    }
)  # fmt: skip
"""Headers of a response that are written: an allow-list, for any other may hold what
tells who asked."""
_BY_LENGTH = frozenset({"content-length", "transfer-encoding"})
"""Those that speak of the transport's own framing: what is played has its own."""


def body_of(content: bytes) -> Mapping[str, Any] | bytes:
    """Return a body as a JSON object, or as it is where it is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return content
    return found if isinstance(found, dict) else content


def _path_of(request: httpx2.Request) -> str:
    return request.url.raw_path.decode("ascii", errors="replace")


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Hands everything on as it comes, and keeps a copy with its times."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        """Record what passes through another transport."""
        self.recordings: list[Recording | None] = []
        """In the order of the requests; None of one that has not ended yet."""
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; what breaks is recorded, and raised as it was."""
        take = _Take(self, request.method, _path_of(request), await request.aread())
        try:
            response = await self._inner.handle_async_request(request)
        except httpx2.HTTPError as error:
            take.end("error", type(error).__name__)
            raise
        except asyncio.CancelledError:
            take.end("cancelled")
            raise
        take.status = response.status_code
        take.headers = _allowed(response.headers)
        if response.is_closed:  # made in memory, with all that it says
            take.note(response.content)
            take.end("eof")
        else:
            response.stream = _Teed(response.stream, take)
        return response

    async def aclose(self) -> None:
        """Close the transport that it records."""
        await self._inner.aclose()

    @property
    def finished(self) -> tuple[Recording, ...]:
        """What has ended, in the order of the requests."""
        return tuple(each for each in self.recordings if each is not None)


def _allowed(headers: httpx2.Headers) -> dict[str, str]:
    return {k.lower(): v for k, v in headers.items() if k.lower() in _KEPT}


class _Take:
    """One recording that is being made."""

    def __init__(
        self, of: RecordingTransport, method: str, path: str, content: bytes
    ) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self._of = of
        self._asked = (method, path, content)
        self._chunks: list[Chunk] = []
        self._began = time.monotonic()
        self._place = len(of.recordings)
        of.recordings.append(None)

    def note(self, data: bytes) -> None:
        self._chunks.append(Chunk(self._ms(), data))

    def end(self, how: End, error: str = "") -> None:
        """Keep what came; the first word on how it ended counts."""
        if self._of.recordings[self._place] is not None:
            return
        # A long request is parsed here, where nobody waits for the first chunk.
        method, path, content = self._asked
        self._of.recordings[self._place] = Recording(
            method=method,
            path=path,
            request=body_of(content),
            status=self.status,
            headers=self.headers,
            chunks=tuple(self._chunks),
            end=how,
            error=error,
            ms=self._ms(),
        )

    def _ms(self) -> float:
        return 1000 * (time.monotonic() - self._began)


class _Teed(httpx2.AsyncByteStream):
    """A body that is read and recorded in one go, and never waited for."""

    def __init__(self, body: Any, take: _Take) -> None:
        self._body = body
        self._take = take

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._body:
                self._take.note(piece)
                yield piece
        except httpx2.HTTPError as error:
            self._take.end("error", type(error).__name__)
            raise
        self._take.end("eof")

    async def aclose(self) -> None:
        """Let the connection go; what is not at its end was left by the client."""
        self._take.end("cancelled")
        await self._body.aclose()


class ReplayingTransport(httpx2.AsyncBaseTransport):
    """Plays the recordings of a deck in place of a server, without a socket."""

    def __init__(
        self,
        deck: Deck,
        speed: float = 0,
        otherwise: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Play from a deck.

        Args:
            deck: What is still to be played.
            speed: 0 waits for nothing, 1 takes the time that was taken, 2 half of it.
            otherwise: Asked for what is on no recording; without it, that is a miss.
        """
        self._deck = deck
        self._speed = speed
        self._otherwise = otherwise

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return what was recorded.

        Raises:
            TapeMiss: nothing was, and there is no other transport.
            httpx2.ReadError: the transport broke then, too.
        """
        content = await request.aread()
        asked = request.method, _path_of(request), body_of(content)
        if self._otherwise is None:
            return await self._played(self._deck.take(*asked), request)
        found = self._deck.find(*asked)
        if found is None:
            return await self._otherwise.handle_async_request(request)
        return await self._played(found, request)

    async def _played(
        self, recording: Recording, request: httpx2.Request
    ) -> httpx2.Response:
        if recording.status is None:
            await self._wait(recording.ms)
            raise _failure(recording, request)
        headers = {k: v for k, v in recording.headers.items() if k not in _BY_LENGTH}
        if recording.headers.get("content-length") == "0":
            headers["content-length"] = "0"
        return httpx2.Response(
            recording.status,
            headers=headers,
            stream=_Played(recording, self._speed, request),
        )

    async def _wait(self, ms: float) -> None:
        if self._speed:
            await asyncio.sleep(ms / 1000 / self._speed)

    async def aclose(self) -> None:
        """Close the other transport, if there is one."""
        if self._otherwise is not None:
            await self._otherwise.aclose()


class _Played(httpx2.AsyncByteStream):
    def __init__(
        self, recording: Recording, speed: float, request: httpx2.Request
    ) -> None:
        self._recording = recording
        self._speed = speed
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        before = 0.0
        for chunk in self._recording.chunks:
            # Also without waiting others have their turn, as with a socket.
            pause = (chunk.ms - before) / 1000 / self._speed if self._speed else 0
            await asyncio.sleep(max(0.0, pause))
            before = chunk.ms
            yield chunk.data
        if self._recording.end == "error":
            raise _failure(self._recording, self._request)


def _failure(recording: Recording, request: httpx2.Request) -> httpx2.TransportError:
    """Return what broke then: the same class, where it is one of the transport's."""
    kind = getattr(httpx2, recording.error, httpx2.ReadError)
    if not (isinstance(kind, type) and issubclass(kind, httpx2.TransportError)):
        kind = httpx2.ReadError
    return kind("as recorded", request=request)
