"""Writes passages and their vectors to parquet files, as Milvus's bulk import reads.

sources → selection → passages → vectors → the files of a folder
"""

from collections.abc import Iterable
from pathlib import Path

from tools.bulk.folder import ParquetFolder
from tools.bulk.manifest import read_manifest
from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.embedding.context import embed_passages
from tools.embedding.embedder import Embedder
from tools.ingestion.report import Listener, Outcome, Report
from tools.ingestion.selection import Selection, cut_document, sample_texts
from tools.milvus.analyzers import Analyzer, analyzer_for
from tools.milvus.schema import Identity
from tools.text.language import detect_language

__all__ = ["write_parquet"]

_BATCH = 128
"""Passages that are embedded together, as in `tools.ingestion.ingest`."""
_FILE_BYTES = 128 * 1024 * 1024
"""Milvus's own default: about 50,000 passages, half a gigabyte of memory meanwhile."""


def write_parquet(
    specs: Iterable[str],
    folder: Path,
    embedder: Embedder,
    *,
    listen: Listener,
    full_text: bool = True,
    analyzer: Analyzer | None = None,
    file_bytes: int = _FILE_BYTES,
) -> Report:
    """Cut, embed and write every document of the sources.

    Args:
        specs: What `tools.sources.named.read_source` takes.
        folder: Empty, or what an earlier run of the same sources has left.
        embedder: What the library will be searched with.
        listen: Called for each document as soon as its fate is known.
        full_text: Whether the library is to have BM25 (Milvus 2.5 or newer).
        analyzer: How that splits words; without it, as the language of the first
            documents asks.
        file_bytes: A file is closed once it holds as much, before compression.

    Raises:
        UsageError: a source does not exist, the folder holds something else, or the
            extra is not installed.
        LibraryError: a file could not be written.
    """
    specs = list(specs)
    begun = read_manifest(folder)
    language = (
        begun.identity.language if begun else detect_language(sample_texts(specs))
    )
    identity = Identity(
        embedder.identity,
        embedder.dimension,
        full_text=full_text,
        analyzer=analyzer or analyzer_for(language),
        language=language,
    )
    files = ParquetFolder(folder, identity, file_bytes)
    run = _Writing(files, embedder, listen)
    for found in Selection(files.known()).select(specs):
        run.take(found)
    run.finish()
    return run.report


class _Writing:
    """Embeds documents in batches and hands their rows to the files."""

    def __init__(
        self, files: ParquetFolder, embedder: Embedder, listen: Listener
    ) -> None:
        self.report = Report()
        self._files = files
        self._embedder = embedder
        self._listen = listen
        self._waiting: list[tuple[Document, list[Passage]]] = []

    def take(self, found: Document | Outcome) -> None:
        if isinstance(found, Outcome):
            self._tell(found)
            return
        self._files.refuse_changed(found)
        passages = cut_document(found, self._embedder)
        if isinstance(passages, Outcome):
            self._tell(passages)
            return
        self._waiting.append((found, passages))
        if sum(len(each) for _, each in self._waiting) >= _BATCH:
            self._flush()

    def finish(self) -> None:
        self._flush()
        self._files.finish()

    def _flush(self) -> None:
        passages = [each for _, several in self._waiting for each in several]
        if not passages:
            return
        vectors = embed_passages(self._embedder, passages)
        self._files.add(passages, vectors, documents=len(self._waiting))
        self.report.passages += len(passages)
        for document, several in self._waiting:
            remarks = "; ".join(document.remarks)
            self._tell(Outcome("added", document.name, remarks, len(several)))
        self._waiting.clear()

    def _tell(self, outcome: Outcome) -> None:
        self.report.note(outcome)
        self._listen(outcome, self.report)
