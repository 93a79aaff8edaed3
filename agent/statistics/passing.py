"""Of several tries of one case: how likely k of them pass, any or all.

Both are the shares of the k-subsets of the tries, and so without bias: pass@k as M.
Chen et al., "Evaluating Large Language Models Trained on Code" (2021), section 2.1, has
it, pass^k as S. Yao et al., "τ-bench" (2024), section 3. The first k tries are one of
these subsets, and what is counted of them alone varies more.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import comb

__all__ = ["is_flaky", "mean_pass_at_k", "mean_pass_hat_k", "pass_at_k", "pass_hat_k"]


def pass_at_k(passes: int, n: int, k: int) -> Fraction:
    """Return how likely one of k tries passes: 1 - C(n-c, k) / C(n, k).

    Raises:
        ValueError: k is less than 1 or more than n, or `passes` of `n` is no rate.
    """
    _require_sense(passes, n, k)
    return 1 - Fraction(comb(n - passes, k), comb(n, k))


def pass_hat_k(passes: int, n: int, k: int) -> Fraction:
    """Return how likely all of k tries pass: C(c, k) / C(n, k).

    Raises:
        ValueError: as `pass_at_k`.
    """
    _require_sense(passes, n, k)
    return Fraction(comb(passes, k), comb(n, k))


def mean_pass_at_k(cases: Iterable[tuple[int, int]], k: int) -> Fraction:
    """Return the mean of pass@k over cases, each given as (passes, n).

    Raises:
        ValueError: as `pass_at_k`, or there is no case.
    """
    return _mean([pass_at_k(passes, n, k) for passes, n in cases])


def mean_pass_hat_k(cases: Iterable[tuple[int, int]], k: int) -> Fraction:
    """Return the mean of pass^k over cases, each given as (passes, n).

    Raises:
        ValueError: as `pass_at_k`, or there is no case.
    """
    return _mean([pass_hat_k(passes, n, k) for passes, n in cases])


def is_flaky(passes: int, n: int) -> bool:
    """Whether some tries of a case passed, and some did not."""
    return 0 < passes < n


def _mean(values: list[Fraction]) -> Fraction:
    if not values:
        raise ValueError("there is no case")
    return sum(values, start=Fraction(0)) / len(values)


def _require_sense(passes: int, n: int, k: int) -> None:
    if not 0 <= passes <= n:
        raise ValueError(f"{passes} of {n} is no rate")
    if not 1 <= k <= n:
        raise ValueError(f"k is {k}, and there are {n} tries")
