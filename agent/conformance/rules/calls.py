"""Rules of tool calls: how they are put together, and whether they were asked for."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.repaired_reading import repaired_reading, tool_names
from agent.conformance.exchanges.strict_reading import objects, strict_reading
from agent.conformance.rules.deltas import is_answer, parts_of
from agent.conformance.rules.rule import Breach, Rule
from agent.wire.turns.pieces import is_json_object, united_arguments

__all__ = ["CALL_RULES"]

_PLAIN_NAME = re.compile(r"[\w.-]{1,128}")
"""Names with control tokens in them are of another rule."""


def _has_calls(exchange: Exchange) -> bool:
    return is_answer(exchange) and any(part.calls for part in parts_of(exchange))


def _assembled(exchange: Exchange) -> Iterator[Breach]:
    """Yield where calls are not put together as the API says."""
    begun: dict[Any, str] = {}
    for part in parts_of(exchange):
        for place, call in enumerate(part.calls):
            index = call.get("index") if exchange.streamed else place
            wrong = (
                _goes_on(call, begun[index])
                if index in begun
                else _begins(call, index, len(begun))
            )
            given = call.get("id")
            begun.setdefault(index, given if isinstance(given, str) else "")
            if wrong := wrong or _arguments(call):
                yield Breach(wrong, part.place)


def _begins(call: Mapping[str, Any], index: Any, expected: int) -> str:
    if type(index) is not int or index != expected:
        return f"index is {index!r}, {expected} is the next"
    if not isinstance(call.get("id"), str) or not call["id"]:
        return f"a call begins with the id {call.get('id')!r}"
    if call.get("type") != "function":
        return f"a call begins with the type {call.get('type')!r}"
    name = _function(call).get("name")
    if not isinstance(name, str) or not name:
        return f"a call begins with the name {name!r}"
    return ""


def _goes_on(call: Mapping[str, Any], begun: str) -> str:
    given = call.get("id")
    if given and given != begun:
        return f"another id, {given!r}, under the index of {begun!r}"
    if given:
        return f"the id {given!r} comes again"
    if _function(call).get("name"):
        return f"more of a name comes: {_function(call)['name']!r}"
    return ""


def _arguments(call: Mapping[str, Any]) -> str:
    given = _function(call).get("arguments")
    if given is None or isinstance(given, str):
        return ""
    return f"arguments are no text, but {type(given).__name__}"


def _function(call: Mapping[str, Any]) -> Mapping[str, Any]:
    given = call.get("function")
    return given if isinstance(given, Mapping) else {}


def _not_appended(exchange: Exchange) -> Iterator[Breach]:
    pieces: dict[Any, list[str]] = {}
    for part in parts_of(exchange):
        for place, call in enumerate(part.calls):
            given = _function(call).get("arguments")
            index = call.get("index") if exchange.streamed else place
            if isinstance(given, str):
                pieces.setdefault(index, []).append(given)
    for index, several in pieces.items():
        joined = "".join(several)
        united = united_arguments(several)
        if united != joined and is_json_object(united):
            yield Breach(f"pieces of call {index} say again what was said")


def _repeated_ids(exchange: Exchange) -> Iterator[Breach]:
    history = {
        str(call.get("id"))
        for message in objects(exchange.asked.get("messages"))
        for call in objects(message.get("tool_calls"))
    }
    seen = set(history)
    for call in strict_reading(exchange).calls:
        if call.id and call.id in seen:
            where = "the history" if call.id in history else "this answer"
            place = max(0, exchange.body.rfind(call.id.encode()))
            yield Breach(f"the id {call.id!r} is one of {where} already", place)
        seen.add(call.id)


def _not_offered(exchange: Exchange) -> Iterator[Breach]:
    offered = tool_names(exchange.asked)
    # Of calls in pieces that do not fit, no name is one: that is another rule.
    fits = next(_assembled(exchange), None) is None
    read = strict_reading(exchange) if fits else repaired_reading(exchange)
    for call in read.calls:
        plain = _PLAIN_NAME.fullmatch(call.name)
        if not offered or (plain and call.name not in offered):
            what = f"{call.name!r} was called"
            among = ", ".join(sorted(offered)) or "no tool"
            place = max(0, exchange.body.find(call.name.encode()))
            yield Breach(f"{what}, and {among} was offered", place)


def _has_choice(exchange: Exchange) -> bool:
    choice = exchange.asked.get("tool_choice")
    return (
        is_answer(exchange) and choice not in {None, "auto"}
        if isinstance(choice, str | None)
        else is_answer(exchange)
    )


def _ignored_choice(exchange: Exchange) -> Iterator[Breach]:
    choice, reading = exchange.asked.get("tool_choice"), strict_reading(exchange)
    called = ", ".join(reading.names)
    if choice == "none":
        if called:
            yield Breach(f"none was allowed, and {called} was called")
    elif not reading.calls:
        if reading.finish != "length":
            yield Breach("a call was required, and none came")
    elif isinstance(choice, Mapping):
        wanted = _function(choice).get("name")
        if set(reading.names) != {wanted} and _all_plain(reading.names):
            yield Breach(f"{wanted} was named, and {called} was called")


def _all_plain(names: tuple[str, ...]) -> bool:
    return all(_PLAIN_NAME.fullmatch(name) for name in names)


CALL_RULES = (
    Rule("call_pieces", 6, "a call has index, id, type and name once, first; from "
         "index 0 by 1; then text of its arguments", _has_calls, _assembled,
         mend="assembly"),
    Rule("call_arguments", 6, "pieces of arguments are appended", _has_calls,
         _not_appended, mend="assembly"),
    Rule("call_ids", 6, "ids of calls are unique", _has_calls, _repeated_ids,
         mend="id"),
    Rule("offered", 22, "no tool is called that was not offered", is_answer,
         _not_offered),
    Rule("tool_choice", 26, "tool_choice is honoured, or refused", _has_choice,
         _ignored_choice),
)  # fmt: skip
"""Of probes 6, 22 and 26."""
