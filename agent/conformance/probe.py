"""What a probe is: a question to a server, and what is right."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent.conformance.exchanges.exchange import Way
from agent.conformance.observation import Observation
from agent.conformance.terms import Cost, Terms

if TYPE_CHECKING:
    from agent.conformance.bench import Bench

__all__ = ["BAR", "BOTH_WAYS", "GROUPS", "Cost", "Kind", "Probe", "Terms", "asks"]

Kind = Literal["W", "M", "B", "report"]
"""Which oracle decides: a rule of the wire that no sampling excuses; two requests that
must agree, or whose token counts must differ; behaviour at a rate; none."""
BAR = 0.5
"""Of behaviour: more often than not, by the bounds of a 95 % interval. Four tries that
all pass clear it, or four that all fail."""
BOTH_WAYS: tuple[Way, ...] = ("streamed", "whole")
GROUPS = {
    "A": "endpoint",
    "B": "stream",
    "C": "streamed = whole",
    "D": "reasoning",
    "E": "calls",
    "F": "schemas",
    "G": "several turns",
    "H": "limits",
    "I": "load and life",
    "J": "rendering",
}
"""Each group, and what it is about."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A question to a server, and what is right."""

    number: int
    """Of the table in `docs/check.md`."""
    name: str
    """In one word for flags and reports, as `finish_reasons`."""
    group: str
    """One letter of `GROUPS`."""
    kind: Kind
    title: str
    """What must be, in words."""
    reveals: tuple[str, ...]
    """Public bugs that it finds, as `vllm #47903`."""
    cost: Callable[[Terms], Cost]
    run: Callable[["Bench", Way], Awaitable[Observation]]
    """Asks the server. It never raises for what a server does."""
    ways: tuple[Way, ...] = BOTH_WAYS
    only_gpt_oss: bool = False
    """Whether it is of that model's own format, and of no other."""
    bar: float = BAR
    """Of behaviour: the share that must pass."""
    is_case: bool = False
    """Whether it is a case of a benchmark, which says nothing of a server alone."""

    @property
    def is_quick(self) -> bool:
        """Whether `--quick` asks it."""
        return self.kind in {"W", "M"}


def asks(
    requests: int, prompt: int = 1_000, completion: int = 1_024
) -> Callable[[Terms], Cost]:
    """Return the cost of so many requests alike.

    Args:
        requests: How many.
        prompt: Tokens of one, at most.
        completion: Its `max_tokens`.
    """
    cost = Cost(requests, requests * prompt, requests * completion)
    return lambda _: cost
