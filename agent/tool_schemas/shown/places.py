"""Walks through what of a tool's schema is written out, by either renderer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agent.tool_schemas.shown.by_openai import kind_by_openai, parts_by_openai
from agent.tool_schemas.shown.by_template import kind_by_template, parts_by_template
from agent.tool_schemas.shown.tool import (
    BOTH,
    Renderer,
    Schema,
    ToolSchema,
    child_of,
    mapping,
)

__all__ = ["Place", "kinds_at", "places_of"]

_OPENAI = frozenset({Renderer.OPENAI})
_NOWHERE: frozenset[Renderer] = frozenset()
_WORD = re.compile(r"[\w-]+")
_Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A schema within a tool's, and what is written of it by which renderer."""

    pointer: str
    """JSON pointer, in what was read."""
    path: str
    """As a person writes it: `filters[].field`; empty for all parameters together."""
    schema: Schema
    parameter: str | None
    """The parameter that it is, or is a part of."""
    told: str
    """The texts about it: of the tool, of the parameter, its own."""
    shown: frozenset[Renderer] = BOTH
    """Who writes its type."""
    described: frozenset[Renderer] = BOTH
    """Who writes its description and its default."""
    is_item: bool = False
    """Whether it is the items of an array."""

    @property
    def is_parameter(self) -> bool:
        """Whether it is a parameter, not a part of one."""
        return self.path == self.parameter

    def tells(self, text: str) -> bool:
        """Whether a text about it holds some words, not as a part of others."""
        found = re.escape(text)
        return re.search(rf"(?<!\w){found}(?!\w)", self.told) is not None


def places_of(tool: ToolSchema) -> Iterator[Place]:
    """Yield each schema that at least one renderer writes out, outer ones first."""
    schema = mapping(tool.parameters)
    pointer = f"{tool.place}{tool.schema_place}"
    told = tool.description or ""
    root = Place(pointer, "", schema, None, told, described=_NOWHERE)
    yield root
    yield from _within(root)


def kinds_at(place: Place) -> dict[Renderer, str]:
    """Return how each renderer that writes a place writes it."""
    kinds = {
        Renderer.OPENAI: kind_by_openai(place.schema),
        Renderer.TEMPLATE: kind_by_template(place.schema),
    }
    if not place.path and place.schema.get("properties"):
        kinds[Renderer.TEMPLATE] = "object"  # it does not ask for the type
    return {each: kind for each, kind in kinds.items() if each in place.shown}


def _within(place: Place) -> Iterator[Place]:
    for keys, schema, shown in _parts(place):
        child = _child(place, keys, mapping(schema), shown)
        yield child
        yield from _within(child)


def _parts(place: Place) -> Iterator[tuple[_Keys, Any, frozenset[Renderer]]]:
    """Yield the parts of a place with those who write them."""
    written: dict[_Keys, tuple[Any, set[Renderer]]] = {}
    for renderer, kind in kinds_at(place).items():
        if not place.path and kind == "object":
            properties = mapping(place.schema.get("properties"))
            parts: list[tuple[_Keys, Any]] = [
                (("properties", name), each) for name, each in properties.items()
            ]
        elif renderer is Renderer.OPENAI:
            parts = list(parts_by_openai(place.schema))
        else:
            parts = list(parts_by_template(place.schema))
        for keys, schema in parts:
            written.setdefault(keys, (schema, set()))[1].add(renderer)
    for keys, (schema, shown) in written.items():
        yield keys, schema, frozenset(shown)


def _child(
    place: Place, keys: _Keys, schema: Schema, shown: frozenset[Renderer]
) -> Place:
    own = schema.get("description")
    path = _path(place.path, keys)
    parameter = place.parameter or (str(keys[1]) if keys[0] == "properties" else None)
    return Place(
        child_of(place.pointer, *keys),
        path,
        schema,
        parameter,
        f"{place.told}\n{own}" if isinstance(own, str) else place.told,
        shown,
        _describing(place, keys, schema) & shown,
        keys[0] == "items",
    )


def _path(above: str, keys: _Keys) -> str:
    if keys[0] == "items":
        return f"{above}[]"
    if keys[0] == "oneOf":
        return f"{above}|{int(keys[1]) + 1}"
    name = str(keys[1])
    name = name if _WORD.fullmatch(name) else repr(name)
    return f"{above}.{name}" if above else str(keys[1])


def _describing(place: Place, keys: _Keys, schema: Schema) -> frozenset[Renderer]:
    """Return who writes the description of a part."""
    if keys[0] == "properties":
        return BOTH if not place.path else _OPENAI
    is_object = kind_by_openai(schema) == "object"
    if keys[0] == "items":
        return _OPENAI if is_object else _NOWHERE
    first_of_many = not keys[1] and "description" in place.schema
    if first_of_many and place.parameter and not is_object:
        return BOTH - _OPENAI
    return BOTH
