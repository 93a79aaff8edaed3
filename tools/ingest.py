"""Brings a library up to date with its sources."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Literal

from tools.documents import Document, Passage
from tools.embedding import embed_passages
from tools.errors import UsageError
from tools.library import DocumentSummary, Library
from tools.passages import split_document
from tools.reading import Skipped
from tools.sources import NamedSource, read_source

__all__ = ["Outcome", "Report", "ingest"]

_BATCH = 128
"""Passages that are embedded and written together."""


Verb = Literal["added", "changed", "unchanged", "removed", "skipped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document."""

    verb: Verb
    name: str
    reason: str = ""
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
    started: float = field(default_factory=monotonic)

    @property
    def documents(self) -> int:
        """How many documents were looked at."""
        return self.added + self.changed + self.unchanged + len(self.skipped)

    @property
    def seconds(self) -> float:
        """Wall-clock time since the start."""
        return monotonic() - self.started


Listener = Callable[[Outcome, Report], None]


def _ignore(outcome: Outcome, report: Report) -> None:
    del outcome, report


def ingest(
    specs: Iterable[str],
    library: Library,
    *,
    prune: bool = False,
    listen: Listener = _ignore,
) -> Report:
    """Ingest every document of the sources that is new or has changed.

    An interrupted ingestion is completed by the next: a document counts as unchanged
    only if all of its passages are there. Passages of a changed document are written
    over the old ones before those that are left over go, so searches never miss it.

    Args:
        specs: What `tools.sources.read_source` takes.
        library: Open for writing.
        prune: Remove documents of these sources that are not there any more.
        listen: Called for each document as soon as its fate is known.

    Raises:
        UsageError: a source does not exist; what came before it is ingested.
        LibraryError: the library failed.
    """
    run = _Ingestion(library, listen)
    try:
        for spec in specs:
            source = read_source(spec)
            run.sources.append(source)
            for found in source.documents:
                run.take(found)
                if isinstance(found, Skipped) and found.holds_more:
                    run.unsure[source.name] = found.name
    except UsageError:
        run.flush()  # what came before it is ingested
        raise
    run.flush()
    if prune:
        run.prune()
    return run.report


class _Ingestion:
    def __init__(self, library: Library, listen: Listener) -> None:
        self.report = Report()
        self.sources: list[NamedSource] = []
        self.unsure: dict[str, str] = {}
        """Sources that hold more than could be read, and what could not."""
        self._library = library
        self._listen = listen
        self._known = {each.name: each for each in library.summaries()}
        self._seen: dict[str, str] = {}
        self._waiting: list[tuple[Document, list[Passage]]] = []

    def take(self, found: Document | Skipped) -> None:
        if isinstance(found, Document):
            found = self._refuse(found) or found
        if isinstance(found, Skipped):
            self.report.skipped.append(found)
            self._tell("skipped", found.name, found.reason)
            return
        self._seen[found.name] = found.source
        known = self._known.get(found.name)
        if known and known.digest == found.digest:
            self.report.unchanged += 1
            self._tell("unchanged", found.name)
            return
        embedder = self._library.embedder
        passages = split_document(found, embedder.count_tokens, embedder.max_tokens)
        if not passages:
            self.take(Skipped(found.name, "no text besides its front matter"))
            return
        self._waiting.append((found, passages))
        if sum(len(each) for _, each in self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Embed and write what waits."""
        passages = [each for _, several in self._waiting for each in several]
        if not passages:
            return
        self._write(passages)
        for document, several in self._waiting:
            self._settle(document, several)
        self._waiting.clear()

    def prune(self) -> None:
        """Remove what was named by its source before, and is not there any more.

        A source with an unreadable folder, archive or record is left alone: nobody
        knows which documents that holds.
        """
        kept = self._seen.keys() | {each.name for each in self.report.skipped}
        gone = [
            known
            for source in self.sources
            for known in self._known.values()
            if known.source == source.name
            and source.name not in self.unsure
            and source.covers(known.name)
            and known.name not in kept
        ]
        for known in dict.fromkeys(gone):
            self._library.delete(known.keys)
            self.report.removed += 1
            self._tell("removed", known.name)
        for source, culprit in self.unsure.items():
            self.report.unpruned.append(Skipped(source, f"{culprit} cannot be read"))

    def _refuse(self, document: Document) -> Skipped | None:
        """Say why a document may not take its name, if it may not."""
        if len(document.name.encode()) > 1000:
            return Skipped(document.name, "its name is longer than 1,000 bytes")
        if document.name in self._seen:
            return Skipped(document.name, "a document of this name came before it")
        known = self._known.get(document.name)
        if known is None or known.source == document.source or not known.digest:
            return None
        if known.digest == document.digest or _has_moved(known.source):
            return None
        return Skipped(
            document.name,
            f"the library has another document of this name, from {known.source}; "
            "ingest a folder above both, or remove that one first",
        )

    def _write(self, passages: Sequence[Passage]) -> None:
        vectors = embed_passages(self._library.embedder, passages)
        self._library.write(passages, vectors)
        self.report.passages += len(passages)

    def _settle(self, document: Document, passages: list[Passage]) -> None:
        known = self._known.get(document.name)
        if known is None:
            self.report.added += 1
            self._tell("added", document.name, passages=len(passages))
            return
        self._library.delete(_left_over(known, passages))
        self.report.changed += 1
        self._tell("changed", document.name, passages=len(passages))

    def _tell(self, verb: Verb, name: str, reason: str = "", passages: int = 0) -> None:
        self._listen(Outcome(verb, name, reason, passages), self.report)


def _has_moved(source: str) -> bool:
    """Whether a folder or an archive is not where it was; an address never moves."""
    return "://" not in source and not Path(source).exists()


def _left_over(known: DocumentSummary, passages: list[Passage]) -> list[str]:
    return sorted(set(known.keys) - {passage.key for passage in passages})
