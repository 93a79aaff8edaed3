"""What an import needs besides Citeloop: a Milvus server, its bucket, its REST face.

The server is a real one, of PyPI's `milvus==2.3.5`. It imports files itself, but only
over gRPC: the REST interface came with 2.4, so `serve_cluster` answers as that does
and hands each job on. The bucket is a folder.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tools.milvus.connection import connect

__all__ = ["ACCESS", "SECRET", "Cluster", "serve_cluster"]

ACCESS, SECRET = "test-access", "test-secret"


@dataclass(slots=True)
class Cluster:
    """A server, its bucket, and what its REST interface was asked."""

    uri: str
    bucket: Path
    rest: str = ""
    store: str = ""
    jobs: list[list[list[str]]] = field(default_factory=list)
    """The files of each job that was begun."""
    fail_with: str | None = None
    """The reason of the jobs that fail."""
    hold: bool = False
    """Whether jobs stay as they are."""
    lose: int = 0
    """How many files of each job are passed over, as no server should."""


@contextmanager
def serve_cluster(uri: str, bucket: Path) -> Iterator[Cluster]:
    """Serve the REST interface of imports and an object store for a real server."""
    cluster = Cluster(uri, bucket)
    with _serve(_rest(cluster)) as rest, _serve(_objects(cluster)) as store:
        cluster.rest = rest
        cluster.store = f"{store}/a-bucket/some/prefix"
        yield cluster


def _rest(cluster: Cluster) -> type[BaseHTTPRequestHandler]:
    class Rest(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            asked = json.loads(self.rfile.read(size))
            answer = _begin if self.path.endswith("/import/create") else _look
            content = {"code": 0, "data": answer(cluster, asked)}
            _answer(self, 200, json.dumps(content).encode())

        def log_message(self, *_: Any) -> None:
            return

    return Rest


def _begin(cluster: Cluster, asked: dict[str, Any]) -> dict[str, Any]:
    cluster.jobs.append(asked["files"])
    files = asked["files"][: len(asked["files"]) - cluster.lose]
    if cluster.fail_with:
        # Milvus 2.3 never ends a task whose collection is dropped meanwhile.
        return {"jobId": "0"}
    client = connect(cluster.uri)
    tasks = [
        client._get_connection().do_bulk_insert(
            asked["collectionName"], "", [str(cluster.bucket / key)]
        )
        for [key] in files
    ]
    client.close()
    return {"jobId": "-".join(map(str, tasks))}


def _look(cluster: Cluster, asked: dict[str, Any]) -> dict[str, Any]:
    if cluster.fail_with:
        return {"state": "Failed", "progress": 30, "reason": cluster.fail_with}
    if cluster.hold:
        return {"state": "Importing", "progress": 40}
    client = connect(cluster.uri)
    tasks = [
        client._get_connection().get_bulk_insert_state(int(task))
        for task in asked["jobId"].split("-")
    ]
    client.close()
    done = sum(task.state_name == "Completed" for task in tasks)
    for task in tasks:
        if task.state_name.startswith("Failed"):
            return {"state": "Failed", "progress": 0, "reason": task.failed_reason}
    state = "Completed" if done == len(tasks) else "Importing"
    return {"state": state, "progress": 100 * done // len(tasks)}


def _objects(cluster: Cluster) -> type[BaseHTTPRequestHandler]:
    class Objects(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            path = self._path()
            if not self._allowed() or not path.is_file():
                _answer(self, 403 if not self._allowed() else 404, b"")
                return
            self.send_response(200)
            self.send_header("Content-Length", str(path.stat().st_size))
            self.send_header("ETag", '"1"')
            self.send_header("Last-Modified", "Tue, 01 Sep 2026 00:00:00 GMT")
            self.end_headers()

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not self.path.startswith("/a-bucket/"):
                _answer(self, 404, _xml("NoSuchBucket"))
                return
            self._path().parent.mkdir(parents=True, exist_ok=True)
            self._path().write_bytes(body)
            _answer(self, 200, b"", ETag='"1"')

        def _path(self) -> Path:
            return cluster.bucket / self.path.removeprefix("/a-bucket/")

        def _allowed(self) -> bool:
            return f"Credential={ACCESS}/" in self.headers["Authorization"]

        def log_message(self, *_: Any) -> None:
            return

    return Objects


def _xml(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()


def _answer(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("Content-Type", "application/xml")
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def _serve(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
