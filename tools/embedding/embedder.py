"""What turns text into vectors, behind one small interface."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedder", "Vectors"]

Vectors = NDArray[np.float32]
"""One row a text, unit length; float32 of shape (texts, dimension)."""


class Embedder(Protocol):
    """Turns texts into unit vectors; safe to call from several threads."""

    identity: str
    """Stored with a library; vectors of two identities cannot be compared."""
    language: str
    """The one language that it reads, an ISO 639-1 code; empty for many."""
    max_tokens: int
    """How many tokens of a passage count; passages are cut to it."""

    @property
    def dimension(self) -> int:
        """The length of its vectors; an endpoint is asked for it."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of queries."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens in each text."""
        ...
