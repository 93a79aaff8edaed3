"""What comes of a comparison."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from agent.matching.call import Call
from agent.matching.pairing import Difference, Similar

__all__ = ["Comparison", "Row", "RowKind"]

RowKind = Literal["matched", "differs", "missing", "extra", "forbidden"]


@dataclass(frozen=True, slots=True)
class Row:
    """One expectation with its call, or one of them without the other."""

    kind: RowKind
    expected: str = ""
    """The expectation in a line; blank for a call that none stands for."""
    call: Call | None = None
    """None where it is missing."""
    place: int | None = None
    """Which call of the run it is, from 1."""
    differences: tuple[Difference, ...] = ()
    """Where the call is not as expected; of a missing one, where the nearest is not."""
    similar: tuple[Similar, ...] = ()
    nearest: Call | None = None
    """Of a missing one: the call that comes closest, if any does."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a run passes, and how far off it is."""

    passed: bool
    exact_score: Fraction
    """From 0 to 1; 1 if it passes, and only then."""
    rows: tuple[Row, ...]
    """The expectations in their order, then the calls that none stands for."""

    @property
    def score(self) -> float:
        """The score as a float."""
        return float(self.exact_score)

    @property
    def similar(self) -> tuple[Similar, ...]:
        """All that was compared by its meaning, and so is not exact."""
        return tuple(each for row in self.rows for each in row.similar)
