"""What turns text into vectors, behind one small interface."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tools.errors import UsageError

__all__ = ["BUNDLED", "Embedder", "Vectors", "load_embedder"]

Vectors = NDArray[np.float32]
"""One row a text, unit length; float32 of shape (texts, dimension)."""

BUNDLED = "minilm"
"""The name of the embedder that needs no download."""


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


def load_embedder(
    name: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    weights: Path | None = None,
    query_prefix: str | None = None,
    passage_prefix: str | None = None,
    threads: int = 0,
) -> Embedder:
    """Return the embedder that a setting names.

    Args:
        name: `minilm`; `pymilvus` for the default function of `pymilvus.model`, or
            `pymilvus:NAME` for one of its sentence-transformers models; with a
            `base_url`, the name of a model there.
        base_url: An OpenAI-compatible endpoint that has `/embeddings`.
        api_key: The key of that endpoint.
        weights: Another folder for the weights of `minilm`.
        query_prefix: What queries to an endpoint begin with, if not what is known.
        passage_prefix: The same for passages.
        threads: How many cores `minilm` uses; 0 is all of them.

    Raises:
        UsageError: no embedder has this name, or its extra is not installed.
    """
    if base_url:
        from tools.embedding.endpoint import EndpointEmbedder

        return EndpointEmbedder(
            name,
            base_url,
            api_key,
            query_prefix=query_prefix,
            passage_prefix=passage_prefix,
        )
    if name == BUNDLED:
        from tools.embedding.minilm import MiniLM
        from tools.embedding.weights import folder_weights

        return MiniLM(folder_weights(weights) if weights else None, threads)
    if name.split(":", maxsplit=1)[0] == "pymilvus":
        from tools.embedding.pymilvus_model import PymilvusEmbedder

        return PymilvusEmbedder(name.partition(":")[2])
    raise UsageError(
        f'There is no embedder "{name}". Use "minilm" or "pymilvus", '
        "or set embedder_base_url to an endpoint that has this model."
    )
