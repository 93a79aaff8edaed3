"""How far each call of a run fits each expectation, its place in the run included."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import sqrt

from agent.matching.call import Call
from agent.matching.expectation import Trajectory
from agent.matching.filling import JsonSchema
from agent.matching.pairing import Condition, Pair, Similarity, ask, look_at, pair

__all__ = ["Embed", "Fitting", "similarity_by"]

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Texts to vectors, one for each."""

_OTHER_TOOL = Pair(Fraction(0))


class Fitting:
    """The pairs of one comparison, each looked at once."""

    def __init__(
        self,
        trajectory: Trajectory,
        calls: Sequence[Call],
        schemas: Mapping[str, JsonSchema],
        similarity: Similarity | None,
    ) -> None:
        """Look at nothing yet."""
        self._trajectory = trajectory
        self._calls = calls
        self._pairs: dict[tuple[int, int], Pair] = {}
        self._asked = [
            ask(
                each.wanted,
                schemas.get(each.tool),
                subset=trajectory.mode == "subset",
                similarity=similarity,
            )
            for each in trajectory.expect
        ]
        self._looked = [look_at(call, schemas.get(call.name)) for call in calls]

    def pair(self, number: int, place: int) -> Pair:
        """Return how far the call at a place fits an expectation."""
        key = number, place
        if key not in self._pairs:
            self._pairs[key] = self._look(number, place)
        return self._pairs[key]

    def _look(self, number: int, place: int) -> Pair:
        expected, call = self._trajectory.expect[number], self._calls[place]
        if call.name != expected.tool:
            return _OTHER_TOOL
        conditions = list(self._status(number, call))
        if expected.after is not None:
            problem = "" if self._follows(number, place) else "no such call before it"
            conditions.append(("(order)", f"after {expected.after}", problem))
        return pair(self._asked[number], self._looked[place], conditions)

    def _status(self, number: int, call: Call) -> Iterator[Condition]:
        own = self._trajectory.expect[number].succeed
        wanted = self._trajectory.succeed if own is None else own
        if wanted is True:
            yield ("(status)", "succeeded", _failure(call))
        if wanted is False:
            yield ("(status)", "failed", "" if call.failed else "succeeded")

    def _follows(self, number: int, place: int) -> bool:
        """Whether a call before it fits what it has to come after."""
        before = self._trajectory.before(number)
        return any(
            _is_before(self._calls[earlier], self._calls[place])
            and self.pair(other, earlier).score == 1
            for earlier in range(place)
            for other in before
        )


def _is_before(one: Call, other: Call) -> bool:
    """Whether a call that stands before another can have been its reason."""
    if one.turn is None or other.turn is None:
        return True
    return one.turn < other.turn


def _failure(call: Call) -> str:
    return f"failed: {call.returned or 'no reason'}"[:200] if call.failed else ""


def similarity_by(embed: Embed) -> Similarity:
    """Return what gives the cosine of two texts' vectors, each embedded once."""

    @lru_cache(maxsize=4_096)
    def vector_of(text: str) -> tuple[float, ...]:
        (vector,) = embed([text])
        return tuple(map(float, vector))

    def similarity(one: str, other: str) -> float:
        first, second = vector_of(one), vector_of(other)
        length = sqrt(sum(x * x for x in first) * sum(y * y for y in second))
        product = sum(x * y for x, y in zip(first, second, strict=True))
        return product / length if length else 0.0

    return similarity
