"""A chat completions server that does all as the API says, streamed and whole.

What it answers is `tests.fakes.rule_model`'s. A faulty one is made of it by a class of
`Manners` that does one thing otherwise. `python -m tests.fakes.correct_server` runs it,
for trying `citeloop check` by hand.
"""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from tests.fakes.rule_model import Call, Said, answer, tokens, used_tokens

__all__ = ["WINDOW", "CorrectServer", "Manners", "RefusalError", "correct_server"]

WINDOW = 16_000
"""Tokens of a prompt and its answer together."""
MODEL = "rule-model"
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
Json = dict[str, Any]


class RefusalError(Exception):
    """A request that is answered with a 4xx."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Manners:
    """What the server does; each step can be done otherwise by a class of its own."""

    models: tuple[str, ...] = (MODEL,)
    paths: tuple[str, ...] = ("/v1/chat/completions",)
    """Where it answers."""
    window = WINDOW
    pause = 0.0006
    """Seconds between the frames of a stream."""
    reasoning_field = "reasoning_content"

    def __init__(self) -> None:
        self._numbers = count(1)

    def refuse(self, request: Json) -> None:
        """Raise a RefusalError for what cannot be answered."""
        if request.get("model") not in self.models:
            raise RefusalError(
                404, f"The model {request.get('model')!r} does not exist."
            )
        messages = request.get("messages")
        if not isinstance(messages, list) or not messages:
            raise RefusalError(400, "messages must be a list with something in it.")
        _require_results(messages)
        for tool in request.get("tools") or ():
            _require_tool(tool["function"])
        used = self.count(request)
        if used >= self.window:
            raise RefusalError(
                400,
                f"This model's maximum context length is {self.window} tokens, and "
                f"your messages have {used} tokens.",
            )

    def count(self, request: Json) -> int:
        """Return the tokens of a prompt."""
        return used_tokens(request)

    def think(self, request: Json) -> Said:
        """Return what the model answers, without a limit."""
        return answer(request)

    def cut(self, said: Said, request: Json) -> Said:
        """Return what is left of an answer within `max_tokens`."""
        limit = request.get("max_completion_tokens") or request.get("max_tokens")
        room = self.window - self.count(request)
        left = min(room, limit) if limit else room
        thought, left = _within(said.reasoning, left)
        content, left = _within(said.content, left)
        calls = []
        for each in said.calls:
            if left > 0:
                arguments, left = _within(each.arguments, left - 1)
                calls.append(Call(each.name, arguments))
        whole = replace(said, reasoning=thought, content=content, calls=calls)
        is_cut = left <= 0 and whole != replace(said, calls=list(said.calls))
        return replace(whole, finish="length") if is_cut else whole

    def usage(self, said: Said, request: Json) -> Json:
        """Return what was counted."""
        prompt, thought = self.count(request), len(tokens(said.reasoning))
        written = thought + len(tokens(said.content))
        written += sum(1 + len(tokens(each.arguments)) for each in said.calls)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": written,
            "total_tokens": prompt + written,
            "completion_tokens_details": {"reasoning_tokens": thought},
        }

    def head(self, request: Json, kind: str) -> Json:
        """Return what is alike in all frames of a response."""
        return {
            "id": f"chatcmpl-{next(self._numbers)}",
            "object": kind,
            "created": 1_764_000_000,
            "model": request["model"],
        }

    def calls(self, said: Said) -> list[Json]:
        """Return the calls as they stand in a message."""
        return [
            {
                "id": f"call_{next(self._numbers):08d}",
                "type": "function",
                "function": {"name": each.name, "arguments": each.arguments},
            }
            for each in said.calls
        ]

    def message(self, said: Said) -> Json:
        """Return the message of a whole response."""
        message: Json = {"role": "assistant", "content": said.content or None}
        if said.reasoning:
            message[self.reasoning_field] = said.reasoning
        if said.calls:
            message["tool_calls"] = self.calls(said)
        return message

    def body(self, said: Said, request: Json) -> Json:
        """Return a whole response."""
        choice = {
            "index": 0,
            "message": self.message(said),
            "finish_reason": said.finish,
        }
        return {
            **self.head(request, "chat.completion"),
            "choices": [choice],
            "usage": self.usage(said, request),
        }

    def deltas(self, said: Said) -> Iterator[Json]:
        """Yield the deltas of a stream, but for the one that ends it."""
        yield {"role": "assistant", "content": ""}
        for piece in tokens(said.reasoning):
            yield {self.reasoning_field: piece}
        for piece in tokens(said.content):
            yield {"content": piece}
        for index, call in enumerate(self.calls(said)):
            arguments = call["function"]["arguments"]
            call["function"]["arguments"] = ""
            yield {"tool_calls": [{"index": index, **call}]}
            for piece in tokens(arguments):
                delta = {"index": index, "function": {"arguments": piece}}
                yield {"tool_calls": [delta]}

    def frames(self, said: Said, request: Json) -> Iterator[Json]:
        """Yield the frames of a stream."""
        head = self.head(request, "chat.completion.chunk")
        for delta in self.deltas(said):
            choice = {"index": 0, "delta": delta, "finish_reason": None}
            yield {**head, "choices": [choice]}
        last = {"index": 0, "delta": {}, "finish_reason": said.finish}
        yield {**head, "choices": [last]}
        if (request.get("stream_options") or {}).get("include_usage"):
            yield {**head, "choices": [], "usage": self.usage(said, request)}

    def events(self, said: Said, request: Json) -> Iterator[bytes]:
        """Yield the bytes of a stream, event by event."""
        for frame in self.frames(said, request):
            yield f"data: {json.dumps(frame, ensure_ascii=False)}\n\n".encode()
            time.sleep(self.pause)
        yield b"data: [DONE]\n\n"

    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        """Return a status, and a body or the events of a stream."""
        try:
            self.refuse(request)
        except RefusalError as refusal:
            return refusal.status, error_body(refusal)
        said = self.cut(self.think(request), request)
        if request.get("stream"):
            return 200, self.events(said, request)
        return 200, self.body(said, request)


def error_body(refusal: RefusalError) -> Json:
    """Return the body of an error, as the API has it."""
    kind = "invalid_request_error"
    return {"error": {"message": str(refusal), "type": kind, "code": None}}


def _within(text: str, room: int) -> tuple[str, int]:
    """Return the start of a text that has room, and how much room is left."""
    kept = tokens(text)[: max(0, room)]
    return "".join(kept), room - len(kept)


def _require_tool(function: Mapping[str, Any]) -> None:
    """Raise unless a tool has a name and a schema that may be."""
    name = str(function["name"])
    if not _NAME.fullmatch(name):
        raise RefusalError(400, f"The name {name!r} of a tool is not allowed.")
    if wrong := _wrong_schema(json.dumps(function.get("parameters") or {})):
        raise RefusalError(400, f"{name}: {wrong}")


@lru_cache(maxsize=512)
def _wrong_schema(text: str) -> str:
    """Return why a text is no JSON Schema; blank if it is one. Tools come again."""
    try:
        Draft202012Validator.check_schema(json.loads(text))
    except SchemaError as error:
        return error.message or "no schema"
    return ""


def _require_results(messages: list[Mapping[str, Any]]) -> None:
    """Raise unless each call has its result, and each result its call."""
    waiting: list[str] = []
    for message in messages:
        if message.get("role") == "tool":
            if message.get("tool_call_id") not in waiting:
                raise RefusalError(
                    400, "A tool message must follow the call of its id."
                )
            waiting.remove(message["tool_call_id"])
            continue
        if waiting:
            break
        for call in message.get("tool_calls") or ():
            _require_object(call["function"]["arguments"])
            waiting.append(call["id"])
    if waiting:
        raise RefusalError(400, f"The calls {waiting} have no result.")


def _require_object(arguments: str) -> None:
    try:
        given = json.loads(arguments)
    except ValueError as error:
        raise RefusalError(400, f"Arguments are no JSON: {error}") from error
    if not isinstance(given, dict):
        raise RefusalError(400, "Arguments are no JSON object.")


class CorrectServer:
    """Serves `/v1/models` and `/v1/chat/completions`, and counts what it is asked."""

    def __init__(self, manners: Manners, dies_after: int | None = None) -> None:
        """Begin to listen; `dies_after` so many requests, nobody is there any more."""
        self.manners = manners
        self.requests: list[Json] = []
        """The bodies of the chat requests that are JSON objects."""
        self.count = 0
        """All requests, whatever they are."""
        self._lock = threading.Lock()
        self._dies_after = dies_after
        self._http = _Http(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def counted(self) -> bool:
        """Count a request; return whether it is still answered."""
        with self._lock:
            self.count += 1
            return self._dies_after is None or self.count <= self._dies_after

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def correct_server(
    manners: Manners | None = None, dies_after: int | None = None
) -> Iterator[CorrectServer]:
    """Run a server for as long as the block."""
    server = CorrectServer(manners or Manners(), dies_after)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _handler(server: CorrectServer) -> type[BaseHTTPRequestHandler]:  # noqa: C901
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            if not self._alive():
                return
            if self.path != "/v1/models":
                self._send(
                    404, error_body(RefusalError(404, f"No such path: {self.path}"))
                )
                return
            data = [
                {"id": each, "object": "model", "created": 1, "owned_by": "nobody"}
                for each in server.manners.models
            ]
            self._send(200, {"object": "list", "data": data})

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            content = self.rfile.read(length)
            if not self._alive():
                return
            if self.path not in server.manners.paths:
                self._send(
                    404, error_body(RefusalError(404, f"No such path: {self.path}"))
                )
                return
            try:
                request = json.loads(content)
            except ValueError as error:
                self._send(400, error_body(RefusalError(400, f"No JSON: {error}")))
                return
            server.requests.append(request)
            status, body = server.manners.respond(request)
            if isinstance(body, dict):
                self._send(status, body)
            else:
                self._stream(body)

        def _alive(self) -> bool:
            alive = server.counted()
            self.close_connection = self.close_connection or not alive
            return alive

        def _send(self, status: int, body: Json) -> None:
            content = json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(content)

        def _stream(self, events: Iterator[bytes]) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream; charset=utf-8")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                for event in events:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
                    self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")

    return Handler


def _try_by_hand() -> None:
    with correct_server() as server:
        print(server.base_url, MODEL, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    _try_by_hand()
