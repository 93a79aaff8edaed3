"""Brings the library of the settings up to date, from Python."""

from collections.abc import Iterable

from agent.opening import downloads_of, open_library
from agent.settings.settings import Settings
from tools.ingestion.ingest import ingest as _ingest
from tools.ingestion.report import Report

__all__ = ["ingest"]


def ingest(
    sources: Iterable[str], *, settings: Settings | None = None, prune: bool = False
) -> Report:
    """Bring the library of the settings up to date with some sources.

    Args:
        sources: Files, folders, globs, archives, addresses or JSONL files.
        settings: By default what the environment and the config files say.
        prune: Remove documents of these sources that are not there any more.

    Raises:
        CiteloopError: a source or the library cannot be used.
    """
    chosen = settings or Settings.load({})
    with open_library(chosen, create=True) as library:
        downloads = downloads_of(chosen)
        return _ingest(sources, library, prune=prune, downloads=downloads)
