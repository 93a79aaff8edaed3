"""What gpt-oss is shown of a parameter's type, to find those that it could not use.

`render_typescript_type` of the chat template that the model comes with, which llama.cpp
and others use, shows less than OpenAI's own renderer, so it is the one that counts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["unclear_parameters"]

Schema = Mapping[str, Any]

_ANY = "any"
_LONGEST_ITEM = 50
"""Characters of the type of an array's items; a longer one is shown as `any`."""
_NAMES = {"integer": "number", "number": "number", "boolean": "boolean"}
_NEXT = ": \n" + 16 * " "
"""What the template writes between the name of a property and its type."""


def unclear_parameters(schema: Schema) -> list[str]:
    """Return the parameters of a plain schema that are shown as `any`, or hold it."""
    properties: Mapping[str, Schema] = schema.get("properties", {})
    return [name for name, each in properties.items() if _ANY in _words(_shown(each))]


def _words(shown: str) -> Iterator[str]:
    for line in shown.splitlines():
        for each in line.replace("[]", " ").replace(",", " ").split():
            yield each.strip("{}|")


def _shown(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        return _array(schema.get("items"))
    if isinstance(kind, list):
        return " | ".join(kind)
    if several := schema.get("oneOf"):
        return " | ".join(map(_shown, several))
    if kind == "string":
        return "string"
    if kind == "object":
        return _object(schema)
    return _NAMES.get(str(kind), _ANY)


def _array(items: Schema | None) -> str:
    if not items:
        return f"{_ANY}[]"
    inner = _shown(items)
    return f"{_ANY if len(inner) > _LONGEST_ITEM else inner}[]"


def _object(schema: Schema) -> str:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    if not properties:
        return "object"
    required = schema.get("required", ())
    written = (
        f"{name}{'' if name in required else '?'}{_NEXT}{_shown(each)}"
        for name, each in properties.items()
    )
    return f"{{\n{', '.join(written)}}}"
