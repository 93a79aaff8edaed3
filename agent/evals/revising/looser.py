"""How a suite would have to be loosened for runs to pass that fail by their calls.

A run is a reason to loosen what is expected of calls and limits only if its answer is
as expected: one trajectory is seldom the only one, but a wrong answer is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from agent.answer import Answer
from agent.evals.judging import Schemas, StepJudgement, judge_step
from agent.evals.reading import NamedSuite
from agent.evals.results import Results
from agent.evals.revising.editing import edited_text
from agent.evals.revising.values import MOST_LISTED, learn_value
from agent.evals.suite import Case, Step, with_defaults
from agent.matching.calls import Call, read_calls
from agent.matching.comparing import Row, compare
from agent.matching.expectation import Trajectory
from agent.matching.filling import fill_in
from agent.matching.fitting import Embed
from agent.matching.matchers import KINDS

__all__ = ["Loosened", "loosen_suite"]

_MAX_STEPS = 100
"""Times that a case is loosened for one run; each takes away a difference at least."""
_LOOSER = {"exact": "in_order", "in_order": "any_order"}


@dataclass(frozen=True, slots=True)
class _Tools:
    """What calls are compared by."""

    schemas: Schemas
    embed: Embed | None


@dataclass(frozen=True, slots=True)
class Loosened:
    """A proposal."""

    diff: str
    """Unified; blank where nothing is to be loosened."""
    remarks: tuple[str, ...]
    """Runs that would go on failing, with the reason."""


def loosen_suite(
    named: NamedSuite,
    results: Results,
    schemas: Schemas,
    embed: Embed | None = None,
) -> Loosened:
    """Return as a diff what would have failing runs pass.

    Args:
        named: The suite.
        results: Runs; those that pass, and those that a transport ended, are no reason.
        schemas: Of the arguments of each tool.
        embed: Asked by the matcher `semantic` alone.
    """
    tools = _Tools(schemas, embed)
    data = deepcopy(named.located.data)
    remarks: dict[str, None] = {}
    for given, case in zip(data["cases"], named.suite.cases, strict=True):
        runs = [run for run in results.runs if run.case == case.id and not run.failure]
        for run in runs:
            answers = run.answers[len(case.history) :]
            for why in _loosen_case(given, case, answers, data, tools):
                remarks[f"{case.id}, run {run.repeat}: {why}"] = None
    text = edited_text(named.text, named.located, data)
    diff = unified_diff(
        named.text.splitlines(keepends=True),
        text.splitlines(keepends=True),
        str(named.path),
        str(named.path),
    )
    return Loosened("".join(diff), tuple(remarks))


def _loosen_case(
    given: dict[str, Any],
    case: Case,
    answers: Sequence[Answer],
    data: Mapping[str, Any],
    tools: _Tools,
) -> Iterator[str]:
    """Loosen a case for one run; yield why what still fails does."""
    raw = [given, *given.get("follow_ups", [])]
    for each, _, answer in zip(raw, case.steps, answers, strict=False):
        yield from _loosen_step(each, answer, data, tools)


def _loosen_step(
    given: dict[str, Any], answer: Answer, data: Mapping[str, Any], tools: _Tools
) -> Iterator[str]:
    for _ in range(_MAX_STEPS):
        step = _step(given, data)
        found = judge_step(step, answer, tools.schemas, tools.embed)
        if found.passed:
            return
        wrong = [text for name, text in found.failed if name not in _LIMITS]
        if wrong:
            yield f"not loosened, for its answer is not as expected: {'; '.join(wrong)}"
            return
        if not _loosened(given, step, found, answer, tools):
            break
    yield "it cannot be loosened so far: a call failed, is forbidden, or unknown"


_LIMITS = {"turns", "tokens", "seconds"}


def _step(given: Mapping[str, Any], data: Mapping[str, Any]) -> Step:
    names = Step.model_fields.keys() & given.keys()
    own = {name: given[name] for name in names}
    return Step.model_validate(with_defaults(own, data.get("defaults") or {}))


def _loosened(
    given: dict[str, Any],
    step: Step,
    found: StepJudgement,
    answer: Answer,
    tools: _Tools,
) -> bool:
    """Loosen a step by one thing that is wrong; return whether there was any."""
    over = [name for name, _ in found.failed if name in _LIMITS]
    if over:
        taken = {
            "turns": answer.turns,
            "tokens": answer.usage.total_tokens,
            "seconds": answer.seconds,
        }
        limits = given.setdefault("limits", {})
        limits |= {name: taken[name] for name in over}
        return True
    if found.comparison is None or step.calls is None:
        return False
    if _loosen_order(given, step.calls, read_calls(answer), tools):
        return True
    return any(
        _loosen_row(given["calls"], step.calls, row, tools.schemas)
        for row in found.comparison.rows
    )


def _loosen_order(
    given: dict[str, Any], expected: Trajectory, made: Sequence[Call], tools: _Tools
) -> bool:
    """Ask for less order where that brings the run nearer."""
    looser = _LOOSER.get(expected.mode)
    if looser is None:
        return False
    now = compare(expected, made, tools.schemas, embed=tools.embed).exact_score
    without = expected.model_copy(update={"mode": "any_order"})
    if compare(without, made, tools.schemas, embed=tools.embed).exact_score <= now:
        return False
    given["calls"]["mode"] = looser
    return True


def _loosen_row(
    given: dict[str, Any], expected: Trajectory, row: Row, schemas: Schemas
) -> bool:
    places = [
        place
        for place, each in enumerate(expected.expect)
        if str(each) == row.expected
    ]  # fmt: skip
    if row.kind == "missing":
        due = [n for n in places if expected.expect[n].times.least]
        return bool(due) and _make_optional(given["expect"][due[0]], expected, due[0])
    if row.kind in {"extra", "forbidden"} and row.call and not row.expected:
        return _allow(given, row.call, schemas)
    if row.kind == "differs" and row.call:
        # One at a time: the next comparison may lay the calls side by side otherwise.
        return any(
            _loosen_difference(given["expect"][place], row.call, each.path, schemas)
            for place in places
            for each in row.differences
        )
    return False


def _make_optional(given: dict[str, Any], expected: Trajectory, place: int) -> bool:
    most = expected.expect[place].times.most
    given["times"] = f"0..{'' if most is None else most}"
    return True


def _allow(given: dict[str, Any], call: Call, schemas: Schemas) -> bool:
    """Expect a call besides that need not be made."""
    schema = schemas.get(call.name)
    if call.unreadable or call.failed:
        return False
    known = (
        schema is None or call.arguments.keys() <= schema.get("properties", {}).keys()
    )
    if not known:
        return False
    arguments = {name: learn_value([value]) for name, value in call.arguments.items()}
    added = {"tool": call.name, "arguments": arguments, "times": "0..1"}
    given.setdefault("expect", []).append(added)
    return True


def _loosen_difference(
    given: dict[str, Any], call: Call, path: str, schemas: Schemas
) -> bool:
    if path == "(order)":
        given["after"] = None
        return True
    schema = schemas.get(call.name)
    wanted = fill_in(given.get("arguments") or {}, schema or {})
    got = fill_in(call.arguments, schema or {})
    names = [
        name
        for name in {**wanted, **got}
        if path == name or path.startswith(f"{name}.")
    ]
    if not names:
        return False  # its status, or what was sent was no JSON
    name = names[0]
    if schema is not None and name not in schema.get("properties", {}):
        return False
    arguments = given.setdefault("arguments", {})
    if name not in wanted or name not in got:
        arguments[name] = {"ignore": True}
        return True
    arguments[name] = _loosen_value(wanted[name], got[name])
    return True


def _loosen_value(wanted: Any, got: Any) -> Any:
    """Return what admits a value besides those that were."""
    if not isinstance(wanted, dict) or not wanted.keys() & KINDS:
        return {"one_of": [wanted, got]}
    if wanted.keys() == {"equal"}:
        return {"one_of": [wanted["equal"], got]}
    if wanted.keys() == {"one_of"}:
        listed = [*wanted["one_of"], got]
        if len(listed) <= MOST_LISTED:
            return {"one_of": listed}
        return learn_value(listed)
    if wanted.keys() <= {"ge", "le"} and isinstance(got, int | float):
        return {
            name: (min if name == "ge" else max)(bound, got)
            for name, bound in wanted.items()
        }
    return {"ignore": True}
