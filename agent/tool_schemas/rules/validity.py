"""Whether a tool's parameters are a JSON Schema, and where its references lead."""

from collections.abc import Iterator, Mapping
from typing import Any

from agent.tool_schemas.rules.finding import Finding, Level
from agent.tool_schemas.shown.tool import Schema, ToolSchema, child_of, mapping

__all__ = ["TYPE_NAMES", "find_invalid", "is_mendable", "renamed_types"]

TYPE_NAMES = {
    "dict": "object", "map": "object", "struct": "object", "list": "array",
    "tuple": "array", "set": "array", "float": "number", "double": "number",
    "decimal": "number", "int": "integer", "long": "integer", "str": "string",
    "text": "string", "char": "string", "bool": "boolean", "none": "null",
}  # fmt: skip
"""Names of types that Python and others have, and what JSON Schema calls them."""
_MOST_NODES = 20_000
"""Objects and lists that a schema may have with its references written out."""
_DEEPEST = 100
"""Levels of the same; openai-harmony refuses 128 of a whole request."""
_DEFINITIONS = ("$defs", "definitions")


def find_invalid(tool: ToolSchema) -> Iterator[Finding]:
    """Yield why a tool's parameters are no JSON Schema that a call can be made by."""
    place = f"{tool.place}{tool.schema_place}"
    if tool.description is None:
        yield _undescribed(tool)
    if tool.parameters is None:
        return
    yield from _type_names(tool.parameters, place)
    if message := _complaint(renamed_types(tool.parameters)):
        yield _no_schema(place, message)
        return
    kind = renamed_types(tool.parameters).get("type", "object")
    if kind != "object" and "object" not in kind:
        yield _no_schema(place, f"its type is {kind}, and arguments are an object")
    elif not is_mendable(tool.parameters):
        yield _references(place)


def renamed_types(schema: Any) -> Any:
    """Return a schema in which types have the names that JSON Schema has for them."""
    if isinstance(schema, list):
        return [renamed_types(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {key: _renamed(value) if key == "type" else renamed_types(value)
            for key, value in schema.items()}  # fmt: skip


def is_mendable(schema: Schema) -> bool:
    """Whether each reference leads to a definition, and all of them to little.

    A definition that holds itself counts once, as it is written once.
    """
    definitions = {
        name: each
        for key in _DEFINITIONS
        for name, each in mapping(schema.get(key)).items()
    }
    try:
        # Counted as it is written: definitions that hold each other, twelve of them,
        # would come to hundreds of millions.
        for at, _ in enumerate(_written_out(schema, definitions, (), 0)):
            if at > _MOST_NODES:
                return False
    except KeyError:
        return False
    return True


def _written_out(
    schema: Any, definitions: Schema, open_: tuple[str, ...], depth: int
) -> Iterator[None]:
    """Yield once for each part of a schema with its references written out.

    Raises:
        KeyError: a reference that leads to no definition, or too deep.
    """
    if not isinstance(schema, Mapping | list):
        return
    if depth > _DEEPEST:
        raise KeyError(depth)
    yield
    parts = schema
    if isinstance(schema, Mapping):
        parts = [each for key, each in schema.items() if key not in _DEFINITIONS]
    for each in parts:
        yield from _written_out(each, definitions, open_, depth + 1)
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    if isinstance(reference, str):
        name = _definition_of(reference)
        if name not in open_:
            inner = definitions[name]
            yield from _written_out(inner, definitions, (*open_, name), depth + 1)


def _definition_of(reference: str) -> str:
    """Return the name of the definition that a reference leads to.

    Raises:
        KeyError: it leads elsewhere.
    """
    for key in _DEFINITIONS:
        name = reference.removeprefix(f"#/{key}/")
        if name != reference and "/" not in name:
            return name
    raise KeyError(reference)


def _renamed(value: Any) -> Any:
    if isinstance(value, str):
        return TYPE_NAMES.get(value.lower(), value)
    return renamed_types(value)


def _type_names(schema: Any, place: str) -> Iterator[Finding]:
    if isinstance(schema, list):
        for at, each in enumerate(schema):
            yield from _type_names(each, child_of(place, at))
    if not isinstance(schema, Mapping):
        return
    given = schema.get("type")
    if isinstance(given, str) and (meant := TYPE_NAMES.get(given.lower())):
        yield Finding(
            "type-name",
            Level.BROKEN,
            child_of(place, "type"),
            f"JSON Schema has no type {given!r}: servers refuse it, or show `any`",
            "any",
            f"write {meant!r}",
            mechanical=True,
        )
    for key, each in schema.items():
        yield from _type_names(each, child_of(place, key))


def _complaint(schema: Any) -> str | None:
    """Return what jsonschema finds wrong with a schema, None if nothing."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for

    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        where = "/".join(map(str, error.path)) or "it"
        return f"{where}: {error.message[:200]}"
    return None


def _no_schema(place: str, why: str) -> Finding:
    return Finding(
        "not-a-schema",
        Level.BROKEN,
        place,
        f"this is no JSON Schema of a tool's parameters: {why}",
        "nothing that can be relied on",
        "correct it: no other rule is tried here",
    )


def _references(place: str) -> Finding:
    return Finding(
        "references",
        Level.HIDDEN,
        place,
        "its references lead to no definition of its own, or hold too much once they "
        f"are written out (over {_MOST_NODES:,} parts)",
        "any",
        "write out by hand what the model has to know",
    )


def _undescribed(tool: ToolSchema) -> Finding:
    return Finding(
        "no-description",
        Level.BROKEN,
        tool.place,
        f"{tool.name} has no description: the template cannot be rendered, and the "
        "model has the name alone to go by",
        "nothing",
        "say what the tool does and when to call it",
    )
