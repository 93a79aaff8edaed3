"""Ingestions that are killed, or run out of disk, and the one that completes them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.kills import (
    CITELOOP,
    Kill,
    complete,
    kill_one,
    run_kills,
    stored,
)
from tests.conftest import DOCS, ROOT
from tests.fakes.engines import ENGINE
from tools.embedding.embedder import Embedder
from tools.library.library import Library

pytestmark = pytest.mark.skipif(
    ENGINE != "lite2" or sys.platform == "win32",
    reason="for the C++ engine, a process of its own with a journal",
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Many short documents: they embed fast, and take several windows."""
    path = tmp_path / "many.jsonl"
    rows = ({"_id": f"d{n}", "text": f"Lamp {n} is red."} for n in range(1500))
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_killed_ingestions_are_completed_without_loss_or_doubles(
    source: Path, tmp_path: Path
) -> None:
    killed, whole = tmp_path / "killed.db", tmp_path / "whole.db"
    plan = [
        Kill(after=0, group=True, in_a_write=True),
        Kill(after=2.5, group=False, in_a_write=True),
        Kill(after=3.5, group=True, in_a_write=False, workers=2),
        Kill(after=3, group=False, in_a_write=False),
    ]
    outcomes = list(run_kills(source, killed, iter(plan)))
    assert outcomes[0].killed
    assert all(each.lost == 0 for each in outcomes)
    assert all(each.acknowledged <= each.whole for each in outcomes)
    complete(source, killed)
    complete(source, whole)
    assert stored(killed)[0] == stored(whole)[0]
    assert len(stored(whole)[1]) == 1500


def test_the_next_ingestion_may_start_at_once_after_a_kill(
    source: Path, tmp_path: Path
) -> None:
    library = tmp_path / "x.db"
    for group in (True, False):
        kill = Kill(after=2, group=group, in_a_write=True)
        kill_one(source, library, kill)
    complete(source, library)
    assert len(stored(library)[1]) == 1500


def test_a_library_with_the_journal_of_a_killed_engine_is_opened(
    source: Path, tmp_path: Path, embedder: Embedder
) -> None:
    library = tmp_path / "x.db"
    complete(DOCS / "hnsw.md", library)
    journal = library.with_name("x.db-journal")
    for _ in range(20):  # the journal may be gone between the look and the kill
        kill_one(source, library, Kill(after=2, group=True, in_a_write=True))
        if journal.exists():
            break
    else:
        pytest.skip("no kill fell into a transaction")
    with Library.open(str(library), embedder) as opened:
        opened.summaries()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 34 MiB: the guard leaves 2 of them to a library."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=34m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"nothing can be mounted here: {error}")
    if done.returncode:
        pytest.skip(f"mounting needs more rights: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_stops_in_words_and_the_same_command_goes_on_when_it_has_space(
    small_disk: Path, source: Path, tmp_path: Path
) -> None:
    command = [*CITELOOP, "ingest", str(source), "--library", str(small_disk / "x.db")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 5
    assert "The disk is full" in done.stderr
    assert "run the same command again" in done.stderr
    _, kept = stored(small_disk / "x.db")
    assert 0 < len(kept) < 1500
    resize = ["mount", "-o", "remount,size=100m", str(small_disk)]
    subprocess.run(resize, check=True)
    complete(source, small_disk / "x.db")
    complete(source, tmp_path / "whole.db")
    assert stored(small_disk / "x.db")[0] == stored(tmp_path / "whole.db")[0]


def test_a_disk_that_fills_up_at_the_start_is_named_too(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    ballast.write_bytes(bytes(free))
    done = subprocess.run(
        [*CITELOOP, "ingest", str(DOCS), "--library", str(small_disk / "x.db")],
        cwd=ROOT, capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 5
    assert "The disk is full" in done.stderr
