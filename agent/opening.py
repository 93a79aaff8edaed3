"""Opens the library that the settings name; the one place that knows how."""

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.settings.settings import Settings

if TYPE_CHECKING:
    from tools.embedding.embedder import Embedder
    from tools.embedding.loading import EmbedderRecipe
    from tools.library.library import Library
    from tools.milvus.analyzers import Analyzer
    from tools.reranking.reranker import Reranker
    from tools.sources.downloading import Downloads

__all__ = [
    "downloads_of",
    "embedder_recipe",
    "load_settings_embedder",
    "load_settings_reranker",
    "named_analyzer",
    "open_library",
]


def open_library(settings: Settings, *, create: bool = False) -> "Library":
    """Return the open library, with the embedder and the reranker of the settings.

    Raises:
        CiteloopError: it is missing (unless `create`), locked, broken, or of another
            embedder.
    """
    from tools.library.library import Library

    token = settings.library_token
    return Library.open(
        settings.library,
        load_settings_embedder(settings),
        token.get_secret_value() if token else None,
        create=create,
        analyzer=named_analyzer(settings),
        reranker=load_settings_reranker(settings),
    )


def downloads_of(settings: Settings) -> "Downloads":
    """Return where addresses may lead when they are ingested, and for how long."""
    from tools.sources.downloading import Downloads
    from tools.sources.reaching import anywhere, is_public

    permit = anywhere if settings.allow_private else is_public
    return Downloads(settings.download_seconds, permit)


def named_analyzer(settings: Settings) -> "Analyzer | None":
    """Return the analyzer that the settings name, None if the language decides."""
    return None if settings.analyzer == "auto" else settings.analyzer


def load_settings_embedder(settings: Settings, threads: int = 0) -> "Embedder":
    """Return the embedder that the settings name, on so many cores (0: all).

    Raises:
        UsageError: no embedder has this name, or its extra is not installed.
    """
    return replace(embedder_recipe(settings), threads=threads).load()


def embedder_recipe(settings: Settings) -> "EmbedderRecipe":
    """Return what another process needs to load the embedder of the settings."""
    from tools.embedding.loading import EmbedderRecipe

    key = settings.embedder_api_key
    return EmbedderRecipe(
        settings.embedder,
        base_url=settings.embedder_base_url,
        api_key=key.get_secret_value() if key else None,
        weights=settings.embedder_weights,
        query_prefix=settings.embedder_query_prefix,
        passage_prefix=settings.embedder_passage_prefix,
    )


def load_settings_reranker(settings: Settings) -> "Reranker | None":
    """Return the reranker that the settings name, None where they name none.

    Raises:
        UsageError: it is no folder that holds a cross-encoder.
    """
    if settings.reranker is None:
        return None
    from tools.reranking.loading import load_reranker

    key = settings.reranker_api_key
    return load_reranker(
        settings.reranker,
        settings.reranker_base_url,
        key.get_secret_value() if key else None,
    )
