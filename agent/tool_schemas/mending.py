"""Writes a tool as both renderers can show it, as far as a machine can.

What is mended is what is *shown*. Calls are still judged by the schema that there was:
the plain form takes more than it did (null is left out, keys may be more).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from agent.tool_schemas.rules.facts import takes_default
from agent.tool_schemas.rules.finding import Finding
from agent.tool_schemas.rules.names import accepted_name
from agent.tool_schemas.rules.validity import is_mendable, renamed_types
from agent.tool_schemas.shown.tool import Schema, ToolSchema, mapping
from tools.calls.plain_schema import one_line, plain_schema

__all__ = ["Find", "mend_tool"]

Find = Callable[[ToolSchema], Iterable[Finding]]
"""Finds what is wrong with one tool, whose schema is valid."""
_MOST_ROUNDS = 3
"""A type that is shown at last may have constraints that are not."""
_MAPS = ("properties", "$defs", "patternProperties", "dependentSchemas")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")


def mend_tool(tool: ToolSchema, find: Find) -> ToolSchema:
    """Return a tool with its findings mended that a machine can mend."""
    mended = replace(
        tool,
        name=accepted_name(tool.name),
        description=one_line(tool.description or ""),
        parameters=_plain(mapping(tool.parameters)),
    )
    for _ in range(_MOST_ROUNDS):
        found = find(mended)
        said = [each for each in found if each.say or each.rule == "default-type"]
        if not said:
            break
        mended = _say(mended, said)
    return mended


def _plain(schema: Schema) -> Schema:
    tame: dict[str, Any] = _tame(renamed_types(schema))
    tame.setdefault("type", "object")
    if not is_mendable(tame):
        return tame
    plain = plain_schema(tame)
    plain.setdefault("properties", {})
    return plain


def _tame(schema: Any) -> Any:
    """Return a schema as pydantic might have written it.

    Its definitions stand under `$defs`, what has properties or items has a type, and
    no part is `true` or `false`.
    """
    if not isinstance(schema, Mapping):
        return {} if schema is not False else {"not": {}}
    tame = dict(schema)
    if "definitions" in tame:
        tame["$defs"] = {**tame.pop("definitions"), **tame.get("$defs", {})}
    for key in (*_MAPS, *_LISTS):
        if key in tame:
            tame[key] = _each(tame[key])
    for key in ("items", "additionalProperties"):
        if isinstance(tame.get(key), Mapping):
            tame[key] = _tame(tame[key])
    if not takes_default(tame):
        del tame["default"]
    _give_type(tame)
    _take_unknown(tame)
    return tame


def _each(several: Any) -> Any:
    if isinstance(several, Mapping):
        return {name: _tame(each) for name, each in several.items()}
    return [_tame(each) for each in several]


def _give_type(schema: dict[str, Any]) -> None:
    """Give a type to what is known by its keywords, one where it is alone in a list."""
    if isinstance(schema.get("type"), list) and len(schema["type"]) == 1:
        schema["type"] = schema["type"][0]
    if {"type", "$ref", "anyOf", "oneOf", "allOf"} & schema.keys():
        return
    if "properties" in schema:
        schema["type"] = "object"
    elif "items" in schema:
        schema["type"] = "array"


def _take_unknown(schema: dict[str, Any]) -> None:
    """Take out what `required` names and no property is."""
    if "required" not in schema or {"$ref", "allOf", "anyOf"} & schema.keys():
        return  # the properties may stand there
    properties = schema.get("properties", {})
    schema["required"] = [each for each in schema["required"] if each in properties]


def _say(tool: ToolSchema, findings: Iterable[Finding]) -> ToolSchema:
    """Return a tool whose parameters' descriptions say what is not shown."""
    parameters = dict(mapping(tool.parameters))
    properties = dict(mapping(parameters.get("properties")))
    for each in findings:
        if each.parameter not in properties:
            continue
        known = dict(properties[each.parameter])
        told = str(known.get("description", "")).strip()
        if told and told[-1] not in ".!?:;":
            told += "."
        if each.say:
            known["description"] = f"{told} {each.say}".strip()
        if each.rule in {"template-fails", "default-type"}:
            known.pop("default", None)
        properties[each.parameter] = known
    return replace(tool, parameters={**parameters, "properties": properties})
