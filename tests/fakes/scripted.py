"""A loop with a scripted model: what it calls, and the question that it is asked."""

import json
from itertools import count
from typing import Any

from agents import Model, ModelSettings
from agents.testing import ScriptedModel, function_call

from agent.answer import Answer
from agent.events.events import Event
from agent.loop.asked import Question
from agent.loop.question import answer_question
from agent.settings.depth import Depth
from tools.calls.tool import ToolFunction
from tools.evidence.evidence import Evidence
from tools.library.library import Library

QUOTE = (
    "The data coordinator seals a growing segment when the segment reaches a share "
    "of the maximum segment size."
)
SHORT = Depth("low", "low", 4, 50, 1_000_000, 60, 1.0, search_limit=3, turn_seconds=30)
DEEP = Depth(
    "high", "high", 24, 50, 1_000_000, 60, 1.0, search_limit=3, turn_seconds=30
)

_ids = count(1)


def script(*items: Any) -> ScriptedModel:
    """Return a model that answers each turn with one item."""
    return ScriptedModel([[item] for item in items])


def call(name: str, arguments: Any) -> Any:
    return function_call(name, arguments, call_id=f"call_{next(_ids)}")


def final(
    answer: str = "It is sealed when it reaches a share of the maximum size [1].",
    **rest: Any,
) -> Any:
    given = {"citations": [{"source": 1, "quote": QUOTE}], **rest}
    return call("final_answer", {"answer": answer, **given})


def search(query: str = "What seals a growing segment?", **rest: Any) -> Any:
    return call("search", {"query": query, **rest})


def last_prompt(model: ScriptedModel) -> str:
    return json.dumps(model.calls[-1].input, ensure_ascii=False)


async def run(
    library: Library,
    model: Model,
    *,
    tools: tuple[ToolFunction, ...] = (),
    stream: bool = True,
    events: list[Event] | None = None,
    depth: Depth = SHORT,
    evidence: Evidence | None = None,
    **rest: Any,
) -> Answer:
    heard: list[Event] = [] if events is None else events
    question = Question(
        text="What seals a segment?",
        library=library,
        evidence=Evidence() if evidence is None else evidence,
        model=model,
        model_name="scripted",
        depth=depth,
        settings=ModelSettings(),
        tools=tools,
        listen=heard.append,
        stream=stream,
        **rest,
    )
    return await answer_question(question)
