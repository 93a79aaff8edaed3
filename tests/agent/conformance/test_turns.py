"""Groups F, G and I: schemas, several turns, load."""

import pytest

from agent.conformance.probes.catalogue import PROBES
from tests.agent.conformance.checking import checked, failing, own_group, probes_of
from tests.fakes.correct_server import correct_server
from tests.fakes.faulty_manners import Fault, Quick
from tests.fakes.faulty_turns import FAULTS_OF_TURNS

OWN = tuple(each for each in PROBES if each.group in "FGI")


def test_a_server_that_does_all_rightly_passes() -> None:
    with correct_server(Quick()) as server:
        check = checked(server, OWN)
    assert {each.verdict for each in check.findings} == {"ok"}, [
        (each.probe.name, each.verdict, each.sentence) for each in check.findings
    ]


@pytest.mark.parametrize("fault", FAULTS_OF_TURNS, ids=lambda each: each.name)
def test_one_fault_fails_one_probe(fault: Fault) -> None:
    with correct_server(fault.manners()) as server:
        check = checked(server, own_group(fault))
    assert failing(check) == {fault.probe}, [
        (each.probe.name, each.way, each.sentence)
        for each in check.findings
        if each.failed
    ]


def test_what_a_schema_adds_is_measured() -> None:
    with correct_server(Quick()) as server:
        check = checked(server, probes_of(29))
    figures = check.findings[0].figures
    assert figures["an_enum_of_20_values_tokens"] > figures["a_description_tokens"] > 0


def test_a_chain_says_where_it_breaks() -> None:
    fault = next(each for each in FAULTS_OF_TURNS if each.probe == 32)
    with correct_server(fault.manners()) as server:
        check = checked(server, probes_of(32), repeat=1)
    assert check.findings[0].figures["rounds"] == 5
    assert "call 6 of the chain is not made" in check.findings[0].sentence
