"""Tapes made in memory, and a server in memory that is recorded."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import httpx2

from agent.recording.tape import Chunk, Header, Recording, Tape

__all__ = ["AT", "InMemory", "header", "recording", "tape_of"]

AT = "http://127.0.0.1:9/v1/chat/completions"
EVENTS = {"content-type": "text/event-stream"}


def header(**changed: Any) -> Header:
    fields: dict[str, Any] = {
        "citeloop": "0", "started": "2026-01-02T03:04:05+00:00", "today": "2026-01-02",
        "model": "m", "settings": "0", "prompts": {},
    }  # fmt: skip
    return Header(**(fields | changed))


def recording(
    request: dict[str, Any], *pieces: bytes, headers: dict[str, str] | None = None
) -> Recording:
    return Recording(
        method="POST",
        path="/v1/chat/completions",
        request=request,
        status=200,
        headers=EVENTS if headers is None else headers,
        chunks=tuple(Chunk(10.0 * at, each) for at, each in enumerate(pieces)),
        end="eof",
    )


def tape_of(*recordings: Recording, **changed: Any) -> Tape:
    return Tape(header(**changed), recordings)


class _Pieces(httpx2.AsyncByteStream):
    def __init__(self, pieces: Sequence[bytes], sent: list[bytes]) -> None:
        self._pieces = pieces
        self._sent = sent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            self._sent.append(piece)
            yield piece


class InMemory(httpx2.AsyncBaseTransport):
    """Answers each request with pieces, and says which it has sent so far."""

    def __init__(
        self,
        pieces: Callable[[bytes], Sequence[bytes]],
        headers: dict[str, str] | None = None,
    ) -> None:
        self.sent: list[bytes] = []
        self._pieces = pieces
        self._headers = EVENTS if headers is None else headers

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        pieces = self._pieces(await request.aread())
        stream = _Pieces(pieces, self.sent)
        return httpx2.Response(200, headers=self._headers, stream=stream)
