"""Opens the library that the settings name; the one place that knows how."""

from typing import TYPE_CHECKING

from agent.settings import Settings

if TYPE_CHECKING:
    from tools.library import Library

__all__ = ["open_library"]


def open_library(settings: Settings, *, create: bool = False) -> "Library":
    """Return the open library, with the embedder of the settings.

    Raises:
        CiteloopError: it is missing (unless `create`), locked, broken, or of another
            embedder.
    """
    from tools.embedder import load_embedder
    from tools.library import Library

    key, token = settings.embedder_api_key, settings.library_token
    embedder = load_embedder(
        settings.embedder,
        base_url=settings.embedder_base_url,
        api_key=key.get_secret_value() if key else None,
        weights=settings.embedder_weights,
    )
    return Library.open(
        settings.library,
        embedder,
        token.get_secret_value() if token else None,
        create=create,
    )
