"""Probes of reasoning and of calls, groups D and E: each finds its fault, and no other.

Probe 27 only tells, so no server can fail it.
"""

import json
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.conformance.exchanges.reading import ReadCall, Reading
from agent.conformance.planning import bill
from agent.conformance.probes.calling import calls_with
from agent.conformance.probes.catalogue import PROBES
from agent.conformance.probes.near_tools import offered_with
from agent.conformance.verdicts import exit_code, summarise
from tests.agent.conformance.checking import checked, failing, own_group, probes_of
from tests.fakes.correct_server import Json, correct_server
from tests.fakes.faulty_manners import Fault, Quick
from tests.fakes.faulty_minds import MIND_FAULTS, OldField, WithoutEffort
from tests.fakes.rule_model import Said

MINDS = tuple(each for each in PROBES if each.group in {"D", "E"})


def test_every_probe_has_a_fault_that_it_finds() -> None:
    faults = {each.probe for each in MIND_FAULTS}
    assert faults == {each.number for each in MINDS if each.kind != "report"}
    assert [each.number for each in MINDS] == list(range(12, 28))


def test_a_correct_server_passes_and_the_plan_counts_what_it_takes() -> None:
    with correct_server(Quick()) as server:
        check = checked(server, MINDS)
        counted = [server.manners.count(each) for each in server.requests]
    assert {each.verdict for each in check.findings} == {"ok"}
    assert len(check.findings) == 2 * len(MINDS)
    assert summarise(check).bare
    assert exit_code(check) == 0
    planned = bill(check.plan)
    effort = 2 * 2
    assert server.count == check.requests == planned.fewest_requests + effort
    assert server.count <= planned.most_requests
    assert sum(counted) <= planned.prompt_tokens


def test_each_run_takes_no_more_than_it_costs() -> None:
    for probe in MINDS:
        with correct_server(Quick()) as server:
            check = checked(server, [probe], repeat=1)
            counted = [server.manners.count(each) for each in server.requests]
        cost = probe.cost(check.plan.terms)
        assert len(counted) == 2 * cost.requests, probe.name
        assert sum(counted) <= 2 * cost.prompt_tokens, probe.name
        written = sum(each["max_tokens"] for each in server.requests)
        assert written == 2 * cost.completion_tokens, probe.name


@pytest.mark.parametrize("fault", MIND_FAULTS, ids=lambda each: each.name)
def test_one_fault_fails_one_probe(fault: Fault) -> None:
    with correct_server(fault.manners()) as server:
        check = checked(server, own_group(fault))
    assert failing(check) == {fault.probe}
    assert not summarise(check).bare


def test_what_a_server_refuses_in_words_is_declared_and_not_broken() -> None:
    with correct_server(WithoutEffort()) as server:
        check = checked(server, probes_of(15, 16, 17, 18))
    found = {each.probe.number: each.verdict for each in check.findings}
    assert found == {15: "refused", 16: "refused", 17: "refused", 18: "ok"}


def test_one_field_of_reasoning_is_enough() -> None:
    with correct_server(OldField()) as server:
        check = checked(server, probes_of(16, 17))
    assert {each.verdict for each in check.findings} == {"ok"}


def test_a_server_without_reasoning_gives_no_verdict_of_it() -> None:
    class Thoughtless(Quick):
        def think(self, request: Json) -> Said:
            return super().think(request | {"reasoning_effort": "none"})

    with correct_server(Thoughtless()) as server:
        check = checked(server, probes_of(12))
    assert {each.verdict for each in check.findings} == {"inconclusive"}


def test_parallel_calls_are_counted_and_judge_nothing() -> None:
    class OneAtATime(Quick):
        def calls(self, said: Said) -> list[Json]:
            return super().calls(said)[:1]

    counted = []
    for manners in (Quick(), OneAtATime()):
        with correct_server(manners) as server:
            check = checked(server, probes_of(27))
        assert {each.verdict for each in check.findings} == {"ok"}
        counted += [each.figures["parallel_calls"] for each in check.findings]
    assert counted == [2, 2, 1, 1]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), _VALUES, max_size=4), st.data())
def test_a_call_passes_with_its_values_and_with_no_others(
    arguments: Mapping[str, object], data: st.DataObject
) -> None:
    def read(written: str) -> Reading:
        return Reading(calls=(ReadCall(0, "call_1", "tool", written),))

    is_right = calls_with("tool", arguments)
    assert is_right(read(json.dumps(arguments)))
    assert is_right(read(json.dumps(arguments, indent=2, ensure_ascii=False)))
    assert not is_right(
        read(json.dumps({**arguments, data.draw(_fresh(arguments)): 1}))
    )
    assert not is_right(read(json.dumps(arguments)[:-1]))
    assert not calls_with("other", arguments)(read(json.dumps(arguments)))


def _fresh(arguments: Mapping[str, object]) -> st.SearchStrategy[str]:
    return st.text().filter(lambda name: name not in arguments)


@given(st.integers(), st.sampled_from([2, 8, 32, 128]))
def test_of_the_tools_that_are_offered_one_is_right_and_the_nearest_are_there(
    seed: int, size: int
) -> None:
    wanted, offered = offered_with(Random(seed), size)  # noqa: S311 (repeatable)
    names = [each.name for each in offered]
    assert len(set(names)) == size
    assert names.count(wanted.name) == 1
    near = [each for each in offered if each != wanted and wanted.is_near(each)]
    assert len(near) == min(size - 1, 22)
