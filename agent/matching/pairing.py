"""One call against one expectation: how far it fits, and where it differs.

    s(e, c) = (1 + |{p in E and C: the value of c at p fits e}|) / (1 + |E or C|)

E and C are the paths of the leaves of the arguments; of mode `subset` E alone, and what
the tool's schema does not know. Where names differ, s is 0. A status and an order that
are expected count as one leaf each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from agent.matching.call import Call
from agent.matching.filling import JsonSchema, Path, fill_in, unknown_paths
from agent.matching.matchers import Matcher, same, shown

__all__ = ["ABSENT", "Asked", "Difference", "Pair", "Similar", "Similarity", "pair"]

Similarity = Callable[[str, str], float]
"""The cosine of two texts' embeddings."""
ABSENT = "(absent)"
_UNKNOWN = "(not in the tool's schema)"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a call is not as expected."""

    path: str
    """As `filter.tags.0`; `(status)` and `(order)` for what is no argument."""
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Similar:
    """What was compared by its meaning, which is not exact."""

    path: str
    expected: str
    got: str
    similarity: float
    at_least: float


@dataclass(frozen=True, slots=True)
class Pair:
    """How far a call fits an expectation."""

    score: Fraction
    """From 0 to 1, and 1 only if it fits in all."""
    differences: tuple[Difference, ...] = ()
    similar: tuple[Similar, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a call, besides its name."""

    wanted: Any
    """Arguments with matchers, None for any."""
    schema: JsonSchema | None = None
    subset: bool = False
    """Whether the call may have arguments besides."""
    lenient: bool = False
    """Whether it may have even such that the schema does not know."""
    similarity: Similarity | None = None
    conditions: tuple[tuple[str, str, Callable[[Call], str]], ...] = ()
    """Name, what is expected, and what says what is wrong (blank: nothing)."""


@dataclass(slots=True)
class _Count:
    fitting: int = 0
    paths: int = 0
    differences: list[Difference] = field(default_factory=list)
    similar: list[Similar] = field(default_factory=list)

    def add(self, path: str, expected: str, got: str, *, fits: bool) -> None:
        self.paths += 1
        self.fitting += fits
        if not fits:
            self.differences.append(Difference(path, expected, got))


def pair(asked: Asked, call: Call) -> Pair:
    """Return how far a call of the expected name fits."""
    if call.unreadable:
        return Pair(Fraction(0), (Difference("(arguments)", "JSON", call.unreadable),))
    count = _Count()
    if asked.wanted is not None:
        _compare(asked, call.arguments, count)
    if asked.schema is not None and not asked.lenient:
        for path in unknown_paths(call.arguments, asked.schema):
            _, value = _value_at(call.arguments, path)
            count.add(_named(path), _UNKNOWN, shown(value), fits=False)
    for name, expected, problem in asked.conditions:
        said = problem(call)
        count.add(name, expected, said, fits=not said)
    return Pair(
        Fraction(1 + count.fitting, 1 + count.paths),
        tuple(count.differences),
        tuple(count.similar),
    )


def _compare(asked: Asked, arguments: dict[str, Any], count: _Count) -> None:
    schema = asked.schema or {}
    wanted = _leaves(fill_in(asked.wanted, schema))
    got: Any = fill_in(arguments, schema)
    whole = {path for path, each in wanted.items() if isinstance(each, Matcher)}
    found = {
        path: each for path, each in _leaves(got).items() if not _begins(path, whole)
    }
    for path, each in wanted.items():
        if isinstance(each, Matcher) and each.ignored:
            continue
        there, value = _value_at(got, path)
        if there and not isinstance(each, Matcher):
            there = path in found
        fits = there and _fits(asked, each, value, path, count)
        count.add(
            _named(path), shown(each), shown(value) if there else ABSENT, fits=fits
        )
    strange = set(unknown_paths(got, schema))
    for path, value in found.items():
        if not (asked.subset or path in wanted or _begins(path, strange)):
            count.add(_named(path), ABSENT, shown(value), fits=False)


def _fits(asked: Asked, wanted: Any, got: Any, path: Path, count: _Count) -> bool:
    if not isinstance(wanted, Matcher):
        return same(wanted, got)
    if not wanted.fits(got):
        return False
    if wanted.like is None:
        return True
    if not isinstance(got, str) or asked.similarity is None:
        return False
    similarity = asked.similarity(wanted.like.text, got)
    like = wanted.like
    count.similar.append(
        Similar(_named(path), like.text, shown(got), similarity, like.at_least)
    )
    return similarity >= like.at_least


def _leaves(value: Any) -> dict[Path, Any]:
    """Return the leaves by their paths; an empty object or array within is one."""
    if isinstance(value, dict) and not value:
        return {}
    leaves: dict[Path, Any] = {}
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, each = waiting.pop()
        if isinstance(each, dict) and each:
            waiting += [((*path, key), inner) for key, inner in each.items()]
        elif isinstance(each, list) and each:
            waiting += [((*path, n), inner) for n, inner in enumerate(each)]
        else:
            leaves[path] = each
    return dict(sorted(leaves.items(), key=lambda leaf: list(map(str, leaf[0]))))


def _value_at(value: Any, path: Path) -> tuple[bool, Any]:
    for step in path:
        steps = range(len(value)) if isinstance(value, list) else value
        if not isinstance(value, dict | list) or step not in steps:
            return False, None
        inside: Any = value
        value = inside[step]
    return True, value


def _begins(path: Path, beginnings: set[Path]) -> bool:
    return any(path[:length] in beginnings for length in range(len(path) + 1))


def _named(path: Path) -> str:
    return ".".join(map(str, path)) or "(arguments)"
