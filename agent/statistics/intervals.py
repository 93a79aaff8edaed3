"""Within which bounds a rate lies."""

from dataclasses import dataclass
from math import sqrt

__all__ = ["Interval", "wilson"]

Z = 1.96
"""Standard deviations of 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Two bounds; a rate or a difference lies between them."""

    low: float
    high: float


def wilson(passes: int, n: int, z: float = Z) -> Interval:
    """Return the interval of a rate of which `passes` of `n` were seen.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference"
    (JASA 22, 1927). 20 of 20 gives 0.839 to 1, and none of none 0 to 1.

    Raises:
        ValueError: there are more passes than tries, or fewer than none.
    """
    if not 0 <= passes <= n:
        raise ValueError(f"{passes} of {n} is no rate")
    if n == 0:
        return Interval(0.0, 1.0)
    rate, square = passes / n, z * z
    middle = rate + square / (2 * n)
    half = z * sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    whole = 1 + square / n
    low = 0.0 if passes == 0 else (middle - half) / whole
    high = 1.0 if passes == n else (middle + half) / whole
    return Interval(max(0.0, low), min(1.0, high))
