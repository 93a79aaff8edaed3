"""What a server answers with, as data: a turn of a model or a fault, in bytes.

A `Said` is one turn in both forms, as a stream and whole. What is `honest` is the model
that the suite goes on with behind a fault: it searches, then it answers.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from agent.testing.servers.fault_server import Request, Step

__all__ = [
    "ANSWER",
    "QUERY",
    "QUOTE",
    "SEARCH",
    "Packed",
    "Raw",
    "Reply",
    "Said",
    "Status",
    "call",
    "chunk",
    "chunked",
    "event",
    "head",
    "honest",
    "response",
    "turn_chunks",
]

QUOTE = (
    "The data coordinator seals a growing segment when the segment reaches a share "
    "of the maximum segment size."
)
"""It stands in `examples/docs/write-path.md`, and `QUERY` finds it first."""
QUERY = "What seals a growing segment?"
SEARCH = json.dumps({"query": QUERY})
ANSWER = "It is sealed when it reaches a share of the maximum size [1]."
"""What the honest model answers."""
EVENTS = "text/event-stream"


@dataclass(frozen=True)
class Said:
    """One turn of a model, well or badly formed."""

    content: str | None = None
    calls: Sequence[dict[str, Any]] = ()
    """As they stand in `tool_calls`; a stream sends each in one delta."""
    finish: str | None = "stop"
    """The finish reason; None leaves it out, with all that follows."""
    extra: dict[str, Any] = field(default_factory=dict)
    """More fields of the message: reasoning under its many names."""
    deltas: Sequence[dict[str, Any]] | None = None
    """The deltas of a stream, where they are no plain rendering of the turn."""
    frames: Sequence[dict[str, Any]] = ()
    """Chunks that a stream sends before the last one, as they are."""
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {
            "prompt_tokens": 2000, "completion_tokens": 20, "total_tokens": 2020
        }
    )  # fmt: skip
    choice: dict[str, Any] = field(default_factory=dict)
    """More fields of the choice."""

    def steps(self, *, stream: bool) -> list[Step]:
        """Return what is sent, head and body."""
        if stream:
            return [head(EVENTS), *(event(each) for each in turn_chunks(self)), DONE]
        return [response(self.body())]

    def body(self) -> dict[str, Any]:
        """Return the body of the turn where it is not streamed."""
        message: dict[str, Any] = {"role": "assistant", "content": self.content}
        message |= self.extra
        if self.calls:
            message["tool_calls"] = [
                {key: value for key, value in each.items() if key != "index"}
                for each in self.calls
            ]
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        body = {**_frame("chat.completion"), "choices": [choice | self.choice]}
        return body if self.usage is None else {**body, "usage": self.usage}


@dataclass(frozen=True)
class Status:
    """An HTTP status with a body: JSON, or HTML where it is a string of tags."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    def steps(self, *, stream: bool) -> list[Step]:
        """Return what is sent, in whichever form was asked for."""
        del stream
        return [response(self.body, status=self.status, headers=self.headers)]


@dataclass(frozen=True)
class Raw:
    """Bytes and other steps, by the form that was asked for."""

    streaming: Sequence[Step] = ()
    whole: Sequence[Step] = ()

    def steps(self, *, stream: bool) -> Sequence[Step]:
        """Return what is sent in a form; nothing where the fault has none in it."""
        return self.streaming if stream else self.whole


@dataclass(frozen=True)
class Packed:
    """A body of gzip that unpacks to far more than it is, packed when it is sent.

    To pack a hundred megabytes takes a second, which nobody pays who does not ask.
    """

    streaming: bytes
    """The head of a response that is streamed; none where that has no such fault."""
    whole: bytes
    """The same of one that is not."""
    begins: bytes
    again: bytes
    times: int
    """How often `again` stands behind what it begins with."""

    def steps(self, *, stream: bool) -> list[Step]:
        """Return what is sent, head and body."""
        first = self.streaming if stream else self.whole
        if not first:
            return []
        return [first, _packed(self.begins, self.again, self.times)]


