"""Group E, second part: values and names that are hard to carry through a server."""

import json
from collections.abc import Mapping
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.reading import Reading
from agent.conformance.exchanges.repaired_reading import repaired_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Cost, Probe, asks
from agent.conformance.probes.asking import arguments_of, function_tool
from agent.conformance.probes.calling import calls_with
from agent.conformance.tally import Tally

__all__ = ["HARD_CALL_PROBES"]

_CODE_LINES = 300
_CODE_TOKENS = 8_192
"""Of the call with the code, and of its prompt, at most."""
_TEXT = {"type": "string"}
_LONGEST_NAME = 64
"""Characters, as OpenAI's API allows."""
_SPACED = "Web Search"


async def hard_arguments(bench: Bench, way: Way) -> Observation:
    """Probe 23: texts with signs that are escaped, and 300 lines of code, to the byte.

    One try is both.
    """
    tally = Tally()
    wrong, shown = list[str](), list[Exchange]()
    for name, arguments, room in (
        ("note", _hard_values(bench.nonce()), 1_024),
        ("run_code", {"code": _code(bench.nonce())}, _CODE_TOKENS),
    ):
        answer = await _ask_call(bench, way, name, arguments, room)
        if not tally.arrived(answer, name):
            return tally.observation("")
        if not tally.passes(answer, calls_with(name, arguments)):
            wrong.append(_what_differs(name, arguments, answer))
            shown.append(answer)
    tally.count(not wrong, "; ".join(wrong), *shown)
    return tally.observation("hard values come back to the byte")


def _hard_values(word: str) -> dict[str, Any]:
    """Return values by what is hard in them."""
    return {
        "lines": f"first {word}\nsecond\n\nlast\n",
        "quotes": f"\"{word}\" and 'it'",
        "backslashes": f"C:\\new\\{word}\\",
        "tabs": f"\t{word}\tend",
        "emoji": f"{word} 👩‍🔬 🇨🇭 汉字 é",
        "json": json.dumps({"word": word, "list": [1, {"a": None}]}),
        "brackets": f"]}} {word} ]",
        "empty": "",
        "nothing": None,
        "object": {},
    }


def _code(word: str) -> str:
    """Return 300 lines of Python, with what has to be escaped in each few."""
    lines = [f"# {word}"]
    while len(lines) < _CODE_LINES:
        number = len(lines)
        lines += [
            f"if x == {number}:",
            f'\ty = "a\\n{number}"',
            f"\tz[{number}] = '\\\\'",
        ]
    return "\n".join(lines[:_CODE_LINES])


async def _ask_call(
    bench: Bench, way: Way, name: str, arguments: Mapping[str, Any], room: int
) -> Exchange:
    properties = {each: _schema_of(value) for each, value in arguments.items()}
    tool = function_tool(name, "Take these values as they are.", properties)
    written = json.dumps(arguments, ensure_ascii=False)
    prompt = f"Call {name} with {written}"
    return await bench.ask(prompt, way, max_tokens=room, tools=[tool])


def _schema_of(value: Any) -> dict[str, Any]:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number",
             dict: "object"}  # fmt: skip
    kind = kinds.get(type(value))
    return {"type": kind} if kind else {"type": ["string", "null"]}


def _what_differs(name: str, due: Mapping[str, Any], answer: Exchange) -> str:
    """Return which values are not what they should be."""
    calls = repaired_reading(answer).calls
    given = arguments_of(calls[0]) if calls else None
    if not calls:
        return f"{name} was not called"
    if not isinstance(given, Mapping):
        return f"the arguments of {name} are no object"
    wrong = [each for each in due if each not in given or given[each] != due[each]]
    more = [each for each in given if each not in due]
    return f"{name}: not as they were sent: {', '.join([*wrong, *more]) or 'its name'}"


async def numbers(bench: Bench, way: Way) -> Observation:
    """Probe 24: numbers keep their value and their type; so do true and false.

    -0 is 0 in value; the sign is not asked for, as many parsers of JSON drop it.
    """
    tally = Tally()
    due: dict[str, Any] = {
        "big": 2**53 + 1,
        "tiny": 1e-9,
        "zero": -0.0,
        "any": bench.random.randint(1_000, 9_999),
        "share": bench.random.randint(1, 999) / 1_000,
        "yes": True,
        "no": False,
    }
    answer = await _ask_call(bench, way, "measure", due, 1_024)
    if tally.arrived(answer):
        passed = tally.passes(answer, lambda read: _has_numbers(read, due))
        tally.count(passed, _wrong_numbers(answer, due), answer)
    return tally.observation("numbers keep their value and their type")


def _has_numbers(read: Reading, due: Mapping[str, Any]) -> bool:
    if read.names != ("measure",):
        return False
    given = arguments_of(read.calls[0])
    return isinstance(given, Mapping) and given.keys() == due.keys() and not [
        name for name in due if not _is_same(given[name], due[name])
    ]  # fmt: skip


def _is_same(given: Any, due: Any) -> bool:
    """Whether two are equal in value and in type: 1 is 1.0, and not true or "1"."""
    if isinstance(due, bool) or isinstance(given, bool):
        return given is due
    return isinstance(given, int | float) and given == due


def _wrong_numbers(answer: Exchange, due: Mapping[str, Any]) -> str:
    calls = repaired_reading(answer).calls
    given = arguments_of(calls[0]) if calls else None
    if not isinstance(given, Mapping):
        return "no call came whose arguments are an object"
    wrong = [
        f"{name} is {json.dumps(given.get(name))[:40]} and not {json.dumps(value)}"
        for name, value in due.items()
        if name not in given or not _is_same(given[name], value)
    ]
    return ", ".join(wrong) or "another tool, or other parameters"


async def odd_names(bench: Bench, way: Way) -> Observation:
    """Probe 25: names that are odd and legal are called.

    One with a space is called as well, or refused. One try is all of them.
    """
    tally = Tally()
    tail = bench.nonce()[3:]
    wrong, shown = list[str](), list[Exchange]()
    names = (
        f"a-{tail}",
        f"mcp__files__{tail}",
        f"look_up_{tail}_".ljust(_LONGEST_NAME, "x"),
        _SPACED,
    )
    for name in names:
        word = bench.nonce()
        answer = await _ask_call(bench, way, name, {"word": word}, 1_024)
        if name == _SPACED and answer.outcome == "refused":
            continue
        if not tally.arrived(answer, f"a tool {name}"):
            return tally.observation("")
        if not tally.passes(answer, calls_with(name, {"word": word})):
            wrong.append(_what_differs(name, {"word": word}, answer))
            shown.append(answer)
    tally.count(not wrong, "; ".join(wrong), *shown)
    return tally.observation(
        "odd names are called; one with a space works or is refused"
    )


HARD_CALL_PROBES = (
    Probe(23, "hard_arguments", "E", "B", "newlines, quotes, backslashes, tabs, emoji, "
          "300 lines of code, JSON in a text, an empty one, null, {}: to the byte",
          ("ollama #12884", "ollama #17638", "ollama #12064", "LM Studio #942"),
          lambda _: Cost(2, _CODE_TOKENS + 1_000, _CODE_TOKENS + 1_024),
          hard_arguments),
    Probe(24, "numbers", "E", "B", "2^53 + 1, 1e-9, -0, true and false keep value and "
          "type", ("sglang test accepts \"3\"",), asks(1, 500), numbers),
    Probe(25, "odd_names", "E", "B", "odd but legal names of tools; one with a space "
          "works or is refused", ("LM Studio #876",), asks(4, 400), odd_names),
)  # fmt: skip
"""Probes 23 to 25."""
