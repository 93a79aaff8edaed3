"""A chat-completions server that reads and writes real harmony, as gpt-oss's do.

Each request is rendered to the prompt that the model would read; a scripted output is
played as harmony tokens and parsed by OpenAI's own `StreamableParser`. What becomes of
each message follows vLLM's `openai_tool_parser.py` and `harmony_utils.py`: `analysis`
is reasoning, `final` and a preamble are content, what is addressed to a recipient is a
tool call, and a message in no channel is dropped. Where the parser raises, the server
answers 500, or sends an error chunk if its stream has begun.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, count
from typing import Any

from agent.testing.servers.harmony import (
    Delta,
    encoding,
    parse,
    render_prompt,
    require_harmony,
)

_call_ids = count(1)


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model generates for one request."""

    output: str
    """In harmony, from behind `<|start|>assistant`, special tokens spelled out."""
    max_tokens: int | None = None
    """How many tokens of it are generated; a smaller one of the request's comes first.
    """
    reasoning_field: str = "reasoning"
    """What the server calls it: `reasoning_content` on llama.cpp and older vLLM."""


Reply = Callable[[dict[str, Any]], Completion]


class HarmonyServer:
    """Answers each request with the next completion, or with a function's."""

    def __init__(self, script: Sequence[Completion] | Reply) -> None:
        """Take what the model generates."""
        self.requests: list[dict[str, Any]] = []
        self.prompts: list[str] = []
        """What the model read for each, special tokens spelled out."""
        self.refused: list[str] = []
        """Why a request was answered 400: no server may have to."""
        self._script = script
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def base_url(self) -> str:
        """What clients take as the base URL."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def read(self, request: dict[str, Any]) -> int:
        """Keep a request and its prompt; return the tokens of the latter."""
        tokens = render_prompt(request)
        self.requests.append(request)
        self.prompts.append(encoding().decode(tokens))
        return len(tokens)

    def completion(self, request: dict[str, Any]) -> Completion:
        """Return what the model generates for a request."""
        if callable(self._script):
            return self._script(request)
        return self._script[len(self.requests) - 1]

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more, and wait until the thread has ended."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@contextmanager
def serve(script: Sequence[Completion] | Reply) -> Iterator[HarmonyServer]:
    """Run a server for as long as the block.

    Raises:
        MissingHarmonyError: the packages of the extra `check` are not installed.
    """
    require_harmony()  # and not within a request
    server = HarmonyServer(script)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass(frozen=True, slots=True)
class _Generated:
    """The tokens of one answer, and what is said about them."""

    tokens: list[int]
    prompt_tokens: int
    reasoning_field: str
    request: dict[str, Any]

    @property
    def stopped(self) -> bool:
        """Whether the model ended it itself."""
        ends = {"<|return|>", "<|call|>", "<|end|>"}
        return bool(self.tokens) and encoding().decode(self.tokens[-1:]) in ends

    @property
    def usage(self) -> dict[str, int]:
        given, made = self.prompt_tokens, len(self.tokens)
        return {
            "prompt_tokens": given,
            "completion_tokens": made,
            "total_tokens": given + made,
        }

    def frame(self, kind: str, **rest: Any) -> dict[str, Any]:
        head = {"id": "chatcmpl-1", "object": kind, "created": 1_700_000_000}
        return {**head, "model": self.request["model"], **rest}

    def finish(self, *, called: bool) -> str:
        if not self.stopped:
            return "length"
        return "tool_calls" if called else "stop"


def _generate(
    server: HarmonyServer, request: dict[str, Any], prompt_tokens: int
) -> _Generated:
    wanted = server.completion(request)
    asked = request.get("max_completion_tokens") or request.get("max_tokens")
    limits = [limit for limit in (asked, wanted.max_tokens) if limit is not None]
    tokens = encoding().encode(wanted.output, allowed_special="all")
    return _Generated(
        tokens[: min(limits)] if limits else tokens,
        prompt_tokens,
        wanted.reasoning_field,
        request,
    )


def _call(index: int, name: str) -> dict[str, Any]:
    return {
        "index": index,
        "id": f"call_{next(_call_ids)}",
        "type": "function",
        "function": {"name": name, "arguments": ""},
    }


def _chunks(generated: _Generated, deltas: Iterator[Delta]) -> Iterator[dict[str, Any]]:
    def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return generated.frame("chat.completion.chunk", choices=[choice])

    yield chunk({"role": "assistant", "content": ""})
    called = 0
    for delta in deltas:
        if delta.kind != "call":
            field = generated.reasoning_field
            yield chunk({field if delta.kind == "reasoning" else "content": delta.text})
        elif delta.name is not None:
            yield chunk({"tool_calls": [_call(called, delta.name)]})
            called += 1
        else:
            part = {"index": called - 1, "function": {"arguments": delta.text}}
            yield chunk({"tool_calls": [part]})
    yield chunk({}, generated.finish(called=called > 0))
    options = generated.request.get("stream_options") or {}
    if options.get("include_usage"):
        yield generated.frame(
            "chat.completion.chunk", choices=[], usage=generated.usage
        )


def _whole(generated: _Generated, deltas: Iterator[Delta]) -> dict[str, Any]:
    texts = {"reasoning": "", "content": ""}
    calls: list[dict[str, Any]] = []
    for delta in deltas:
        if delta.kind != "call":
            texts[delta.kind] += delta.text
        elif delta.name is not None:
            calls.append(_call(len(calls), delta.name))
        else:
            calls[-1]["function"]["arguments"] += delta.text
    message = {
        "role": "assistant",
        "content": texts["content"] or None,
        generated.reasoning_field: texts["reasoning"] or None,
        "tool_calls": calls,
    }
    reason = generated.finish(called=bool(calls))
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return generated.frame("chat.completion", choices=[choice], usage=generated.usage)


def _handler(  # noqa: C901 (a class of short methods)
    server: HarmonyServer,
) -> type[BaseHTTPRequestHandler]:
    from openai_harmony import HarmonyError

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            self._send(200, {"object": "list", "data": [{"id": "gpt-oss-20b"}]})

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            request = json.loads(self.rfile.read(length))
            try:
                prompt_tokens = server.read(request)
            except (ValueError, KeyError) as error:
                server.refused.append(repr(error))
                self._send(400, _error(400, f"the messages are no chat: {error!r}"))
                return
            generated = _generate(server, request, prompt_tokens)
            deltas = parse(generated.tokens)
            try:
                if request.get("stream"):
                    first = next(deltas, None)
                    self._stream(generated, chain([first] if first else [], deltas))
                else:
                    self._send(200, _whole(generated, deltas))
            except HarmonyError as error:
                self._send(500, _error(500, str(error)))

        def _send(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _stream(self, generated: _Generated, deltas: Iterator[Delta]) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                for chunk in _chunks(generated, deltas):
                    self._event(json.dumps(chunk))
            except HarmonyError as error:
                self._event(json.dumps(_error(500, str(error))))
            except (BrokenPipeError, ConnectionResetError):
                return  # the client went away
            self._event("[DONE]")

        def _event(self, data: str) -> None:
            self.wfile.write(f"data: {data}\n\n".encode())

    return Handler


def _error(status: int, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "server_error", "code": status}}
