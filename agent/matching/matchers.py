"""What an argument has to be: a value, or a matcher of it.

A matcher is an object of some of these keys, all of which have to hold:

    equal      the value itself, even if it looks like a matcher
    contains   a string that the argument holds, or an item of a list
    glob       a string with `*` and `?`
    pattern    a regular expression (`agent.matching.patterns`), looked for in it
    one_of     a list of values
    ge, le     bounds of a number, or of a string
    schema     a JSON Schema
    ignore     true: anything, even nothing
    semantic   {text: ..., at_least: 0.8}: the cosine of two embeddings

From Python any object with an `==` of its own is one as well (dirty-equals).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from agent.matching.patterns import read_glob, read_pattern

__all__ = [
    "KINDS",
    "Likeness",
    "Matcher",
    "MatcherError",
    "read_wanted",
    "same",
    "shown",
]


class MatcherError(ValueError):
    """A matcher is none; pydantic, which collects such errors, says where."""


Test = Callable[[Any], bool]
_MOST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text has to be like."""

    text: str
    at_least: float
    """The least cosine of the two embeddings, from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition of one argument."""

    says: str
    """The condition, in the words that it was given in."""
    tests: tuple[Test, ...] = ()
    """All have to hold."""
    ignored: bool = False
    """Whether it is all the same what the argument is, and whether it is there."""
    like: Likeness | None = None

    def fits(self, value: Any) -> bool:
        """Whether a value is as wanted, its likeness aside."""
        return all(test(value) for test in self.tests)


def read_wanted(value: Any, place: str = "arguments") -> Any:
    """Return what is wanted: JSON, and in it `Matcher`s where there are any.

    Raises:
        MatcherError: a matcher is none, in words for whoever wrote it.
    """
    if value is None or isinstance(value, bool | int | float | str | Matcher):
        return value
    if isinstance(value, date):
        raise MatcherError(
            f"{place}: {value} is a date; write it as a string, in quotes"
        )
    if isinstance(value, list | tuple):
        return [read_wanted(each, f"{place}/{n}") for n, each in enumerate(value)]
    if not isinstance(value, dict):
        return Matcher(says=repr(value), tests=(lambda got: bool(value == got),))
    if not value.keys() & KINDS:
        return {key: read_wanted(each, f"{place}/{key}") for key, each in value.items()}
    return _read_matcher(value, place)


def _read_matcher(given: Mapping[str, Any], place: str) -> Any:
    if more := sorted(map(str, given.keys() - KINDS)):
        raise MatcherError(
            f"{place}: {', '.join(more)} is no matcher ({', '.join(sorted(KINDS))}); "
            "an object that is meant as it stands is written {equal: {...}}"
        )
    if given.keys() == {"equal"}:
        return given["equal"]
    tests, like = [], None
    for kind, wanted in given.items():
        try:
            if kind == "semantic":
                like = _likeness(wanted)
            else:
                tests.append(_TESTS[kind](wanted))
        except ValueError as error:
            raise MatcherError(f"{place}: {kind}: {error}") from error
    says = ", ".join(f"{kind} {shown(wanted)}" for kind, wanted in given.items())
    return Matcher(says, tuple(tests), ignored="ignore" in given, like=like)


def same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are the same: 1 is 1.0, and true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            same(one[key], other[key]) for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return bool(one == other)


def shown(value: Any) -> str:
    """Return a value in a line that is not too long."""
    import json

    if isinstance(value, Matcher):
        return value.says
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _equal(wanted: Any) -> Test:
    return lambda got: same(wanted, got)


def _contains(wanted: Any) -> Test:
    def holds(got: Any) -> bool:
        if isinstance(got, str):
            return isinstance(wanted, str) and wanted in got
        return isinstance(got, list) and any(same(wanted, each) for each in got)

    return holds


def _pattern(wanted: Any) -> Test:
    if not isinstance(wanted, str):
        raise MatcherError("it is a string")
    found = read_pattern(wanted)
    return lambda got: isinstance(got, str) and found(got)


