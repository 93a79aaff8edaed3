"""`citeloop ingest`: bring the library up to date."""

import argparse
import sys

from agent.cli.given.given_settings import settings_from
from agent.opening import downloads_of, embedder_recipe, open_library
from agent.screen.ingestion import LineProgress, TerminalProgress, summary_of
from agent.screen.notices import complain
from agent.settings.settings import Settings
from tools.embedding.workers import Workers
from tools.errors import ExitCode, UsageError
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.sources.naming import without_password

__all__ = ["run"]

_MILVUS_DOCS = "milvus-docs"


def run(flags: argparse.Namespace) -> int:
    """Ingest the sources; the code is 5 if something had to be skipped."""
    settings = settings_from(flags)
    sources = [
        settings.milvus_docs_url if each == _MILVUS_DOCS else each
        for each in flags.sources
    ]
    with open_library(settings, create=True) as library:
        screen = TerminalProgress if sys.stderr.isatty() else LineProgress
        with screen() as shown, _workers(settings, library, flags.workers) as workers:
            done = ingest(
                sources,
                library,
                prune=flags.prune,
                workers=workers,
                listen=shown.listen,
                watch=shown.watch,
                downloads=downloads_of(settings),
            )
        if library.notice:
            complain(library.notice)
    print(summary_of(done))
    for each in done.unpruned:
        complain(f"not pruned: {each.name}, for {each.reason}")
    if not done.documents and not done.removed:
        named = ", ".join(map(without_password, flags.sources))
        raise UsageError(f"There is no document in {named}.")
    return ExitCode.LIBRARY if done.skipped else 0


def _workers(settings: Settings, library: Library, count: int) -> Workers:
    if settings.embedder_base_url:
        return Workers.threads(library.embedder, count)
    if count == 1:
        return Workers.threads(library.embedder)
    return Workers.processes(embedder_recipe(settings), count)
