"""Types and constants that one renderer or both do not show."""

import json
from collections.abc import Iterator

from agent.tool_schemas.rules.finding import Finding, Level
from agent.tool_schemas.shown.by_openai import type_by_openai
from agent.tool_schemas.shown.by_template import item_is_cut, type_by_template
from agent.tool_schemas.shown.compact import compact_type, names_within
from agent.tool_schemas.shown.places import Place, kinds_at
from agent.tool_schemas.shown.tool import Renderer, Schema, mapping

__all__ = ["find_types", "seen_at"]

_WRITTEN_PLAINLY = ("$ref", "anyOf", "allOf", "const", "enum")
_MOST_SHOWN = 60


def find_types(place: Place) -> Iterator[Finding]:
    """Yield what of a place's type is not shown."""
    yield from _any(place)
    yield from _without_items(place)
    yield from _cut_item(place)
    yield from _values(place)


def seen_at(place: Place) -> str:
    """Return the type that the model sees at a place, in one line."""
    shown = {
        type_by_openai(place.schema)
        if each is Renderer.OPENAI
        else type_by_template(place.schema)
        for each in place.shown
    }
    texts = sorted(" ".join(each.split()) for each in shown)
    return " or ".join(_short(each) for each in dict.fromkeys(texts))


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _name(place: Place) -> str:
    return place.path or "the object of all parameters"


def _any(place: Place) -> Iterator[Finding]:
    """Yield what is `any`, and lists of types that say nothing of what is within."""
    hidden = [each for each, kind in kinds_at(place).items() if kind == "any"]
    within = {"items", "properties"} & place.schema.keys()
    if not hidden and "types" in kinds_at(place).values() and within:
        hidden = list(place.shown)
    if not hidden or (place.is_item and not place.schema):
        return  # the list itself is found
    cause = _cause(place.schema)
    is_plain = cause in _WRITTEN_PLAINLY or bool(within)
    yield Finding(
        "any",
        Level.HIDDEN,
        place.pointer,
        f"{_name(place)} is shown without its type ({cause})",
        seen_at(place),
        "write it with one type",
        frozenset(hidden),
        mechanical=is_plain,
        parameter=place.parameter,
    )


def _cause(schema: Schema) -> str:
    found = next((each for each in _WRITTEN_PLAINLY if each in schema), None)
    if found:
        return found
    return "several types" if isinstance(schema.get("type"), list) else "no type"


def _is_spelled(place: Place, spelled: str) -> bool:
    """Whether a text about a place tells its form, or names all of its keys."""
    names = list(names_within(place.schema))
    return spelled in place.told or (bool(names) and all(map(place.tells, names)))


def _without_items(place: Place) -> Iterator[Finding]:
    kinds = kinds_at(place).values()
    if "array" not in kinds or mapping(place.schema.get("items")):
        return
    yield Finding(
        "any",
        Level.HIDDEN,
        place.pointer,
        f"{_name(place)} is a list, and of what is not said",
        seen_at(place),
        "give it items, with a type",
        place.shown,
        parameter=place.parameter,
    )


def _cut_item(place: Place) -> Iterator[Finding]:
    is_array = kinds_at(place).get(Renderer.TEMPLATE) == "array"
    if not is_array or not place.schema.get("items") or not item_is_cut(place.schema):
        return
    spelled = compact_type(place.schema["items"])
    if _is_spelled(place, spelled):
        return
    where = "" if place.is_parameter else f" of {place.path}"
    yield Finding(
        "long-item",
        Level.HIDDEN,
        place.pointer,
        f"the items of {_name(place)} are not shown: their type is over 50 characters",
        type_by_template(place.schema),
        "name the keys in the description",
        frozenset({Renderer.TEMPLATE}),
        mechanical=place.parameter is not None,
        say=f"Each item{where}: `{spelled}`.",
        parameter=place.parameter,
    )


def _values(place: Place) -> Iterator[Finding]:
    constants = place.schema.get("enum")
    if "const" in place.schema:
        constants = [place.schema["const"]]
    if not isinstance(constants, list) or not constants:
        return
    kinds = kinds_at(place)
    hidden = {each for each in kinds if not _shows_values(place, each, kinds[each])}
    hidden -= {each for each, kind in kinds.items() if kind == "any"}
    texts = [_written(each) for each in constants]
    if not hidden or set(texts) == {"true", "false"}:
        return
    if all(place.tells(each.strip('"')) for each in texts):
        return
    where = "" if place.is_parameter else f" for {place.path}"
    yield Finding(
        "values",
        Level.HIDDEN,
        place.pointer,
        f"the constants of {_name(place)} are not shown",
        seen_at(place),
        "name them in the description",
        frozenset(hidden),
        mechanical=place.parameter is not None,
        say=f"One of{where}: {', '.join(texts)}.",
        parameter=place.parameter,
    )


def _shows_values(place: Place, renderer: Renderer, kind: str) -> bool:
    if kind != "string" or not place.schema.get("enum"):
        return False
    if renderer is Renderer.TEMPLATE:
        return not place.is_item
    return all(isinstance(each, str) for each in place.schema["enum"])


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
