"""A gpt-oss server that fails now and then, in the ways of ../shared/guide/faults.md.

`soak.py` runs it in a process of its own. It knows one conversation (search, fetch,
requery, answer) and leads it by what the request holds, so any number of conversations
can go on at once. A request that no real server would take (arguments that are no JSON,
a call without an output) is answered with 400 and `BROKEN_HISTORY`.
"""

import asyncio
import json
import random
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from tools.evidence.shown import read_sources

__all__ = ["ANSWER", "BROKEN_HISTORY", "QUOTE", "run_server"]

QUOTE = "Milvus acknowledges an insert as soon as the log broker has accepted it."
ANSWER = "An insert is acknowledged as soon as the log broker has it"
"""What a whole answer begins with; it ends with its source, `[n].`"""
BROKEN_HISTORY = "this history is no chat"
RATES = (0.05, 0.10, 0.15, 0.20, 0.25)
"""Of requests that fail; a conversation keeps to one of them."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the model says in one turn."""

    reasoning: str = "Let me think about that."
    content: str = ""
    calls: tuple[dict[str, Any], ...] = ()
    finish: str | None = "stop"
    fields: tuple[str, ...] = ("reasoning",)
    indexes: bool = True
    """Whether streamed calls have an index each, and not all 0."""

    def with_call(self, **changes: Any) -> "Said":
        """Return it with its first call changed; None takes a field away."""
        if not self.calls:
            return self
        call = {**self.calls[0], **changes}
        kept = {name: value for name, value in call.items() if value is not None}
        return replace(self, calls=(kept, *self.calls[1:]))


# --- what the model itself gets wrong ---

Slip = Callable[[Said], Said]


def _rename(pattern: str) -> Slip:
    return lambda said: said.with_call(name=pattern.format(_name(said)))


def _name(said: Said) -> str:
    return str(said.calls[0]["name"]) if said.calls else "search"


def _arguments(said: Said) -> str:
    return str(said.calls[0]["arguments"]) if said.calls else "{}"


def _reargue(change: Callable[[str], Any]) -> Slip:
    return lambda said: said.with_call(arguments=change(_arguments(said)))


def _in_content(pattern: str) -> Slip:
    def slip(said: Said) -> Said:
        text = pattern.format(name=_name(said), arguments=_arguments(said))
        return replace(said, calls=(), content=text)

    return slip


