"""The folder of parquet files that an import reads, of which one is being filled.

A file holds whole documents, and counts once the manifest names it: what interrupts a
run costs the file that was being filled, and the next run goes on after the others.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

from tools.bulk.manifest import Manifest, WrittenFile, read_manifest, write_manifest
from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.errors import LibraryError, UsageError
from tools.library.rows import DocumentSummary, row_of
from tools.milvus.engines import quiet
from tools.milvus.schema import Identity, schema_for

__all__ = ["MISSING_EXTRA", "ParquetFolder", "check_files"]

MISSING_EXTRA = (
    "This needs packages that are not installed. Install the extra: "
    "pip install 'citeloop[bulk]'."
)
_UUID = "00000000-0000-0000-0000-000000000000"


class ParquetFolder:
    """The files of a folder, of which one is being filled."""

    def __init__(self, folder: Path, identity: Identity, file_bytes: int) -> None:
        """Go on in a folder, or begin an empty one.

        Raises:
            UsageError: it holds something else, or the extra is not installed.
            LibraryError: it cannot be written.
        """
        self._folder = folder
        self._file_bytes = file_bytes
        self._documents = 0
        self._manifest = _open_folder(folder, identity)
        self._known = _read_known(folder, self._manifest)
        self._writer = _local_writer(identity, folder)

    def known(self) -> list[DocumentSummary]:
        """Return the documents that the finished files hold."""
        return list(self._known.values())

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


def _open_folder(folder: Path, identity: Identity) -> Manifest:
    """Return the folder's manifest, and remove what an interrupted run left over."""
    with _named_failures(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
