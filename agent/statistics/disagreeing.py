"""Whether two ways of asking are answered from the same distribution.

Probe 10 asks the same again and again, streamed and whole: what differs between the two
ways is held against what differs within one of them.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from random import Random

from agent.statistics.bootstrap import DRAWS, SEED

__all__ = ["Disagreement", "disagreement"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How often two answers differ."""

    between: float
    """The share of pairs, one of each way, that differ."""
    within: float
    """The mean share of pairs of the same way that differ."""
    p: float
    """How likely so large an excess is if both ways answer alike."""


def disagreement(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Disagreement:
    """Compare two samples of answers, by a permutation test of the energy distance.

    The statistic is 2·between - within(first) - within(second), with answers that are
    the same 0 apart and others 1: G. Székely and M. Rizzo, "Testing for Equal
    Distributions in High Dimension" (InterStat, 2004). The p is (1 + as large) / (1 +
    draws), with a fixed seed.

    Raises:
        ValueError: a sample has fewer than two answers.
    """
    if min(len(first), len(second)) < 2:
        raise ValueError("each way needs two answers or more")
    pooled = [*first, *second]
    seen = _excess(first, second)
    random = Random(seed)  # noqa: S311 (draws an order, keeps no secret)
    as_large = 0
    for _ in range(draws):
        random.shuffle(pooled)
        drawn = _excess(pooled[: len(first)], pooled[len(first) :])
        as_large += drawn >= seen - 1e-12
    within = (_within(first) + _within(second)) / 2
    p = (1 + as_large) / (1 + draws)
    return Disagreement(_between(first, second), within, p)


def _excess(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    return 2 * _between(first, second) - _within(first) - _within(second)


def _between(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    other = Counter(second)
    same = sum(count * other[each] for each, count in Counter(first).items())
    return 1 - same / (len(first) * len(second))


def _within(sample: Sequence[Hashable]) -> float:
    """Return the share of pairs of two different answers of a sample that differ."""
    n = len(sample)
    same = sum(count * (count - 1) for count in Counter(sample).values())
    return 1 - same / (n * (n - 1))
