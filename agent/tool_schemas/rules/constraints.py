"""What is asked of a value beside its type: never shown, so it has to be said."""

import re
from collections.abc import Iterator

from agent.tool_schemas.rules.finding import Finding, Level
from agent.tool_schemas.rules.types import seen_at
from agent.tool_schemas.shown.compact import compact_type
from agent.tool_schemas.shown.places import Place
from agent.tool_schemas.shown.tool import BOTH, mapping

__all__ = ["find_constraints"]

_WORDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matching the pattern {}",
    "format": "in the format {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} keys",
    "maxProperties": "at most {} keys",
    "contentEncoding": "encoded as {}",
    "contentMediaType": "of the media type {}",
}
_CONDITIONS = (
    "contains", "dependentRequired", "dependentSchemas", "dependencies", "if", "not",
    "patternProperties", "prefixItems", "propertyNames", "uniqueItems",
)  # fmt: skip
"""What no sentence says that a machine could write."""
_TAKEN_FOR_GRANTED = {"minimum": 1, "minItems": 1, "minLength": 1, "minProperties": 1}
"""Least values that a reader assumes: a count from 0 or 1, a text that is not empty."""
_WORD = re.compile(r"[a-z]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve",
)  # fmt: skip


def find_constraints(place: Place) -> Iterator[Finding]:
    """Yield each constraint of a place that no text about it tells."""
    untold = {
        keyword: place.schema[keyword]
        for keyword in _WORDS
        if _is_asked(place, keyword) and not _is_told(place, keyword)
    }
    if untold:
        yield _finding(place, untold)
    yield from _values_of_any_key(place)
    for keyword in _CONDITIONS:
        if place.schema.get(keyword):
            yield Finding(
                "condition",
                Level.UNSAID,
                place.pointer,
                f"{keyword} of {place.path or 'the parameters'} is never shown",
                seen_at(place),
                "say it in the description, or leave it out",
                BOTH,
                parameter=place.parameter,
            )


def _finding(place: Place, untold: dict[str, object]) -> Finding:
    words = [_WORDS[each].format(_value(value)) for each, value in untold.items()]
    said = ", ".join(words)
    subject = "" if place.is_parameter else f"`{place.path}`: "
    sentence = f"{subject}{said}."
    return Finding(
        "constraint",
        Level.UNSAID,
        place.pointer,
        f"{', '.join(untold)} of {place.path or 'the parameters'}: never shown",
        seen_at(place),
        f'say "{said}" in the description',
        BOTH,
        mechanical=place.parameter is not None,
        say=sentence if subject else sentence[0].upper() + sentence[1:],
        parameter=place.parameter,
    )


def _is_asked(place: Place, keyword: str) -> bool:
    value = place.schema.get(keyword)
    if value is None or isinstance(value, bool | list | dict):
        return False
    granted = _TAKEN_FOR_GRANTED.get(keyword)
    return not (granted is not None and value in {0, granted})


def _is_told(place: Place, keyword: str) -> bool:
    value = place.schema[keyword]
    if isinstance(value, str):
        return place.tells(value)
    told = place.told.replace(",", "")
    numbers = {float(each) for each in _NUMBER.findall(told)}
    words = set(_WORD.findall(told.lower()))
    numbers |= {float(at) for at, each in enumerate(_NUMBER_WORDS) if each in words}
    return float(value) in numbers


def _values_of_any_key(place: Place) -> Iterator[Finding]:
    """Yield an object whose keys are free and whose values have a type."""
    values = mapping(place.schema.get("additionalProperties"))
    kind = compact_type(values)
    if not values or kind == "any" or kind in place.told:
        return
    subject = "" if place.is_parameter else f" of `{place.path}`"
    yield Finding(
        "constraint",
        Level.UNSAID,
        place.pointer,
        f"the values of {place.path or 'the parameters'} are never shown",
        seen_at(place),
        "say in the description which keys and values it takes",
        BOTH,
        mechanical=place.parameter is not None,
        say=f"Keys{subject} are free, each value: {kind}.",
        parameter=place.parameter,
    )


def _value(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) else f"{value}"
