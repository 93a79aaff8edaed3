"""How far each call of a run fits each expectation, its place in the run included."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from agent.matching.call import Call
from agent.matching.expectation import Trajectory
from agent.matching.filling import JsonSchema
from agent.matching.pairing import Asked, Pair, Similarity, pair

__all__ = ["Fitting"]

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
            Asked(
                each.wanted,
                schemas.get(each.tool),
                subset=trajectory.mode == "subset",
                similarity=similarity,
                conditions=self._conditions(number),
            )
            for number, each in enumerate(trajectory.expect)
        ]

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
        asked = self._asked[number]
        if expected.after is None:
            return pair(asked, call)
        problem = "" if self._follows(number, place) else "no such call before it"
        order = ("(order)", f"after {expected.after}", lambda _call: problem)
        return pair(replace(asked, conditions=(*asked.conditions, order)), call)

    def _conditions(
        self, number: int
    ) -> tuple[tuple[str, str, Callable[[Call], str]], ...]:
        own = self._trajectory.expect[number].succeed
        wanted = self._trajectory.succeed if own is None else own
        if wanted is None:
            return ()
        if wanted:
            return (("(status)", "succeeded", _failure),)
        return (
            ("(status)", "failed", lambda each: "" if each.failed else "succeeded"),
        )

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
