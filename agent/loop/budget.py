"""What a question may still use, and when its search has to end.

Asked before each model call. Every limit keeps a reserve for the answer: one turn, a
share of the time, the tokens and the cost of one more call. So a limit ends the search,
and the answer comes within it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from agents import ModelResponse

from agent.answer import Usage
from agent.loop.stalling import find_stall
from agent.settings.depth import Depth, LimitName
from tools.calls.run import Run

__all__ = ["Budget"]

_RESERVE = 0.25
"""Share of the time that is kept for the answer, and at most so many seconds: """
_MAX_RESERVE_SECONDS = 90.0
_OF_READING: frozenset[LimitName] = frozenset({"token_limit", "cost_limit"})
"""The limits that a checker's request counts for."""
_MOST_DOLLARS = 1e6
"""What no call costs."""
_NEAR = 0.75
"""From this share of a limit on the model is told what is left."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """One limit that is a number, and what of it is used."""

    limit: LimitName
    used: float
    ahead: float
    """What the next call and the one for the answer take."""
    most: float
    unit: str
    """One of them, as the model is told; `$` stands before its number."""

    @property
    def is_reached(self) -> bool:
        """Whether the next call may not search any more."""
        return self.used + self.ahead > self.most

    @property
    def is_near(self) -> bool:
        """Whether the model is told what is left."""
        return self.used >= _NEAR * self.most

    @property
    def left(self) -> str:
        """What is left, in words."""
        rest = self.most - self.used
        if self.unit == "$":
            return f"${max(rest, 0):.3f}"
        count = max(int(rest), 1)
        return f"{count:,} {self.unit}{'' if count == 1 else 's'}"


class Budget:
    """The limits of one question, and what of them is used."""

    def __init__(self, depth: Depth, run: Run) -> None:
        """Begin to count; the time runs from here."""
        self.depth = depth
        self._run = run
        self._responses: list[ModelResponse] = []
        self._planned = 0
        self._started = monotonic()

    def spend(self, response: ModelResponse) -> None:
        """Count what a model call took."""
        self._responses.append(response)

    def forgive_turn(self) -> None:
        """Take note of a turn that asked no model: it counts for no limit."""
        self._planned += 1

    @property
    def seconds_left(self) -> float:
        """Wall-clock seconds until the answer is due."""
        return self._started + self.depth.max_seconds - monotonic()

    @property
    def search_seconds_left(self) -> float:
        """Those without the reserve for the answer."""
        return self.seconds_left - self._reserved_seconds

    def reached(self, prompt_tokens: int, *, stalls: bool = True) -> LimitName | None:
        """Return the limit that ends the search, None if the next call may search.

        Args:
            prompt_tokens: An estimate for the next call; the answer's own call after
                it takes about as many.
            stalls: Whether rounds that bring nothing new end the search, too.
        """
        for each in self._measure(prompt_tokens):
            if each.is_reached:
                return each.limit
        return find_stall(self._run.trajectory) if stalls else None

    def may_read(self, prompt_tokens: int) -> bool:
        """Whether a checker may be sent a prompt: tokens and cost leave room for it.

        It is no turn, and its time is limited by whoever waits for it.

        Args:
            prompt_tokens: An estimate; as much again is kept for a repair.
        """
        return not any(
            each.is_reached
            for each in self._measure(prompt_tokens)
            if each.limit in _OF_READING
        )

    def left(self) -> str:
        """Return what is left of the limits that are near, in words; blank if none."""
        return ", ".join(each.left for each in self._measure() if each.is_near)

    def usage(self) -> Usage:
        """Return what the calls took so far, as far as the server reported it."""
        several = [each.usage for each in self._responses]
        costs = self._costs()
        return Usage(
            requests=sum(each.requests for each in several),
            input_tokens=sum(each.input_tokens for each in several),
            output_tokens=sum(each.output_tokens for each in several),
            total_tokens=sum(each.total_tokens for each in several),
            cost=sum(costs) if costs else None,
        )

    def _measure(self, prompt_tokens: int = 0) -> tuple[_Measured, ...]:
        """Return each limit that is a number; the first that is reached counts."""
        depth, run = self.depth, self._run
        used = self.usage()
        cost = used.cost or 0.0
        for_answer = 2 * cost / max(len(self._responses), 1)
        seconds = depth.max_seconds - self.seconds_left
        turns = run.turn - 1 - self._planned
        return (
            _Measured("turn_limit", turns, 2, depth.max_turns, "turn"),
            _Measured(
                "tool_limit", run.tool_calls, 1, depth.max_tool_calls, "tool call"
            ),
            _Measured(
                "token_limit",
                used.input_tokens,
                2 * prompt_tokens,
                depth.max_tokens,
                "prompt token",
            ),
            _Measured(
                "time_limit",
                seconds,
                self._reserved_seconds,
                depth.max_seconds,
                "second",
            ),
            _Measured("cost_limit", cost, for_answer, depth.max_cost, "$"),
        )

    @property
    def _reserved_seconds(self) -> float:
        return min(_RESERVE * self.depth.max_seconds, _MAX_RESERVE_SECONDS)

    def _costs(self) -> list[float]:
        """Return the US dollars of the calls whose cost the provider reported."""
        several = map(_cost_of, self._responses)
        return [cost for cost in several if cost is not None]


def _cost_of(response: ModelResponse) -> float | None:
    """Return the US dollars that the provider reports for a call, if it does."""
    raw: Any = response.raw_usage
    cost = raw.get("cost") if isinstance(raw, Mapping) else None
    if isinstance(cost, bool) or not isinstance(cost, int | float):
        return None
    return float(cost) if 0 <= cost <= _MOST_DOLLARS else None  # no NaN, either
