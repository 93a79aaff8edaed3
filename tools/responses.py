"""What a server may send: counted as it is unpacked, from the origin that was asked.

An answer without an end (4.7 GB in 30 s) and a small one that unpacks to gigabytes
(13.7 MB of gzip to 3.3 GB) both end in words. Clients of models, embedders and
rerankers hang these hooks in; each then reads the bytes as if nobody had packed them.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

import httpx2

from tools.errors import ModelError, UsageError

__all__ = [
    "MAX_OBJECT_BYTES",
    "MAX_QUESTION_BYTES",
    "MAX_RESPONSE_BYTES",
    "MAX_TURN_BYTES",
    "Meter",
    "bound",
    "metering",
    "require_origin",
]

_MIB = 2**20
MAX_RESPONSE_BYTES = 64 * _MIB
"""Decoded bytes of one response: the 131,072 tokens that gpt-oss can write (its model
card), each in an event of 512 bytes; vLLM's have about 250."""
MAX_OBJECT_BYTES = 8 * _MIB
"""Of one JSON object: the same tokens as escapes, which have six bytes a character, in
two fields of reasoning. What is parsed takes about twenty times as much memory."""
MAX_TURN_BYTES = 2 * MAX_RESPONSE_BYTES
"""Of all responses of a turn: it is asked for twice, if it arrives and is of no use."""
MAX_QUESTION_BYTES = 8 * MAX_RESPONSE_BYTES
"""Of all responses of a question."""


class Meter:
    """Counts what the responses of one question have brought."""

    def __init__(
        self, turn: int = MAX_TURN_BYTES, question: int = MAX_QUESTION_BYTES
    ) -> None:
        """Begin to count; the limits are those of a turn and of all of them."""
        self._most = {"turn": turn, "question": question}
        self._came = {"turn": 0, "question": 0}

    def begin_turn(self) -> None:
        """Count from here what the next turn brings."""
        self._came["turn"] = 0

    def take(self, count: int, host: str) -> None:
        """Count some bytes.

        Raises:
            ModelError: they are more than may come.
        """
        for what, most in self._most.items():
            self._came[what] += count
            if self._came[what] > most:
                raise _too_much(host, most, f"a {what}")


_meter: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metering(meter: Meter) -> Iterator[None]:
    """Let a meter count what comes in this task, and in tasks begun in it."""
    token = _meter.set(meter)
    try:
        yield
    finally:
        _meter.reset(token)


def require_origin(request: httpx2.Request, base_url: str, setting: str) -> None:
    """Let a request go where it was meant to go, and nowhere else.

    A redirect would take the prompt, or passages of the user's library, to somebody
    whom the user has not named (NVIDIA-NeMo/Switchyard #544, openai-python #3516). The
    same host by TLS is no other: from port 80 to 443.

    Raises:
        UsageError: a redirect names another origin.
    """
    meant, there = httpx2.URL(base_url), request.url
    if _origin(meant) == _origin(there) or _by_tls(meant, there):
        return
    asked, named = meant.netloc.decode(), f"{there.scheme}://{there.netloc.decode()}"
    raise UsageError(
        f"{asked} sends its requests on to {named}, which was not asked for: nothing "
        f"was sent there. If that is right, set {setting} to its address."
    )


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _by_tls(meant: httpx2.URL, there: httpx2.URL) -> bool:
    schemes = (meant.scheme, there.scheme) == ("http", "https")
    return schemes and meant.host == there.host and meant.port is there.port is None


def bound(response: httpx2.Response, most: int = MAX_RESPONSE_BYTES) -> None:
    """Let a response bring so many bytes at most, unpacked; call it as a hook.

    What is packed in a way that was not asked for cannot be read: of a failure, its
    status is all there is then.

    Raises:
        ModelError: a success is packed in such a way.
    """
    host = response.request.url.netloc.decode()
    if unread := _unreadable(response):
        if response.is_success:
            raise ModelError(
                f"{host} packs what it sends as {unread[:40]}, which was not asked for "
                "and cannot be read. Switch that off there, or at the proxy before it."
            )
        response.stream = httpx2.ByteStream(b"")
    else:
        _unpack(response, partial(_Count(host, most).take))
    if "content-encoding" in response.headers:
        del response.headers["content-encoding"]


def _unreadable(response: httpx2.Response) -> str:
    """Return how a response is packed beyond what the request has asked for."""
    asked = response.request.headers.get("accept-encoding", "")
    known = {"identity", *(each.partition(";")[0].strip() for each in asked.split(","))}
    given = response.headers.get_list("content-encoding", split_commas=True)
    names = [each.strip().lower().removeprefix("x-") for each in given if each.strip()]
    response.headers["content-encoding"] = ", ".join(names)  # `x-gzip` is gzip
    return ", ".join(each for each in names if each not in known)


def _unpack(response: httpx2.Response, take: Callable[[int], None]) -> None:
    """Put in place of what a response brings the same, unpacked and counted."""
    packed = httpx2.Response(
        response.status_code,
        headers=response.headers,
        stream=response.stream,
        request=response.request,
    )
    several = isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _Unpacked(packed, take) if several else _Whole(packed, take)


class _Count:
    """Counts what one response has brought."""

    def __init__(self, host: str, most: int) -> None:
        self._host = host
        self._most = most
        self._came = 0

    def take(self, count: int) -> None:
        """Count some bytes, for the response and for the question that it is of."""
        self._came += count
        if self._came > self._most:
            raise _too_much(self._host, self._most, "a response")
        if meter := _meter.get():
            meter.take(count, self._host)


class _Unpacked(httpx2.AsyncByteStream):
    """What a response brings, unpacked and counted piece by piece."""

    def __init__(self, packed: httpx2.Response, take: Callable[[int], None]) -> None:
        self._packed = packed
        self._take = take

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._packed.aiter_bytes():
            self._take(len(piece))
            yield piece

    async def aclose(self) -> None:
        """Let the connection go."""
        await self._packed.aclose()


class _Whole(httpx2.SyncByteStream):
    """The same for a client that is not async."""

    def __init__(self, packed: httpx2.Response, take: Callable[[int], None]) -> None:
        self._packed = packed
        self._take = take

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._packed.iter_bytes():
            self._take(len(piece))
            yield piece

    def close(self) -> None:
        """Let the connection go."""
        self._packed.close()


def _too_much(host: str, most: int, of: str) -> ModelError:
    return ModelError(
        f"{host} sent more than {most // _MIB} MiB in {of}, which is more than any "
        "answer has. It was cut there, and nothing of it is taken. Look into its log."
    )
