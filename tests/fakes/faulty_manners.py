"""Servers that do one thing wrong: each is the correct one but for a method or two.

`FAULTS` names each with the one probe that must find it.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.fakes.correct_server import Json, Manners, RefusalError, error_body
from tests.fakes.rule_model import Call, Said

__all__ = ["FAULTS", "ChoiceIgnored", "Fault", "Quick"]


class Quick(Manners):
    """The correct server without a pause: an answer of 60 ms is held back by nobody."""

    pause = 0.0


class AnotherName(Quick):
    def head(self, request: Json, kind: str) -> Json:
        return super().head(request, kind) | {"model": "rule-model-v2"}


class ErrorsWith200(Quick):
    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        status, body = super().respond(request)
        return (200, body) if status >= 400 else (status, body)


class ErrorsAsText(Quick):
    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        status, body = super().respond(request)
        if isinstance(body, dict) and status >= 400:
            return status, {"error": body["error"]["message"]}
        return status, body


class AnyModel(Quick):
    def refuse(self, request: Json) -> None:
        super().refuse(request | {"model": self.models[0]})


class NoNullContent(Quick):
    def refuse(self, request: Json) -> None:
        super().refuse(request)
        for message in request["messages"]:
            if message.get("content", "") is None:
                raise RefusalError(400, "content must be a string.")


class NoDeveloper(Quick):
    def refuse(self, request: Json) -> None:
        super().refuse(request)
        if any(each["role"] == "developer" for each in request["messages"]):
            raise RefusalError(400, "Unexpected message role.")


class IdsChange(Quick):
    def frames(self, said: Said, request: Json) -> Iterator[Json]:
        for number, frame in enumerate(super().frames(said, request)):
            yield frame | {"id": f"chatcmpl-x{number}"}


class NoDone(Quick):
    def events(self, said: Said, request: Json) -> Iterator[bytes]:
        return (each for each in super().events(said, request) if b"[DONE]" not in each)


class RoleInEachDelta(Quick):
    def deltas(self, said: Said) -> Iterator[Json]:
        return ({"role": "assistant", **each} for each in super().deltas(said))


class TwoFinishes(Quick):
    def frames(self, said: Said, request: Json) -> Iterator[Json]:
        for frame in super().frames(said, request):
            yield frame
            if frame["choices"] and frame["choices"][0]["finish_reason"]:
                yield frame


class StopWithCalls(Quick):
    def think(self, request: Json) -> Said:
        return replace(super().think(request), finish="stop")


class StopWhenCut(Quick):
    """Says `stop` for a text that `max_tokens` cut."""

    def cut(self, said: Said, request: Json) -> Said:
        cut = super().cut(said, request)
        return cut if said.calls else replace(cut, finish=said.finish)


class NoFinish(Quick):
    def frames(self, said: Said, request: Json) -> Iterator[Json]:
        for frame in super().frames(said, request):
            if not (frame["choices"] and frame["choices"][0]["finish_reason"]):
                yield frame

    def body(self, said: Said, request: Json) -> Json:
        body = super().body(said, request)
        body["choices"][0]["finish_reason"] = None
        return body


class AllIndexZero(Quick):
    def deltas(self, said: Said) -> Iterator[Json]:
        for delta in super().deltas(said):
            for call in delta.get("tool_calls", ()):
                call["index"] = 0
            yield delta


class IdInEachDelta(Quick):
    def deltas(self, said: Said) -> Iterator[Json]:
        known = ""
        for delta in super().deltas(said):
            for call in delta.get("tool_calls", ()):
                known = call.setdefault("id", known)
            yield delta


class SameIds(Quick):
    def calls(self, said: Said) -> list[Json]:
        return [each | {"id": "call_0"} for each in super().calls(said)]


class LostCharacters(Quick):
    """Cuts what is no ASCII in the middle of its bytes, as a stream by bytes does."""

    def deltas(self, said: Said) -> Iterator[Json]:
        for delta in super().deltas(said):
            text = delta.get("content") or ""
            lost = "".join(each if each.isascii() else "\ufffd" for each in text)
            yield delta | {"content": lost} if text else delta

    def message(self, said: Said) -> Json:
        lost = "".join(each if each.isascii() else "\ufffd" for each in said.content)
        return super().message(replace(said, content=lost))


class NoUsage(Quick):
    def frames(self, said: Said, request: Json) -> Iterator[Json]:
        return (each for each in super().frames(said, request) if "usage" not in each)

    def body(self, said: Said, request: Json) -> Json:
        body = super().body(said, request)
        del body["usage"]
        return body


class UsageInEachChunk(Quick):
    def frames(self, said: Said, request: Json) -> Iterator[Json]:
        for frame in super().frames(said, request):
            yield {"usage": self.usage(said, request)} | frame


class WrongTotal(Quick):
    def usage(self, said: Said, request: Json) -> Json:
        return super().usage(said, request) | {"total_tokens": 7}


class HeldBack(Quick):
    def events(self, said: Said, request: Json) -> Iterator[bytes]:
        whole = b"".join(super().events(said, request))
        time.sleep(0.15)
        yield whole


class DroppedBesideTools(Quick):
    """Drops the text of a stream where tools are given and none is called."""

    def frames(self, said: Said, request: Json) -> Iterator[Json]:
        drops = request.get("tools") and not said.calls
        kept = replace(said, content="", reasoning="") if drops else said
        yield from super().frames(kept, request)


class CallsWhenCut(Quick):
    """Says `tool_calls` for a call that `max_tokens` cut."""

    def cut(self, said: Said, request: Json) -> Said:
        cut = super().cut(said, request)
        return replace(cut, finish="tool_calls") if cut.calls else cut


class ReasoningInTwoFields(Quick):
    def deltas(self, said: Said) -> Iterator[Json]:
        for delta in super().deltas(said):
            thought = delta.get(self.reasoning_field)
            yield delta | {"reasoning": thought} if thought else delta

    def message(self, said: Said) -> Json:
        message = super().message(said)
        return message | {"reasoning": said.reasoning}


class ReasoningInContent(Quick):
    def deltas(self, said: Said) -> Iterator[Json]:
        return super().deltas(_thinking_aloud(said))

    def message(self, said: Said) -> Json:
        return super().message(_thinking_aloud(said))


def _thinking_aloud(said: Said) -> Said:
    text = f"<think>{said.reasoning}</think>{said.content}"
    return replace(said, reasoning="", content=text)


class ControlTokens(Quick):
    def deltas(self, said: Said) -> Iterator[Json]:
        return super().deltas(_with_tokens(said))

    def message(self, said: Said) -> Json:
        return super().message(_with_tokens(said))


def _with_tokens(said: Said) -> Said:
    before = "<|channel|>final<|message|>" if said.content else ""
    return replace(said, content=before + said.content)


class TokenInName(Quick):
    def calls(self, said: Said) -> list[Json]:
        calls = super().calls(said)
        for each in calls:
            each["function"]["name"] += "<|channel|>commentary"
        return calls


class BuiltIn(Quick):
    """Calls a tool of its own where none is offered, now and then."""

    def think(self, request: Json) -> Said:
        said = super().think(request)
        if request.get("tools") or said.content != "Yes.":
            return said
        return replace(said, calls=[Call("browser", "{}")], finish="tool_calls")


class ChoiceIgnored(Quick):
    def think(self, request: Json) -> Said:
        return super().think(request | {"tool_choice": "auto"})


class CutPrompts(Quick):
    """Reads the last 4,096 tokens of a prompt, as Ollama does."""

    def count(self, request: Json) -> int:
        return min(4096, super().count(request))

    def think(self, request: Json) -> Said:
        if super().count(request) > 4096:
            return Said("I do not know.")
        return super().think(request)


class OverflowFails(Quick):
    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        status, body = super().respond(request)
        if isinstance(body, dict) and "maximum context" in json.dumps(body):
            return 500, error_body(RefusalError(500, "Internal error."))
        return status, body


class LimitUnnamed(Quick):
    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        status, body = super().respond(request)
        if isinstance(body, dict) and "maximum context" in json.dumps(body):
            return 400, error_body(RefusalError(400, "Bad request."))
        return status, body


class LimitIgnored(Quick):
    def cut(self, said: Said, request: Json) -> Said:
        free = {k: v for k, v in request.items() if "max_" not in k}
        return super().cut(said, free)


@dataclass(frozen=True)
class Fault:
    """A server with one fault."""

    manners: type[Manners]
    probe: int
    """The one that fails, of all."""

    @property
    def name(self) -> str:
        return self.manners.__name__


_FAULTY: dict[int, list[type[Manners]]] = {
    1: [AnotherName],
    2: [ErrorsWith200, ErrorsAsText, AnyModel],
    3: [NoNullContent, NoDeveloper],
    4: [IdsChange, NoDone, RoleInEachDelta],
    5: [TwoFinishes, StopWithCalls, StopWhenCut, NoFinish],
    6: [AllIndexZero, IdInEachDelta, SameIds],
    7: [LostCharacters],
    8: [NoUsage, UsageInEachChunk, WrongTotal],
    9: [HeldBack],
    10: [DroppedBesideTools],
    11: [CallsWhenCut],
    12: [ReasoningInTwoFields, ReasoningInContent],
    13: [ControlTokens, TokenInName],
    22: [BuiltIn],
    37: [CutPrompts],
    38: [OverflowFails, LimitUnnamed],
    39: [LimitIgnored],
}
FAULTS = tuple(
    Fault(manners, probe) for probe, several in _FAULTY.items() for manners in several
)
"""Each server with one fault, and the one probe that must fail."""
