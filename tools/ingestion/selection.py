"""Which documents of the sources are to be embedded, and what is said of the others."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.documents.splitting import split_document
from tools.embedding.embedder import Embedder
from tools.ingestion.naming import Naming
from tools.ingestion.report import Outcome
from tools.library.rows import DocumentSummary
from tools.sources.downloading import PUBLIC, Downloads
from tools.sources.folders import Leave, leave_nothing
from tools.sources.found import Skipped
from tools.sources.named import NamedSource, read_source
from tools.sources.outlines import outline_or_reason

__all__ = ["Selection", "cut_document", "left_over", "sample_texts"]

_LONGEST_NAME = 1000
"""Bytes of a name: those of its parts are stored beside it."""
_SAMPLES = 100


class Selection:
    """Tells what is new or has changed from what is left out, in one reading.

    Sources are read as they are asked for: no document is kept, only its name.
    """

    def __init__(
        self,
        known: Iterable[DocumentSummary],
        downloads: Downloads = PUBLIC,
        leave: Leave = leave_nothing,
    ) -> None:
        """Compare with what is there already; `leave` tells files that are not read."""
        self._downloads = downloads
        self.unsure: dict[str, str] = {}
        """Sources that hold more than could be read, and what could not."""
        self._known = {each.name: each for each in known}
        self._sources: list[NamedSource] = []
        self._naming = Naming(self._known)
        self._leave = leave
        self._skipped: set[str] = set()

    @property
    def read(self) -> int:
        """How many bytes of the sources were read."""
        return sum(source.meter.read for source in self._sources)

    def former(self, name: str) -> DocumentSummary | None:
        """Return what is there already under a name."""
        return self._known.get(name)

    def select(self, specs: Iterable[str]) -> Iterator[Document | Outcome]:
        """Yield each document that is new or has changed, and what became of others.

        Args:
            specs: What `tools.sources.named.read_source` takes.

        Raises:
            UsageError: a source does not exist; what came before it was yielded.
        """
        for spec in specs:
            yield from self.sort(self.open(spec))

    def open(self, spec: str) -> NamedSource:
        """Return a source, whose size is known now; see `select`."""
        source = read_source(spec, self._downloads, self._leave)
        self._sources.append(source)
        return source

    def sort(self, source: NamedSource) -> Iterator[Document | Outcome]:
        """Yield what `select` does, of one source that was opened here."""
        for found in source.documents:
            if isinstance(found, Skipped) and found.holds_more:
                self.unsure[source.name] = found.name
            judged = self._judge(found, source)
            if judged is not None:
                yield judged
        source.meter.read = source.meter.size  # some files were not even opened

    def find_gone(self) -> list[DocumentSummary]:
        """Return what the sources held before and, read to their ends, hold no more.

        A source with an unreadable folder, archive or record has lost nothing: nobody
        knows which documents that holds.
        """
        kept = self._naming.taken | self._skipped
        gone = [
            known
            for source in self._sources
            for known in self._known.values()
            if known.source == source.name
            and source.name not in self.unsure
            and source.covers(known.name)
            and known.name not in kept
        ]
        return list(dict.fromkeys(gone))

    def name_of(self, document: Document) -> str:
        """Return what a document is called in the library, or would be."""
        return self._naming.find(document.source, document.name)[0]

    def _judge(
        self, found: Document | Skipped, source: NamedSource
    ) -> Document | Outcome | None:
        """Return a document, or what became of it; None if it was here before."""
        if isinstance(found, Skipped):
            self._skipped.add(self._naming.find(source.name, found.name)[0])
            return self._skip(found.name, found.reason)
        if _is_second_name(found, source):
            return None
        taken = self._take(found)
        if taken is None:
            return None
        if isinstance(taken, str):
            return self._skip(found.name, taken)
        known = self.former(taken.name)
        is_unchanged = known is not None and known.digest == taken.digest
        return Outcome("unchanged", taken.name) if is_unchanged else taken

    def _take(self, found: Document) -> Document | str | None:
        """Return what `Naming.take` does, or why a name can be nobody's."""
        if len(found.name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
            return f"its name is longer than {_LONGEST_NAME:,} bytes"
        return self._naming.take(found)

    def _skip(self, name: str, reason: str) -> Outcome:
        self._skipped.add(name)
        return Outcome("skipped", name, reason)


def cut_document(document: Document, embedder: Embedder) -> list[Passage] | Outcome:
    """Return the passages of a document, or that it is left out for want of any."""
    outline = outline_or_reason(document)
    if isinstance(outline, Skipped):
        return Outcome("skipped", document.name, outline.reason)
    count, limit = embedder.count_tokens, embedder.max_tokens
    passages = split_document(document, count, limit, outline)
    if not passages:
        return Outcome("skipped", document.name, "no text besides its front matter")
    return passages


def left_over(former: Iterable[str], passages: Iterable[Passage]) -> list[str]:
    """Return those of a document's former keys that none of its passages has."""
    return sorted(set(former) - {passage.key for passage in passages})


def sample_texts(specs: Iterable[str], downloads: Downloads = PUBLIC) -> list[str]:
    """Return the texts of the first hundred documents, which tell the language."""
    texts = (
        found.text
        for spec in specs
        for found in read_source(spec, downloads).documents
        if isinstance(found, Document)
    )
    return list(islice(texts, _SAMPLES))


def _is_second_name(document: Document, source: NamedSource) -> bool:
    """Whether it is a link to a document of the same source, which is read itself."""
    path = Path(document.source, document.name)
    if document.source != source.name or not path.is_symlink():
        return False
    target = path.resolve()
    if not target.is_relative_to(source.name):
        return False
    inside = target.relative_to(source.name)
    hidden = any(part.startswith(".") for part in inside.parts)
    return not hidden and source.covers(inside.as_posix())
