"""What judges a query and a passage together, behind one small interface.

A search compares vectors and words that were made apart. A reranker reads the query
and a passage at once, which is better and slower, so it is given the best few alone.
None is used unless a setting names it.
"""

from collections.abc import Sequence
from math import exp
from typing import Protocol

__all__ = ["Reranker", "unit_scale"]


class Reranker(Protocol):
    """Scores texts by how well they answer a query; safe to call from threads."""

    identity: str
    """What it is called where it is shown to people."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return a finite score for each text, in their order.

        Higher is better, on a scale of the model's own: probabilities, or logits.
        """
        ...


def unit_scale(scores: Sequence[float]) -> list[float]:
    """Return a reranker's scores on the scale from 0 to 1, in the same order.

    What lies there already is a probability and stays as it is; anything else is
    taken for logits. Their order stays; only scores of 37 and above become alike.
    """
    if all(0 <= score <= 1 for score in scores):
        return list(scores)
    return [_logistic(score) for score in scores]


def _logistic(logit: float) -> float:
    grown = exp(-abs(logit))
    return 1 / (1 + grown) if logit >= 0 else grown / (1 + grown)
