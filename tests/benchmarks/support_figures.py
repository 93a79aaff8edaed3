"""Shares and their intervals, for `support.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

__all__ = [
    "BORNE_OUT",
    "Outcome",
    "balanced",
    "counts_of",
    "ratio",
    "summed",
    "wilson",
    "with_interval",
]

BORNE_OUT = frozenset({"stated", "close"})
RESAMPLES = 2000
_Z = 1.959964
"""Of a normal distribution, 95 % within."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one sentence, or one summary, was judged."""

    label: bool
    """Whether what it cites bears it out."""
    support: str
    """The verdict of its poorest sentence."""
    borne_out: bool
    """Whether that verdict says so."""
    why: str = ""
    """What the check said against it."""
    by_rules: str = ""
    """The verdict before anybody has read it."""


def ratio(part: float, whole: float) -> float:
    """Return the share, not a number where there is nothing."""
    return part / whole if whole else float("nan")


def wilson(part: int, whole: int) -> str:
    """Return a share with its 95 % interval (Wilson 1927)."""
    if not whole:
        return "none"
    share, square = part / whole, _Z * _Z / whole
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / whole + square / whole / 4) / (1 + square)
    least, most = max(0.0, middle - half), min(1.0, middle + half)
    return f"{share:.3f} ({least:.3f} to {most:.3f})"


def counts_of(outcomes: Sequence[Outcome]) -> list[int]:
    """Return the true ones, those of them kept, the false ones, those caught."""
    true = [each.borne_out for each in outcomes if each.label]
    false = [each.borne_out for each in outcomes if not each.label]
    return [len(true), sum(true), len(false), len(false) - sum(false)]


def balanced(counts: Sequence[Any]) -> float:
    """Return the mean of the shares that are kept and caught, of `counts_of`."""
    return (ratio(counts[1], counts[0]) + ratio(counts[3], counts[2])) / 2


def summed(counts: Sequence[Sequence[int]]) -> list[int]:
    """Return the sums of the columns."""
    return [sum(column) for column in zip(*counts, strict=True)]


def with_interval(
    counts: Sequence[Sequence[int]], figure: Callable[[Any], float]
) -> str:
    """Return a figure of summed counts with its 95 % interval over their rows.

    Args:
        counts: Of each document, which is resampled as a whole (Efron 1979).
        figure: Of the sums of the columns.
    """
    table = np.array(counts)
    chance = np.random.default_rng(16)
    picks = chance.integers(0, len(table), (RESAMPLES, len(table)))
    resampled = [figure(table[pick].sum(axis=0)) for pick in picks]
    low, high = np.nanpercentile(np.array(resampled), [2.5, 97.5])
    return f"{figure(table.sum(axis=0)):.3f} ({low:.3f} to {high:.3f})"
