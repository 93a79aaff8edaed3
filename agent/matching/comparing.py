"""A run's calls against a trajectory: whether it passes, its score, row by row.

    score = 2S / (|E| + |C|);   with extras free: S / |E|;   0 after a call of `never`

S is the largest sum of `agent.matching.pairing`'s s over the assignments that the mode
allows. A copy that `times` makes optional counts, in S and in |E|, if it is made and
fits in all. All of it is exact: a run passes if, and only if, that score is 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Literal

from agent.matching.call import Call
from agent.matching.expectation import Forbidden, Trajectory
from agent.matching.filling import JsonSchema, unknown_paths
from agent.matching.fitting import Embed, Fitting, similarity_by
from agent.matching.matchers import Matcher
from agent.matching.pairing import (
    Difference,
    Pair,
    Similar,
    Similarity,
    ask,
    look_at,
    pair,
)
from agent.matching.scoring import Slot, best_assignment, slots_of
from tools.errors import UsageError

__all__ = ["Comparison", "Row", "compare"]

RowKind = Literal["matched", "differs", "missing", "extra", "forbidden"]

_NAMED_ALIKE = 0.6
"""The least ratio of `difflib` by which another tool's call is called the nearest."""
_NO_SCHEMAS: Mapping[str, JsonSchema] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """One expectation with its call, or one of them without the other."""

    kind: RowKind
    expected: str = ""
    """The expectation in a line; blank for a call that none stands for."""
    call: Call | None = None
    """None where it is missing."""
    place: int | None = None
    """Which call of the run it is, from 1."""
    differences: tuple[Difference, ...] = ()
    """Where the call is not as expected; of a missing one, where the nearest is not."""
    similar: tuple[Similar, ...] = ()
    nearest: Call | None = None
    """Of a missing one: the call that comes closest, if any does."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a run passes, and how far off it is."""

    passed: bool
    exact_score: Fraction
    """From 0 to 1; 1 if it passes, and only then."""
    rows: tuple[Row, ...]
    """The expectations in their order, then the calls that none stands for."""

    @property
    def score(self) -> float:
        """The score as a float."""
        return float(self.exact_score)

    @property
    def similar(self) -> tuple[Similar, ...]:
        """All that was compared by its meaning, and so is not exact."""
        return tuple(each for row in self.rows for each in row.similar)


def compare(
    trajectory: Trajectory,
    calls: Sequence[Call],
    schemas: Mapping[str, JsonSchema] = _NO_SCHEMAS,
    *,
    embed: Embed | None = None,
) -> Comparison:
    """Hold calls against what is expected of them.

    Schemas are those of the tools' arguments, by the tools' names; their defaults are
    filled in on both sides, and what a schema does not know never fits. `embed` is
    asked by the matcher `semantic` alone.

    Raises:
        UsageError: an expectation has an argument that the tool's schema does not know,
            or asks for a likeness and there is no `embed`.
    """
    _refuse_unfit(trajectory, schemas, embed)
    similarity = None if embed is None else similarity_by(embed)
    fitting = Fitting(trajectory, calls, schemas, similarity)
    slots = slots_of(trajectory, len(calls))
    pairs = [[fitting.pair(n, call) for call in range(len(calls))]
             for n in range(len(trajectory.expect))]  # fmt: skip
    given, score = best_assignment(trajectory, slots, pairs, len(calls))
    hits = dict(_hits(trajectory, calls, schemas, similarity))
    score = Fraction(0) if hits else score
    rows = (
        *_rows(trajectory, calls, slots, pairs, given),
        *_others(trajectory, calls, set(given), hits),
        *(row for place, row in hits.items() if place in given),
    )
    return Comparison(score == 1, score, rows)


def _rows(
    trajectory: Trajectory,
    calls: Sequence[Call],
    slots: Sequence[Slot],
    pairs: Sequence[Sequence[Pair]],
    given: Sequence[int | None],
) -> Iterator[Row]:
    for slot, column in zip(slots, given, strict=True):
        expected = str(trajectory.expect[slot.number])
        if column is not None:
            found = pairs[slot.number][column]
            yield Row(
                "differs" if found.differences else "matched",
                expected,
                calls[column],
                column + 1,
                found.differences,
                found.similar,
            )
        elif slot.required:
            tool = trajectory.expect[slot.number].tool
            near = _nearest(tool, calls, pairs[slot.number])
            yield Row(
                "missing",
                expected,
                nearest=None if near is None else calls[near],
                differences=()
                if near is None
                else pairs[slot.number][near].differences,
            )


def _nearest(tool: str, calls: Sequence[Call], pairs: Sequence[Pair]) -> int | None:
    """Return the call that fits best, of another tool only if it is named alike."""
    by_name = SequenceMatcher(b=tool)

    def alike(place: int) -> float:
        by_name.set_seq1(calls[place].name)
        return by_name.ratio()

    places = range(len(calls))
    near = max(places, key=lambda n: (pairs[n].score, alike(n), -n), default=None)
    if near is None or (not pairs[near].score and alike(near) < _NAMED_ALIKE):
        return None
    return near


def _others(
    trajectory: Trajectory,
    calls: Sequence[Call],
    given: set[int | None],
    hits: Mapping[int, Row],
) -> Iterator[Row]:
    kind: RowKind = "forbidden" if trajectory.extras == "forbidden" else "extra"
    for place, call in enumerate(calls):
        if place not in given:
            yield hits.get(place) or Row(kind, call=call, place=place + 1)


def _hits(
    trajectory: Trajectory,
    calls: Sequence[Call],
    schemas: Mapping[str, JsonSchema],
    similarity: Similarity | None,
) -> Iterator[tuple[int, Row]]:
    """Yield the calls that `never` names, by their places."""
    for never in trajectory.never:
        asked = ask(
            never.wanted,
            schemas.get(never.tool),
            subset=True,
            lenient=True,
            similarity=similarity,
        )
        for place, call in enumerate(calls):
            if call.name != never.tool:
                continue
            found = pair(asked, look_at(call, schemas.get(call.name)))
            if found.score == 1 or (call.unreadable and never.arguments is None):
                expected = f"never {never}"
                similar = found.similar
                yield place, Row("forbidden", expected, call, place + 1, (), similar)


def _refuse_unfit(
    trajectory: Trajectory, schemas: Mapping[str, JsonSchema], embed: Embed | None
) -> None:
    for each in (*trajectory.expect, *trajectory.never):
        for path in unknown_paths(each.wanted, schemas.get(each.tool, {})):
            raise UsageError(
                f"{each.tool}'s schema has no argument {'.'.join(map(str, path))}, "
                f"which {each} names; correct the expectation"
            )
        if embed is None and _asks_for_likeness(each):
            raise UsageError(
                f"{each} has a semantic matcher, which needs an embedder; give one as "
                "embed, or use contains"
            )


def _asks_for_likeness(each: Forbidden) -> bool:
    waiting = [each.wanted]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Matcher) and value.like is not None:
            return True
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return False
