"""What OpenAI's renderer writes of a tool, in our own code.

After `json_schema_to_typescript` and `template_tools_section` of openai/harmony,
`src/encoding.rs` (0.0.8). A test holds both against each other; the real one needs a
vocabulary of 3 MB and cannot say which part of a schema it wrote.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agent.tool_schemas.shown.tool import Schema, ToolSchema, mapping

__all__ = [
    "kind_by_openai",
    "parts_by_openai",
    "show_by_openai",
    "tools_by_openai",
    "type_by_openai",
]

_NUMBERS = {"integer": "number"}
_SCALARS = {"number": "number", "integer": "number", "boolean": "boolean"}
_EXPONENT = re.compile(r"e([+-])0*(\d+)$")


def tools_by_openai(tools: Iterable[ToolSchema]) -> str:
    """Return the section of the developer's message that holds the tools."""
    shown = "\n".join(f"{show_by_openai(each)}\n" for each in tools)
    return (
        "# Tools\n\n## functions\n\nnamespace functions {\n\n"
        f"{shown}\n}} // namespace functions"
    )


def show_by_openai(tool: ToolSchema) -> str:
    """Return what is written of one tool: its description and its type."""
    lines = [f"// {line}" for line in _lines(tool.description or "")]
    if tool.parameters is None:
        return "\n".join([*lines, f"type {tool.name} = () => any;"])
    shown = type_by_openai(tool.parameters)
    return "\n".join([*lines, f"type {tool.name} = (_: {shown}) => any;"])


def kind_by_openai(schema: object) -> str:
    """Return how a schema is written: `oneOf`, `types`, a type's name, or `any`."""
    known = mapping(schema)
    if isinstance(known.get("oneOf"), list):
        return "oneOf"
    given = known.get("type")
    if isinstance(given, list):
        return "types" if any(isinstance(each, str) for each in given) else "any"
    written = {"object", "string", "array", *_SCALARS}
    return given if isinstance(given, str) and given in written else "any"


def parts_by_openai(schema: Schema) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the schemas within a schema that are written out, with their keys."""
    kind = kind_by_openai(schema)
    if kind == "oneOf":
        yield from ((("oneOf", at), each) for at, each in enumerate(schema["oneOf"]))
    elif kind == "object":
        for name, each in mapping(schema.get("properties")).items():
            yield ("properties", name), each
    elif kind == "array" and "items" in schema:
        yield ("items",), schema["items"]


def type_by_openai(schema: object, indent: str = "") -> str:
    """Return the type that is written for a schema."""
    known, kind = mapping(schema), kind_by_openai(schema)
    if kind == "oneOf":
        return "".join(
            f"\n{indent} | {_variant(each, indent)}{_trailing(each)}"
            for each in known["oneOf"]
        )
    if kind == "types":
        words = [each for each in known["type"] if isinstance(each, str)]
        return " | ".join(_NUMBERS.get(each, each) for each in words)
    if kind == "object":
        return _object(known, indent)
    if kind == "string":
        return _string(known)
    if kind == "array":
        return _array(known, indent)
    return _SCALARS.get(kind, "any")


def _array(schema: Schema, indent: str) -> str:
    if "items" not in schema:
        return "Array<any>"
    return f"{type_by_openai(schema['items'], indent)}[]"


def _string(schema: Schema) -> str:
    given = schema.get("enum")
    values = given if isinstance(given, list) else []
    texts = [f'"{each}"' for each in values if isinstance(each, str)]
    return " | ".join(texts) or "string"


def _object(schema: Schema, indent: str) -> str:
    given = schema.get("required")
    required = given if isinstance(given, list) else []
    properties = mapping(schema.get("properties")).items()
    written = "".join(
        _property(name, each, indent, optional=name not in required)
        for name, each in properties
    )
    return f"{_comment(schema, indent)}{{\n{written}{indent}}}"


def _property(name: str, schema: object, indent: str, *, optional: bool) -> str:
    known = mapping(schema)
    mark = "?" if optional else ""
    head = _title(known, indent)
    if isinstance(known.get("oneOf"), list):
        above = _comment(known, indent) if _describes_all(known) else ""
        return (
            f"{head}{_examples(known, indent)}{above}"
            f"{_default_above(known, indent)}{indent}{name}{mark}:\n"
            f"{_variants(known, indent, described=bool(above))}{indent},\n"
        )
    if "oneOf" not in known:
        head += _comment(known, indent)
    head += _examples(known, indent)
    shown = _or_null(type_by_openai(schema, f"{indent}    "), known)
    default = _default(known) if "oneOf" not in known else None
    after = f" // {default}" if default else ""
    return f"{head}{indent}{name}{mark}: {shown},{after}\n"


def _variants(schema: Schema, indent: str, *, described: bool) -> str:
    """Return the alternatives of a property, a line for each.

    The first is not described where the property is, and none as the property is.
    """
    own, lines = schema.get("description"), []
    for at, each in enumerate(schema["oneOf"]):
        told = mapping(each).get("description")
        hidden = told == own or (described and not at)
        comments = [told] if isinstance(told, str) and not hidden else []
        if default := _default(mapping(each)):
            comments.append(default)
        after = f" // {' '.join(comments)}" if comments else ""
        lines.append(f"{indent} | {_variant(each, indent)}{after}\n")
    return "".join(lines)


def _variant(schema: object, indent: str) -> str:
    return _or_null(type_by_openai(schema, f"{indent}   "), mapping(schema))


def _trailing(schema: object) -> str:
    """Return what is said behind an alternative that is no property's."""
    known = mapping(schema)
    told = known.get("description")
    comments = [told] if isinstance(told, str) else []
    default = known.get("default")
    if isinstance(default, str) and known.get("enum"):
        comments.append(f"default: {_json(default)}")
    elif said := _default(known):
        comments.append(said)
    return f" // {' '.join(comments)}" if comments else ""


