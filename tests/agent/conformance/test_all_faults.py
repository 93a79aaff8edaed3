"""Every server with one fault, asked every probe: one of them fails, and no other.

It takes some twenty minutes; by day each fault is asked the probes of its own group.
"""

import pytest

from tests.agent.conformance.checking import checked, every_group, failing
from tests.fakes.correct_server import correct_server
from tests.fakes.faulty_manners import FAULTS, Fault
from tests.fakes.faulty_minds import MIND_FAULTS
from tests.fakes.faulty_turns import FAULTS_OF_TURNS

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    "fault", [*FAULTS, *MIND_FAULTS, *FAULTS_OF_TURNS], ids=lambda each: each.name
)
def test_one_fault_fails_one_probe(fault: Fault) -> None:
    with correct_server(fault.manners()) as server:
        check = checked(server, every_group(fault))
    assert failing(check) == {fault.probe}, [
        (each.probe.name, each.way, each.sentence)
        for each in check.findings
        if each.failed
    ]
