"""Writes passages and their vectors to parquet files, as Milvus's bulk import reads.

A file holds whole documents, and counts once the manifest names it: what interrupts a
run costs the file that was being filled, and the next run goes on after the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any, Literal

from tools.bulk.manifest import Manifest, WrittenFile, read_manifest, write_manifest
from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.documents.splitting import split_document
from tools.embedding.context import embed_passages
from tools.embedding.embedder import Embedder
from tools.errors import LibraryError, UsageError
from tools.ingestion.report import Listener, Outcome, Report
from tools.ingestion.selection import sample_texts, select_documents
from tools.library.rows import DocumentSummary, row_of
from tools.milvus.analyzers import Analyzer, analyzer_for
from tools.milvus.engines import quiet
from tools.milvus.schema import Identity, schema_for
from tools.sources.found import Skipped
from tools.text.language import detect_language

__all__ = ["MISSING_EXTRA", "check_files", "write_parquet"]

MISSING_EXTRA = (
    "This needs packages that are not installed. Install the extra: "
    "pip install 'citeloop[bulk]'."
)
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
    files = _Files(folder, identity, file_bytes)
    run = _Writing(files, embedder, listen)
    for document in select_documents(specs, files.known(), run.leave_out):
        run.take(document)
    run.finish()
    return run.report


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise a `UsageError` if a file is missing, cut short or of other rows."""
    pq = _pyarrow_parquet()
    for each in manifest.files:
        path = folder / each.name
        try:
            rows = pq.read_metadata(path).num_rows
        except (OSError, ValueError) as error:  # pyarrow's own are ValueErrors
            raise UsageError(
                f"{path} cannot be read: {str(error).splitlines()[0]}. "
                "Write the files anew, into an empty folder."
            ) from error
        if rows != each.rows or path.stat().st_size != each.bytes:
            raise UsageError(
                f"{path} holds {rows:,} rows, the manifest says {each.rows:,}. "
                "Write the files anew, into an empty folder."
            )


class _Writing:
    """Embeds documents in batches and hands their rows to the files."""

    def __init__(self, files: "_Files", embedder: Embedder, listen: Listener) -> None:
        self.report = Report()
        self._files = files
        self._embedder = embedder
        self._listen = listen
        self._waiting: list[tuple[Document, list[Passage]]] = []

    def take(self, document: Document) -> None:
        self._files.refuse_changed(document)
        embedder = self._embedder
        passages = split_document(document, embedder.count_tokens, embedder.max_tokens)
        if not passages:
            reason = "no text besides its front matter"
            self.leave_out("skipped", document.name, reason)
            return
        self._waiting.append((document, passages))
        if sum(len(each) for _, each in self._waiting) >= _BATCH:
            self._flush()

    def leave_out(
        self, verb: Literal["unchanged", "skipped"], name: str, reason: str
    ) -> None:
        if verb == "skipped":
            self.report.skipped.append(Skipped(name, reason))
        else:
            self.report.unchanged += 1
        self._listen(Outcome(verb, name, reason), self.report)

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
            self.report.added += 1
            outcome = Outcome("added", document.name, passages=len(several))
            self._listen(outcome, self.report)
        self._waiting.clear()


