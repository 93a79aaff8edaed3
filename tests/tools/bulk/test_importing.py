"""The import into a real server, from the parquet files to the alias that moves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DOCS
from tests.fakes.bulk_servers import (
    ACCESS,
    SECRET,
    Cluster,
    serve_cluster,
)
from tests.fakes.engines import missing_engine, run_server
from tools.bulk.importing import Imported, Options, import_files
from tools.bulk.jobs import ImportServer
from tools.bulk.objects import open_store
from tools.bulk.parquet import write_parquet
from tools.embedding.embedder import Embedder
from tools.errors import CredentialsError, LibraryError
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.milvus import connection as milvus

for name in ("pyarrow", "minio", "azure.storage.blob", "ml_dtypes"):
    pytest.importorskip(name, reason="the extra `bulk` is not installed")


pytestmark = pytest.mark.skipif(
    missing_engine("server") is not None, reason=str(missing_engine("server"))
)


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_server(tmp_path_factory.mktemp("server")) as server:
        yield server.uri


@pytest.fixture
def cluster(uri: str, tmp_path: Path) -> Iterator[Cluster]:
    with serve_cluster(uri, tmp_path / "bucket") as serving:
        yield serving


@pytest.fixture
def written(tmp_path: Path, embedder: Embedder) -> Path:
    folder = tmp_path / "files"
    write_parquet(
        [str(DOCS)],
        folder,
        embedder,
        listen=lambda outcome, report: None,
        full_text=False,
        file_bytes=100_000,
    )
    return folder


def bring(
    cluster: Cluster,
    folder: Path,
    *,
    access: str = ACCESS,
    rest: str | None = None,
    **options: Any,
) -> Imported:
    keys = {
        "AWS_ACCESS_KEY_ID": access,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "here",
    }
    return import_files(
        folder,
        cluster.uri,
        None,
        open_store(cluster.store, keys.get),
        ImportServer(rest or cluster.rest, None),
        options=Options(**options),
        tell=lambda line: None,
    )


def collections(uri: str) -> set[str]:
    client = milvus.connect(uri)
    try:
        return set(client.list_collections())
    finally:
        client.close()


def test_a_library_is_replaced_by_files_while_it_is_searched(
    cluster: Cluster, written: Path, tmp_path: Path, embedder: Embedder
) -> None:
    """One story on one server: a library, an import beside it, and another import."""
    (tmp_path / "old.md").write_text("The old lamp.")
    with Library.open(cluster.uri, embedder, create=True) as library:
        ingest([str(tmp_path / "old.md")], library)

        with pytest.raises(LibraryError, match="--rename-old"):
            bring(cluster, written)
        assert cluster.jobs == []

        cluster.fail_with = "the file has no column dense"
        with pytest.raises(LibraryError, match="the file has no column dense"):
            bring(cluster, written, rename_old=True)
        assert collections(cluster.uri) == {"citeloop"}
        cluster.fail_with = None

        cluster.lose = 1
        with pytest.raises(LibraryError, match=r"holds 128 passages, the files 220"):
            bring(cluster, written, rename_old=True)
        cluster.lose = 0
        assert list(library.names()) == ["old.md"]  # searched as before

        cluster.hold = True
        with pytest.raises(LibraryError, match="run the same command again"):
            bring(cluster, written, rename_old=True, wait=0.2)
        cluster.hold = False
        begun = len(cluster.jobs)
        done = bring(cluster, written, rename_old=True)
        assert len(cluster.jobs) == begun  # waited for, not begun again
        assert done.passages == 220
        assert done.old
        assert done.old.startswith("citeloop_before_")

    with Library.open(cluster.uri, embedder) as library:
        report = ingest([str(DOCS)], library)
        assert (report.unchanged, report.added) == (24, 0)
        hits = library.search(["What seals a growing segment?"], 1)[0]
        assert hits[0].passage.document == "write-path.md"

    again = bring(cluster, written, drop_old=True)
    assert (again.old, again.dropped) == (done.collection, True)
    assert done.collection not in collections(cluster.uri)
    with Library.open(cluster.uri, embedder) as library:
        assert len(library.summaries()) == 24


def test_what_a_server_or_a_store_lacks_is_told_before_the_alias_moves(
    cluster: Cluster, written: Path, tmp_path: Path, embedder: Embedder
) -> None:
    with pytest.raises(CredentialsError, match="refused the keys"):
        bring(cluster, written, access="wrong", rename_old=True)
    before = collections(cluster.uri)
    with pytest.raises(LibraryError, match=r"takes no import jobs \(Milvus 2\.4"):
        bring(cluster, written, rest=cluster.uri, rename_old=True)
    assert collections(cluster.uri) == before
    folder = tmp_path / "with-words"
    (tmp_path / "a.md").write_text("The lamp.")
    write_parquet(
        [str(tmp_path / "a.md")],
        folder,
        embedder,
        listen=lambda outcome, report: None,
    )
    with pytest.raises(LibraryError, match="no full-text search"):
        bring(cluster, folder, rename_old=True)
