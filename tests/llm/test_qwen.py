"""A small real model over a real library: each way to an answer, side by side.

It is no gpt-oss: it makes no native call, its calls come as text if at all, and 1.5 B
parameters quote badly. What is asserted is the promise; the figures are printed
(`make test-llm LLM=qwen`), of the 40 questions or of each n-th of them
(CITELOOP_TEST_LLM_EVERY=n), in the ways that CITELOOP_TEST_LLM_WAYS names.
"""

import os
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import product
from statistics import median
from time import perf_counter

import pytest

from agent.answer import Answer
from agent.assistant import Assistant
from agent.screen.answers import plain_answer
from agent.settings.settings import Settings
from tests.llm.one_shot import ask_once
from tests.llm.reply import QUESTIONS, Asked, Reply, is_right, is_rightly_cited
from tools.errors import CiteloopError
from tools.library.library import Library

WAYS = ("one-shot", "guided", "auto", "agent", "extractive")
WANTED = os.environ.get("CITELOOP_TEST_LLM_WAYS", ",".join(WAYS)).split(",")
EVERY = int(os.environ.get("CITELOOP_TEST_LLM_EVERY") or 1)
TOLD = {0, 4, 6, 7, 8}
"""The exit codes that a question may end in."""
Ask = Callable[[str], Awaitable[Reply]]


def settings_of(way: str, url: str) -> Settings:
    if way == "extractive":
        return Settings.load({"model": way})
    return Settings.load(
        {
            "base_url": url,
            "model": "qwen",
            "mode": way,
            "context_window": 16_384,
            "max_seconds": 900,  # whatever the machine
            "token_seconds": 600,
        }
    )


async def reply_of(assistant: Assistant, question: str) -> Reply:
    """Return what `citeloop ask` gives, and what it exits with."""
    started = perf_counter()
    try:
        answer = await assistant.ask(question)
    except CiteloopError as error:
        seconds = perf_counter() - started
        return Reply(str(error), exit_code=error.exit_code, seconds=seconds)
    assert "<|" not in plain_answer(answer)
    return Reply(
        text=answer.answer,
        documents=_documents(answer),
        exit_code=answer.exit_code,
        grounded=answer.grounded,
        mode=answer.mode,
        calls=len(answer.trajectory),
        prompt_tokens=answer.usage.input_tokens,
        seconds=perf_counter() - started,
    )


def _documents(answer: Answer) -> tuple[str, ...]:
    named = [each.document for each in answer.citations if each.document]
    return tuple(dict.fromkeys(named))


def row(way: str, replies: list[tuple[Asked, Reply]]) -> str:
    """Return a row of the table."""
    right = [(asked, reply) for asked, reply in replies if is_right(asked, reply)]
    held = sum(reply.grounded for _, reply in right)
    cited = sum(is_rightly_cited(*each) for each in right)
    exits = Counter(reply.exit_code for _, reply in replies)
    modes = Counter(reply.mode for _, reply in replies if reply.mode)
    return (
        f"| {way} | {len(right)} of {len(replies)} | {held} | {cited} "
        f"| {', '.join(f'{code}: {count}' for code, count in sorted(exits.items()))} "
        f"| {', '.join(f'{mode} {count}' for mode, count in modes.items())} "
        f"| {median(reply.calls for _, reply in replies):.0f} "
        f"| {median(reply.prompt_tokens for _, reply in replies):.0f} "
        f"| {median(reply.seconds for _, reply in replies):.1f} |"
    )


HEAD = (
    "| way | right | right and grounded | rightly cited | exits | modes | calls "
    "| prompt tokens | seconds |\n|---|---|---|---|---|---|---|---|---|"
)


async def test_each_way_to_an_answer(
    qwen_url: str, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    assistants = {
        way: Assistant(settings_of(way, qwen_url), library)
        for way in WANTED
        if way != "one-shot"
    }
    replies: dict[str, list[tuple[Asked, Reply]]] = {way: [] for way in WANTED}
    asked = QUESTIONS[::EVERY]
    for at, number in product(range(len(asked)), range(len(WANTED))):
        # Side by side, for a machine is not always equally fast; and each way at
        # another question, for the server keeps the latest prompt.
        way = WANTED[number]
        each = asked[(at + number * len(asked) // len(WANTED)) % len(asked)]
        reply = (
            await reply_of(assistants[way], each.question)
            if way in assistants
            else await ask_once(each.question, qwen_url, library)
        )
        assert reply.exit_code in TOLD, (way, each, reply)
        replies[way].append((each, reply))
        with capsys.disabled():
            print(told(way, each, reply))
    for assistant in assistants.values():
        for client in assistant._clients.values():  # the library stays open
            await client.close()
    with capsys.disabled():
        print("\n".join(["", HEAD, *(row(way, replies[way]) for way in WANTED)]))


def told(way: str, asked: Asked, reply: Reply) -> str:
    """Return a line about a reply, and what it says."""
    mark = "✓" if is_right(asked, reply) else "✗"
    return (
        f"{way:10} {mark}{' grounded' * reply.grounded} exit {reply.exit_code} "
        f"{reply.mode} {reply.seconds:5.1f} s: {asked.question}\n"
        f"    {' '.join(reply.text.split())[:300]}"
    )
