"""What a checker that fails, or is stopped, does to a question: nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from agent.events.events import CheckingStarted, Event, Noticed
from agent.loop.bounded_checker import BoundedChecker
from agent.loop.budget import Budget
from agent.loop.record import Record
from agent.settings.depth import Depth
from tests.fakes.checkers import Scripted
from tests.fakes.scripted import SHORT
from tools.calls.run import Run
from tools.errors import LibraryError
from tools.evidence.evidence import Evidence
from tools.grounding.support.checker import Checker
from tools.grounding.support.finding import Pair, Reading
from tools.library.library import Library

PAIR = Pair("It is red.", "The lamp is red.")


class Failing:
    identity = "failing"

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def read(self, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
        raise self.error


class Hanging:
    identity = "hanging"

    async def read(self, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
        await asyncio.sleep(60)
        return {}


def bounded(
    library: Library, inner: Checker, depth: Depth = SHORT
) -> tuple[BoundedChecker, list[Event]]:
    events: list[Event] = []
    run = Run(library=library, evidence=Evidence(), question="?")
    record = Record(run, events.append)
    return BoundedChecker(inner, run, Budget(depth, run), record), events


async def test_it_is_said_how_many_sentences_are_read(library: Library) -> None:
    inner = Scripted(lambda _: Reading("silent"))
    checker, events = bounded(library, inner)
    assert await checker.read([PAIR]) == {PAIR: Reading("silent")}
    assert (events, checker.identity) == ([CheckingStarted(1)], "scripted")


async def test_a_failure_is_told_and_nothing_was_read(library: Library) -> None:
    checker, events = bounded(library, Failing(LibraryError("It is broken.")))
    assert await checker.read([PAIR]) == {}
    told = Noticed("The checker failing has read nothing: It is broken.")
    assert events == [CheckingStarted(1), told]


async def test_a_bug_surfaces(library: Library) -> None:
    checker, _ = bounded(library, Failing(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        await checker.read([PAIR])


async def test_one_that_hangs_is_left_in_time(library: Library) -> None:
    depth = replace(SHORT, turn_seconds=1.2)
    checker, events = bounded(library, Hanging(), depth)
    async with asyncio.timeout(5):
        assert await checker.read([PAIR]) == {}
    assert isinstance(events[-1], Noticed)
    assert "took more than 1 s" in events[-1].text


async def test_where_no_time_is_left_nobody_is_asked(library: Library) -> None:
    checker, events = bounded(library, Hanging(), replace(SHORT, max_seconds=2.0))
    assert await checker.read([PAIR]) == {}
    assert events == []


async def test_being_cancelled_is_passed_on(library: Library) -> None:
    checker, events = bounded(library, Hanging())
    reading = asyncio.create_task(checker.read([PAIR]))
    await asyncio.sleep(0.05)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert events == [CheckingStarted(1)]
