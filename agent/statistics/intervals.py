"""Intervals of a share that was counted."""

from math import sqrt

__all__ = ["wilson"]


def wilson(passes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's score interval of a share (Wilson 1927, JASA 22:209).

    Args:
        passes: How many passed.
        n: Of how many; nothing is known of none.
        z: Of the normal distribution; 1.96 is 95 %.
    """
    if not n:
        return 0.0, 1.0
    share, square = passes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    spread = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - spread), min(1.0, middle + spread)
