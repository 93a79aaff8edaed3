"""What is said about a value beside its type: descriptions, defaults, examples."""

import json
from collections.abc import Iterator

from agent.tool_schemas.rules.finding import Finding, Level
from agent.tool_schemas.rules.types import seen_at
from agent.tool_schemas.shown.places import Place, kinds_at
from agent.tool_schemas.shown.tool import BOTH, Renderer, Schema, mapping

__all__ = ["find_facts", "takes_default"]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "number": (int, float), "integer": int, "boolean": bool,
    "array": list, "object": dict, "null": type(None),
}  # fmt: skip
_NOTHING: tuple[object, ...] = (None, "", [], {})
"""Defaults that say no more than that the value may be left out."""
_OPENAI = frozenset({Renderer.OPENAI})


def find_facts(place: Place) -> Iterator[Finding]:
    """Yield what is said of a place and not shown, or shown badly."""
    yield from _required(place)
    if not place.path:
        return
    yield from _description(place)
    yield from _default(place)
    yield from _examples(place)
    yield from _title(place)


def _required(place: Place) -> Iterator[Finding]:
    properties = mapping(place.schema.get("properties"))
    free = place.schema.get("additionalProperties", True) is not False
    unknown = [each for each in place.schema.get("required") or ()
               if each not in properties]  # fmt: skip
    if not unknown or "object" not in kinds_at(place).values():
        return
    yield Finding(
        "required",
        Level.UNSAID if free else Level.BROKEN,
        place.pointer,
        f"required names {', '.join(map(repr, unknown))}, which "
        f"{place.path or 'the parameters'} does not have",
        "nothing of it",
        "take it out of required, or add the property",
        BOTH,
        mechanical=True,
        parameter=place.parameter,
    )


def _description(place: Place) -> Iterator[Finding]:
    told = place.schema.get("description")
    if not isinstance(told, str) or not told.strip():
        if place.is_parameter:
            yield _undescribed(place)
        return
    if place.is_parameter and len(told.strip().splitlines()) > 1:
        yield _line_ends(place, told)
    hidden = BOTH - place.described
    # What is said of it above is said to both.
    if not hidden or told in place.told.removesuffix(told):
        return
    yield Finding(
        "description",
        _level(hidden),
        place.pointer,
        f"the description of {place.path} is not shown",
        seen_at(place),
        f"say it in the description of {place.parameter or 'the tool'}",
        hidden,
        mechanical=place.parameter is not None,
        say=f"`{place.path}`: {told.strip()}",
        parameter=place.parameter,
    )


def _undescribed(place: Place) -> Finding:
    return Finding(
        "undescribed",
        Level.ADVICE,
        place.pointer,
        f"{place.path} has no description",
        seen_at(place),
        "say in a few words what it is",
        parameter=place.parameter,
    )


def _line_ends(place: Place, told: str) -> Finding:
    return Finding(
        "line-ends",
        Level.ADVICE,
        place.pointer,
        f"the description of {place.path} has several lines; both renderers mark the "
        "first alone as a comment",
        told.strip().splitlines()[1].strip(),
        "write it in one line",
        mechanical=True,
        parameter=place.parameter,
    )


def _default(place: Place) -> Iterator[Finding]:
    if "default" not in place.schema:
        return
    default = place.schema["default"]
    if not takes_default(place.schema):
        yield _wrong_default(place, default)
    elif place.is_parameter and _fails(place, default):
        yield _failing_default(place, default)
    hidden = BOTH - place.described
    written = json.dumps(default, ensure_ascii=False)
    if not hidden or default in _NOTHING or place.tells(written):
        return
    yield Finding(
        "default",
        _level(hidden),
        place.pointer,
        f"the default of {place.path} is not shown",
        seen_at(place),
        f"say it in the description of {place.parameter or 'the tool'}",
        hidden,
        mechanical=place.parameter is not None,
        say=f"`{place.path}` is {written} by default.",
        parameter=place.parameter,
    )


def takes_default(known: Schema) -> bool:
    """Whether a schema's default has its type, and is one of its constants.

    Null is left alone: it is how many say that there is none.
    """
    default = known.get("default")
    if default is None:
        return True
    given = known.get("type", ())
    names = (given,) if isinstance(given, str) else given
    types = [_TYPES[each] for each in names if each in _TYPES]
    of_type = not types or any(_has_type(default, each) for each in types)
    constants = known.get("enum")
    return of_type and (not isinstance(constants, list) or default in constants)


def _has_type(value: object, kind: type | tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return kind is bool
    whole = kind is int and isinstance(value, float) and value.is_integer()
    return whole or isinstance(value, kind)


def _wrong_default(place: Place, default: object) -> Finding:
    return Finding(
        "default-type",
        Level.UNSAID,
        place.pointer,
        f"the default of {place.path}, {json.dumps(default)}, is none that its own "
        "schema takes",
        f"default: {json.dumps(default)}",
        "correct it, or leave it out",
        mechanical=True,
        parameter=place.parameter,
    )


def _fails(place: Place, default: object) -> bool:
    listed = place.schema.get("enum") or place.schema.get("oneOf")
    kind = kinds_at(place).get(Renderer.TEMPLATE)
    return bool(listed) and kind is not None and not isinstance(default, str)


def _failing_default(place: Place, default: object) -> Finding:
    written = json.dumps(default, ensure_ascii=False)
    return Finding(
        "template-fails",
        Level.BROKEN,
        place.pointer,
        f"the template cannot write the default {written} of {place.path}, which is no "
        "text beside an enum or oneOf: servers that run it as it is answer 500",
        "nothing",
        "say it in the description instead",
        frozenset({Renderer.TEMPLATE}),
        mechanical=True,
        say=None if default in _NOTHING else f"{written} by default.",
        parameter=place.parameter,
    )


def _examples(place: Place) -> Iterator[Finding]:
    examples = place.schema.get("examples")
    if not isinstance(examples, list) or not examples:
        return
    written = [json.dumps(each, ensure_ascii=False) for each in examples]
    if all(place.tells(each.strip('"')) for each in written):
        return
    in_openai = _OPENAI & place.shown and all(isinstance(e, str) for e in examples)
    is_property = not place.is_item and "|" not in place.path.rpartition(".")[2]
    hidden = BOTH - _OPENAI if in_openai and is_property else BOTH
    subject = "For example" if place.is_parameter else f"`{place.path}`, for example"
    yield Finding(
        "examples",
        _level(hidden),
        place.pointer,
        f"the examples of {place.path} are not shown",
        seen_at(place),
        "give them in the description",
        hidden,
        mechanical=place.parameter is not None,
        say=f"{subject}: {', '.join(written)}.",
        parameter=place.parameter,
    )


def _title(place: Place) -> Iterator[Finding]:
    title = place.schema.get("title")
    if not isinstance(title, str) or Renderer.OPENAI not in place.described:
        return
    yield Finding(
        "title",
        Level.ADVICE,
        place.pointer,
        f"the title {title!r} of {place.path} costs tokens, and the template leaves "
        "it out",
        f"// {title}",
        "leave it out; say in the description what it adds to the name",
        _OPENAI,
        mechanical=True,
        parameter=place.parameter,
    )


def _level(hidden: frozenset[Renderer]) -> Level:
    return Level.UNSAID if hidden == BOTH else Level.PARTIAL
