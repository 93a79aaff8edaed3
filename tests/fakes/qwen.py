"""A server of a small model, asked over a library that stays open."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.answer import Answer
from agent.assistant import Assistant
from agent.conversations.conversation import Conversation
from agent.events.events import Event
from agent.settings.settings import Settings
from agent.testing.servers.chat_server import ChatServer, Reply, Turn, serve
from tools.calls.tool import ToolFunction
from tools.library.library import Library

__all__ = [
    "GOOD",
    "QUESTION",
    "QUOTE",
    "Model",
    "answer_from",
    "is_guided",
    "reply",
    "shown_sources",
]

QUESTION = "When does Milvus acknowledge an insert?"

QUOTE = "Milvus acknowledges an insert as soon as the log broker has accepted it."
"""It stands in `examples/docs/write-path.md`, and its question finds it first."""
GOOD = "It acknowledges an insert as soon as the log broker has accepted it"


def is_guided(request: dict[str, Any]) -> bool:
    """Whether a request is one that asks to answer from passages."""
    return "tools" not in request


def shown_sources(request: dict[str, Any]) -> list[int]:
    """Return the numbers of the passages that a guided request shows."""
    schema = request["response_format"]["json_schema"]["schema"]
    quote = schema["properties"]["quotes"]["items"]
    numbers: list[int] = quote["properties"]["source"]["enum"]
    return numbers


def reply(answer: str, quote: str = QUOTE, source: int = 1, **rest: Any) -> Turn:
    """Return a guided reply as JSON, with one quote."""
    given = {
        "quotes": [{"source": source, "quote": quote}] if quote else [],
        "answer": answer,
        "answered": True,
        "missing": [],
    }
    return Turn(content=json.dumps(given | rest))


@dataclass
class Model:
    """A model that is no agent, and answers well when it is guided."""

    turns: list[Turn]
    """What it does as an agent."""
    good: str = GOOD
    quote: str = QUOTE

    def __call__(self, request: dict[str, Any]) -> Turn:
        if not is_guided(request):
            return self.turns.pop(0) if self.turns else Turn(content="<tools></tools>")
        numbers = shown_sources(request)
        text = request["messages"][1]["content"]
        own = [each for each in numbers if f"[{each}] write-path.md" in text]
        number = [*own, *numbers][0]
        return reply(f"{self.good} [{number}].", self.quote, number)


async def answer_from(
    library: Library,
    script: list[Turn] | Reply,
    question: str = QUESTION,
    *,
    events: list[Event] | None = None,
    conversation: Conversation | None = None,
    server: ChatServer | None = None,
    tools: Sequence[ToolFunction] = (),
    **given: Any,
) -> tuple[Answer, ChatServer]:
    """Return the answer to a question, and the server that was asked."""
    if server is None:
        with serve(script) as served:
            return await answer_from(
                library, script, question, events=events, conversation=conversation,
                server=served, tools=tools, **given,
            )  # fmt: skip
    heard: list[Event] = [] if events is None else events
    settings = Settings.load({"base_url": server.base_url, "depth": "low", **given})
    assistant = Assistant(settings, library, tools=tools)
    try:
        answer = await assistant.ask(question, conversation, heard.append)
    finally:
        for client in assistant._clients.values():
            await client.close()
    return answer, server
