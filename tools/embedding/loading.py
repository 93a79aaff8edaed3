"""Loads the embedder that a setting names: one recipe, and a table of the kinds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.embedding.embedder import Embedder
from tools.errors import UsageError

__all__ = ["BUNDLED", "EmbedderRecipe"]

BUNDLED = "minilm"
"""The name of the embedder that needs no download."""


@dataclass(frozen=True, slots=True)
class EmbedderRecipe:
    """What it takes to load an embedder, here or in another process."""

    name: str
    """`minilm`; `pymilvus` for the default function of `pymilvus.model`, or
    `pymilvus:NAME` for one of its sentence-transformers models; with a `base_url`, the
    name of a model there."""
    base_url: str | None = None
    """An OpenAI-compatible endpoint that has `/embeddings`."""
    api_key: str | None = field(default=None, repr=False)
    """The key of that endpoint."""
    weights: Path | None = None
    """Another folder for the weights of `minilm`."""
    query_prefix: str | None = None
    """What queries to an endpoint begin with, if not what is known."""
    passage_prefix: str | None = None
    """The same for passages."""
    threads: int = 0
    """Cores for the bundled embedder; 0 for all of them."""

    def load(self) -> Embedder:
        """Return the embedder.

        Raises:
            UsageError: no embedder has this name, or its extra is not installed.
        """
        if self.base_url:
            return _load_endpoint(self, self.base_url)
        kind, colon, _ = self.name.partition(":")
        load = _KINDS.get(f"{kind}{colon}")
        if load is None:
            names = " or ".join(f'"{name}"' for name in _KINDS if ":" not in name)
            raise UsageError(
                f'There is no embedder "{self.name}". Use {names}, '
                "or set embedder_base_url to an endpoint that has this model."
            )
        return load(self)


def _load_bundled(recipe: EmbedderRecipe) -> Embedder:
    from tools.embedding.minilm import MiniLM
    from tools.embedding.weights import folder_weights

    weights = folder_weights(recipe.weights) if recipe.weights else None
    return MiniLM(weights, recipe.threads)


def _load_pymilvus(recipe: EmbedderRecipe) -> Embedder:
    from tools.embedding.pymilvus_model import PymilvusEmbedder

    return PymilvusEmbedder(recipe.name.partition(":")[2])


def _load_endpoint(recipe: EmbedderRecipe, base_url: str) -> Embedder:
    from tools.embedding.endpoint import EndpointEmbedder

    return EndpointEmbedder(
        recipe.name,
        base_url,
        recipe.api_key,
        query_prefix=recipe.query_prefix,
        passage_prefix=recipe.passage_prefix,
    )


_KINDS: dict[str, Callable[[EmbedderRecipe], Embedder]] = {
    BUNDLED: _load_bundled,
    "pymilvus": _load_pymilvus,
    "pymilvus:": _load_pymilvus,
}
"""Who loads an embedder of this name; where it ends in a colon, a model's follows.
Each imports its module when it is called, for the command line loads this one first."""
