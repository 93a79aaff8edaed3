"""What a question may still use, and when its search has to end.

Asked before each model call. Every limit keeps a reserve for the answer: one turn, a
share of the time, the tokens and the cost of one more call. So a limit ends the search,
and the answer comes within it.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from agents import ModelResponse

from agent.loop.stalling import find_stall
from agent.settings.depth import Depth, LimitName
from tools.calls.run import Run

__all__ = ["Budget", "cost_of"]

_RESERVE = 0.25
"""Share of the time that is kept for the answer, and at most so many seconds: """
_MAX_RESERVE_SECONDS = 90.0
_NEAR = 0.75
"""From this share of a limit on the model is told what is left."""


class Budget:
    """The limits of one question, and what of them is used."""

    def __init__(
        self, depth: Depth, run: Run, clock: Callable[[], float] = monotonic
    ) -> None:
        """Begin to count; the time runs from here."""
        self.depth = depth
        self.responses: list[ModelResponse] = []
        self._run = run
        self._clock = clock
        self._started = clock()

    def spend(self, response: ModelResponse) -> None:
        """Count what a model call took."""
        self.responses.append(response)

    @property
    def seconds_left(self) -> float:
        """Wall-clock seconds until the answer is due."""
        return self._started + self.depth.max_seconds - self._clock()

    @property
    def search_seconds_left(self) -> float:
        """Those without the reserve for the answer."""
        reserve = min(_RESERVE * self.depth.max_seconds, _MAX_RESERVE_SECONDS)
        return self.seconds_left - reserve

    @property
    def tool_calls(self) -> int:
        """Calls so far that count."""
        return self._run.tool_calls

    @property
    def tokens(self) -> int:
        """Prompt tokens of the calls so far, as the server reported them."""
        return sum(each.usage.input_tokens for each in self.responses)

    @property
    def cost(self) -> float:
        """US dollars so far, as far as the provider reported them."""
        return sum(cost_of(each) or 0.0 for each in self.responses)

    def reached(self, prompt_tokens: int) -> LimitName | None:
        """Return the limit that ends the search, None if the next call may search.

        Args:
            prompt_tokens: An estimate for the next call; the answer's own call after
                it takes about as many.
        """
        depth = self.depth
        calls = max(len(self.responses), 1)
        if self._run.turn >= depth.max_turns:
            return "turn_limit"
        if self.tool_calls >= depth.max_tool_calls:
            return "tool_limit"
        if self.tokens + 2 * prompt_tokens > depth.max_tokens:
            return "token_limit"
        if self.search_seconds_left <= 0:
            return "time_limit"
        if self.cost and self.cost + 2 * self.cost / calls > depth.max_cost:
            return "cost_limit"
        return find_stall(self._run.trajectory)

    def left(self) -> str:
        """Return what is left of the limits that are near, in words; blank if none."""
        depth = self.depth
        near: list[str] = []
        for used, limit, unit in (
            (self._run.turn - 1, depth.max_turns, "turn"),
            (self.tool_calls, depth.max_tool_calls, "tool call"),
            (self.tokens, depth.max_tokens, "prompt token"),
            (depth.max_seconds - self.seconds_left, depth.max_seconds, "second"),
        ):
            if used >= _NEAR * limit:
                count = max(int(limit - used), 1)
                near.append(f"{count:,} {unit}{'' if count == 1 else 's'}")
        if self.cost >= _NEAR * depth.max_cost:
            near.append(f"${max(depth.max_cost - self.cost, 0):.3f}")
        return ", ".join(near)


def cost_of(response: ModelResponse) -> float | None:
    """Return the US dollars that the provider reports for a call, if it does."""
    raw: Any = response.raw_usage
    cost = raw.get("cost") if isinstance(raw, Mapping) else None
    return float(cost) if isinstance(cost, int | float) else None
