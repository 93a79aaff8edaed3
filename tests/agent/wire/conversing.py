"""A library's question to a scripted server."""

from pathlib import Path
from typing import Any

from agent.answer import Answer
from agent.asking import ask
from agent.settings.settings import Settings
from agent.testing.servers.chat_server import ChatServer, Turn

QUOTE = "Milvus acknowledges an insert as soon as the log broker has accepted it."
SCRIPT = [
    Turn(
        reasoning="First I search.",
        calls=[("search", {"query": QUOTE})],
    ),
    Turn(
        reasoning="Now I open it.",
        calls=[("fetch", {"document": "write-path.md", "find": "acknowledges"})],
    ),
    Turn(
        reasoning="Once more, in other words.",
        calls=[("requery", {"queries": ["ack of insert", "log broker"]})],
    ),
    Turn(
        reasoning="That is it.",
        calls=[
            (
                "final_answer",
                {
                    "answer": "As soon as the log broker has it [1].",
                    "citations": [{"source": 1, "quote": QUOTE}],
                },
            )
        ],
        cost=0.002,
    ),
]


def settings_for(server: ChatServer, library: Path, **more: Any) -> Settings:
    """Return settings in which the model is the agent, whatever it sends."""
    given = {"library": str(library), "base_url": server.base_url, "mode": "agent"}
    return Settings.load({**given, **more})


async def answer_to(
    question: str, server: ChatServer, library: Path, **more: Any
) -> Answer:
    return await ask(question, settings=settings_for(server, library, **more))
