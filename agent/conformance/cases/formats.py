"""The forms in which benchmarks write their cases, each read into our own.

Their names of types (`dict`, `float`, `tuple`) become those of JSON Schema, and a dot
in a function's name an underscore, as BFCL does it for APIs that allow none.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.conformance.cases.calling import CallCase, Expected
from agent.conformance.cases.chaining import ChainCase, Step

__all__ = [
    "read_acebench",
    "read_bfcl",
    "read_compat",
    "read_nestful",
    "read_when2call",
]

Row = Mapping[str, Any]
_TYPES = {
    "dict": "object", "float": "number", "tuple": "array", "list": "array",
    "int": "integer", "str": "string", "bool": "boolean",
}  # fmt: skip
_NOT_IN_NAMES = re.compile(r"[^\w-]")
_SPEAKER = re.compile(r"^(user|system): ", re.MULTILINE)
_DISTRACTORS = 5
"""Functions of NESTFUL that are offered besides those of the case."""
_DEEPEST = 24


def read_compat(rows: Sequence[Row], tools: Sequence[Row]) -> Iterator[CallCase]:
    """Yield the cases of openai/gpt-oss `compatibility-test`: one tool, one call."""
    known = {each["name"]: each for each in tools}
    for number, row in enumerate(rows, 1):
        name = row["tool_name"]
        accepted = {
            key: [value] for key, value in json.loads(row["expected_arguments"]).items()
        }
        yield CallCase(
            f"compat:{number}",
            _user(row["input"]),
            (_tool(known[name]),),
            (Expected(_name(name), accepted),),
            plainly=True,
        )


def read_bfcl(rows: Sequence[Row]) -> Iterator[CallCase]:
    """Yield BFCL's cases of one turn; those without a ground truth want no call.

    `live_relevance` has none either, and wants some call.
    """
    for row in rows:
        yield CallCase(
            str(row["id"]),
            tuple(row["question"][0]),
            tuple(map(_tool, row["function"])),
            tuple(_accepted(row.get("ground_truth") or ())),
            any_call=row.get("category") == "live_relevance",
        )


def _accepted(truth: Sequence[Row]) -> Iterator[Expected]:
    for call in truth:
        for name, arguments in call.items():
            yield Expected(_name(name), arguments)


def read_when2call(rows: Sequence[Row]) -> Iterator[CallCase]:
    """Yield When2Call's cases: whether a call is right, and then which."""
    for row in rows:
        tools = tuple(_tool(json.loads(each)) for each in row["tools"])
        expected: tuple[Expected, ...] = ()
        if row["correct_answer"] == "tool_call":
            call = json.loads(row["answers"]["tool_call"])
            accepted = {key: [value] for key, value in call["arguments"].items()}
            expected = (Expected(_name(call["name"]), accepted),)
        yield CallCase(str(row["uuid"]), _user(row["question"]), tools, expected)


def read_acebench(rows: Sequence[Row], accepted: Sequence[Row]) -> Iterator[CallCase]:
    """Yield ACEBench's cases; those named `special` want no call."""
    truths = {each["id"]: each["ground_truth"] for each in accepted}
    for row in rows:
        is_special = str(row["id"]).startswith("special")
        truth = {} if is_special else truths[row["id"]]
        expected = tuple(
            Expected(_name(name), {key: [value] for key, value in arguments.items()})
            for name, arguments in truth.items()
        )
        yield CallCase(
            str(row["id"]),
            tuple(_spoken(row["question"])),
            tuple(map(_tool, row["function"])),
            expected,
        )


def _spoken(text: str) -> Iterator[Row]:
    """Yield the messages of a conversation that is written as `user: … system: …`."""
    _, *parts = _SPEAKER.split(text)
    for speaker, said in zip(parts[::2], parts[1::2], strict=True):
        role = "user" if speaker == "user" else "assistant"
        yield {"role": role, "content": said.strip()}


def read_nestful(
    rows: Sequence[Row], functions: Sequence[Row]
) -> Iterator[ChainCase | str]:
    """Yield NESTFUL's chains; the list of results at their end is no call.

    A text is yielded for a chain of which a function is not described.
    """
    known = {str(each["name"]): each for each in functions}
    for number, row in enumerate(rows, 1):
        calls = [each for each in row["output"] if each["name"] != "var_result"]
        steps = tuple(
            Step(_name(each["name"]), each["arguments"], each["label"])
            for each in calls
        )
        used = dict.fromkeys(each["name"] for each in calls)
        missing = [name for name in used if name not in known]
        if missing:
            yield f"nestful:{number} calls {missing[0]}, which nothing describes"
            continue
        others = [name for name in known if name not in used][:_DISTRACTORS]
        tools = tuple(_nestful_tool(known[name]) for name in [*used, *others])
        yield ChainCase(f"nestful:{number}", row["input"], tools, steps)


def _nestful_tool(function: Row) -> Row:
    given = function.get("query_parameters") or function.get("arguments") or {}
    properties = {name: _parameter(each) for name, each in given.items()}
    required = [name for name, each in given.items() if each.get("required")]
    parameters = {"type": "object", "properties": properties, "required": required}
    return _tool({**function, "parameters": parameters})


def _parameter(given: Row) -> Row:
    kind = given.get("type") or "string"
    values = given.get("enum") or given.get("allowed_values")
    schema = {"type": kind, "description": str(given.get("description", ""))}
    return {**schema, "enum": values} if values else schema


def _user(text: str) -> tuple[Row, ...]:
    return ({"role": "user", "content": text},)


def _tool(function: Row) -> Row:
    """Return a function as a request has it."""
    return {
        "type": "function",
        "function": {
            "name": _name(function["name"]),
            "description": str(function.get("description") or ""),
            "parameters": _schema(function.get("parameters") or {"type": "object"}),
        },
    }


def _name(given: str) -> str:
    return _NOT_IN_NAMES.sub("_", given)


def _schema(given: Any, depth: int = 0) -> Any:
    """Return a schema with the names of types that JSON Schema has."""
    if depth > _DEEPEST:
        return {}
    if isinstance(given, list):
        return [_schema(each, depth + 1) for each in given]
    if not isinstance(given, Mapping):
        return given
    made = {name: _schema(each, depth + 1) for name, each in given.items()}
    kind = made.get("type")
    if kind == "any":
        del made["type"]
    elif isinstance(kind, str):
        made["type"] = _TYPES.get(kind, kind)
    return made
