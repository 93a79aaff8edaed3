"""The tightest expectations that all good runs of a case satisfy.

What never varied is expected as it was; what varied, by what all runs have in common;
an order only where all runs had it. One run alone is taken for the only one there can
be, so that learning takes several.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from agent.answer import Answer
from agent.evals.judging import Judge, Schemas, sound_documents
from agent.evals.reading import NamedSuite
from agent.evals.results import Results, RunRecord
from agent.evals.revising.values import MISSING, learn_value
from agent.evals.suite import Case
from agent.matching.calls import Call, read_calls
from agent.matching.filling import fill_in
from agent.matching.matchers import same
from tools.grounding.citation import Verdict

__all__ = ["Learnt", "learn_calls", "learn_suite"]

_UNSOUND = (Verdict.MISATTRIBUTED, Verdict.FABRICATED, Verdict.UNSEEN)
_LEARNT = ("calls", "answer", "limits")


@dataclass(frozen=True, slots=True)
class Learnt:
    """A suite that was learnt."""

    text: str
    """YAML."""
    remarks: tuple[str, ...]
    """Cases of which nothing could be learnt, in words."""


def learn_suite(
    named: NamedSuite, results: Results, judge: Judge, schemas: Schemas
) -> Learnt:
    """Return a suite as tight as the runs that pass it allow.

    Args:
        named: What makes a run a good one; nothing but questions will do.
        results: Runs of its cases, of whichever settings.
        judge: Says whether a run passes.
        schemas: Of the arguments of each tool.
    """
    data = dict(named.located.data)
    cases, remarks = [], []
    for given, case in zip(data["cases"], named.suite.cases, strict=True):
        good = [
            run
            for run in results.runs
            if run.case == case.id and judge(case, run).passed and not _garbled(run)
        ]
        if not good:
            remarks.append(f"{case.id}: no run passes what the suite says by now")
            cases.append(given)
            continue
        cases.append(_learn_case(given, case, good, schemas))
    text = yaml.safe_dump(
        {**data, "cases": cases}, sort_keys=False, allow_unicode=True, width=88
    )
    return Learnt(text, tuple(remarks))


def _garbled(run: RunRecord) -> bool:
    """Whether a call of it had arguments that nobody can expect."""
    return any(call.unreadable for each in run.answers for call in read_calls(each))


def _learn_case(
    given: Mapping[str, Any], case: Case, runs: Sequence[RunRecord], schemas: Schemas
) -> dict[str, Any]:
    before = len(case.history)
    by_step = list(zip(*(run.answers[before:] for run in runs), strict=True))
    learnt = _learn_step(given, by_step[0], schemas)
    if case.follow_ups:
        learnt["follow_ups"] = [
            _learn_step(step, answers, schemas)
            for step, answers in zip(given["follow_ups"], by_step[1:], strict=True)
        ]
    return learnt


def _learn_step(
    given: Mapping[str, Any], answers: Sequence[Answer], schemas: Schemas
) -> dict[str, Any]:
    calls = learn_calls([read_calls(each) for each in answers], schemas)
    never = (given.get("calls") or {}).get("never")
    rest = {name: value for name, value in given.items() if name not in _LEARNT}
    return {
        **rest,
        "calls": {**calls, **({"never": never} if never else {})},
        "answer": {**(given.get("answer") or {}), **_learn_answer(answers)},
        "limits": {**(given.get("limits") or {}), **_learn_limits(answers)},
    }


def _learn_answer(answers: Sequence[Answer]) -> dict[str, Any]:
    cited = [set(sound_documents(each)) for each in answers]
    learnt: dict[str, Any] = {}
    if always := sorted(set.intersection(*cited)):
        learnt["cites"] = always
    verdicts = {}
    for verdict in _UNSOUND:
        counts = [sum(c.verdict is verdict for c in each.citations) for each in answers]
        verdicts[verdict.value] = f"..{max(counts)}" if max(counts) else 0
    learnt["verdicts"] = verdicts
    for name in ("grounded", "answered"):
        values = {getattr(each, name) for each in answers}
        if len(values) == 1:
            learnt[name] = values.pop()
    return learnt


def _learn_limits(answers: Sequence[Answer]) -> dict[str, int]:
    """Return what no run took more of; its seconds are those of the machine."""
    tokens = max(each.usage.total_tokens for each in answers)
    limits = {"turns": max(each.turns for each in answers)}
    return {**limits, "tokens": tokens} if tokens else limits


def learn_calls(
    runs: Sequence[Sequence[Call]], schemas: Schemas | None = None
) -> dict[str, Any]:
    """Return the tightest trajectory that the calls of each run satisfy.

    The calls of one tool are laid side by side in the order that they were made in, if
    all runs called the same tools in the same order; or sorted by their arguments, if
    that leaves less to vary.

    Args:
        runs: The calls of each, at least of one run.
        schemas: Of the arguments of each tool, whose defaults are no difference.
    """
    filled = [[_filled(call, schemas or {}) for call in run] for run in runs]
    given = {(call.name, key) for run in runs for call in run for key in call.arguments}
    succeeded = not any(call.failed for run in runs for call in run)
    in_order = len({tuple(call.name for call in run) for run in filled}) == 1
    seen = list(dict.fromkeys(call.name for run in filled for call in run))
    laid = _side_by_side([sorted(run, key=_spelt) for run in filled])
    laid.sort(key=lambda calls: seen.index(calls[0].name))
    mode = "any_order"
    if in_order:
        as_made = [list(each) for each in zip(*filled, strict=True)]
        if _varying(as_made, given) <= _varying(laid, given):
            laid, mode = as_made, "exact"
    expect = [_expectation(calls, len(runs), given) for calls in laid]
    if mode == "any_order":
        for each in expect:
            if earlier := _always_before(each["tool"], filled):
                each["after"] = earlier
    return {
        "mode": mode,
        "extras": "forbidden",
        "expect": expect,
        **({"succeed": True} if succeeded else {}),
    }


def _always_before(tool: str, runs: Sequence[Sequence[Call]]) -> str:
    """Return a tool that each call of this one came after in every run, if one is."""
    before: set[str] | None = None
    for run in runs:
        for place, call in enumerate(run):
            if call.name == tool:
                earlier = {each.name for each in run[:place] if _is_before(each, call)}
                before = earlier if before is None else before & earlier
    return min((before or set()) - {tool}, default="")


def _is_before(one: Call, other: Call) -> bool:
    """Whether a call can have been the reason of one that was made after it."""
    return one.turn is None or other.turn is None or one.turn < other.turn


def _filled(call: Call, schemas: Schemas) -> Call:
    schema = schemas.get(call.name)
    if schema is None:
        return call
    return replace(call, arguments=fill_in(call.arguments, schema))


def _spelt(call: Call) -> tuple[str, str]:
    return call.name, json.dumps(call.arguments, sort_keys=True)


def _side_by_side(runs: Sequence[Sequence[Call]]) -> list[list[Call]]:
    """Return the calls that correspond: the first of each tool, the second, and so on.

    Each is of as many runs as made so many calls of the tool.
    """
    places: dict[tuple[str, int], list[Call]] = {}
    for run in runs:
        seen: Counter[str] = Counter()
        for call in run:
            places.setdefault((call.name, seen[call.name]), []).append(call)
            seen[call.name] += 1
    return list(places.values())


def _varying(laid: Iterable[Sequence[Call]], given: set[tuple[str, str]]) -> int:
    """Return how many arguments are not the same in all runs."""
    return sum(
        not same(learn_value(_values(calls, key)), calls[0].arguments.get(key))
        for calls in laid
        for key in _keys(calls, given)
    )


def _expectation(
    calls: Sequence[Call], runs: int, given: set[tuple[str, str]]
) -> dict[str, Any]:
    arguments = {key: learn_value(_values(calls, key)) for key in _keys(calls, given)}
    expected: dict[str, Any] = {"tool": calls[0].name, "arguments": arguments}
    if len(calls) < runs:
        expected["times"] = "0..1"
    return expected


def _keys(calls: Sequence[Call], given: set[tuple[str, str]]) -> list[str]:
    """Return the arguments of some calls that a model has given, not a default."""
    keys = dict.fromkeys(key for call in calls for key in call.arguments)
    return [key for key in keys if (calls[0].name, key) in given]


def _values(calls: Sequence[Call], key: str) -> list[Any]:
    return [call.arguments.get(key, MISSING) for call in calls]
