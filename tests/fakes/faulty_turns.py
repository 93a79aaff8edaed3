"""Servers with one fault in what they make of schemas, histories and load."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Lock

from tests.fakes.correct_server import Json, Manners, RefusalError
from tests.fakes.faulty_manners import Fault, Quick
from tests.fakes.rule_model import Call, Said, text_of

__all__ = ["FAULTS_OF_TURNS"]


class ArgumentsLeftOut(Quick):
    def think(self, request: Json) -> Said:
        said = super().think(request)
        if "with any values" not in text_of(request["messages"][-1]):
            return said
        return replace(said, calls=[Call(each.name, "{}") for each in said.calls])


class SchemaNotShown(Quick):
    """Shows names of parameters alone, as templates did (ollama PR #10091)."""

    def count(self, request: Json) -> int:
        tools = [
            {"type": "function", "function": {**each["function"], "parameters": {}}}
            for each in request.get("tools") or ()
        ]
        return super().count({**request, "tools": tools})


class FormSuppressesCalls(Quick):
    """As vllm #23120 and LM Studio #1555."""

    def think(self, request: Json) -> Said:
        if request.get("response_format") and request.get("tools"):
            return Said('{"color": "red", "count": 3}')
        return super().think(request)


class ResultIgnored(Quick):
    def think(self, request: Json) -> Said:
        last = request["messages"][-1]
        short = len(text_of(last)) < 60
        if last["role"] == "tool" and text_of(last).startswith("It means") and short:
            return Said("I have looked it up.")
        return super().think(request)


class ChainBreaks(Quick):
    """After a few successful calls, as LM Studio #942."""

    def think(self, request: Json) -> Said:
        done = sum(each["role"] == "tool" for each in request["messages"])
        return super().think(request) if done < 5 else Said("Done.")


class EmptyResultFails(Quick):
    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        if any(each["role"] == "tool" and not text_of(each)
               for each in request.get("messages") or ()
               if isinstance(each, dict) and "role" in each):  # fmt: skip
            return 500, {"error": {"message": "Internal error", "type": "server"}}
        return super().respond(request)


class ControlTokensRead(Quick):
    """Tokenizes what a user says as if it were the protocol's own."""

    def count(self, request: Json) -> int:
        text = json.dumps(request["messages"])
        for token in ("end", "start", "call", "message"):
            text = text.replace(f"<|{token}|>", "x")
        return super().count({**request, "messages": json.loads(text)})


class LongIdsRefused(Quick):
    def refuse(self, request: Json) -> None:
        super().refuse(request)
        if any(len(each.get("tool_call_id", "")) > 64 for each in request["messages"]):
            raise RefusalError(400, "tool_call_id is too long.")


class BrokenHistoryFails(Quick):
    """As vllm #43995: a 500 for arguments that are no JSON."""

    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        status, body = super().respond(request)
        if isinstance(body, dict) and "Arguments are no" in json.dumps(body):
            return 500, {"error": {"message": "Internal error", "type": "server"}}
        return status, body


class CrossTalk(Quick):
    """Mixes up answers under load: clean with one request, wrong with several."""

    def __init__(self) -> None:
        super().__init__()
        self._busy: list[str] = []
        self._lock = Lock()

    def think(self, request: Json) -> Said:
        said = super().think(request)
        if not said.content or said.calls:
            return said
        with self._lock:
            self._busy.append(said.content)
        time.sleep(0.05)
        with self._lock:
            other = self._busy[0]
            self._busy.remove(said.content)
        return replace(said, content=other)


class GeneratesOn(Quick):
    """Has one slot, and goes on for a client that has left (llama.cpp #24496)."""

    _seconds = 4.0

    def __init__(self) -> None:
        super().__init__()
        self._until = 0.0

    def events(self, said: Said, request: Json) -> Iterator[bytes]:
        done = False
        try:
            yield from super().events(said, request)
            done = True
        finally:
            if not done:
                self._until = time.monotonic() + self._seconds

    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        time.sleep(max(0.0, self._until - time.monotonic()))
        return super().respond(request)


_FAULTY: dict[int, type[Manners]] = {
    28: ArgumentsLeftOut,
    29: SchemaNotShown,
    30: FormSuppressesCalls,
    31: ResultIgnored,
    32: ChainBreaks,
    33: EmptyResultFails,
    34: ControlTokensRead,
    35: LongIdsRefused,
    36: BrokenHistoryFails,
    40: CrossTalk,
    41: GeneratesOn,
}
FAULTS_OF_TURNS = tuple(Fault(manners, probe) for probe, manners in _FAULTY.items())
"""Each with the one probe that must fail."""