SLIPS: dict[str, Slip] = {
    "channel in the name": _rename("{}<|channel|>commentary"),
    "json in the name": _rename("{}<|channel|>json"),
    "prefix of the name": _rename("functions.{}"),
    "header as the name": lambda said: said.with_call(
        name="assistant<|channel|>analysis"
    ),
    "a browser": lambda said: said.with_call(name="browser.search"),
    "no name": lambda said: said.with_call(name=""),
    "null name": lambda said: replace(
        said, calls=tuple({**each, "name": None} for each in said.calls)
    ),
    "no id": lambda said: said.with_call(id=None),
    "the same id": lambda said: said.with_call(id="call_1"),
    "cut arguments": _reargue(lambda text: text[: len(text) // 2]),
    "a bracket more": _reargue(lambda text: text + "]"),
    "encoded twice": _reargue(json.dumps),
    "arguments as an object": _reargue(json.loads),
    "blank arguments": _reargue(lambda text: ""),
    "null arguments": lambda said: replace(
        said, calls=tuple({**each, "arguments": None} for each in said.calls)
    ),
    "wrong arguments": _reargue(lambda text: '{"colour": 7}'),
    "two calls": lambda said: replace(said, calls=said.calls * 2),
    "two calls with index 0": lambda said: replace(
        said, calls=said.calls + _again(said), indexes=False
    ),
    "a call in words": _in_content("commentary to=functions.{name} json{arguments}"),
    "a call as harmony": _in_content(
        "<|channel|>commentary to=functions.{name} <|constrain|>json"
        "<|message|>{arguments}<|call|>"
    ),
    "half a call in words": _in_content("commentary to=functions.{name} json{{"),
    "channels in the text": lambda said: replace(
        said, calls=(), content=f"analysisI know it.assistantfinal{ANSWER}"
    ),
    "a token in the text": lambda said: replace(
        said, calls=(), content=f"<|start|>assistant{ANSWER}"
    ),
    "only reasoning": lambda said: replace(said, calls=()),
    "reasoning to the limit": lambda said: replace(said, calls=(), finish="length"),
    "nothing": lambda said: replace(said, calls=(), reasoning=""),
    "a text cut off": lambda said: replace(
        said, calls=(), content=ANSWER[:20], finish="length"
    ),
    "calls cut off": lambda said: replace(
        said.with_call(arguments=_arguments(said)[:12]), finish="length"
    ),
    "an error to finish": lambda said: replace(
        said, calls=(), content=ANSWER[:20], finish="error"
    ),
    "reasoning twice": lambda said: replace(
        said, fields=("reasoning", "reasoning_content")
    ),
}


def _again(said: Said) -> tuple[dict[str, Any], ...]:
    return tuple({**each, "id": f"{each['id']}_again"} for each in said.calls)


# --- the conversation ---


class BrokenHistoryError(Exception):
    """A request holds what no server takes."""


def next_turn(messages: list[dict[str, Any]], number: int) -> Said:
    """Return the turn that a well-behaved model makes."""
    _require_history(messages)
    start = max(at for at, each in enumerate(messages) if each["role"] == "user")
    outputs = [
        each["content"] or "" for each in messages[start:] if each["role"] == "tool"
    ]
    done = sum(not each.startswith("Error") for each in outputs)
    source = _source(outputs)
    if source is None:
        words = f"when is an insert acknowledged, {len(outputs)} {number % 97}"
        called = ("search", {"query": words})
    elif done < 2:
        called = ("fetch", {"document": "write-path.md", "find": "acknowledges"})
    elif done < 3:
        called = (
            "requery",
            {"queries": [f"log broker {number % 89}", "ack of insert"]},
        )
    else:
        given = {"source": source, "quote": QUOTE}
        text = f"{ANSWER} [{source}]."
        called = ("final_answer", {"answer": text, "citations": [given]})
    call = {
        "id": f"call_{number}",
        "name": called[0],
        "arguments": json.dumps(called[1]),
    }
    return Said(calls=(call,))


def _source(outputs: list[str]) -> int | None:
    shown = (source for output in outputs for source in read_sources(output))
    return next((each.id for each in shown if QUOTE in " ".join(each.lines)), None)


def _require_history(messages: list[dict[str, Any]]) -> None:
    open_calls: set[str] = set()
    for message in messages:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                raise BrokenHistoryError("an output without a call")
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            raise BrokenHistoryError("a call without an output")
        for call in message.get("tool_calls") or []:
            if call["id"] in open_calls or not _is_sound(call["function"]):
                raise BrokenHistoryError(f"a broken call: {call}")
            open_calls.add(call["id"])
    if open_calls:
        raise BrokenHistoryError("a call without an output")


def _is_sound(function: dict[str, Any]) -> bool:
    try:
        arguments = json.loads(function["arguments"])
    except (TypeError, ValueError):
        return False
    return isinstance(arguments, dict) and bool(function["name"])


# --- the bytes ---


def whole(said: Said, usage: dict[str, int]) -> bytes:
    """Return the body of a response that is not streamed."""
    calls = [
        {
            **({"id": each["id"]} if "id" in each else {}),
            "type": "function",
            "function": {"name": each["name"], "arguments": each["arguments"]},
        }
        for each in said.calls
    ]
    message: dict[str, Any] = {"role": "assistant", "content": said.content or None}
    message |= dict.fromkeys(said.fields, said.reasoning or None)
    message |= {"tool_calls": calls} if calls else {}
    finish = "tool_calls" if calls and said.finish == "stop" else said.finish
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return json.dumps(
        {**_frame("chat.completion"), "choices": [choice], "usage": usage}
    ).encode()


def events(said: Said, usage: dict[str, int]) -> Iterator[bytes]:
    """Yield the events of a response that is streamed, without `[DONE]`."""

    def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        frame = {**_frame("chat.completion.chunk"), "choices": [choice]}
        return _event(frame)

    yield event({"role": "assistant", "content": ""})
    for piece in _pieces(said.reasoning):
        yield event(dict.fromkeys(said.fields, piece))
    for piece in _pieces(said.content):
        yield event({"content": piece})
    for at, call in enumerate(said.calls):
        index = at if said.indexes else 0
        begin = {"index": index, "type": "function"}
        begin |= {"id": call["id"]} if "id" in call else {}
        given = call["arguments"]
        whole_at_once = not isinstance(given, str)
        function = {"name": call["name"], "arguments": given if whole_at_once else ""}
        yield event({"tool_calls": [{**begin, "function": function}]})
        for piece in () if whole_at_once else _pieces(given):
            part = {"index": index, "function": {"arguments": piece}}
            yield event({"tool_calls": [part]})
    finish = "tool_calls" if said.calls and said.finish == "stop" else said.finish
    yield event({}, finish)
    yield _event({**_frame("chat.completion.chunk"), "choices": [], "usage": usage})


def _frame(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "gpt-oss-20b"}


def _event(frame: object) -> bytes:
    return b"data: " + json.dumps(frame).encode() + b"\n\n"


def _pieces(text: str) -> list[str]:
    return [text[at : at + 9] for at in range(0, len(text), 9)]


@dataclass(slots=True)
class Exchange:
    """One request, and the connection that its answer goes to."""

    writer: asyncio.StreamWriter
    streamed: bool
    said: Said
    dice: random.Random
    usage: dict[str, int] = field(default_factory=dict)

    def send(self, status: int, body: bytes, kind: str, *headers: str) -> None:
        """Send a response of one piece."""
        lines = [f"HTTP/1.1 {status} Said", f"content-type: {kind}", *headers]
        head = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""])
        self.writer.write(head.encode() + body)

    def send_error(self, status: int, message: str, *headers: str) -> None:
        """Send an error as OpenAI's API does."""
        body = {"error": {"message": message, "code": status}}
        self.send(status, json.dumps(body).encode(), "application/json", *headers)

    def begin_stream(self) -> None:
        """Send the head of a stream."""
        self.writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )

    def chunk(self, data: bytes) -> None:
        """Send a piece of a stream."""
        self.writer.write(b"%x\r\n%s\r\n" % (len(data), data))

    def end_stream(self) -> None:
        """Send `[DONE]` and the end of the body."""
        self.chunk(b"data: [DONE]\n\n")
        self.writer.write(b"0\r\n\r\n")

    def some_events(self) -> list[bytes]:
        """Return the events of a stream up to somewhere in the middle."""
        all_of_them = list(events(self.said, self.usage))
        return all_of_them[: self.dice.randrange(1, max(len(all_of_them) - 2, 2))]

    def reset(self) -> None:
        """End the connection with a RST."""
        peer = self.writer.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def answer_well(exchange: Exchange) -> None:
    """Send what was said."""
    if not exchange.streamed:
        body = whole(exchange.said, exchange.usage)
        exchange.send(200, body, "application/json")
        return
    exchange.begin_stream()
    for event in events(exchange.said, exchange.usage):
        exchange.chunk(event)
    exchange.end_stream()


