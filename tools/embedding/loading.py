"""Loads the embedder that a setting names: the one factory."""

from dataclasses import dataclass, field
from pathlib import Path

from tools.embedding.embedder import Embedder
from tools.errors import UsageError

__all__ = ["BUNDLED", "EmbedderRecipe", "load_embedder"]


@dataclass(frozen=True, slots=True)
class EmbedderRecipe:
    """What it takes to load an embedder anywhere; see `load_embedder`."""

    name: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    weights: Path | None = None
    query_prefix: str | None = None
    passage_prefix: str | None = None
    threads: int = 0
    """Cores for the bundled embedder; 0 for all of them."""

    def load(self) -> Embedder:
        """Return the embedder.

        Raises:
            UsageError: no embedder has this name, or its extra is not installed.
        """
        return load_embedder(
            self.name,
            base_url=self.base_url,
            api_key=self.api_key,
            weights=self.weights,
            query_prefix=self.query_prefix,
            passage_prefix=self.passage_prefix,
            threads=self.threads,
        )


BUNDLED = "minilm"
"""The name of the embedder that needs no download."""


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
