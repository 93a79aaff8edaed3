"""Makes the arguments of tool calls one valid JSON object.

Servers that validate histories answer 400 for ever once bad arguments stand in one
(vllm #43995, llama.cpp #25510), so that what cannot be put right is wrapped.
"""

import json
import re
from typing import Any, NoReturn

from agent.wire.turns.finish import ending_of
from agent.wire.turns.turn import Call, Turn, shortened
from tools.text.clean import neutralise_control_tokens
from tools.trajectory.arguments import INVALID_ARGUMENTS

__all__ = ["is_object", "parse_object", "repair_arguments"]

_MAX_DEPTH = 64
"""Of nested arrays and objects; Rust servers stop at 128, and no tool needs five."""
_STRINGS_OR_COMMAS = re.compile(
    r'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL
)
"""A string without its end is one, too: it would be looked for again at each quote."""
_ENCODED = 3
"""How often arguments are taken out of a string that holds them."""
_LONE = re.compile("[\ud800-\udfff]")
_DECODER = json.JSONDecoder()


def repair_arguments(turn: Turn) -> Turn:
    """Return the turn with one valid JSON object as the arguments of each call.

    An object that can be read beyond doubt is put right (ollama #12884, #17638,
    continue #10221); anything else becomes the object that `tools.calls.tool` answers
    with an error that the model can act on.
    """
    for at, call in enumerate(turn.calls):
        arguments = _repaired(
            call.arguments, cut=ending_of(turn.finish) in {"cut", "length"}
        )
        if arguments != call.arguments:
            calls = list(turn.calls)
            calls[at] = Call(call.id, call.name, arguments)
            turn = turn.repaired(
                "arguments", call.arguments, arguments, calls=tuple(calls)
            )
    return turn


def _repaired(text: str, *, cut: bool) -> str:
    if _is_plain(text):
        return text
    found = parse_object(text)
    if found is None:
        reason = "cut off" if cut else "not one JSON object"
        found = {INVALID_ARGUMENTS: f"{reason}: {shortened(text)}"}
    return neutralise_control_tokens(json.dumps(_scalar(found), ensure_ascii=False))


def _is_plain(text: str) -> bool:
    """Whether arguments can stay letter for letter as they are."""
    value = _parse(text)
    if "\\ud" in text.lower() and _LONE.search(json.dumps(value, ensure_ascii=False)):
        return False
    return isinstance(value, dict) and "<|" not in text


def is_object(text: str) -> bool:
    """Whether a text is one JSON object, and nothing around it."""
    return isinstance(_parse(text), dict)


def parse_object(text: str) -> dict[str, Any] | None:
    """Return the object that arguments are meant to be, None if that is in doubt."""
    found: Any = text
    for _ in range(_ENCODED):
        if not isinstance(found, str):
            break
        found = {} if found.strip() in {"", "null"} else _extract(found)
    return found if isinstance(found, dict) else None


def _extract(text: str) -> Any:
    """Return the JSON value in a text: all of it, or the one object in it."""
    whole = _parse(text)
    if whole is not None:
        return whole
    text = _STRINGS_OR_COMMAS.sub(lambda found: found[1] or "", text)
    start = text.find("{")
    if start < 0:
        return None
    try:
        first, end = _DECODER.raw_decode(text, start)
        at = text.find("{", end)
        while at >= 0:  # the same again: opencodex #361
            again, after = _DECODER.raw_decode(text, at)
            if again != first:
                return None
            at = text.find("{", after)
    except (ValueError, RecursionError):
        return None
    return _parse(text[start:end])


def _parse(text: str) -> Any:
    """Return what strict JSON says, None if it is none, or too deep for a server."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if text.count("{") + text.count("[") > _MAX_DEPTH and _depth(value) > _MAX_DEPTH:
        return None
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        inner = (each for each in level if isinstance(each, dict | list))
        level = [
            below
            for each in inner
            for below in (each.values() if isinstance(each, dict) else each)
        ]
    return depth


def _scalar(value: Any) -> Any:
    """Return a value without lone surrogates, which no server can encode."""
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_scalar(each) for each in value]
    if isinstance(value, dict):
        return {_scalar(key): _scalar(each) for key, each in value.items()}
    return value
