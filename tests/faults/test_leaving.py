"""Ctrl-C and limits of time through the command itself, while something hangs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from agent.testing.servers.fault_server import serving
from agent.testing.servers.replies import QUERY, honest
from tools.embedding.endpoint import EndpointEmbedder
from tools.ingestion.ingest import ingest
from tools.library.library import Library

COMMAND = str(Path(sys.executable).with_name("citeloop"))
SECONDS = 60
"""For what has no limit of its own."""
LEAVING = 4.0
"""Seconds from Ctrl-C, or from a limit of time, to the end of the process: two, and as
many for a machine that is busy with other tests."""


class Vectors:
    """An `/embeddings` endpoint that answers until it is told to hang."""

    def __init__(self) -> None:
        self.hanging = Event()
        """Set to let it take requests, and answer none."""
        self.opening = False
        """Whether it hangs at what is asked when a library is opened, too."""
        self.asked = Event()
        """Set once a request hangs."""
        self.over = Event()

    def answer(self, texts: list[str]) -> bytes:
        if self.hanging.is_set() and (self.opening or texts != ["dimension"]):
            self.asked.set()
            self.over.wait(SECONDS)
        rows = [
            {"index": at, "embedding": [len(text), 1.0 + text.count("e"), 3.0]}
            for at, text in enumerate(texts)
        ]
        return json.dumps({"object": "list", "model": "m", "data": rows}).encode()


@contextmanager
def embedding() -> Iterator[tuple[str, Vectors]]:
    vectors = Vectors()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            content = vectors.answer(json.loads(self.rfile.read(length))["input"])
            try:
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                return  # the command has left

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", vectors
    finally:
        vectors.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hanging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[list[str], Vectors]]:
    """The flags of a library whose search hangs, and what it hangs at."""
    monkeypatch.setenv("CITELOOP_EMBEDDER", "m")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n\nA segment is sealed by size.\n")
    uri = str(tmp_path / "hanging.db")
    with embedding() as (base_url, vectors):
        embedder = EndpointEmbedder("m", base_url)
        with Library.open(uri, embedder, create=True) as library:
            ingest([str(tmp_path / "docs")], library)
        monkeypatch.setenv("CITELOOP_EMBEDDER_BASE_URL", base_url)
        vectors.hanging.set()
        yield ["--library", uri], vectors


def started(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [COMMAND, *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=dict(os.environ),
    )  # fmt: skip


@pytest.mark.parametrize("prefetch", [True, False], ids=["ahead", "as a tool"])
def test_ctrl_c_ends_the_command_while_its_search_hangs(
    hanging: tuple[list[str], Vectors], prefetch: bool
) -> None:
    flags, vectors = hanging
    flags = [*flags, "--prefetch" if prefetch else "--no-prefetch"]
    with serving(
        lambda request, number: honest(request, number).steps(
            stream=bool(request.get("stream"))
        )
    ) as server:
        process = started("ask", QUERY, "--json", *flags, "--base-url", server.base_url)
        try:
            assert vectors.asked.wait(SECONDS)
            process.send_signal(signal.SIGINT)
            sent = time.monotonic()
            out, error = process.communicate(timeout=SECONDS)
            took = time.monotonic() - sent
        finally:
            process.kill()
            process.communicate()
    assert took < LEAVING
    assert process.returncode == 130, error
    assert error == "citeloop: Interrupted.\n"
    assert json.loads(out)["exit_code"] == 130


@pytest.mark.parametrize("opening", [False, True], ids=["search", "opening"])
def test_ctrl_c_ends_the_command_without_a_model_while_its_library_hangs(
    hanging: tuple[list[str], Vectors], opening: bool
) -> None:
    flags, vectors = hanging
    vectors.opening = opening
    process = started("ask", QUERY, *flags)
    try:
        assert vectors.asked.wait(SECONDS)
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        out, error = process.communicate(timeout=SECONDS)
        took = time.monotonic() - sent
    finally:
        process.kill()
        process.communicate()
    assert took < LEAVING
    assert (process.returncode, out) == (130, "")
    assert error == "citeloop: Interrupted.\n"


def test_a_limit_of_time_ends_the_command_while_its_search_hangs(
    hanging: tuple[list[str], Vectors],
) -> None:
    flags, vectors = hanging
    limit = 3.0
    with serving(
        lambda request, number: honest(request, number).steps(
            stream=bool(request.get("stream"))
        )
    ) as server:
        process = started(
            "ask", QUERY, *flags, "--base-url", server.base_url,
            "--max-seconds", str(limit),
        )  # fmt: skip
        try:
            assert vectors.asked.wait(SECONDS)
            asked = time.monotonic()
            _, error = process.communicate(timeout=SECONDS)
            took = time.monotonic() - asked
        finally:
            process.kill()
            process.communicate()
    assert took < limit + LEAVING
    assert process.returncode in {6, 7}, error
    assert "Traceback" not in error
