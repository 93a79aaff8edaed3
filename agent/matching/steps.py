"""What a pattern is made of, and how a text is followed through it.

A pattern is a row of steps that are numbered from where it begins; a way that leads to
the number behind the last one ends it. All ways are followed at once, so that a text of
n characters takes no more than n times the number of the steps.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = [
    "MAX_STEPS", "Accepts", "Holds", "Step", "accepting", "alternative", "checked",
    "found", "holding", "joined", "looped",
]  # fmt: skip

MAX_STEPS = 2_000
"""The length that a pattern may have, its repetitions written out."""

Accepts = Callable[[str], bool]
Holds = Callable[[str, int], bool]


@dataclass(slots=True)
class Step:
    """One step: a character that is accepted, a condition, or ways that go on."""

    accepts: Accepts | None = None
    holds: Holds | None = None
    ways: list[int] = field(default_factory=list)


def found(steps: list[Step], text: str, *, anchored: bool) -> bool:
    """Whether a way through the steps ends, from any place or from the first alone."""
    here: set[int] = set()
    for place in range(len(text) + 1):
        if place == 0 or not anchored:
            here.add(0)
        here = _reached(steps, here, text, place)
        if len(steps) in here:
            return True
        if place == len(text):
            return False
        sign = text[place]
        here = {
            steps[each].ways[0]
            for each in here
            if (accepts := steps[each].accepts) is not None and accepts(sign)
        }
    return False


def _reached(steps: list[Step], here: set[int], text: str, place: int) -> set[int]:
    """Return all steps that are reached without another character."""
    seen: set[int] = set()
    waiting = list(here)
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        if number == len(steps):
            continue
        step = steps[number]
        if step.accepts is None and (step.holds is None or step.holds(text, place)):
            waiting += step.ways
    return seen


def checked(steps: list[Step]) -> list[Step]:
    """Return steps that are not too many.

    Raises:
        ValueError: they are more than `MAX_STEPS`.
    """
    if len(steps) > MAX_STEPS:
        raise ValueError(f"the pattern is longer than {MAX_STEPS:,} steps")
    return steps


def _shifted(steps: list[Step], by: int) -> list[Step]:
    return [
        Step(step.accepts, step.holds, [way + by for way in step.ways])
        for step in steps
    ]


def joined(first: list[Step], second: list[Step]) -> list[Step]:
    """Return steps that go on with others."""
    return first + _shifted(second, len(first))


def alternative(first: list[Step], second: list[Step]) -> list[Step]:
    """Return steps that go either way; the first one ends in a leap over the second."""
    behind = len(first) + 2
    fork, leap = Step(ways=[1, behind]), Step(ways=[behind + len(second)])
    return [fork, *_shifted(first, 1), leap, *_shifted(second, behind)]


def looped(steps: list[Step]) -> list[Step]:
    """Return steps that are gone through any number of times."""
    fork, back = Step(ways=[1, len(steps) + 2]), Step(ways=[0])
    return [fork, *_shifted(steps, 1), back]


def accepting(accepts: Accepts) -> list[Step]:
    """Return the one step of a character."""
    return [Step(accepts=accepts, ways=[1])]


def holding(holds: Holds) -> list[Step]:
    """Return the one step of a condition."""
    return [Step(holds=holds, ways=[1])]
