"""An ingestion as it happens, and what it came to."""

import sys
from time import monotonic
from typing import Self

from agent.screen.notices import complain
from tools.ingestion.report import Outcome, Report

__all__ = ["LineProgress", "TerminalProgress", "said_of", "summary_of"]

_SECONDS_BETWEEN_LINES = 5.0


def summary_of(report: Report) -> str:
    """Return what an ingestion came to, in one line."""
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


def said_of(outcome: Outcome) -> str:
    """Return why a document was skipped or, of one that was read, what is amiss."""
    if not outcome.reason:
        return ""
    skipped = "skipped " if outcome.verb == "skipped" else ""
    return f"{skipped}{outcome.name}: {outcome.reason}"


class LineProgress:
    """Plain lines, for a pipe or a log: what was skipped, and now and then a count."""

    def __init__(self) -> None:
        """Begin to count the seconds between lines."""
        self._last = monotonic()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def listen(self, outcome: Outcome, report: Report) -> None:
        """Hear of one document."""
        del report
        if said := said_of(outcome):
            complain(said)

    def watch(self, report: Report) -> None:
        """Show how far it is."""
        if monotonic() - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = monotonic()
        share = f"{report.done / report.size:.0%}: " if report.size else ""
        print(f"{share}{_counts(report)}", file=sys.stderr, flush=True)


class TerminalProgress:
    """A bar that moves by the bytes dealt with, with counts, rate and time left."""

    def __init__(self) -> None:
        """Make the bar; it is drawn from `__enter__` on."""
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        from agent.screen.console import console_for

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
        """Begin."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._progress.stop()

    def listen(self, outcome: Outcome, report: Report) -> None:
        """Hear of one document."""
        if said := said_of(outcome):
            from agent.screen.console import plain_text

            self._console.print(plain_text(said, "yellow"), soft_wrap=True)
        self.watch(report)

    def watch(self, report: Report) -> None:
        """Show how far it is."""
        self._progress.update(
            self._task,
            description=_counts(report),
            total=report.size,
            completed=min(report.done, report.size or report.done),
        )
