"""Ingestion by Ray: two workers here, a real server, and what ingest would write."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import DOCS
from tests.fakes.engines import missing_engine, run_server
from tools.embedding.embedder import Embedder
from tools.library.library import Library

COMMAND = str(Path(sys.executable).with_name("citeloop"))


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    if reason := missing_engine("server"):
        pytest.skip(reason)
    with run_server(tmp_path_factory.mktemp("server")) as server:
        yield server.uri


def by_ray(source: Path, library: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "bulk", "ray", str(source), "--library", library, "--workers", "2"],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        timeout=150,
        check=False,
    )


def rows_of(library: Library) -> list[dict[str, Any]]:
    fields = ["key", "text", "heading", "digest", "start_line", "metadata", "dense"]
    rows = [dict(row) for row in library._collection.scan(fields)]
    return sorted(rows, key=lambda row: str(row["key"]))


@pytest.mark.timeout(400)
def test_two_workers_write_what_ingest_writes_and_then_only_what_changed(
    uri: str, library: Library, embedder: Embedder, tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for path in DOCS.iterdir():
        (docs / path.name).write_bytes(path.read_bytes())
    done = by_ray(docs, uri)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("24 added, 0 changed, 0 unchanged")
    assert "warning" not in done.stderr.lower()  # little of Ray's noise
    assert "Traceback" not in done.stderr
    with Library.open(uri, embedder) as written:
        ours, theirs = rows_of(written), rows_of(library)
    assert len(ours) == len(theirs) == 220
    for one, other in zip(ours, theirs, strict=True):
        assert np.allclose(one.pop("dense"), other.pop("dense"), atol=1e-5)
        assert one == other

    (docs / "storage.md").write_text("# Storage\n\nShorter now.\n")
    done = by_ray(docs, uri)
    assert done.stdout.startswith("0 added, 1 changed, 23 unchanged"), done.stderr
    with Library.open(uri, embedder) as written:
        assert [each.text for each in written.passages("storage.md")] == [
            "# Storage\n\nShorter now.\n"
        ]
        assert all(each.digest for each in written.summaries())


def test_a_file_is_refused_because_one_process_writes_to_it(tmp_path: Path) -> None:
    done = by_ray(DOCS, str(tmp_path / "library.db"))
    assert done.returncode == 5
    assert "which one process writes to" in done.stderr


def test_a_missing_ray_is_named() -> None:
    code = (
        "import sys; sys.modules['ray'] = None\n"
        "from agent.cli import main\n"
        "sys.exit(main(['bulk', 'ray', 'x', '--library', 'http://127.0.0.1:9']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "pip install 'citeloop[ray]'" in done.stderr
