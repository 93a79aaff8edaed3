"""A question to a server that speaks real harmony."""

import json
from pathlib import Path
from typing import Any

from agent.answer import Answer
from agent.asking import ask
from agent.events.events import Event
from agent.settings.settings import Settings
from agent.testing.servers.harmony_server import Completion, HarmonyServer, Reply
from tools.evidence.shown import read_sources

QUOTE = "Milvus acknowledges an insert as soon as the log broker has accepted it."
SAID = "As soon as the log broker has it"
QUESTION = "When is an insert acknowledged?"


def thought(text: str) -> str:
    return f"<|channel|>analysis<|message|>{text}<|end|><|start|>assistant"


def call(name: str, arguments: Any) -> str:
    header = f"<|channel|>commentary to=functions.{name} <|constrain|>json<|message|>"
    return f"{header}{json.dumps(arguments, ensure_ascii=False)}<|call|>"


SEARCH = thought("Need search.") + call("search", {"query": QUOTE})
FETCH = thought("Now I open it.") + call(
    "fetch", {"document": "write-path.md", "find": "acknowledges"}
)


def answer_from(source: int) -> str:
    arguments = {
        "answer": f"{SAID} [{source}].",
        "citations": [{"source": source, "quote": QUOTE}],
    }
    return thought("That is it.") + call("final_answer", arguments)


ANSWER = answer_from(1)
LOOP = [Completion(SEARCH), Completion(FETCH), Completion(ANSWER)]


async def answer_to(
    server: HarmonyServer, library: Path, question: str = QUESTION, **more: Any
) -> Answer:
    given = {"conversation": None, "listen": None, **more}
    conversation, listen = given.pop("conversation"), given.pop("listen")
    settings = Settings.load(
        {"library": str(library), "base_url": server.base_url, **given}
    )
    heard: list[Event] = []
    return await ask(
        question,
        settings=settings,
        conversation=conversation,
        listen=listen or heard.append,
    )


def then_well_behaved(first: Completion) -> Reply:
    """Return a model that begins with one output, then searches and answers."""
    outputs = iter([first])

    def reply(request: dict[str, Any]) -> Completion:
        source = source_of_the_quote(request)
        behaved = Completion(answer_from(source) if source else SEARCH)
        return next(outputs, behaved)

    return reply


def source_of_the_quote(request: dict[str, Any]) -> int | None:
    shown = [
        source
        for each in request["messages"]
        for source in read_sources(each.get("content") or "")
    ]
    return next((each.id for each in shown if QUOTE in " ".join(each.lines)), None)
