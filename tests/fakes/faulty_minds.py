"""Servers that do one thing wrong with reasoning or with calls.

`MIND_FAULTS` names each with the one probe that must find it, as `faulty_manners` does.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.fakes.correct_server import Json, RefusalError, error_body
from tests.fakes.faulty_manners import Fault, Quick
from tests.fakes.rule_model import Call, Said, tokens

__all__ = ["MIND_FAULTS", "OldField", "WithoutEffort"]


class HiddenReasoning(Quick):
    """Counts the reasoning, and does not send it."""

    def deltas(self, said: Said) -> Iterator[Json]:
        return super().deltas(replace(said, reasoning=""))

    def message(self, said: Said) -> Json:
        return super().message(replace(said, reasoning=""))


class TokenInReasoning(Quick):
    def think(self, request: Json) -> Said:
        said = super().think(request)
        return replace(said, reasoning=f"{said.reasoning}<|end|>")


class SilentAfterResult(Quick):
    """Reasons about a result, and says nothing."""

    def think(self, request: Json) -> Said:
        said = super().think(request)
        if request["messages"][-1]["role"] != "tool":
            return said
        return replace(said, content="", finish="stop")


class EffortIgnored(Quick):
    def think(self, request: Json) -> Said:
        return super().think(request | {"reasoning_effort": "medium"})


class EffortReversed(Quick):
    def think(self, request: Json) -> Said:
        other = {"low": "high", "high": "low"}
        level = request.get("reasoning_effort", "medium")
        return super().think(request | {"reasoning_effort": other.get(level, level)})


def _reasoning_of(message: Json) -> str:
    return message.get("reasoning") or message.get("reasoning_content") or ""


class ReasoningForgotten(Quick):
    """A template that shows the reasoning of no call again."""

    def count(self, request: Json) -> int:
        kept = [
            {name: value for name, value in each.items() if "reasoning" not in name}
            for each in request["messages"]
        ]
        return super().count(request | {"messages": kept})


class ReasoningShortened(Quick):
    """A template that shows the start of the reasoning alone."""

    def count(self, request: Json) -> int:
        kept = [
            each | {"reasoning": _reasoning_of(each)[:40], "reasoning_content": ""}
            for each in request["messages"]
        ]
        return super().count(request | {"messages": kept})


class ReasoningKept(Quick):
    """A template that shows the reasoning of finished turns as well."""

    def count(self, request: Json) -> int:
        messages = request["messages"]
        users = [at for at, each in enumerate(messages) if each["role"] == "user"]
        before = messages[: users[-1]] if users else []
        more = sum(len(tokens(_reasoning_of(each))) for each in before)
        return super().count(request) + more


class NoneFails(Quick):
    def respond(self, request: Json) -> tuple[int, Json | Iterator[bytes]]:
        if request.get("reasoning_effort") == "none":
            return 500, error_body(RefusalError(500, "KeyError: 'none'"))
        return super().respond(request)


class NoneSaysNothing(Quick):
    def think(self, request: Json) -> Said:
        if request.get("reasoning_effort") == "none":
            return Said()
        return super().think(request)


class _Rewritten(Quick):
    """Writes the arguments of calls otherwise."""

    def think(self, request: Json) -> Said:
        said = super().think(request)
        calls = [Call(each.name, self.rewritten(each.arguments)) for each in said.calls]
        return replace(said, calls=calls)

    def rewritten(self, arguments: str) -> str:
        raise NotImplementedError


class SecondOfTwoLost(_Rewritten):
    def rewritten(self, arguments: str) -> str:
        given = json.loads(arguments)
        return json.dumps(dict([*given.items()][:1]) if len(given) == 2 else given)


class EscapedTwice(_Rewritten):
    def rewritten(self, arguments: str) -> str:
        return arguments.replace("\\n", "\\\\n")


class NullAsText(_Rewritten):
    def rewritten(self, arguments: str) -> str:
        return arguments.replace(": null", ': "null"')


class LongCodeCut(_Rewritten):
    def rewritten(self, arguments: str) -> str:
        given = json.loads(arguments)
        short = {name: each[:4000] if isinstance(each, str) else each
                 for name, each in given.items()}  # fmt: skip
        return json.dumps(short)


class NumbersAsDoubles(_Rewritten):
    def rewritten(self, arguments: str) -> str:
        return json.dumps(
            json.loads(arguments, parse_int=lambda each: int(float(each)))
        )


class BooleansAsText(_Rewritten):
    def rewritten(self, arguments: str) -> str:
        given = json.loads(arguments)
        return json.dumps({name: _as_text(each) for name, each in given.items()})


def _as_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


class FirstOfMany(Quick):
    """Calls the first tool, where there are many."""

    def think(self, request: Json) -> Said:
        said = super().think(request)
        tools = request.get("tools") or ()
        if not said.calls or len(tools) <= self.most:
            return said
        first = tools[0]["function"]["name"]
        return replace(said, calls=[replace(each, name=first) for each in said.calls])

    most = 2


class FirstOfHundred(FirstOfMany):
    """Sees the right tool of few, and not of many."""

    most = 100


class Eager(Quick):
    """Calls a tool whenever there is one, and nobody said that it must not."""

    def think(self, request: Json) -> Said:
        said = super().think(request)
        may = request.get("tools") and request.get("tool_choice", "auto") != "none"
        asked = request["messages"][-1]["role"] == "user" and said.content == "Yes."
        if said.calls or not may or not asked:
            return said
        return super().think(request | {"tool_choice": "required"})


class PythonOfItsOwn(Quick):
    def think(self, request: Json) -> Said:
        said = super().think(request)
        asked = str(request["messages"][-1].get("content"))
        if request.get("tools") or "Python" not in asked:
            return said
        return replace(said, content="", calls=[Call("python", '{"code": "1"}')],
                       finish="tool_calls")  # fmt: skip


class DashesRefused(Quick):
    def refuse(self, request: Json) -> None:
        super().refuse(request)
        for tool in request.get("tools") or ():
            if "-" in tool["function"]["name"]:
                raise RefusalError(400, "A name of a tool must be an identifier.")


class LongNamesCut(Quick):
    """Shows 40 characters of a name: a longer one is not found again."""

    def think(self, request: Json) -> Said:
        tools = [each for each in request.get("tools") or ()
                 if len(each["function"]["name"]) <= 40]  # fmt: skip
        return super().think(request | {"tools": tools})


class SpacesTaken(Quick):
    """Takes a name with a space, and cannot call it."""

    def refuse(self, request: Json) -> None:
        tools = [each for each in request.get("tools") or ()
                 if " " not in each["function"]["name"]]  # fmt: skip
        super().refuse(request | {"tools": tools})


class RequiredIgnored(Quick):
    def think(self, request: Json) -> Said:
        if request.get("tool_choice") == "required":
            request = request | {"tool_choice": "auto"}
        return super().think(request)


class AnyNamed(Quick):
    """Takes a named tool for any."""

    def think(self, request: Json) -> Said:
        if isinstance(request.get("tool_choice"), dict):
            request = request | {"tool_choice": "required"}
        return super().think(request)


class WithoutEffort(Quick):
    """Knows no effort and no reasoning in a history, and says so: no fault."""

    def refuse(self, request: Json) -> None:
        super().refuse(request)
        known = {name for each in request["messages"] for name in each}
        if "reasoning_effort" in request or {"reasoning", "reasoning_content"} & known:
            raise RefusalError(400, "Extra inputs are not permitted.")


class OldField(Quick):
    """Refuses one of the two fields of reasoning, and shows the other: no fault."""

    def refuse(self, request: Json) -> None:
        super().refuse(request)
        if any("reasoning" in each for each in request["messages"]):
            raise RefusalError(400, "Extra inputs are not permitted: reasoning.")


_FAULTY: dict[int, list[type[Quick]]] = {
    12: [HiddenReasoning],
    13: [TokenInReasoning],
    14: [SilentAfterResult],
    15: [EffortIgnored, EffortReversed],
    16: [ReasoningForgotten, ReasoningShortened],
    17: [ReasoningKept],
    18: [NoneFails, NoneSaysNothing],
    19: [SecondOfTwoLost],
    20: [FirstOfMany, FirstOfHundred],
    21: [Eager],
    22: [PythonOfItsOwn],
    23: [EscapedTwice, NullAsText, LongCodeCut],
    24: [NumbersAsDoubles, BooleansAsText],
    25: [DashesRefused, LongNamesCut, SpacesTaken],
    26: [RequiredIgnored, AnyNamed],
}
MIND_FAULTS = tuple(
    Fault(manners, probe) for probe, several in _FAULTY.items() for manners in several
)
"""Each server with one fault, and the one probe that must fail."""
