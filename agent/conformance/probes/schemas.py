"""Group F: schemas are taken, shown to the model, and kept to."""

import json
from collections.abc import Mapping
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.reading import Reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.asking import LOOK_UP, arguments_of, asked_call
from agent.conformance.tally import Tally

__all__ = ["SCHEMA_PROBES"]

_TEXT: Mapping[str, Any] = {"type": "string"}
_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "an enum": {"color": {"type": "string", "enum": ["red", "green", "blue"]}},
    "a nested object": {
        "place": {
            "type": "object",
            "properties": {"city": _TEXT, "zip": _TEXT},
            "required": ["city", "zip"],
        }
    },
    "an array of objects": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": _TEXT, "count": {"type": "integer"}},
                "required": ["name", "count"],
            },
        }
    },
    "numbers with bounds": {
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "anyOf": {"value": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
    "a type that may be null": {"note": {"type": ["string", "null"]}},
    "a boolean": {"yes": {"type": "boolean"}},
}
"""Properties of a tool, all of them required, by what they are about."""
_REFERRED = {
    "type": "object",
    "properties": {"place": {"$ref": "#/$defs/place"}},
    "required": ["place"],
    "$defs": {
        "place": {
            "type": "object",
            "properties": {"city": _TEXT},
            "required": ["city"],
        }
    },
}
_VALUES = [f"value_{number:02}" for number in range(20)]
_GROWS: Mapping[str, Mapping[str, Any]] = {
    "an enum of 20 values": {"mode": {"type": "string", "enum": _VALUES}},
    "a description": {
        "mode": {
            "type": "string",
            "description": "How the words are compared: by their letters alone, or by "
            "what they mean to those who speak the language.",
        }
    },
    "nested properties": {
        "mode": {
            "type": "object",
            "properties": {"first_part": _TEXT, "second_part": _TEXT},
        }
    },
    "a list of types": {"mode": {"type": ["string", "number", "boolean"]}},
}
"""What a property may have that a model must be shown: each makes a prompt longer than
the same property without it."""
_REPORTED: Mapping[str, Mapping[str, Any]] = {
    "anyOf": {"mode": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}},
}
"""What OpenAI's own renderer shows as `any`: measured, and nothing is asked of it."""
_FORM = {
    "type": "json_schema",
    "json_schema": {
        "name": "reply",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {
                "color": {"enum": ["red", "green"]},
                "count": {"type": "integer"},
            },
            "required": ["color", "count"],
            "additionalProperties": False,
        },
    },
}


def _tool(parameters: Mapping[str, Any]) -> dict[str, Any]:
    function = {
        "name": "fill_in",
        "description": "Fill in a form.",
        "parameters": dict(parameters),
    }
    return {"type": "function", "function": function}


def _of(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
    }


async def schemas_are_kept(bench: Bench, way: Way) -> Observation:
    """Probe 28: valid schemas are taken, and the arguments of calls fit them."""
    tally = Tally()
    several = {what: _of(each) for what, each in _SCHEMAS.items()}
    for what, schema in {**several, "$ref": _REFERRED}.items():
        answer = await bench.ask(
            "Call fill_in once, with any values that fit its parameters.",
            way,
            tools=[_tool(schema)],
        )
        tally.judge(answer, _fits(schema), f"{what}: no call whose arguments fit")
    return tally.as_one("schemas are taken, and arguments fit them")


def _fits(schema: Mapping[str, Any]) -> Any:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(schema)

    def test(read: Reading) -> bool:
        several = [arguments_of(each) for each in read.calls]
        return bool(several) and all(map(validator.is_valid, several))

    return test


async def schemas_are_shown(bench: Bench, way: Way) -> Observation:
    """Probe 29: what a schema says is in the prompt: its tokens grow with each part."""
    tally = Tally()
    plain = await _counted(bench, way, {"mode": {"type": "string"}})
    for what, properties in {**_GROWS, **_REPORTED}.items():
        count, answer = await _counted(bench, way, properties)
        grown = None if count is None or plain[0] is None else count - plain[0]
        if grown is not None:
            tally.measure(f"{what.replace(' ', '_')}_tokens", grown)
        if what in _REPORTED or not tally.arrived(answer, what, may_refuse=True):
            continue
        if grown is None:
            tally.unclear(f"{what}: the server does not count", answer)
        else:
            said = (
                f"{what} adds {grown} tokens to the prompt: the model is not shown it"
            )
            tally.count(grown > 0, said, answer, plain[1])
    return tally.observation("each part of a schema adds to the prompt")


async def _counted(
    bench: Bench, way: Way, properties: Mapping[str, Any]
) -> tuple[int | None, Exchange]:
    """Ask with a tool of these properties; return the tokens of the prompt."""
    answer = await bench.ask("Say yes.", way, tools=[_tool(_of(properties))],
                             max_tokens=16)  # fmt: skip
    usage = strict_reading(answer).usage if answer.outcome == "answered" else None
    return (usage.prompt if usage else None), answer


async def response_format(bench: Bench, way: Way) -> Observation:
    """Probe 30: a response format is kept, and suppresses no call."""
    tally = Tally()
    answer = await bench.ask(
        "Write JSON: a color that is red or green, and a count of 3.",
        way,
        response_format=_FORM,
    )
    said = "the answer is no JSON of the schema that was asked for"
    tally.judge(answer, _is_of_form, said, may_refuse=True)
    word = bench.nonce()
    answer = await bench.ask(
        asked_call(word), way, tools=[LOOK_UP], response_format=_FORM
    )
    said = "with a response format, no call is made"
    tally.judge(answer, lambda read: bool(read.calls), said, may_refuse=True)
    return tally.as_one("a response format is kept, and suppresses no call")


def _is_of_form(read: Reading) -> bool:
    from jsonschema import Draft202012Validator

    try:
        given = json.loads(read.content)
    except (ValueError, RecursionError):
        return False
    schema: Any = _FORM["json_schema"]
    return bool(Draft202012Validator(schema["schema"]).is_valid(given))


SCHEMA_PROBES = (
    Probe(28, "schemas_kept", "F", "B", "schemas are taken, and arguments fit them",
          ("ollama #8063", "ollama #10091", "ollama #11705"),
          asks(len(_SCHEMAS) + 1), schemas_are_kept),
    Probe(29, "schemas_shown", "F", "M", "what a schema says is in the prompt",
          ("ollama #10091", "ollama #11705", "zed #42157", "theia #18015"),
          asks(1 + len(_GROWS) + len(_REPORTED), 1_000, 16), schemas_are_shown),
    Probe(30, "response_format", "F", "B",
          "a response format is kept, and suppresses no call",
          ("vllm #23120", "LM Studio #1105", "LM Studio #1555"), asks(2),
          response_format),
)  # fmt: skip
"""Probes 28 to 30."""
