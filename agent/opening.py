"""Opens the library that the settings name; the one place that knows how."""

from typing import TYPE_CHECKING

from agent.settings import Settings

if TYPE_CHECKING:
    from tools.embedder import Embedder
    from tools.library import Library
    from tools.workers import EmbedderRecipe

__all__ = ["embedder_recipe", "load_settings_embedder", "open_library"]


def open_library(settings: Settings, *, create: bool = False) -> "Library":
    """Return the open library, with the embedder of the settings.

    Raises:
        CiteloopError: it is missing (unless `create`), locked, broken, or of another
            embedder.
    """
    from tools.library import Library

    token = settings.library_token
    return Library.open(
        settings.library,
        load_settings_embedder(settings),
        token.get_secret_value() if token else None,
        create=create,
    )


def load_settings_embedder(settings: Settings) -> "Embedder":
    """Return the embedder that the settings name.

    Raises:
        UsageError: no embedder has this name, or its extra is not installed.
    """
    return embedder_recipe(settings).load()


def embedder_recipe(settings: Settings) -> "EmbedderRecipe":
    """Return what another process needs to load the embedder of the settings."""
    from tools.workers import EmbedderRecipe

    key = settings.embedder_api_key
    return EmbedderRecipe(
        settings.embedder,
        base_url=settings.embedder_base_url,
        api_key=key.get_secret_value() if key else None,
        weights=settings.embedder_weights,
    )
