"""What one run of a probe saw, and the verdicts there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from agent.conformance.exchanges.exchange import Exchange

__all__ = ["WORST_FIRST", "Counts", "Observation", "Verdict"]

Verdict = Literal["ok", "differs", "broken", "refused", "inconclusive"]
"""`differs` works with a repair of Citeloop's; `refused` is a clean 4xx, by which a
server declares that it does not have something."""
WORST_FIRST: tuple[Verdict, ...] = (
    "broken", "inconclusive", "differs", "refused", "ok",
)  # fmt: skip
"""The verdict of several findings is the first of these that one of them has."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How the tries of a probe went; each is in one of these."""

    passed: int = 0
    failed: int = 0
    refused: int = 0
    """By a 4xx, where that is allowed."""
    unavailable: int = 0
    """No answer came: a transport that broke, a 5xx, a server that is gone."""
    unclear: int = 0
    """An answer came, and does not show what was looked for."""

    @property
    def tries(self) -> int:
        """All of them: the denominator, which nothing leaves."""
        return (
            self.passed + self.failed + self.refused + self.unavailable + self.unclear
        )

    def __add__(self, other: Self) -> "Counts":
        """Return the tries of both together."""
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.refused + other.refused,
            self.unavailable + other.unavailable,
            self.unclear + other.unclear,
        )


@dataclass(frozen=True, slots=True)
class Observation:
    """What one run of a probe saw, one way."""

    counts: Counts
    sentence: str
    """What was seen, in words: of the first failure if there is one."""
    proof: tuple[Exchange, ...] = ()
    """The exchanges that show it, worst first."""
    repairs: tuple[str, ...] = ()
    """What of Citeloop's the passes needed; none for a bare client's."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What was measured besides, by name with its unit, as `first_token_ms`."""
