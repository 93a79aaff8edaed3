"""A small real model over a real library: how often the loop ends in an answer.

It is no gpt-oss: its calls often come as text, and 1.5 B parameters quote badly. What
is asserted is the promise; the figures are printed (`make test-llm LLM=qwen`), of 20
questions or of as many as CITELOOP_TEST_LLM_RUNS says.
"""

import os
from collections import Counter
from dataclasses import dataclass

from agent.assistant import Assistant
from agent.events.events import Event, Repaired
from agent.screen.answers import plain_answer
from agent.settings.settings import Settings
from tools.errors import CiteloopError
from tools.library.library import Library
from tools.trajectory.events import ToolFinished

QUESTIONS = (
    "When does Milvus acknowledge an insert?",
    "Which index serves vectors that do not fit into memory?",
    "What makes a growing segment sealed?",
    "Which metrics can be used for text embeddings?",
    "How are deleted entities removed from storage?",
)
RUNS = int(os.environ.get("CITELOOP_TEST_LLM_RUNS") or 20)
"""How many questions are asked."""


@dataclass(frozen=True)
class Ending:
    code: int
    how: str
    tools: tuple[str, ...]
    repairs: tuple[str, ...]
    printed: str


async def end_of(question: str, url: str, library: Library, *, stream: bool) -> Ending:
    settings = Settings.load(
        {
            "base_url": url,
            "model": "qwen",
            "depth": "high",  # for its patience with a slow machine
            "max_turns": 8,
            "context_window": 16_384,
            "token_seconds": 600,
            "stream": stream,
        }
    )
    assistant = Assistant(settings, library)
    events: list[Event] = []
    try:
        answer = await assistant.ask(question, listen=events.append)
        code: int = answer.exit_code
        how = f"{answer.stop_reason}, {'' if answer.grounded else 'not '}grounded"
        printed = plain_answer(answer)
    except CiteloopError as error:
        code, how, printed = error.exit_code, type(error).__name__, str(error)
    finally:
        for client in assistant._clients.values():
            await client.close()
    calls = [each.call for each in events if isinstance(each, ToolFinished)]
    repairs = [each.repair for each in events if isinstance(each, Repaired)]
    return Ending(
        code,
        how,
        tuple(each.name for each in calls),
        tuple(each.kind for each in repairs),
        printed,
    )


async def test_whole_questions_end_as_promised(qwen_url: str, library: Library) -> None:
    codes: Counter[int] = Counter()
    repairs: Counter[str] = Counter()
    for at in range(RUNS):
        question = QUESTIONS[at % len(QUESTIONS)]
        end = await end_of(question, qwen_url, library, stream=at % 2 == 0)
        print(f"{at + 1:3} exit {end.code} {end.how}: {end.tools} {end.repairs}")
        if end.code:
            print(f"    {' '.join(end.printed.split())[:300]}")
        assert end.code in {0, 4, 6, 7, 8}, end
        assert "<|" not in end.printed
        codes[end.code] += 1
        repairs.update(end.repairs)
    answered = codes[0] + codes[7]
    print(f"{answered} of {RUNS} in a valid answer; exits {dict(codes)}")
    print(f"repaired: {dict(repairs)}")
    assert answered + codes[6] > 0, "every run failed before it had an answer"
