"""`citeloop ingest`: bring the library up to date."""

import argparse
import sys
from time import monotonic
from typing import Self

from agent.cli.failures import complain
from agent.cli.given_settings import settings_from
from agent.opening import embedder_recipe, open_library
from agent.settings.settings import Settings
from tools.embedding.workers import Workers
from tools.errors import ExitCode, UsageError
from tools.ingestion.ingest import Outcome, Report, ingest
from tools.library.library import Library

__all__ = ["run"]

_MILVUS_DOCS = "milvus-docs"
_SECONDS_BETWEEN_LINES = 5.0


def run(flags: argparse.Namespace) -> int:
    """Ingest the sources; the code is 5 if something had to be skipped."""
    settings = settings_from(flags)
    sources = [
        settings.milvus_docs_url if each == _MILVUS_DOCS else each
        for each in flags.sources
    ]
    with open_library(settings, create=True) as library:
        screen = _Terminal if sys.stderr.isatty() else _Lines
        with screen() as shown, _workers(settings, library, flags.workers) as workers:
            done = ingest(
                sources,
                library,
                prune=flags.prune,
                workers=workers,
                listen=shown.listen,
                watch=shown.watch,
            )
        if library.notice:
            complain(library.notice)
    print(_summary(done))
    for each in done.unpruned:
        complain(f"not pruned: {each.name}, for {each.reason}")
    if not done.documents and not done.removed:
        raise UsageError(f"There is no document in {', '.join(flags.sources)}.")
    return ExitCode.LIBRARY if done.skipped else 0


def _workers(settings: Settings, library: Library, count: int) -> Workers:
    if settings.embedder_base_url:
        return Workers.threads(library.embedder, count)
    if count == 1:
        return Workers.threads(library.embedder)
    return Workers.processes(embedder_recipe(settings), count)


def _summary(report: Report) -> str:
    counts = [
        f"{report.added:,} added",
        f"{report.changed:,} changed",
        f"{report.unchanged:,} unchanged",
    ]
    if report.removed:
        counts.append(f"{report.removed:,} removed")
    if report.skipped:
        counts.append(f"{len(report.skipped):,} skipped")
    rate = report.passages / max(report.seconds, 0.001)
    speed = f", {rate:.0f} a second" if report.passages else ""
    return (
        f"{', '.join(counts)}; {report.passages:,} passages written "
        f"in {report.seconds:.1f} s{speed}"
    )


def _counts(report: Report) -> str:
    """Say how far it is; passages count as soon as they are embedded."""
    rate = report.embedded / max(report.seconds, 0.001)
    return (
        f"{report.documents:,} documents, {report.embedded:,} passages, "
        f"{rate:.0f} a second"
    )


def _name_skipped(outcome: Outcome) -> None:
    if outcome.verb == "skipped":
        complain(f"skipped {outcome.name}: {outcome.reason}")


class _Lines:
    """Plain lines, for a pipe or a log: what was skipped, and now and then a count."""

    def __init__(self) -> None:
        self._last = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def listen(self, outcome: Outcome, report: Report) -> None:
        del report
        _name_skipped(outcome)

    def watch(self, report: Report) -> None:
        if monotonic() - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = monotonic()
        share = f"{report.done / report.size:.0%}: " if report.size else ""
        print(f"{share}{_counts(report)}", file=sys.stderr, flush=True)


class _Terminal:
    """A bar that moves by the bytes dealt with, with counts, rate and time left."""

    def __init__(self) -> None:
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        from agent.screen.answers import console_for

        self._console = console_for(sys.stderr)
        self._progress: Progress = Progress(
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TextColumn("{task.description}", markup=False),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=self._console,
            speed_estimate_period=60,
            transient=True,
        )
        self._task = self._progress.add_task("reading", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def listen(self, outcome: Outcome, report: Report) -> None:
        if outcome.verb == "skipped":
            from agent.screen.answers import plain_text

            line = f"skipped {outcome.name}: {outcome.reason}"
            self._console.print(plain_text(line, "yellow"), soft_wrap=True)
        self.watch(report)

    def watch(self, report: Report) -> None:
        self._progress.update(
            self._task,
            description=_counts(report),
            total=report.size,
            completed=min(report.done, report.size or report.done),
        )
