"""Files for an import: what they hold, and what interrupts their writing."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import DOCS
from tools.bulk.folder import check_files
from tools.bulk.importing import Options, import_files
from tools.bulk.jobs import ImportServer
from tools.bulk.manifest import Manifest, read_manifest
from tools.bulk.objects import ObjectStore, open_store
from tools.bulk.parquet import write_parquet
from tools.embedding.embedder import Embedder
from tools.errors import CredentialsError, LibraryError, UsageError
from tools.ingestion.report import Outcome, Report
from tools.library.library import Library

for name in ("pyarrow", "minio", "azure.storage.blob", "ml_dtypes"):
    pytest.importorskip(name, reason="the extra `bulk` is not installed")


KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "x"}
SMALL = 100_000
"""Bytes: a file is closed after the first batch of passages."""


def ignore(outcome: Outcome, report: Report) -> None:
    del outcome, report


def write(folder: Path, embedder: Embedder, **options: Any) -> Report:
    source = options.pop("source", DOCS)
    options.setdefault("listen", ignore)
    return write_parquet([str(source)], folder, embedder, **options)


def rows_of(folder: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    manifest = manifest_of(folder)
    check_files(folder, manifest)
    rows = [
        row
        for file in manifest.files
        for row in pq.read_table(folder / file.name).to_pylist()
    ]
    return sorted(rows, key=lambda row: str(row["key"]))


def manifest_of(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    assert manifest
    return manifest


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """The documents of the primer in several files; copy it before changing it."""
    folder = tmp_path_factory.mktemp("written") / "files"
    write(folder, embedder, file_bytes=SMALL)
    return folder


def test_files_hold_the_rows_that_ingest_writes(
    written: Path, library: Library
) -> None:
    manifest = manifest_of(written)
    assert manifest.complete
    assert len(manifest.files) == 2
    assert manifest.identity == library.identity
    assert manifest.documents == len(library.names())
    rows = rows_of(written)
    names = sorted(set(rows[0]))
    assert "sparse" not in names  # the server makes it
    stored = [dict(row) for row in library._collection.scan(names)]
    stored.sort(key=lambda row: str(row["key"]))
    assert manifest.passages == len(rows) == len(stored)
    for ours, theirs in zip(rows, stored, strict=True):
        assert np.allclose(ours.pop("dense"), theirs.pop("dense"), atol=1e-5)
        assert json.loads(ours.pop("metadata")) == theirs.pop("metadata")
        assert ours == {name: theirs[name] for name in ours}


def test_an_interrupted_run_is_completed_by_the_next_without_a_row_twice(
    tmp_path: Path, written: Path, embedder: Embedder
) -> None:
    folder = tmp_path / "files"

    def stop(outcome: Outcome, report: Report) -> None:
        if report.added == 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(folder, embedder, file_bytes=SMALL, listen=stop)
    assert not manifest_of(folder).complete
    kept = manifest_of(folder).documents
    assert 0 < kept < 24
    (folder / "000099.parquet").write_bytes(b"left over")
    report = write(folder, embedder, file_bytes=SMALL)
    assert (report.unchanged, report.added) == (kept, 24 - kept)
    keys = [row["key"] for row in rows_of(folder)]
    assert keys == [row["key"] for row in rows_of(written)]
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        *(file.name for file in manifest_of(folder).files),
    }


def test_the_first_documents_decide_the_analyzer_unless_one_is_named(
    tmp_path: Path, embedder: Embedder
) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    text = "备份工具把元数据和段文件一起导出。恢复时先读取元数据，再读取段文件。"
    (source / "a.md").write_text(text, "utf-8")
    write(tmp_path / "files", embedder, source=source)
    identity = manifest_of(tmp_path / "files").identity
    assert (identity.language, identity.analyzer) == ("zh", "chinese")
    (source / "a.md").unlink()
    (source / "b.md").write_text("The lamp is on.")
    write(tmp_path / "files", embedder, source=source)
    assert manifest_of(tmp_path / "files").identity == identity  # goes on as it began
    write(tmp_path / "named", embedder, source=source, analyzer="standard")
    identity = manifest_of(tmp_path / "named").identity
    assert (identity.language, identity.analyzer) == ("en", "standard")


def test_a_document_that_changed_meanwhile_is_not_written_twice(
    tmp_path: Path, embedder: Embedder
) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    (source / "a.md").write_text("The lamp is on.")
    write(tmp_path / "files", embedder, source=source)
    (source / "a.md").write_text("The lamp is off.")
    with pytest.raises(UsageError, match=r"a\.md has changed since"):
        write(tmp_path / "files", embedder, source=source)
    assert len(rows_of(tmp_path / "files")) == 1


def test_a_full_disk_is_told_and_the_next_run_goes_on(
    tmp_path: Path, embedder: Embedder
) -> None:
    """A limit on the size of files stands for the disk: both fail in the write."""
    pytest.importorskip("resource", reason="limits of a process are a matter of POSIX")
    folder = tmp_path / "files"
    code = (
        "import sys, resource\n"
        "from tools.text.language import detect_language\n"
        # It unpacks its model to a file.
        "detect_language(['The lamp is on the table, and it is red. ' * 3])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "from agent.cli import main\n"
        "sys.exit(main(['bulk', 'write', sys.argv[1], '--to', sys.argv[2]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(DOCS), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    assert f"The folder {folder} took no more" in done.stderr
    assert "Traceback" not in done.stderr
    assert manifest_of(folder).files == ()
    assert write(folder, embedder).added == 24
    assert len(rows_of(folder)) == 220


def test_a_folder_of_something_else_is_left_alone(
    tmp_path: Path, embedder: Embedder
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        write(tmp_path, embedder)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [
        "thesis.txt"
    ]


def test_files_of_another_kind_of_library_are_not_mixed(
    tmp_path: Path, embedder: Embedder
) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    (source / "a.md").write_text("The lamp is on.")
    write(tmp_path / "files", embedder, source=source, full_text=False)
    assert "indexed" not in rows_of(tmp_path / "files")[0]
    with pytest.raises(UsageError, match="full_text=False"):
        write(tmp_path / "files", embedder, source=source)


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b""])
def test_a_damaged_file_is_found_before_anything_is_sent(
    tmp_path: Path, embedder: Embedder, damage: Callable[[bytes], bytes]
) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    (source / "a.md").write_text("The lamp is on.")
    folder = tmp_path / "files"
    write(folder, embedder, source=source)
    file = folder / "000001.parquet"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(UsageError, match=r"000001\.parquet"):
        start_import(folder, "http://127.0.0.1:9")


def test_an_unfinished_folder_is_not_imported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not hold all files"):
        start_import(tmp_path, "http://127.0.0.1:9")


def test_an_embedded_library_is_no_place_for_an_import(written: Path) -> None:
    with pytest.raises(UsageError, match="is a file"):
        start_import(written, "library.db")


def start_import(folder: Path, uri: str) -> None:
    import_files(
        folder,
        uri,
        None,
        store_at("http://127.0.0.1:9/bucket"),
        ImportServer(uri, None),
        options=Options(),
        tell=lambda line: None,
    )


def store_at(address: str, **variables: str) -> ObjectStore:
    return open_store(address, (KEYS | variables).get)


@pytest.mark.parametrize(
    ("address", "bucket", "prefix"),
    [
        ("http://minio:9000/bucket", "bucket", ""),
        ("https://minio/bucket/a/b/", "bucket", "a/b/"),
        ("s3://bucket/a", "bucket", "a/"),
    ],
)
def test_a_store_is_named_by_host_or_by_bucket(
    address: str, bucket: str, prefix: str
) -> None:
    store = store_at(address)
    assert (store.bucket, store.prefix) == (bucket, prefix)


@pytest.mark.parametrize("address", ["bucket/a", "ftp://h/b", "http://h", "s3:///b"])
def test_a_place_that_is_no_store_is_named(address: str) -> None:
    with pytest.raises(UsageError, match="is no place in an object store"):
        store_at(address)


def test_a_store_without_keys_or_out_of_reach_is_told(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="AWS_ACCESS_KEY_ID"):
        open_store("s3://bucket", {}.get)
    (tmp_path / "a.parquet").write_bytes(b"a")
    store = store_at("http://127.0.0.1:9/bucket")
    with pytest.raises(LibraryError, match="cannot be reached"):
        store.upload(tmp_path / "a.parquet")


@pytest.mark.parametrize("package", ["pyarrow", "pymilvus.bulk_writer"])
def test_a_missing_extra_is_named(tmp_path: Path, package: str) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{package!r}] = None\n"
        "from agent.cli import main\n"
        "sys.exit(main(['bulk', 'write', sys.argv[1], '--to', sys.argv[2]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(DOCS), str(tmp_path / "files")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'citeloop[bulk]'" in done.stderr


def test_zilliz_cloud_is_told_what_it_can_use(tmp_path: Path) -> None:
    from agent.cli import main

    where = ["--library", "https://x.serverless.zillizcloud.com"]
    store = ["--object-store", "s3://bucket"]
    assert main(["bulk", "import", str(tmp_path), *where, *store]) == 2
