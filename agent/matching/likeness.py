"""How alike two texts are by their embeddings; what `semantic` asks."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import sqrt

from agent.matching.pairing import Similarity

__all__ = ["Embed", "similarity_by"]

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Texts to vectors, one for each."""


def similarity_by(embed: Embed) -> Similarity:
    """Return what gives the cosine of two texts' vectors, each embedded once."""

    @lru_cache(maxsize=4_096)
    def vector_of(text: str) -> tuple[float, ...]:
        (vector,) = embed([text])
        return tuple(map(float, vector))

    def similarity(one: str, other: str) -> float:
        first, second = vector_of(one), vector_of(other)
        length = sqrt(sum(x * x for x in first) * sum(y * y for y in second))
        product = sum(x * y for x, y in zip(first, second, strict=True))
        return product / length if length else 0.0

    return similarity
