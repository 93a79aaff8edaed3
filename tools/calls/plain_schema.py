"""Makes the JSON Schema of a tool plain, as every renderer of prompts can show it.

OpenAI's renderer (openai-harmony, which vLLM uses) and gpt-oss's own chat template
print `anyOf`, `allOf`, `$ref` and what has no `type` as `any`. What pydantic writes is
written in the forms that both print with a type. Calls are judged by the pydantic model
as before: what the plain form leaves out, such as null, is taken all the same.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["admits_null", "one_line", "plain_schema"]

Schema = Mapping[str, Any]

_NULL = {"type": "null"}
_LEFT_OUT = frozenset(
    {"$defs", "additionalProperties", "anyOf", "const", "discriminator", "title"}
)
"""Keywords that say nothing to a model, or that are written in another way."""
_SAYING_WHAT = frozenset({"$ref", "allOf", "anyOf", "const", "enum", "oneOf", "type"})
"""Keywords of which a schema has one, unless it takes anything."""
_BLANK: tuple[Any, ...] = (None, "", [], {})
"""Defaults that say nothing: not required says as much."""
_WRAPPED = re.compile(r"(?<!\n)\n(?=[^\W\d_]|[`\"'(\[【])")
"""The end of a line within a paragraph; a list and what is indented keep theirs."""
_TYPES: dict[type, str] = {
    bool: "boolean", int: "integer", float: "number", str: "string",
    list: "array", dict: "object",
}  # fmt: skip


def plain_schema(schema: Schema) -> dict[str, Any]:
    """Return the schema of a tool's parameters in its plain form.

    References are replaced by what they stand for, null is left out where something
    else may be given, alternatives are a list of types or `oneOf`, constants are enums,
    and titles and defaults that say nothing are dropped.
    """
    return _Plain(schema.get("$defs", {})).write(schema)


def admits_null(schema: Schema) -> bool:
    """Whether a value of a schema, as pydantic writes it, may be null."""
    if _SAYING_WHAT.isdisjoint(schema):
        return True
    named = "null" in _types(schema) or None in schema.get("enum", ())
    return named or _NULL in _alternatives(schema)


def one_line(text: str) -> str:
    """Return a description without the line ends of its source.

    Both renderers mark the first line of a parameter's description as a comment, and
    no other.
    """
    return _WRAPPED.sub(" ", text.strip())


class _Plain:
    """Writes the parts of one schema, which share their definitions."""

    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions
        self._open: list[str] = []
        """What is being written: a definition that holds itself ends there."""

    def write(self, schema: Schema) -> dict[str, Any]:
        reference = schema.get("$ref")
        if reference is not None:
            return self._resolved(reference, schema)
        if several := _alternatives(schema):
            return self._one_of(several, schema)
        plain = {key: self._value(key, value) for key, value in schema.items()
                 if key not in _LEFT_OUT and not _is_blank(key, value)}  # fmt: skip
        if isinstance(schema.get("additionalProperties"), Mapping):
            plain["additionalProperties"] = self.write(schema["additionalProperties"])
        return _typed(plain, schema)

    def _value(self, key: str, value: Any) -> Any:
        if key == "properties":
            return {name: self.write(each) for name, each in value.items()}
        if key == "items" and isinstance(value, Mapping):
            return self.write(value)
        if key in {"prefixItems", "oneOf"}:
            return [self.write(each) for each in value]
        return one_line(value) if key == "description" else value

    def _resolved(self, reference: str, schema: Schema) -> dict[str, Any]:
        """Return a definition with what is said beside its reference."""
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        name = reference.rpartition("/")[2]
        if name in self._open:
            return self.write({"type": "object", **beside})
        self._open.append(name)
        plain = self.write({**self._definitions.get(name, {}), **beside})
        self._open.pop()
        return plain

    def _one_of(self, several: Sequence[Schema], schema: Schema) -> dict[str, Any]:
        beside = {
            key: value
            for key, value in schema.items()
            if key not in {"allOf", "anyOf", "oneOf"}
        }
        left = [self.write(each) for each in several if each != _NULL]
        if len(left) == 1:
            return self.write({**left[0], **beside})
        types = _types_of_scalars(left)
        if types:
            return {**self.write(beside), "type": types}
        return {**self.write(beside), "oneOf": left}


def _alternatives(schema: Schema) -> Sequence[Schema]:
    """Return what a schema leaves the choice of, or the one that it wraps."""
    wrapped: Sequence[Schema] = schema.get("allOf", ())
    if len(wrapped) == 1:
        return wrapped
    several: Sequence[Schema] = schema.get("anyOf") or schema.get("oneOf") or ()
    return several


def _is_blank(key: str, value: Any) -> bool:
    return key == "default" and value in _BLANK


def _typed(plain: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """Return a schema without null, its constants an enum with their types."""
    if isinstance(schema.get("type"), list):
        types = [each for each in schema["type"] if each != "null"]
        plain["type"] = types[0] if len(types) == 1 else types
    if "const" in schema:
        plain["enum"] = [schema["const"]]
    if "enum" not in plain:
        return plain
    plain["enum"] = [each for each in plain["enum"] if each is not None]
    types = list(dict.fromkeys(_TYPES[type(each)] for each in plain["enum"]))
    if "type" not in plain and types:
        plain["type"] = types[0] if len(types) == 1 else types
    return plain


def _types(schema: Schema) -> Sequence[str]:
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else given


def _types_of_scalars(several: Sequence[Schema]) -> list[str] | str:
    """Return the types of several scalars, none if one of them is more than its type.

    An integer is a number, too.
    """
    types: list[str] = []
    for each in several:
        own = _types(each)
        if not own or {"array", "object"} & set(own) or "enum" in each:
            return []
        types += own
    if "number" in types:
        types = [each for each in types if each != "integer"]
    found = list(dict.fromkeys(types))
    return found[0] if len(found) == 1 else found
