"""What gpt-oss's own chat template writes of a tool, in our own code.

After the macros `render_typescript_type` and `render_tool_namespace` of the template
that openai/gpt-oss-20b comes with, as transformers runs it (its `tojson` sorts no keys
and escapes nothing). llama.cpp and others run the same template in other ways; where
this one fails they may write something.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from agent.tool_schemas.shown.tool import Schema, ToolSchema, mapping

__all__ = [
    "LONGEST_ITEM",
    "TemplateError",
    "item_is_cut",
    "kind_by_template",
    "parts_by_template",
    "show_by_template",
    "tools_by_template",
    "type_by_template",
]

LONGEST_ITEM = 50
"""Characters of the type of an array's items; a longer one is written as `any`."""
_SCALARS = {
    "string": "string", "number": "number", "integer": "number", "boolean": "boolean",
}  # fmt: skip
_KNOWN = {"array", "object", *_SCALARS}


class TemplateError(Exception):
    """The template cannot be rendered: the server answers with a failure of its own."""


def tools_by_template(tools: Iterable[ToolSchema]) -> str:
    """Return the section of the developer's message that holds the tools.

    Raises:
        TemplateError: a tool without a description, or a default that is no text where
            the template takes it for one.
    """
    shown = "".join(f"{show_by_template(each)}\n\n" for each in tools)
    return (
        "# Tools\n\n## functions\n\nnamespace functions {\n\n"
        f"{shown}}} // namespace functions"
    )


def show_by_template(tool: ToolSchema) -> str:
    """Return what is written of one tool: its description and its type.

    Raises:
        TemplateError: see `tools_by_template`.
    """
    if tool.description is None:
        raise TemplateError("a tool without a description")
    head = f"// {tool.description}\ntype {tool.name} = "
    parameters = mapping(tool.parameters)
    properties = mapping(parameters.get("properties"))
    if not properties:
        return f"{head}() => any;"
    required = _required(parameters)
    written = "".join(
        _parameter(name, mapping(each), optional=name not in required)
        for name, each in properties.items()
    )
    return f"{head}(_: {{\n{written}}}) => any;"


def kind_by_template(schema: object) -> str:
    """Return how a schema is written: `oneOf`, `types`, a type's name, or `any`."""
    known = mapping(schema)
    given = known.get("type")
    if given == "array":
        return "array"
    if isinstance(given, list) and given:
        return "types"
    if isinstance(known.get("oneOf"), list) and known["oneOf"]:
        # It means to write `any` where one is an object, and sets a variable within a
        # loop, which Jinja forgets at its end.
        return "oneOf"
    return given if isinstance(given, str) and given in _KNOWN else "any"


def parts_by_template(schema: Schema) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the schemas within a schema that are written out, with their keys."""
    kind = kind_by_template(schema)
    if kind == "oneOf":
        yield from ((("oneOf", at), each) for at, each in enumerate(schema["oneOf"]))
    elif kind == "object":
        for name, each in mapping(schema.get("properties")).items():
            yield ("properties", name), each
    elif kind == "array" and schema.get("items") and not item_is_cut(schema):
        yield ("items",), schema["items"]


def item_is_cut(schema: Schema) -> bool:
    """Whether the type of an array's items is too long to be written."""
    inner = _item(schema.get("items"))
    return inner == "object | object" or len(inner) > LONGEST_ITEM


def type_by_template(schema: object) -> str:
    """Return the type that is written for a schema."""
    known, kind = mapping(schema), kind_by_template(schema)
    if kind == "array":
        return _array(known)
    if kind == "types":
        return " | ".join(map(str, known["type"]))
    if kind == "oneOf":
        return " | \n".join(map(_variant, known["oneOf"]))
    if kind == "string":
        return _string(known)
    if kind == "object":
        return _object(known)
    return _SCALARS.get(kind, "any")


def _array(schema: Schema) -> str:
    after = " | null" if schema.get("nullable") else ""
    if not schema.get("items") or item_is_cut(schema):
        return f"any[]{after}"
    return f"{_item(schema['items'])}[]{after}"


def _item(schema: object) -> str:
    """Return the type of an array's items; of scalars the template takes no more."""
    given = mapping(schema).get("type")
    if isinstance(given, str) and given in _SCALARS:
        return _SCALARS[given]
    return type_by_template(schema)


def _variant(schema: object) -> str:
    known = mapping(schema)
    told = known.get("description")
    said = f"// {told}" if told else ""
    if "default" in known:
        said += f"{' ' * 20}// default: {_json(known['default'])}"
    return f"{type_by_template(schema)}{said}"


def _string(schema: Schema) -> str:
    constants = schema.get("enum")
    if isinstance(constants, list) and constants:
        values = '" | "'.join(map(str, constants))
        return f'"{values}"'
    return "string | null" if schema.get("nullable") else "string"


def _object(schema: Schema) -> str:
    properties = mapping(schema.get("properties"))
    if not properties:
        return "object"
    required = _required(schema)
    written = (
        f"{name}{'' if name in required else '?'}: \n{' ' * 16}{type_by_template(each)}"
        for name, each in properties.items()
    )
    return f"{{\n{', '.join(written)}}}"


def _parameter(name: str, schema: Schema, *, optional: bool) -> str:
    told = schema.get("description")
    head = f"// {told}\n" if told else ""
    shown = type_by_template(schema)
    return f"{head}{name}{'?' if optional else ''}: {shown}{_default(name, schema)},\n"


def _default(name: str, schema: Schema) -> str:
    if "default" not in schema:
        return ""
    default = schema["default"]
    if not (schema.get("enum") or schema.get("oneOf")):
        return f", // default: {_json(default)}"
    if not isinstance(default, str):
        raise TemplateError(
            f"the default of {name} is no text, beside an enum or oneOf"
        )
    return f"{', ' if schema.get('enum') else ''}// default: {default}"


def _required(schema: Schema) -> list[str]:
    given = schema.get("required")
    return given if isinstance(given, list) else []


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