# --- what goes wrong on the way ---

Accident = Callable[[Exchange], None]


def _status(status: int, message: str, *headers: str) -> Accident:
    return lambda exchange: exchange.send_error(status, message, *headers)


def _bad_gateway(exchange: Exchange) -> None:
    exchange.send(502, b"<html><body>Bad Gateway</body></html>", "text/html")


def _error_in_200(exchange: Exchange) -> None:
    body = {"choices": None, "error": {"message": "Provider busy", "code": 502}}
    exchange.send(200, json.dumps(body).encode(), "application/json")


def _reset(exchange: Exchange) -> None:
    if exchange.streamed and exchange.dice.random() < 0.7:
        exchange.begin_stream()
        for event in exchange.some_events():
            exchange.chunk(event)
    exchange.reset()


def _in_the_middle(what: bytes, *, close: bool) -> Accident:
    """Break a stream off with some bytes; a whole body is cut in the middle."""

    def accident(exchange: Exchange) -> None:
        if not exchange.streamed:
            body = whole(exchange.said, exchange.usage)
            exchange.send(200, body[: len(body) // 2], "application/json")
            return
        exchange.begin_stream()
        for event in exchange.some_events():
            exchange.chunk(event)
        exchange.chunk(what or b"\n")
        if close:
            exchange.writer.close()
        else:
            exchange.end_stream()

    return accident


def _keep_alives(exchange: Exchange) -> None:
    if exchange.streamed:
        exchange.begin_stream()
        exchange.chunk(b": OPENROUTER PROCESSING\n\n" * 40)
        for event in events(exchange.said, exchange.usage):
            exchange.chunk(event)
        exchange.end_stream()
    else:
        answer_well(exchange)


def _error_event(exchange: Exchange) -> None:
    frame = {"error": {"message": "Provider disconnected", "code": 502}}
    _in_the_middle(_event(frame), close=False)(exchange)


ACCIDENTS: dict[str, Accident] = {
    "429": _status(429, "slow down", "retry-after: 0.2"),
    "500 of the parser": _status(
        500, "The model output does not match the expected peg-native format"
    ),
    "502 in HTML": _bad_gateway,
    "503": _status(503, "Loading model"),
    "an error in 200": _error_in_200,
    "a reset": _reset,
    "the end without a finish": _in_the_middle(b"", close=False),
    "half an event": _in_the_middle(b'data: {"choices": [{"del', close=True),
    "an event that is no JSON": _in_the_middle(b"data: {not json}\n\n", close=False),
    "an error event": _error_event,
    "keep-alives": _keep_alives,
}

FAULTS: tuple[str, ...] = (*SLIPS, *ACCIDENTS)


# --- the server ---


class FaultyServer:
    """Answers requests, well or not, and counts what it did."""

    def __init__(self, seed: int) -> None:
        """Throw the dice of a seed."""
        self._dice = random.Random(seed)  # noqa: S311 (dice, no secret)
        self.turns = 0
        self.injected: dict[str, int] = {}
        self.refused: list[str] = []

    async def connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection."""
        try:
            while not writer.is_closing():
                asked = await reader.readuntil(b"\r\n\r\n")
                if asked.startswith(b"GET"):
                    self._show(writer, models=asked.startswith(b"GET /v1/models "))
                    continue
                length = asked.lower().split(b"content-length:")[1].split(b"\r\n")[0]
                self._answer(json.loads(await reader.readexactly(int(length))), writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _show(self, writer: asyncio.StreamWriter, *, models: bool) -> None:
        """Send the models, or what happened so far."""
        state: dict[str, Any] = {
            "turns": self.turns,
            "injected": self.injected,
            "refused": self.refused,
        }
        if models:
            state = {"object": "list", "data": [{"id": "gpt-oss-20b"}]}
        exchange = Exchange(writer, streamed=False, said=Said(), dice=self._dice)
        exchange.send(200, json.dumps(state).encode(), "application/json")

    def _answer(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        self.turns += 1
        exchange = Exchange(
            writer, bool(request.get("stream")), said=Said(), dice=self._dice
        )
        try:
            exchange.said = next_turn(request["messages"], self.turns)
        except BrokenHistoryError as error:
            self.refused.append(str(error)[:300])
            exchange.send_error(400, f"{BROKEN_HISTORY}: {error}")
            return
        size = len(json.dumps(request["messages"])) // 4
        exchange.usage = {
            "prompt_tokens": size,
            "completion_tokens": 20,
            "total_tokens": size + 20,
        }
        words = str(request["messages"][1]["content"])
        rate = RATES[sum(words.encode()) % len(RATES)]
        if self._dice.random() >= rate:
            answer_well(exchange)
            return
        name = self._dice.choice(FAULTS)
        self.injected[name] = self.injected.get(name, 0) + 1
        if name in SLIPS:
            exchange.said = SLIPS[name](exchange.said)
            answer_well(exchange)
        else:
            ACCIDENTS[name](exchange)


async def run_server(seed: int, ready: Callable[[int], Awaitable[None] | None]) -> None:
    """Serve until cancelled; `ready` is told the port."""
    faulty = FaultyServer(seed)
    server = await asyncio.start_server(faulty.connect, "127.0.0.1", 0)
    ready(server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    import sys

    asyncio.run(run_server(int(sys.argv[1]), partial(print, flush=True)))
