"""One call against one expectation: how far it fits, and where it differs.

    s(e, c) = (1 + |{p in E and C: the value of c at p fits e}|) / (1 + |E or C|)

E and C are the paths of the leaves of the arguments; of mode `subset` E alone, and what
the tool's schema does not know. Where names differ, s is 0. A status and an order that
are expected count as one leaf each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from agent.matching.call import Call
from agent.matching.filling import JsonSchema, Path, fill_in, unknown_paths
from agent.matching.matchers import Likeness, Matcher, same, shown

__all__ = [
    "Asked", "Condition", "Difference", "Looked", "Pair", "Similar", "Similarity",
    "ask", "look_at", "pair",
]  # fmt: skip

Similarity = Callable[[str, str], float]
"""The cosine of two texts' embeddings."""


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


class _Said(str):
    """Words of ours, where a value stands otherwise."""

    __slots__ = ()


ABSENT = _Said("(absent)")
_UNKNOWN = _Said("(not in the tool's schema)")


@dataclass(frozen=True, slots=True)
class Pair:
    """How far a call fits an expectation."""

    score: Fraction
    """From 0 to 1, and 1 only if it fits in all."""
    misfits: tuple[tuple[str, Any, Any], ...] = ()
    """Path, what is expected and what the call has: values, not yet written out."""
    similar: tuple[Similar, ...] = ()

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the call is not as expected."""
        return tuple(
            Difference(path, _words(expected), _words(got))
            for path, expected, got in self.misfits
        )


Condition = tuple[str, str, str]
"""Its name, what is expected, and what is wrong (blank: nothing)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a call's arguments."""

    leaves: dict[Path, Any] | None
    """Values and matchers, None for any."""
    matched: frozenset[Path] = frozenset()
    """The paths of the matchers."""
    subset: bool = False
    """Whether the call may have arguments besides."""
    lenient: bool = False
    """Whether it may have even such that the schema does not know."""
    similarity: Similarity | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """A call's arguments, as they are compared."""

    call: Call
    arguments: Any
    """With the schema's defaults."""
    leaves: dict[Path, Any]
    strange: frozenset[Path]
    """Where the schema knows no such argument."""


@dataclass(slots=True)
class _Count:
    fitting: int = 0
    paths: int = 0
    misfits: list[tuple[str, Any, Any]] = field(default_factory=list)
    similar: list[Similar] = field(default_factory=list)

    def add(self, path: str, expected: Any, got: Any, *, fits: bool) -> None:
        self.paths += 1
        self.fitting += fits
        if not fits:
            self.misfits.append((path, expected, got))


def ask(
    wanted: Any,
    schema: JsonSchema | None,
    *,
    subset: bool = False,
    lenient: bool = False,
    similarity: Similarity | None = None,
) -> Asked:
    """Return what arguments with matchers ask of a call, None for any.

    The schema's defaults are asked as well, but of a subset, which asks what it names.
    """
    if wanted is None:
        return Asked(None, lenient=lenient)
    leaves = _leaves(wanted if subset else fill_in(wanted, schema or {}))
    matched = frozenset(
        path for path, each in leaves.items() if isinstance(each, Matcher)
    )
    return Asked(leaves, matched, subset, lenient, similarity)


def look_at(call: Call, schema: JsonSchema | None) -> Looked:
    """Return a call as it is compared."""
    arguments = fill_in(call.arguments, schema or {})
    strange = frozenset(unknown_paths(arguments, schema or {}))
    return Looked(call, arguments, _leaves(arguments), strange)


def pair(asked: Asked, looked: Looked, conditions: Sequence[Condition] = ()) -> Pair:
    """Return how far a call of the expected name fits."""
    if looked.call.unreadable:
        said = _Said(looked.call.unreadable)
        return Pair(Fraction(0), (("(arguments)", _Said("JSON"), said),))
    count = _Count()
    if asked.leaves is not None:
        _compare(asked, asked.leaves, looked, count)
    if not asked.lenient:
        for path in sorted(looked.strange, key=_named):
            _, value = _value_at(looked.arguments, path)
            count.add(_named(path), _UNKNOWN, value, fits=False)
    for name, expected, problem in conditions:
        count.add(name, _Said(expected), _Said(problem), fits=not problem)
    return Pair(
        Fraction(1 + count.fitting, 1 + count.paths),
        tuple(count.misfits),
        tuple(count.similar),
    )


def _compare(
    asked: Asked, wanted: dict[Path, Any], looked: Looked, count: _Count
) -> None:
    for path, each in wanted.items():
        if isinstance(each, Matcher):
            _match(asked, each, path, looked, count)
            continue
        if path in looked.leaves:
            got = looked.leaves[path]
            count.add(_named(path), each, got, fits=same(each, got))
        else:
            there, got = _value_at(looked.arguments, path)
            count.add(_named(path), each, got if there else ABSENT, fits=False)
    if asked.subset:
        return
    for path, value in looked.leaves.items():
        known = path in wanted or _begins(path, asked.matched)
        if not known and not _begins(path, looked.strange):
            count.add(_named(path), ABSENT, value, fits=False)


def _match(
    asked: Asked, matcher: Matcher, path: Path, looked: Looked, count: _Count
) -> None:
    if matcher.ignored:
        return
    there, got = _value_at(looked.arguments, path)
    fits = there and matcher.fits(got)
    if fits and matcher.like is not None:
        similar = _similar(asked, matcher.like, got, path)
        fits = similar is not None and similar.similarity >= similar.at_least
        count.similar += [similar] if similar else []
    count.add(_named(path), matcher, got if there else ABSENT, fits=fits)


def _similar(asked: Asked, like: Likeness, got: Any, path: Path) -> Similar | None:
    if not isinstance(got, str) or asked.similarity is None:
        return None
    similarity = asked.similarity(like.text, got)
    return Similar(_named(path), like.text, shown(got), similarity, like.at_least)


def _words(value: Any) -> str:
    return str(value) if isinstance(value, _Said) else shown(value)


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


def _begins(path: Path, beginnings: frozenset[Path]) -> bool:
    return bool(beginnings) and any(
        path[:length] in beginnings for length in range(len(path) + 1)
    )


def _named(path: Path) -> str:
    return ".".join(map(str, path)) or "(arguments)"
