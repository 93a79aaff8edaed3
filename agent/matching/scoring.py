"""From how each call fits each expectation to the best assignment, and its score."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from agent.matching.assigning import assign_freely, assign_in_order, assign_in_place
from agent.matching.expectation import Trajectory
from agent.matching.pairing import Pair

__all__ = ["Slot", "best_assignment", "slots_of"]

Given = list[int | None]


@dataclass(frozen=True, slots=True)
class Slot:
    """One call that is expected: each copy of an expectation has one."""

    number: int
    """Of the expectation, from 0."""
    required: bool


def slots_of(trajectory: Trajectory, calls: int) -> tuple[Slot, ...]:
    """Return the copies that are expected; of optional ones as many as calls."""
    slots: list[Slot] = []
    for number, each in enumerate(trajectory.expect):
        least, most = each.times.least, each.times.most
        optional = calls if most is None else min(most - least, calls)
        slots += [Slot(number, required=True)] * least
        slots += [Slot(number, required=False)] * optional
    return tuple(slots)


def best_assignment(
    trajectory: Trajectory,
    slots: Sequence[Slot],
    pairs: Sequence[Sequence[Pair]],
    calls: int,
) -> tuple[Given, Fraction]:
    """Return which call each slot is given, and the largest score that there is.

    The score is a quotient, and what is optional counts in both its parts. The largest
    one is found as W. Dinkelbach, "On Nonlinear Fractional Programming" (Management
    Science 13(7), 1967) has it: with a first guess, the assignment of the largest
    `above - guess * below`, whose quotient is the next guess, until it no longer grows.
    """
    free = trajectory.extras == "free"
    factor = 1 if free else 2
    base = sum(slot.required for slot in slots) + (0 if free else calls)
    given: Given = [None] * len(slots)
    best = Fraction(0)
    while True:
        weights = _weights(slots, pairs, factor, best)
        found = _assign(trajectory, slots, weights, calls)
        score = _score(slots, pairs, found, factor, base)
        if score <= best and best:
            return given, best
        given = found
        if score <= best or all(slot.required for slot in slots):
            return given, score
        best = score


def _weights(
    slots: Sequence[Slot], pairs: Sequence[Sequence[Pair]], factor: int, guess: Fraction
) -> list[list[int]]:
    """Return whole weights; of two assignments that are worth the same, the one with
    more optional copies weighs more."""
    scores = {pair.score for row in pairs for pair in row}
    scale = lcm(guess.denominator, *(each.denominator for each in scores))
    tied = len(slots) + 1
    weight = {each: int(each * factor * scale) * tied for each in scores}
    spare = int((factor - guess) * scale) * tied + 1
    return [
        [
            weight[pair.score] if slot.required else spare * (pair.score == 1)
            for pair in pairs[slot.number]
        ]
        for slot in slots
    ]


def _assign(
    trajectory: Trajectory,
    slots: Sequence[Slot],
    weights: list[list[int]],
    calls: int,
) -> Given:
    if trajectory.mode == "exact":
        optional = [not slot.required for slot in slots]
        return assign_in_place(weights, calls, optional=optional)
    if trajectory.mode == "in_order":
        return assign_in_order(weights, calls)
    return assign_freely(weights, calls)


def _score(
    slots: Sequence[Slot],
    pairs: Sequence[Sequence[Pair]],
    given: Given,
    factor: int,
    base: int,
) -> Fraction:
    total, optional = Fraction(0), 0
    for slot, column in zip(slots, given, strict=True):
        if column is not None:
            total += pairs[slot.number][column].score
            optional += not slot.required
    below = base + optional
    return factor * total / below if below else Fraction(1)