@cache
def _packed(begins: bytes, again: bytes, times: int) -> bytes:
    return gzip.compress(begins + again * times)


Reply = Said | Status | Raw | Packed
DONE = b"data: [DONE]\n\n"


def call(
    name: Any = "search",
    arguments: Any = SEARCH,
    *,
    id: Any = "call_1",  # noqa: A002 (the field's own name)
    index: int = 0,
    without: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a tool call as it stands on the wire, without some of its fields."""
    function = {"name": name, "arguments": arguments}
    fields = {"index": index, "id": id, "type": "function", "function": function}
    return {key: value for key, value in fields.items() if key not in without}


def head(kind: str, status: int = 200, /, **headers: str) -> bytes:
    """Return the head of a response that ends when the connection is closed."""
    fields = {"content-type": kind, "connection": "close", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode()


def response(
    body: Any, status: int = 200, headers: dict[str, str] | None = None
) -> bytes:
    """Return a whole response: a string is HTML (or nothing), all else is JSON."""
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    kind = "text/html" if isinstance(body, str) else "application/json"
    fields = {"content-length": str(len(content)), **(headers or {})}
    return head(kind, status, **fields) + content


def event(chunk: Any) -> bytes:
    """Return one line of a stream."""
    text = chunk if isinstance(chunk, str) else json.dumps(chunk)
    return f"data: {text}\n\n".encode()


def chunked(*parts: bytes) -> bytes:
    """Return parts as HTTP's own chunks, without the one that ends them."""
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in parts)


def _frame(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "gpt-oss-20b"}


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    """Return one chunk of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {**_frame("chat.completion.chunk"), "choices": [choice]}


def turn_chunks(said: Said) -> Iterator[dict[str, Any]]:
    """Return the chunks of a turn as a stream."""
    yield chunk({"role": "assistant", "content": ""})
    if said.deltas is not None:
        for delta in said.deltas:
            yield chunk(delta)
    else:
        for name, value in said.extra.items():
            yield chunk({name: value})
        for piece in _pieces(said.content or ""):
            yield chunk({"content": piece})
        for each in said.calls:
            yield chunk({"tool_calls": [each]})
    yield from said.frames
    last = chunk({}, said.finish)
    last["choices"][0] |= said.choice
    yield last
    if said.usage is not None:
        yield {**_frame("chat.completion.chunk"), "choices": [], "usage": said.usage}


def _pieces(text: str, length: int = 11) -> list[str]:
    return [text[at : at + length] for at in range(0, len(text), length)]


def honest(request: Request, number: int) -> Said:
    """Return the next turn of a model that does what it should."""
    messages = request["messages"]
    names = [each["function"]["name"] for each in request.get("tools") or ()]
    asked = max(at for at, each in enumerate(messages) if _is_question(each))
    read = [each["content"] for each in messages[asked:] if each["role"] == "tool"]
    source = max(map(_source_of_the_quote, read), default=0)
    identity = f"honest_{number}"
    if "search" in names and not source:
        return Said(calls=[call(id=identity)], finish="tool_calls")
    cited = [{"source": source or 1, "quote": QUOTE}]
    final = {"answer": ANSWER.replace("1", str(source or 1)), "citations": cited}
    if "final_answer" in names:
        given = call("final_answer", json.dumps(final), id=identity)
        return Said(calls=[given], finish="tool_calls")
    return Said(json.dumps(final))


def _source_of_the_quote(output: str) -> int:
    """Return the number of the source in which the quote stands, 0 if in none."""
    before, found, _ = output.partition(QUOTE)
    numbers = re.findall(r"^\[(\d+)\] lines", before, re.MULTILINE)
    return int(numbers[-1]) if found and numbers else 0


def _is_question(message: dict[str, Any]) -> bool:
    return message["role"] == "user" and QUERY in str(message["content"])
