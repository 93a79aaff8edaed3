"""Whether the last rounds of a search brought anything."""

from itertools import groupby

from agent.settings.depth import LimitName
from tools.trajectory.tool_call import ToolCall

__all__ = ["find_stall"]

_IDLE_ROUNDS = 3
_REPEATED_ROUNDS = 2
_ALIKE = 0.8
"""Jaccard similarity of the words of two queries that ask the same."""
_LIBRARY_TOOLS = frozenset({"search", "requery", "fetch"})


def find_stall(trajectory: list[ToolCall]) -> LimitName | None:
    """Return why the last rounds brought nothing, None if one of them did."""
    made = [each for each in trajectory if each.turn]
    rounds = [list(calls) for _, calls in groupby(made, key=lambda each: each.turn)]
    if len(rounds) >= _REPEATED_ROUNDS and all(
        each.repeated for calls in rounds[-_REPEATED_ROUNDS:] for each in calls
    ):
        return "repeated_call"
    if len(rounds) < _IDLE_ROUNDS:
        return None
    first = len(rounds) - _IDLE_ROUNDS
    before = [words for calls in rounds[:first] for words in _queries(calls)]
    for calls in rounds[first:]:
        if not _is_idle(calls, before):
            return None
        before += _queries(calls)
    return "no_progress"


def _is_idle(calls: list[ToolCall], before: list[frozenset[str]]) -> bool:
    """Whether a round showed nothing new, or asked only what was asked before."""
    if any(each.name not in _LIBRARY_TOOLS and not each.failed for each in calls):
        return False
    if not any(each.new_passages for each in calls):
        return True
    asked = _queries(calls)
    return bool(asked) and all(
        any(_similarity(words, earlier) >= _ALIKE for earlier in before)
        for words in asked
    )


def _queries(calls: list[ToolCall]) -> list[frozenset[str]]:
    """Return the words of each query of some calls; where they search counts, too."""
    asked: list[frozenset[str]] = []
    for call in calls:
        several = call.arguments.get("queries") or [call.arguments.get("query")]
        if call.name not in _LIBRARY_TOOLS or not isinstance(several, list):
            continue
        place = str(call.arguments.get("where") or "")
        asked += [
            frozenset([*query.casefold().split(), place])
            for query in several
            if isinstance(query, str)
        ]
    return asked


def _similarity(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
