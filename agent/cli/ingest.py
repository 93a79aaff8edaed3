"""`citeloop ingest`: bring the library up to date."""

import argparse
import sys
from time import monotonic

from agent.cli.failures import complain
from agent.cli.flags import settings_from
from agent.opening import open_library
from tools.clean import visible
from tools.errors import ExitCode, UsageError
from tools.ingest import Listener, Outcome, Report, ingest

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
        report = _Terminal if sys.stderr.isatty() else _Lines
        with report() as listen:
            done = ingest(sources, library, prune=flags.prune, listen=listen)
        if library.notice:
            complain(library.notice)
    print(_summary(done))
    for each in done.unpruned:
        complain(f"not pruned: {each.name}, for {each.reason}")
    if not done.documents and not done.removed:
        raise UsageError(f"There is no document in {', '.join(flags.sources)}.")
    return ExitCode.LIBRARY if done.skipped else 0


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


def _name_skipped(outcome: Outcome) -> None:
    if outcome.verb == "skipped":
        complain(f"skipped {outcome.name}: {outcome.reason}")


class _Lines:
    """Plain lines, for a pipe or a log: what was skipped, and now and then a count."""

    def __init__(self) -> None:
        self._last = monotonic()

    def __enter__(self) -> Listener:
        return self._listen

    def __exit__(self, *_: object) -> None:
        return None

    def _listen(self, outcome: Outcome, report: Report) -> None:
        _name_skipped(outcome)
        if monotonic() - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = monotonic()
            print(_summary(report), file=sys.stderr, flush=True)


class _Terminal:
    """A line that moves, with counts and the rate."""

    def __init__(self) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        from agent.display import console_for

        self._console = console_for(sys.stderr)
        self._progress: Progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task("reading")

    def __enter__(self) -> Listener:
        self._progress.start()
        return self._listen

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _listen(self, outcome: Outcome, report: Report) -> None:
        if outcome.verb == "skipped":
            from agent.display import plain_text

            line = f"skipped {outcome.name}: {outcome.reason}"
            self._console.print(plain_text(line, "yellow"), soft_wrap=True)
        rate = report.passages / max(report.seconds, 0.001)
        self._progress.update(
            self._task,
            description=visible(
                f"{report.documents:,} documents, {report.passages:,} passages, "
                f"{rate:.0f} a second · {outcome.name[-40:]}"
            ),
        )