def _describes_all(schema: Schema) -> bool:
    """Whether a property's description is another than its first alternative's."""
    first = mapping(next(iter(schema["oneOf"]), None))
    return bool(first.get("description") != schema.get("description"))


def _comment(schema: Schema, indent: str) -> str:
    told = schema.get("description")
    return f"{indent}// {told}\n" if isinstance(told, str) else ""


def _title(schema: Schema, indent: str) -> str:
    title = schema.get("title")
    return f"{indent}// {title}\n{indent}//\n" if isinstance(title, str) else ""


def _examples(schema: Schema, indent: str) -> str:
    given = schema.get("examples")
    if not isinstance(given, list) or not given:
        return ""
    texts = [f'{indent}// - "{each}"\n' for each in given if isinstance(each, str)]
    return f"{indent}// Examples:\n{''.join(texts)}"


def _default_above(schema: Schema, indent: str) -> str:
    default = _default(schema)
    return f"{indent}// {default}\n" if default else ""


def _default(schema: Schema) -> str | None:
    """Return how a default is said: without quotes beside an enum."""
    if "default" not in schema:
        return None
    default = schema["default"]
    if not isinstance(default, str):
        return f"default: {_json(default)}"
    constants = schema.get("enum")
    listed = isinstance(constants, list) and bool(constants)
    return f"default: {default}" if listed else f'default: "{default}"'


def _or_null(shown: str, schema: Schema) -> str:
    may = schema.get("nullable") is True and "null" not in shown
    return f"{shown} | null" if may else shown


def _lines(text: str) -> list[str]:
    """Return the lines of a text as Rust's `str::lines` has them."""
    *ended, rest = text.split("\n")
    lines = [line.removesuffix("\r") for line in ended]
    return [*lines, rest] if rest else lines


def _json(value: object) -> str:
    """Return a value as serde_json writes it."""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, Mapping):
        pairs = (f"{_json(key)}:{_json(each)}" for key, each in value.items())
        return f"{{{','.join(pairs)}}}"
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """Return a number as Rust's `ryu` writes it: `1e16`, `0.00001`.

    serde_json errs in the last of many digits as it reads them; this does not.
    """
    written = repr(value)
    if written.endswith("e-05"):
        digits = written[:-4].replace(".", "").lstrip("-")
        return f"{'-' if value < 0 else ''}0.0000{digits}"
    return _EXPONENT.sub(lambda at: f"e{'-' if at[1] == '-' else ''}{at[2]}", written)
