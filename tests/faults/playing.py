"""Plays what a server says to one question, in memory: no socket, no command."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import httpx2
import openai

from agent.answer import Answer
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.requests import model_settings
from agent.endpoints.retried_model import RetriedModel, ServedModel
from agent.events.events import Event
from agent.loop.asked import Question
from agent.loop.question import answer_question
from agent.settings.depth import Depth
from agent.testing.servers.fault_server import complaint
from agent.testing.servers.replies import QUERY, Reply, honest
from agent.wire.model import WireModel
from tools.errors import CiteloopError
from tools.evidence.evidence import Evidence
from tools.library.library import Library

__all__ = ["Played", "Split", "play", "sent"]

AT = Endpoint("http://127.0.0.1:9/v1", "gpt-oss-20b", None)
SHALLOW = Depth("low", "low", 6, 20, 1_000_000, 60, 1.0, search_limit=2, turn_seconds=9)
Split = Callable[[bytes], Sequence[bytes]]
"""Cuts a body into the pieces that it comes in."""


def sent(reply: Reply, *, stream: bool) -> bytes:
    """Return the body of a reply."""
    steps = reply.steps(stream=stream)
    joined = b"".join(each for each in steps if isinstance(each, bytes))
    return joined.partition(b"\r\n\r\n")[2]


class _Body(httpx2.AsyncByteStream):
    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


class Played:
    """A server in memory that plays some replies, then the honest model."""

    def __init__(self, replies: Sequence[Reply], split: Split) -> None:
        self._replies = replies
        self._split = split
        self._number = 0
        self.refused: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        asked: dict[str, Any] = json.loads(request.content)
        wrong = complaint(asked)
        if wrong:
            self.refused.append(wrong)
            return httpx2.Response(400, json={"error": {"message": wrong}})
        number, self._number = self._number, self._number + 1
        played = number < len(self._replies)
        reply = self._replies[number] if played else honest(asked, number)
        stream = bool(asked.get("stream"))
        kind = "text/event-stream" if stream else "application/json"
        body = _Body(self._split(sent(reply, stream=stream)))
        return httpx2.Response(200, headers={"content-type": kind}, stream=body)


async def play(
    replies: Sequence[Reply],
    library: Library,
    *,
    stream: bool,
    split: Split = lambda body: [body],
) -> tuple[Answer | CiteloopError, Played, str]:
    """Return what the question ends in, and what was heard on the way."""
    heard: list[str] = []

    def listen(event: Event) -> None:
        heard.append(str(getattr(event, "text", "")))

    server = Played(replies, split)
    transport = httpx2.MockTransport(server)
    async with httpx2.AsyncClient(transport=transport) as http:
        client = openai.AsyncOpenAI(
            base_url=AT.base_url, api_key="none", max_retries=0, http_client=http
        )
        model = WireModel(AT.model, client)
        question = Question(
            text=QUERY,
            library=library,
            evidence=Evidence(),
            model=RetriedModel([ServedModel(model, AT)], longest_wait=0.0),
            model_name=AT.model,
            depth=SHALLOW,
            settings=model_settings(SHALLOW),
            listen=listen,
            stream=stream,
        )
        try:
            answer = await answer_question(question)
        except CiteloopError as error:
            return error, server, "".join(heard)
    return answer, server, "".join(heard)