class _Files:
    """The files of a folder, of which one is being filled."""

    def __init__(self, folder: Path, identity: Identity, file_bytes: int) -> None:
        self._folder = folder
        self._file_bytes = file_bytes
        self._documents = 0
        self._manifest = _open_folder(folder, identity)
        self._known = _read_known(folder, self._manifest)
        self._writer = _local_writer(identity, folder)

    def known(self) -> dict[str, DocumentSummary]:
        """Return the documents that the finished files hold."""
        return self._known

    def refuse_changed(self, document: Document) -> None:
        """Raise if it was written before: an import would hold both versions."""
        if document.name in self._known:
            raise UsageError(
                f"{document.name} has changed since it was written to {self._folder}. "
                "Write the files anew, into an empty folder."
            )

    def add(self, passages: Sequence[Passage], vectors: Any, documents: int) -> None:
        """Add whole documents; a file that is full is closed after them."""
        for passage, vector in zip(passages, vectors, strict=True):
            row = row_of(passage, vector, self._manifest.identity)
            with _named_failures(self._folder):
                self._writer.append_row(row)
        self._documents += documents
        if self._writer.buffer_size >= self._file_bytes:
            self._close()

    def finish(self) -> None:
        """Close the last file."""
        if self._writer.buffer_row_count:
            self._close()
        self._save(self._manifest.model_copy(update={"complete": True}))
        rmtree(self._writer.data_path, ignore_errors=True)

    def _close(self) -> None:
        rows = self._writer.buffer_row_count
        self._writer.failure = None
        with _named_failures(self._folder):
            self._writer.commit()
            if self._writer.failure:
                raise self._writer.failure
            written = Path(self._writer.batch_files[-1][0])
            name = f"{len(self._manifest.files) + 1:06d}.parquet"
            size = written.stat().st_size
            written.replace(self._folder / name)
            file = WrittenFile(name=name, rows=rows, bytes=size)
            files = (*self._manifest.files, file)
            documents = self._manifest.documents + self._documents
            changes = {"files": files, "documents": documents}
            self._save(self._manifest.model_copy(update=changes))
        self._documents = 0

    def _save(self, manifest: Manifest) -> None:
        self._manifest = manifest
        write_manifest(self._folder, manifest)


def _open_folder(folder: Path, identity: Identity) -> Manifest:
    """Return the folder's manifest, and remove what an interrupted run left over."""
    with _named_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
        manifest = read_manifest(folder)
        if manifest is None:
            if any(folder.iterdir()):
                raise UsageError(f"{folder} is not empty. Name another with --to.")
            manifest = Manifest(identity=identity)
            write_manifest(folder, manifest)
    if manifest.identity != identity:
        raise UsageError(
            f"{folder} was written with {manifest.identity}; the settings mean "
            f"{identity}. Set them back, or name another folder with --to."
        )
    named = {file.name for file in manifest.files}
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink() and len(path.name) == len(_UUID):
            rmtree(path)  # LocalBulkWriter's own, under a random name
        elif path.suffix == ".parquet" and path.name not in named:
            path.unlink()
    return manifest.model_copy(update={"complete": False})


_UUID = "00000000-0000-0000-0000-000000000000"


def _read_known(folder: Path, manifest: Manifest) -> dict[str, DocumentSummary]:
    check_files(folder, manifest)
    pq = _pyarrow_parquet()
    known: dict[str, DocumentSummary] = {}
    columns = ["document", "source", "digest", "number", "count"]
    for file in manifest.files:
        for row in pq.read_table(folder / file.name, columns=columns).to_pylist():
            if row["number"] == 0:
                known[row["document"]] = DocumentSummary(
                    name=row["document"],
                    title="",
                    source=row["source"],
                    digest=row["digest"],
                    passages=row["count"],
                    keys=(),
                )
    return known


def _pyarrow_parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError(MISSING_EXTRA) from error
    return pyarrow.parquet


def _local_writer(identity: Identity, folder: Path) -> Any:
    """Return Milvus's writer, which flushes in a thread that swallows failures."""
    try:
        from pymilvus.bulk_writer import BulkFileType, LocalBulkWriter
    except ImportError as error:
        raise UsageError(MISSING_EXTRA) from error
    quiet()

    class Writer(LocalBulkWriter):  # type: ignore[misc]  # pymilvus has no types
        failure: Exception | None = None

        def _flush(self, call_back: Any = None) -> None:
            try:
                super()._flush(call_back)
            except Exception as error:  # noqa: BLE001 (raised again by _close)
                self.failure = error

    # Files are closed between documents, here: never by the writer's own size.
    return Writer(
        schema_for(identity),
        str(folder),
        chunk_size=1 << 60,
        file_type=BulkFileType.PARQUET,
    )


@contextmanager
def _named_failures(folder: Path) -> Iterator[None]:
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (OSError, MilvusException) as error:
        raise LibraryError(
            f"The folder {folder} took no more: {error}. What the manifest names is "
            "kept; mend that and run the same command again."
        ) from error
