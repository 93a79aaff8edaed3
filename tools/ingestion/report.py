"""What an ingestion did so far, and who is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

from tools.sources.found import Skipped

__all__ = ["Listener", "Outcome", "Report", "Verb", "Watcher", "ignore", "look_away"]

Verb = Literal["added", "changed", "unchanged", "removed", "skipped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document."""

    verb: Verb
    name: str
    reason: str = ""
    """Why it was skipped; of one that was read, what of it was guessed or left out."""
    passages: int = 0


@dataclass(slots=True)
class Report:
    """What an ingestion did so far."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    unpruned: list[Skipped] = field(default_factory=list)
    """Sources that were not pruned, and why."""
    passages: int = 0
    """How many were embedded and written."""
    embedded: int = 0
    """How many were embedded; some are still to be written."""
    size: int | None = None
    """Bytes of all sources; None while one is not known."""
    done: int = 0
    """How many of those are dealt with."""
    started: float = field(default_factory=monotonic)

    @property
    def documents(self) -> int:
        """How many documents were looked at."""
        return self.added + self.changed + self.unchanged + len(self.skipped)

    @property
    def seconds(self) -> float:
        """Wall-clock time since the start."""
        return monotonic() - self.started

    def note(self, outcome: Outcome) -> None:
        """Count a document; its passages are counted where they are written."""
        if outcome.verb == "skipped":
            self.skipped.append(Skipped(outcome.name, outcome.reason))
            return
        setattr(self, outcome.verb, getattr(self, outcome.verb) + 1)


Listener = Callable[[Outcome, Report], None]
Watcher = Callable[[Report], None]


def ignore(outcome: Outcome, report: Report) -> None:
    """Listen to nothing."""
    del outcome, report


def look_away(report: Report) -> None:
    """Watch nothing."""
    del report
