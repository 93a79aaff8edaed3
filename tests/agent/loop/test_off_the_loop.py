"""A limit of time and a wish to stop end a question, whatever is at work in it."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from agent.answer import Answer
from tests.fakes.scripted import SHORT, call, final, run, script, search
from tools.errors import CiteloopError, IncompleteError
from tools.evidence.evidence import Evidence, Source
from tools.library.library import Library

SECONDS = 2.0
"""What a limit may be overrun by."""
LIMIT = 2.0
BRIEF = replace(SHORT, max_seconds=LIMIT)


@pytest.fixture
def over() -> Iterator[Event]:
    """Set when the test is over, so that what hangs can end."""
    event = Event()
    yield event
    event.set()


class HangingLibrary:
    """A library of which one method hangs, as one does behind a network."""

    def __init__(self, library: Library, method: str, over: Event) -> None:
        self._library = library
        self._method = method
        self._over = over

    def __getattr__(self, name: str) -> Any:
        return self._hang if name == self._method else getattr(self._library, name)

    def _hang(self, *_: Any, **__: Any) -> Any:
        self._over.wait(60)
        raise AssertionError("nobody waits for this")


class HangingEvidence(Evidence):
    """What the judgement of an answer reads, and never comes to the end of."""

    def __init__(self, over: Event) -> None:
        super().__init__()
        self._over = over

    def get(self, number: int) -> Source | None:
        self._over.wait(60)
        return super().get(number)


def ended_in(work: Callable[[], Answer]) -> tuple[float, Answer | CiteloopError]:
    started = time.monotonic()
    try:
        ended: Answer | CiteloopError = work()
    except CiteloopError as error:
        ended = error
    return time.monotonic() - started, ended


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("method", "turn"),
    [
        ("search", search()),
        ("passages", call("fetch", {"document": "write-path.md"})),
        ("search", call("requery", {"queries": ["flush", "seal"]})),
    ],
    ids=["search", "fetch", "requery"],
)
def test_a_tool_that_hangs_is_left_at_the_limit(
    library: Library, over: Event, method: str, turn: Any, stream: bool
) -> None:
    hanging: Any = HangingLibrary(library, method, over)
    model = script(turn, *[final("I cannot tell.")] * 3)
    took, ended = ended_in(
        lambda: asyncio.run(run(hanging, model, depth=BRIEF, stream=stream))
    )
    assert took < LIMIT + SECONDS
    assert isinstance(ended, CiteloopError) or ended.stop_reason == "time_limit"


def test_a_search_ahead_that_hangs_is_left_at_the_limit(
    library: Library, over: Event
) -> None:
    hanging: Any = HangingLibrary(library, "search", over)
    took, ended = ended_in(
        lambda: asyncio.run(
            run(hanging, script(*[final()] * 3), depth=BRIEF, prefetch=True)
        )
    )
    assert took < LIMIT + SECONDS
    assert isinstance(ended, CiteloopError) or ended.stop_reason == "time_limit"


@pytest.mark.parametrize("stream", [True, False])
def test_a_judgement_that_hangs_is_left_at_the_limit_and_nothing_is_called_grounded(
    library: Library, over: Event, stream: bool
) -> None:
    model = script(search(), *[final()] * 4)
    took, ended = ended_in(
        lambda: asyncio.run(
            run(
                library, model, depth=BRIEF, stream=stream,
                evidence=HangingEvidence(over),
            )
        )
    )  # fmt: skip
    assert took < LIMIT + SECONDS
    assert isinstance(ended, IncompleteError)
    assert "--max-seconds" in str(ended)


async def test_own_work_in_a_thread_is_left_at_the_limit(
    library: Library, over: Event
) -> None:
    async def look_up(word: str) -> str:
        """Look a word up."""
        del word
        await asyncio.to_thread(over.wait, 5)
        return "late"

    started = time.monotonic()
    answer = await run(
        library, script(call("look_up", {"word": "a"}), *[final("No idea.")] * 3),
        depth=BRIEF, tools=(look_up,),
    )  # fmt: skip
    assert time.monotonic() - started < LIMIT + SECONDS
    assert answer.stop_reason == "time_limit"
    over.set()


def test_a_wish_to_stop_is_heard_while_a_tool_hangs(
    library: Library, over: Event
) -> None:
    hanging: Any = HangingLibrary(library, "search", over)

    async def ask() -> float:
        stop = asyncio.Event()
        model = script(search(), *[final("No idea.")] * 3)
        asking = asyncio.create_task(run(hanging, model, stop=stop))
        await asyncio.sleep(0.5)
        stop.set()
        started = time.monotonic()
        await asyncio.wait({asking})
        return time.monotonic() - started

    started = time.monotonic()
    assert asyncio.run(ask()) < SECONDS
    assert time.monotonic() - started < 5  # nor does the end of the loop wait