def _glob(wanted: Any) -> Test:
    if not isinstance(wanted, str):
        raise MatcherError("it is a string")
    found = read_glob(wanted)
    return lambda got: isinstance(got, str) and found(got)


def _one_of(wanted: Any) -> Test:
    if not (isinstance(wanted, list | tuple) and wanted):
        raise MatcherError("it is a list of values")
    values = read_wanted([{"equal": each} for each in wanted])
    return lambda got: any(same(each, got) for each in values)


def _bound(wanted: Any, holds: Callable[[Any, Any], bool]) -> Test:
    if isinstance(wanted, bool) or not isinstance(wanted, int | float | str):
        raise MatcherError("it is a number or a string")
    kinds = (str,) if isinstance(wanted, str) else (int, float)
    return lambda got: (
        isinstance(got, kinds) and not isinstance(got, bool) and holds(got, wanted)
    )


def _at_least(wanted: Any) -> Test:
    return _bound(wanted, lambda got, bound: bool(got >= bound))


def _at_most(wanted: Any) -> Test:
    return _bound(wanted, lambda got, bound: bool(got <= bound))


def _schema(wanted: Any) -> Test:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import extend

    if not isinstance(wanted, Mapping):
        raise MatcherError("it is a JSON Schema")
    try:
        Draft202012Validator.check_schema(wanted)
    except SchemaError as error:
        raise MatcherError(f"it is no JSON Schema: {error.message}") from error
    if _mentions(wanted, "patternProperties"):
        raise MatcherError("patternProperties is not supported")
    if any(not each.startswith("#") for each in _mentioned(wanted, "$ref")):
        raise MatcherError("a $ref that leads out of the schema is not followed")
    for each in _mentioned(wanted, "pattern"):
        read_pattern(each)
    validator = extend(Draft202012Validator, {"pattern": _judge_pattern})(wanted)
    return lambda got: bool(validator.is_valid(got))


def _judge_pattern(
    _validator: Any, pattern: str, instance: Any, _schema: Any
) -> Iterator[Any]:
    """Stand in for jsonschema's `pattern`, which asks `re` and may take for ever."""
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not read_pattern(pattern)(instance):
        yield ValidationError(f"it does not match {pattern!r}")


def _mentions(schema: Any, key: str) -> bool:
    if isinstance(schema, Mapping):
        return key in schema or any(_mentions(each, key) for each in schema.values())
    return isinstance(schema, list) and any(_mentions(each, key) for each in schema)


def _mentioned(schema: Any, key: str) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get(key), str):
            yield schema[key]
        for each in schema.values():
            yield from _mentioned(each, key)
    elif isinstance(schema, list):
        for each in schema:
            yield from _mentioned(each, key)


def _ignore(wanted: Any) -> Test:
    if wanted is not True:
        raise MatcherError("it is true; leave it out otherwise")
    return lambda _got: True


def _likeness(wanted: Any) -> Likeness:
    if not (isinstance(wanted, Mapping) and wanted.keys() == {"text", "at_least"}):
        raise MatcherError("it is {text: ..., at_least: ...}")
    text, at_least = wanted["text"], wanted["at_least"]
    if not isinstance(text, str) or not text:
        raise MatcherError("its text is a string")
    if isinstance(at_least, bool) or not isinstance(at_least, int | float):
        raise MatcherError("its at_least is a number")
    if not -1 <= at_least <= 1:
        raise MatcherError("its at_least lies between -1 and 1")
    return Likeness(text, float(at_least))


_TESTS: dict[str, Callable[[Any], Test]] = {
    "equal": _equal, "contains": _contains, "glob": _glob, "pattern": _pattern,
    "one_of": _one_of, "ge": _at_least, "le": _at_most, "schema": _schema,
    "ignore": _ignore,
}  # fmt: skip
KINDS = frozenset({*_TESTS, "semantic"})
"""The keys that make an object a matcher."""
