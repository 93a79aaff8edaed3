"""A raw-socket HTTP server on loopback that answers chat completions byte by byte.

It does what `http.server` cannot: reset a connection, end in the middle of a line,
stall and send keep-alives. Like the servers that check what they are sent, it answers
400 to a history whose tool calls it cannot read.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

__all__ = ["RESET", "FaultServer", "Pause", "Request", "Step", "serving"]

RESET = "reset"
"""The connection is reset: the client reads no end of file, but an error."""


@dataclass(frozen=True)
class Pause:
    """Seconds in which nothing is sent."""

    seconds: float


Step = bytes | Pause | str
"""What is sent, a pause, or `RESET`; behind the last step the connection is closed."""
Request = dict[str, Any]
Responder = Callable[[Request, int], Sequence[Step]]
"""Takes a request and its number from 0; returns what it is answered with."""


class FaultServer:
    """Answers each chat request with the steps of a responder."""

    def __init__(
        self,
        responder: Responder,
        models: Sequence[str],
        server: str,
        listing: Sequence[Step] | None = None,
        address: str | None = None,
    ) -> None:
        """Answer from now on; the arguments are those of `serving`."""
        self.requests: list[Request] = []
        """The chat requests so far."""
        self.headers: list[dict[str, str]] = []
        """The fields of the head of each."""
        self.refused: list[str] = []
        """What was wrong with the histories that were answered with 400."""
        self._respond = responder
        self._models = models
        self._server = server
        self._listing = listing
        self._address = address or "http://127.0.0.1:{port}/v1"
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._workers: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        """What clients take as the base URL."""
        return self._address.format(port=self.port)

    def close(self) -> None:
        """Answer no more, and wait until every thread has ended."""
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for worker in self._workers:
            worker.join()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            worker = threading.Thread(target=self._serve, args=(connection,))
            self._workers.append(worker)
            worker.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._answer(connection)
            except OSError:
                return  # the client went away: some tests are about that

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        got = _read_request(connection)
        if got is None:
            return  # no HTTP, as when a client speaks TLS
        line, fields, body = got
        connection.settimeout(None)
        if line.startswith("GET"):
            self._send(connection, self._listing or [self._page(line)])
            return
        request = json.loads(body)
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
            self.headers.append(fields)
            wrong = complaint(request)
            if wrong:
                self.refused.append(wrong)
        if wrong:
            error = {"error": {"message": wrong, "type": "invalid_request_error"}}
            self._send(connection, [whole(error, status="400 Bad Request")])
            return
        self._send(connection, self._respond(request, number))

    def _page(self, line: str) -> bytes:
        """Return the list of models; at any other address, a page to log in at."""
        if line.split()[1] != "/v1/models":
            page = b"<!doctype html><html><title>Log in</title></html>"
            head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close"
            return f"{head}\r\ncontent-length: {len(page)}\r\n\r\n".encode() + page
        data = [{"id": each, "object": "model"} for each in self._models]
        return whole({"object": "list", "data": data}, self._server)

    def _send(self, connection: socket.socket, steps: Sequence[Step]) -> None:
        for step in steps:
            if isinstance(step, Pause):
                if self._over.wait(step.seconds):
                    return
            elif isinstance(step, bytes):
                connection.sendall(step)
            else:
                # Lingering for 0 s makes close() send RST and not FIN.
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
        connection.shutdown(socket.SHUT_WR)
        _wait_until_read(connection, self._over)


def _wait_until_read(connection: socket.socket, over: threading.Event) -> None:
    """Keep the socket until the client closes, so that no data of ours is reset."""
    connection.settimeout(0.05)
    end = time.monotonic() + 2
    while not over.is_set() and time.monotonic() < end:
        try:
            if not connection.recv(4096):
                return
        except TimeoutError:
            continue


def _read_request(
    connection: socket.socket,
) -> tuple[str, dict[str, str], bytes] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        data += more
        if not more or not data[:1].isalpha():
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines[1:])
    fields = {name.lower(): value for name, value in pairs}
    while len(body) < int(fields.get("content-length", "0")):
        body += connection.recv(65536)
    return lines[0], fields, body


def whole(body: Any, server: str = "", status: str = "200 OK") -> bytes:
    """Return a response with a JSON body."""
    content = json.dumps(body).encode()
    named = f"server: {server}\r\n" if server else ""
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{named}"
        f"content-length: {len(content)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + content


def complaint(request: Request) -> str | None:
    """Return what a strict server says of a history; None if it is sound.

    vLLM and llama.cpp parse the arguments of earlier calls again, and fail if they are
    no JSON object (vllm #43995, llama.cpp #25510); OpenAI's own API wants an answer to
    each call id.
    """
    open_calls: list[str] = []
    seen: set[str] = set()
    for message in request["messages"]:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in open_calls:
                return f"tool message without a call: {message.get('tool_call_id')!r}"
            open_calls.remove(message["tool_call_id"])
            continue
        if open_calls:
            return f"tool calls without an output: {open_calls}"
        for call in message.get("tool_calls") or ():
            wrong = _wrong_call(call, seen)
            if wrong:
                return wrong
            seen.add(call["id"])
            open_calls.append(call["id"])
    return f"tool calls without an output: {open_calls}" if open_calls else None


def _wrong_call(call: dict[str, Any], seen: set[str]) -> str | None:
    identity, function = call.get("id"), call["function"]
    if not identity or identity in seen:
        return f"the id of a tool call is blank or was used before: {identity!r}"
    name = function.get("name") or ""
    if not name or not all(letter.isalnum() or letter in "_-." for letter in name):
        return f"the name of a tool call is not allowed: {name!r}"
    try:
        arguments = json.loads(function["arguments"])
    except (TypeError, ValueError):
        return f"Unterminated string in arguments: {function['arguments']!r}"
    if not isinstance(arguments, dict):
        return f"the arguments of a tool call are no object: {arguments!r}"
    return None


@contextmanager
def serving(
    responder: Responder,
    models: Sequence[str] = ("gpt-oss-20b",),
    server: str = "",
    listing: Sequence[Step] | None = None,
    address: str | None = None,
) -> Iterator[FaultServer]:
    """Run a server for as long as the block.

    Args:
        responder: What chat requests are answered with.
        models: What `/v1/models` lists.
        server: The header of that name.
        listing: What is sent in place of the list.
        address: What clients are told, in place of where it listens; `{port}` is where.
    """
    running = FaultServer(responder, models, server, listing, address)
    try:
        yield running
    finally:
        running.close()
