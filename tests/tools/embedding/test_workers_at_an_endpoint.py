"""Workers that ask an endpoint."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread

import pytest

from tests.tools.embedding.test_workers import records
from tools.embedding.loading import EmbedderRecipe
from tools.embedding.workers import Workers
from tools.errors import LibraryError
from tools.ingestion.ingest import ingest
from tools.library.library import Library


@contextmanager
def endpoint(answer: "Answer") -> Iterator[str]:
    """An `/embeddings` endpoint on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            texts = json.loads(self.rfile.read(length))["input"]
            status = answer()
            data = [
                {"object": "embedding", "index": at, "embedding": [len(text), 1.0]}
                for at, text in enumerate(texts)
            ]
            body = {"object": "list", "model": "m", "data": data}
            content = json.dumps(body if status == 200 else {"error": "no"}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Answer:
    """The status of each answer; `together` wait for each other first."""

    def __init__(self, together: int = 1, fail_after: int = 10**9) -> None:
        self._barrier = Barrier(together)
        self._left = fail_after
        self.met = False
        """Whether so many requests were ever there at once."""

    def __call__(self) -> int:
        self._left -= 1
        try:
            self._barrier.wait(timeout=2)
            self.met = True
        except BrokenBarrierError:
            pass
        return 200 if self._left >= 0 else 500


def test_an_endpoint_is_asked_by_as_many_requests_as_there_are_workers(
    tmp_path: Path,
) -> None:
    answer = Answer()
    with endpoint(answer) as base_url:
        embedder = EmbedderRecipe("m", base_url=base_url).load()
        with Library.open(str(tmp_path / "x.db"), embedder, create=True) as library:
            answer._barrier = Barrier(3)
            source = records(tmp_path / "many.jsonl", 3 * 64)
            with Workers.threads(embedder, 3) as workers:
                answer.met = False
                report = ingest([str(source)], library, workers=workers)
    assert report.added == 3 * 64
    assert answer.met


def test_an_endpoint_that_fails_ends_the_ingestion_and_keeps_what_came_before(
    tmp_path: Path,
) -> None:
    with endpoint(Answer(fail_after=7)) as base_url:
        embedder = EmbedderRecipe("m", base_url=base_url).load()
        with Library.open(str(tmp_path / "x.db"), embedder, create=True) as library:
            source = records(tmp_path / "many.jsonl", 1000)
            with (
                Workers.threads(embedder, 1) as workers,
                pytest.raises(LibraryError, match="embedder_base_url"),
            ):
                ingest([str(source)], library, workers=workers)
            # One request for the dimension, one and two for the first two windows; of
            # the four for the third, the last one fails.
            assert len(library.summaries()) == 64 + 128
