"""What a tool's schema says of arguments: its defaults, and the keys that it knows.

`properties` are followed into objects, `items` into arrays, and `$ref` within the
schema. What stands under `anyOf` and the like is neither filled in nor refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["fill_in", "unknown_paths"]

JsonSchema = Mapping[str, Any]
Path = tuple[str | int, ...]
_OPEN = ("anyOf", "oneOf", "allOf", "if", "patternProperties")
_MOST_REFERENCES = 20


def fill_in(value: Any, schema: JsonSchema) -> Any:
    """Return a value with the defaults of the properties that it lacks."""
    return _filled(value, schema, schema)


def unknown_paths(value: Any, schema: JsonSchema) -> tuple[Path, ...]:
    """Return where a value has keys that a schema does not name.

    A schema that says `additionalProperties: true`, or of what kind they are, knows
    every key; one that says nothing of them knows those of its `properties`.
    """
    return tuple(_unknown(value, schema, schema, ()))


def _filled(value: Any, schema: Any, root: JsonSchema) -> Any:
    schema = _resolved(schema, root)
    if isinstance(value, list) and "items" in schema:
        return [_filled(each, schema["items"], root) for each in value]
    properties = _properties(schema)
    if not isinstance(value, dict) or not properties:
        return value
    known = {
        key: _filled(each, properties.get(key, {}), root) for key, each in value.items()
    }
    lacking = {
        key: each["default"]
        for key, each in properties.items()
        if key not in value and isinstance(each, Mapping) and "default" in each
    }
    return known | lacking


def _unknown(value: Any, schema: Any, root: JsonSchema, path: Path) -> Iterator[Path]:
    schema = _resolved(schema, root)
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _unknown(each, schema.get("items", {}), root, (*path, number))
    elif isinstance(value, dict):
        properties, closed = _properties(schema), _is_closed(schema)
        for key, each in value.items():
            if key in properties:
                yield from _unknown(each, properties[key], root, (*path, key))
            elif closed:
                yield (*path, key)


def _is_closed(schema: Mapping[str, Any]) -> bool:
    if any(key in schema for key in _OPEN):
        return False
    more = schema.get("additionalProperties")
    return more is False or (more is None and "properties" in schema)


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _resolved(schema: Any, root: JsonSchema) -> Mapping[str, Any]:
    for _ in range(_MOST_REFERENCES):
        if not isinstance(schema, Mapping):
            return {}
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        schema = _pointed_at(reference, root)
    return {}


def _pointed_at(reference: str, root: JsonSchema) -> Any:
    found: Any = root
    for step in reference.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, Mapping) or key not in found:
            return {}
        found = found[key]
    return found
