"""Serves a tape over loopback, to programs that speak to a server by its address."""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agent.recording.canonical import hash_of
from agent.recording.cutting import Cut
from agent.recording.tape import Recording, Tape
from agent.recording.transports import body_of

__all__ = ["served"]

_CHAT = "/chat/completions"
_MAX_REQUEST = 64 * 2**20
_NOT_THERE = {"error": {"message": "This request is on no recording of the tape."}}


@contextmanager
def served(tape: Tape, cut: Cut | None = None) -> Iterator[str]:
    """Yield the base URL of a server that plays a tape, with one fault.

    Equal requests are played in the order of the tape, and the last of them again and
    again: a client that tries again gets the same fault. A request that is on no
    recording is answered with a 404.

    Args:
        tape: What is played.
        cut: What is done to one of its recordings; None for nothing.
    """
    http = _Http(_Player(tape, cut))
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}{_prefix(tape)}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def _prefix(tape: Tape) -> str:
    """Return what stands before the path of the API, as `/v1`."""
    paths = (each.path for each in tape.recordings if each.path.endswith(_CHAT))
    return next(paths, f"/v1{_CHAT}").removesuffix(_CHAT)


class _Player:
    """Finds the recording of each request."""

    def __init__(self, tape: Tape, cut: Cut | None) -> None:
        self._tape = tape
        self._cut = cut
        self._known: dict[str, list[int]] = defaultdict(list)
        self._played: Counter[str] = Counter()
        self._lock = threading.Lock()
        for index, each in enumerate(tape.recordings):
            self._known[hash_of(each.method, each.path, each.request)].append(index)

    def find(
        self, method: str, path: str, content: bytes
    ) -> tuple[Recording, Cut] | None:
        """Return a recording, and what is sent of it."""
        key = hash_of(method, path, body_of(content))
        with self._lock:
            known = self._known.get(key)
            if not known:
                return None
            index = known[min(self._played[key], len(known) - 1)]
            self._played[key] += 1
        recording = self._tape.recordings[index]
        if self._cut is not None and self._cut.recording == index:
            return recording, self._cut
        whole = Cut("", index, recording.chunks, drops=recording.end == "error")
        return recording, whole


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, player: _Player) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.player = player


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        self._play(b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if length > _MAX_REQUEST:
            self.close_connection = True
            return
        self._play(self.rfile.read(length))

    def _play(self, content: bytes) -> None:
        found = self.server.player.find(self.command, self.path, content)
        with suppress(BrokenPipeError, ConnectionResetError):
            if found is None:
                self._refuse()
            else:
                self._send(*found)

    def _refuse(self) -> None:
        body = json.dumps(_NOT_THERE).encode()
        self.send_response(404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send(self, recording: Recording, sent: Cut) -> None:
        if recording.status is None:
            self.close_connection = True
            return
        self.send_response(recording.status)
        for name, value in recording.headers.items():
            if name not in {"content-length", "transfer-encoding", "server"}:
                self.send_header(name, value)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for chunk in sent.chunks:
            if chunk.data:
                time.sleep(sent.pause)
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk.data), chunk.data))
                self.wfile.flush()
        if sent.drops:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")
