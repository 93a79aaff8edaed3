import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from tests.conftest import DOCS, ROOT
from tools.embedding.embedder import Embedder
from tools.embedding.loading import BUNDLED, EmbedderRecipe
from tools.embedding.workers import Workers
from tools.errors import LibraryError
from tools.ingestion.ingest import ingest
from tools.ingestion.report import Report
from tools.library.library import Library

CITELOOP = [sys.executable, "-c", "from agent.cli import main; exit(main())"]
RECIPE = EmbedderRecipe(BUNDLED)


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""  # it has ended


def blocked(pid: int) -> set[int]:
    """Return the signals that a process does not receive for now."""
    status = Path(f"/proc/{pid}/status").read_text()
    mask = int(status.partition("SigBlk:")[2].split()[0], 16)
    return {number for number in range(1, 65) if mask >> (number - 1) & 1}


def records(path: Path, count: int) -> Path:
    rows = ({"_id": f"d{n}", "text": f"Lamp {n} is red."} for n in range(count))
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def wait_until_gone(pids: list[int], seconds: float) -> list[int]:
    """Return those that are still there, zombies aside, after so many seconds."""
    end = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_running(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def start(library: Path, source: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Start an ingestion by two processes; return it and all of its children."""
    process = subprocess.Popen(
        [*CITELOOP, "ingest", str(source), "--library", str(library), "--workers=2"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while len(found := children(process.pid)) < 4 and time.monotonic() < end:
        time.sleep(0.05)  # the engine, multiprocessing's tracker, two workers
    assert len(found) >= 4
    return process, found


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="children are read from /proc"
)


def test_processes_make_the_vectors_that_threads_make(embedder: Embedder) -> None:
    texts = [f"Lamp {n} is red. " * (n % 7 + 1) for n in range(70)]
    with Workers.processes(RECIPE, 2) as workers:
        futures = [workers.submit(texts[:40]), workers.submit(texts[40:])]
        vectors = np.concatenate([workers.vectors(each) for each in futures])
    assert np.abs(vectors - embedder.embed_passages(texts)).max() < 1e-5


def test_ingestion_by_processes_stores_what_ingestion_by_threads_does(
    empty_library: Library, library: Library
) -> None:
    with Workers.processes(RECIPE, 2) as workers:
        report = ingest([str(DOCS)], empty_library, workers=workers)
    assert report.passages == sum(each.passages for each in library.summaries())
    for name in library.names():
        assert empty_library.passages(name) == library.passages(name)
    question = ["What makes a growing segment sealed?"]
    ours, theirs = (each.search(question, 5)[0] for each in (empty_library, library))
    assert [each.passage.key for each in ours] == [each.passage.key for each in theirs]


def test_vectors_do_not_depend_on_how_texts_are_batched(embedder: Embedder) -> None:
    texts = [f"Lamp {n} is red. " * (n % 9 + 1) for n in range(30)]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5


def test_a_dead_worker_ends_the_ingestion_in_words_and_the_next_completes_it(
    empty_library: Library, tmp_path: Path
) -> None:
    source = records(tmp_path / "many.jsonl", 1500)

    def kill_one(report: Report) -> None:
        if report.passages and (workers := multiprocessing.active_children()):
            workers[0].kill()

    with (
        Workers.processes(RECIPE, 2) as workers,
        pytest.raises(LibraryError, match="fewer --workers"),
    ):
        ingest([str(source)], empty_library, workers=workers, watch=kill_one)
    assert not multiprocessing.active_children()
    begun = len(empty_library.summaries())
    assert 0 < begun < 1500
    report = ingest([str(source)], empty_library)
    assert (report.added, report.unchanged) == (1500 - begun, begun)


@needs_proc
def test_no_worker_outlives_an_ingestion_that_was_killed(tmp_path: Path) -> None:
    process, started = start(tmp_path / "x.db", records(tmp_path / "a.jsonl", 3000))
    process.kill()
    process.communicate()
    assert wait_until_gone(started, 15) == []


@needs_proc
def test_ctrl_c_ends_an_ingestion_and_its_workers_without_a_traceback(
    tmp_path: Path,
) -> None:
    process, started = start(tmp_path / "x.db", records(tmp_path / "a.jsonl", 3000))
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "citeloop: Interrupted."
    assert "Traceback" not in errors
    assert wait_until_gone(started, 5) == []


@needs_proc
def test_ctrl_c_reaches_no_worker_while_it_starts(tmp_path: Path) -> None:
    process, _ = start(tmp_path / "x.db", records(tmp_path / "a.jsonl", 3000))
    end = time.monotonic() + 30
    masks: list[set[int]] = []
    while len(masks) < 2 and time.monotonic() < end:
        found = children(process.pid)
        workers = [pid for pid in found if "spawn_main" in command_of(pid)]
        masks = [blocked(pid) for pid in workers]
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert len(masks) == 2
    assert all(signal.SIGINT in mask for mask in masks)


def test_ctrl_c_waits_until_a_worker_has_started() -> None:
    done: list[str] = []

    class Starting(ThreadPoolExecutor):
        def submit(self, *given: Any, **named: Any) -> Any:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)
            done.append("started")
            return super().submit(*given, **named)

    over = Event()
    Thread(target=over.wait, daemon=True).start()  # receives what is masked here
    with (
        Workers(Starting(1), lambda texts: np.zeros((len(texts), 1)), 1, 8) as workers,
        pytest.raises(KeyboardInterrupt),
    ):
        workers.submit(["a"])
    over.set()
    assert done == ["started"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_progress_reaches_the_size_of_the_sources_and_never_turns_back(
    empty_library: Library, tmp_path: Path
) -> None:
    source = records(tmp_path / "many.jsonl", 700)
    seen: list[int] = []
    for _ in range(2):  # the second finds all of it unchanged
        seen.clear()
        report = ingest(
            [str(source), str(DOCS)],
            empty_library,
            watch=lambda report: seen.append(report.done),
        )
        files = [each for each in DOCS.iterdir() if each.is_file()]
        assert report.size == sum(each.stat().st_size for each in [source, *files])
        assert seen == sorted(seen)
        assert len(set(seen)) > 10
        assert report.done == report.size
