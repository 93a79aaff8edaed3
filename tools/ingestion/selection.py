"""Which documents of the sources are to be embedded, and what is said of the others."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.documents.splitting import split_document
from tools.embedding.embedder import Embedder
from tools.ingestion.report import Outcome
from tools.library.rows import DocumentSummary
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

    def __init__(self, known: Iterable[DocumentSummary]) -> None:
        """Compare with what is there already."""
        self.unsure: dict[str, str] = {}
        """Sources that hold more than could be read, and what could not."""
        self._known = {each.name: each for each in known}
        self._sources: list[NamedSource] = []
        self._taken: set[str] = set()
        """Names of the documents so far, each of which has its name to itself."""
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
        source = read_source(spec)
        self._sources.append(source)
        return source

    def sort(self, source: NamedSource) -> Iterator[Document | Outcome]:
        """Yield what `select` does, of one source that was opened here."""
        for found in source.documents:
            if isinstance(found, Skipped) and found.holds_more:
                self.unsure[source.name] = found.name
            yield self._judge(found)
        source.meter.read = source.meter.size  # some files were not even opened

    def find_gone(self) -> list[DocumentSummary]:
        """Return what the sources held before and, read to their ends, hold no more.

        A source with an unreadable folder, archive or record has lost nothing: nobody
        knows which documents that holds.
        """
        kept = self._taken | self._skipped
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

    def _judge(self, found: Document | Skipped) -> Document | Outcome:
        if isinstance(found, Skipped):
            return self._skip(found.name, found.reason)
        if reason := self._refusal(found):
            return self._skip(found.name, reason)
        self._taken.add(found.name)
        known = self.former(found.name)
        if known and known.digest == found.digest:
            return Outcome("unchanged", found.name)
        return found

    def _skip(self, name: str, reason: str) -> Outcome:
        self._skipped.add(name)
        return Outcome("skipped", name, reason)

    def _refusal(self, document: Document) -> str | None:
        """Return why a document may not take its name, None if it may."""
        if len(document.name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
            return f"its name is longer than {_LONGEST_NAME:,} bytes"
        if document.name in self._taken:
            return "a document of this name came before it"
        known = self.former(document.name)
        if known is None or known.source == document.source or not known.digest:
            return None
        if known.digest == document.digest or _has_moved(known.source):
            return None
        return (
            f"the library has another document of this name, from {known.source}; "
            "ingest a folder above both, or remove that one first"
        )


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


def sample_texts(specs: Iterable[str]) -> list[str]:
    """Return the texts of the first hundred documents, which tell the language."""
    texts = (
        found.text
        for spec in specs
        for found in read_source(spec).documents
        if isinstance(found, Document)
    )
    return list(islice(texts, _SAMPLES))


def _has_moved(source: str) -> bool:
    """Whether a folder or an archive is not where it was; an address never moves."""
    return "://" not in source and not Path(source).exists()
