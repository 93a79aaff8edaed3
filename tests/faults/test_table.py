"""Each fault of the table through the command, in this process."""

import json

import pytest

from agent.testing.faults.fault import KEY, Fault, Mode
from agent.testing.faults.table import FAULTS
from agent.testing.servers.fault_server import FaultServer
from tests.faults.running import Outcome, run
from tools.library.library import Library

CASES = [
    pytest.param(fault, mode, id=f"{fault.id}-{mode}")
    for fault in FAULTS
    for mode in fault.modes
]


def outputs(server: FaultServer) -> list[str]:
    """Return what the model was told by tools, each output once."""
    told: dict[str, str] = {}
    for request in server.requests:
        for message in request["messages"]:
            if message["role"] == "tool":
                told[message["tool_call_id"]] = str(message["content"])
    return list(told.values())


def searches(server: FaultServer) -> int:
    """Return how many searches ran: their outputs begin with their sources."""
    return sum("lines " in each and "Error" not in each[:6] for each in outputs(server))


@pytest.mark.parametrize(("fault", "mode"), CASES)
def test_a_fault_is_recovered_from_or_named(
    fault: Fault, mode: Mode, library: Library
) -> None:
    outcome = run(fault, mode, library.uri)
    assert_nothing_leaks(outcome)
    assert outcome.seconds < fault.seconds
    assert outcome.code == fault.code, outcome.printed
    if fault.code in {0, 7}:
        assert fault.answer in outcome.said["answer"]
    if fault.code == 0:
        assert outcome.said["grounded"]
        assert not outcome.server.refused
    assert [each for each in fault.says if each not in outcome.error] == []
    shown = outcome.error + json.dumps({**outcome.said, "repairs": []})
    assert [each for each in fault.never if each in shown] == []
    told = " ".join(outputs(outcome.server))
    assert [each for each in fault.told if each not in told] == []
    made = len(outcome.server.requests)
    ran = searches(outcome.server)
    assert fault.requests in {None, made}, outcome.printed
    assert fault.searches in {None, ran}, outputs(outcome.server)
    assert fault.most_searches is None or ran <= fault.most_searches


def assert_nothing_leaks(outcome: Outcome) -> None:
    """Assert what holds under every fault."""
    assert "Traceback" not in outcome.printed
    assert "A bug in Citeloop" not in outcome.printed
    assert KEY not in outcome.printed
    assert KEY[:20] not in outcome.printed
    assert "<|" not in outcome.printed
    assert "\x1b" not in outcome.printed
    assert len(outcome.out.strip().splitlines()) == 1
    if outcome.code == 0:
        assert outcome.said["answer"].strip()
        assert outcome.said["stop_reason"] == "answered"


def test_the_table_holds_every_fault_once() -> None:
    numbers = {fault.id[:3] for fault in FAULTS}
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)
    assert numbers >= {f"F{number:02}" for number in range(1, 42)}
