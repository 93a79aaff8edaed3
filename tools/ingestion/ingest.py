"""Ingests what is new or has changed: cut and written here, embedded by workers."""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, field

import numpy as np

from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.embedding.context import embedded_text, set_in_context
from tools.embedding.embedder import Vectors
from tools.embedding.workers import Workers
from tools.errors import UsageError
from tools.ingestion.report import (
    Listener,
    Outcome,
    Report,
    Verb,
    Watcher,
    ignore,
    look_away,
)
from tools.ingestion.selection import Selection, cut_document, left_over
from tools.library.library import Library
from tools.sources.found import Skipped
from tools.sources.named import size_of

__all__ = ["ingest"]

_WINDOWS = 2
"""Windows that are embedded at once: one is written and the next one is read while
the other keeps the workers busy."""


def ingest(
    specs: Iterable[str],
    library: Library,
    *,
    prune: bool = False,
    workers: Workers | None = None,
    listen: Listener = ignore,
    watch: Watcher = look_away,
) -> Report:
    """Ingest every document of the sources that is new or has changed.

    An interrupted ingestion is completed by the next: a document counts as unchanged
    only if all of its passages are there. Passages of a changed document are written
    over the old ones before those that are left over go, so searches never miss it.

    This thread reads, splits, writes and calls `listen`; workers embed meanwhile.

    Args:
        specs: What `tools.sources.named.read_source` takes.
        library: Open for writing.
        prune: Remove documents of these sources that are not there any more.
        workers: Who embeds; None for the threads of this process.
        listen: Called for each document as soon as its fate is known.
        watch: Called whenever the report's figures have moved.

    Raises:
        UsageError: a source does not exist; what came before it is ingested.
        LibraryError: the library or a worker failed.
    """
    own = nullcontext(workers) if workers else Workers.threads(library.embedder)
    with own as crew:
        return _ingest(list(specs), _Ingestion(library, crew, listen, watch), prune)


def _ingest(specs: list[str], run: "_Ingestion", prune: bool) -> Report:
    sizes = [size_of(spec) for spec in specs]
    try:
        for index, spec in enumerate(specs):
            source = run.selection.open(spec)
            sizes[index] = source.meter.size  # of an address it is known only now
            run.expect(sizes)
            for found in run.selection.sort(source):
                run.take(found)
    except UsageError:
        run.flush()  # what came before it is ingested
        raise
    run.flush()
    if prune:
        run.prune()
    return run.report


@dataclass(frozen=True, slots=True)
class _Batch:
    """Passages of a window that one worker embeds."""

    rows: list[int]
    """Their positions in the window."""
    share: float
    """Of the window's characters, for those of its bytes that this deals with."""
    vectors: Future[Vectors]


@dataclass(slots=True)
class _Window:
    """Documents whose passages are embedded together, then written."""

    documents: list[tuple[Document, list[Passage]]] = field(default_factory=list)
    count: int = 0
    """Passages of all of them."""
    start: int = 0
    end: int = 0
    """How far the sources were read before and after these, in bytes."""
    batches: list["_Batch"] = field(default_factory=list)

    @property
    def passages(self) -> list[Passage]:
        return [each for _, several in self.documents for each in several]


class _Ingestion:
    def __init__(
        self, library: Library, workers: Workers, listen: Listener, watch: Watcher
    ) -> None:
        self.report = Report()
        self.selection = Selection(library.summaries())
        self._library = library
        self._workers = workers
        self._listen = listen
        self._watch = watch
        self._waiting = _Window()
        self._room = workers.batch
        """Passages of a window: few at first, so that something is soon written."""
        self._under_way: deque[_Window] = deque()

    def expect(self, sizes: list[int | None]) -> None:
        """Note the bytes of all sources, as far as they are known."""
        known = [size for size in sizes if size is not None]
        self.report.size = sum(known) if len(known) == len(sizes) else None
        self._watch(self.report)

    def take(self, found: Document | Outcome) -> None:
        """Cut a document and send it to be embedded, or tell why it is left out."""
        if isinstance(found, Document):
            self._cut(found)
            return
        self._tell(found)
        if found.verb == "unchanged":
            self._pass_by()

    def flush(self) -> None:
        """Embed and write what waits."""
        self._send()
        while self._under_way:
            self._finish(self._under_way.popleft())
        self._pass_by()

    def prune(self) -> None:
        """Remove what was named by its source before, and is not there any more."""
        for known in self.selection.find_gone():
            self._library.delete(known.keys)
            self._tell(Outcome("removed", known.name))
        for source, culprit in self.selection.unsure.items():
            self.report.unpruned.append(Skipped(source, f"{culprit} cannot be read"))

    def _cut(self, document: Document) -> None:
        passages = cut_document(document, self._library.embedder)
        if isinstance(passages, Outcome):
            self._tell(passages)
            return
        self._waiting.documents.append((document, passages))
        self._waiting.count += len(passages)
        if self._waiting.count >= self._room:
            self._send()
            self._room = min(2 * self._room, self._workers.window)
            while len(self._under_way) >= _WINDOWS:
                self._finish(self._under_way.popleft())

    def _send(self) -> None:
        """Hand what waits to the workers, texts of one length together."""
        window, self._waiting = self._waiting, _Window(start=self.selection.read)
        if not window.count:
            return
        window.end = self.selection.read
        texts = [embedded_text(passage) for passage in window.passages]
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        characters = sum(map(len, texts))
        size = self._workers.batch
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            several = [texts[row] for row in rows]
            share = sum(map(len, several)) / characters
            batch = _Batch(rows, share, self._workers.submit(several))
            window.batches.append(batch)
        self._under_way.append(window)

    def _finish(self, window: _Window) -> None:
        """Wait for the vectors of a window and write it."""
        passages = window.passages
        vectors = np.empty((window.count, self._library.embedder.dimension), np.float32)
        for batch in window.batches:
            vectors[batch.rows] = self._workers.vectors(batch.vectors)
            self.report.embedded += len(batch.rows)
            moved = round((window.end - window.start) * batch.share)
            self._move_to(min(window.end, self.report.done + moved))
        self._library.write(passages, set_in_context(vectors, passages))
        self.report.passages += len(passages)
        for document, several in window.documents:
            self._settle(document, several)
        self._move_to(window.end)

    def _pass_by(self) -> None:
        """Count what was read as dealt with, if nothing before it still waits."""
        if not self._under_way and not self._waiting.count:
            self._waiting.start = self.selection.read
            self._move_to(self.selection.read)

    def _move_to(self, done: int) -> None:
        self.report.done = done
        self._watch(self.report)

    def _settle(self, document: Document, passages: list[Passage]) -> None:
        known = self.selection.former(document.name)
        if known:
            self._library.delete(left_over(known.keys, passages))
        verb: Verb = "changed" if known else "added"
        remarks = "; ".join(document.remarks)
        self._tell(Outcome(verb, document.name, remarks, len(passages)))

    def _tell(self, outcome: Outcome) -> None:
        self.report.note(outcome)
        self._listen(outcome, self.report)
