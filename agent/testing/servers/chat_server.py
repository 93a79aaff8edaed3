"""A real local HTTP server that speaks chat completions, by a script.

It serves `/v1/models` and `/v1/chat/completions`, streaming or not as the request says,
and keeps every request for the test to look at. It runs with a small conversation, for
trying the command by hand, by `python -m agent.testing.servers.chat_server`.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Turn:
    """What the model answers to one request."""

    calls: Sequence[tuple[str, dict[str, Any] | str]] = ()
    """Name and arguments of each tool call; a string is sent as it is."""
    content: str | None = None
    reasoning: str | None = None
    reasoning_field: str = "reasoning"
    cost: float | None = None
    status: int = 200
    error: Any = None
    """The body that goes with another status."""
    headers: dict[str, str] = field(default_factory=dict)
    finish: str | None = "stop"
    """The finish reason of a text; None ends a stream without one."""
    page: str | None = None
    """Sent as HTML, with status 200, in place of all else."""
    pause: float = 0.0
    """Seconds between the chunks of a stream."""


Reply = Callable[[dict[str, Any]], Turn]


class ChatServer:
    """Answers each request with the next turn of the script, or with a function."""

    def __init__(self, script: Sequence[Turn] | Reply, models: Sequence[str]) -> None:
        """Take what is answered, and what `/v1/models` lists."""
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.models = list(models)
        self._script = script
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def base_url(self) -> str:
        """What clients take as the base URL."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def reply(self, request: dict[str, Any]) -> Turn:
        """Keep a request; return what is answered."""
        self.requests.append(request)
        if callable(self._script):
            return self._script(request)
        at = len(self.requests) - 1
        if at >= len(self._script):
            return Turn(status=500, error={"error": "the script is at its end"})
        return self._script[at]

    @property
    def chats(self) -> list[list[dict[str, Any]]]:
        """The messages of each request."""
        return [request["messages"] for request in self.requests]

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more, and wait until the thread has ended."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@contextmanager
def serve(
    script: Sequence[Turn] | Reply, models: Sequence[str] = ("gpt-oss-20b",)
) -> Iterator[ChatServer]:
    """Run a server for as long as the block."""
    server = ChatServer(script, models)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _handler(  # noqa: C901 (a class of short methods)
    server: ChatServer,
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            models = [{"id": each, "object": "model"} for each in server.models]
            self._send(200, {"object": "list", "data": models})

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            request = json.loads(self.rfile.read(length))
            server.headers.append({k.lower(): v for k, v in self.headers.items()})
            turn = server.reply(request)
            if turn.page is not None:
                self._send_page(turn.page)
            elif turn.status != 200:
                self._send(turn.status, turn.error, turn.headers)
            elif request.get("stream"):
                self._stream(turn, request)
            else:
                self._send(200, _completion(turn, request))

        def _send(
            self, status: int, body: Any, headers: dict[str, str] | None = None
        ) -> None:
            is_text = isinstance(body, str) and body.startswith("<")
            content = (body if is_text else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header(
                "content-type", "text/html" if is_text else "application/json"
            )
            self.send_header("content-length", str(len(content)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(content)  # else the client went away

        def _send_page(self, page: str) -> None:
            self.send_response(200)
            self.send_header(
                "content-type", "text/html" if page else "application/json"
            )
            self.send_header("content-length", str(len(page)))
            self.end_headers()
            self.wfile.write(page.encode())

        def _stream(self, turn: Turn, request: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            try:
                for chunk in _chunks(turn, request):
                    self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                    self.wfile.flush()
                    time.sleep(turn.pause)
                self.wfile.write(b"data: [DONE]\n\n")
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client went away: that is what some tests are about
            self.close_connection = True

    return Handler


def _calls(turn: Turn) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{id(turn)}_{at}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": given if isinstance(given, str) else json.dumps(given),
            },
        }
        for at, (name, given) in enumerate(turn.calls)
    ]


def _usage(turn: Turn) -> dict[str, Any]:
    usage: dict[str, Any] = {
        "prompt_tokens": 100,
        "completion_tokens": 10,
        "total_tokens": 110,
    }
    if turn.cost is not None:
        usage["cost"] = turn.cost
    return usage


def _frame(request: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": kind,
        "created": 1_700_000_000,
        "model": request["model"],
    }


def _completion(turn: Turn, request: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": turn.content}
    if turn.reasoning:
        message[turn.reasoning_field] = turn.reasoning
    if turn.calls:
        message["tool_calls"] = _calls(turn)
    reason = "tool_calls" if turn.calls else turn.finish
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return {
        **_frame(request, "chat.completion"),
        "choices": [choice],
        "usage": _usage(turn),
    }


def _chunks(turn: Turn, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    frame = _frame(request, "chat.completion.chunk")

    def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return {**frame, "choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    for piece in _pieces(turn.reasoning):
        yield chunk({turn.reasoning_field: piece})
    for piece in _pieces(turn.content):
        yield chunk({"content": piece})
    for index, call in enumerate(_calls(turn)):
        arguments = call["function"].pop("arguments")
        call["function"]["arguments"] = ""
        yield chunk({"tool_calls": [{"index": index, **call}]})
        for piece in _pieces(arguments):
            delta = {"index": index, "function": {"arguments": piece}}
            yield chunk({"tool_calls": [delta]})
    yield chunk({}, "tool_calls" if turn.calls else turn.finish)
    if (request.get("stream_options") or {}).get("include_usage"):
        yield {**frame, "choices": [], "usage": _usage(turn)}


def _pieces(text: str | None, length: int = 7) -> list[str]:
    return (
        [text[at : at + length] for at in range(0, len(text or ""), length)]
        if text
        else []
    )


def _try_by_hand() -> None:
    def reply(request: dict[str, Any]) -> Turn:
        last = request["messages"][-1]
        if last["role"] == "tool":
            return Turn(
                reasoning="The source says it. I can answer. " * 5,
                calls=[("final_answer", {"answer": "It says so [1]."})],
                pause=0.05,
            )
        return Turn(
            reasoning="The user asks. I should search the library. " * 8,
            calls=[("search", {"query": last["content"]})],
            pause=0.05,
        )

    with serve(reply) as server:
        print(server.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    _try_by_hand()
