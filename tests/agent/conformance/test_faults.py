"""A server with one fault fails the one probe of it, and no other."""

import pytest

from agent.conformance.verdicts import exit_code, group_verdicts, summarise
from tests.agent.conformance.checking import checked, failing, own_group, probes_of
from tests.fakes.correct_server import correct_server
from tests.fakes.faulty_manners import FAULTS, Fault

_MENDED = {
    "AnotherName", "IdsChange", "NoDone", "RoleInEachDelta", "TwoFinishes",
    "StopWithCalls", "AllIndexZero", "IdInEachDelta", "SameIds", "NoUsage",
    "UsageInEachChunk", "WrongTotal", "HeldBack", "ReasoningInTwoFields",
    "ReasoningInContent", "ControlTokens", "TokenInName", "ErrorsAsText",
    "ErrorsWith200",
}  # fmt: skip
"""What Citeloop reads all the same."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_one_fault_fails_one_probe(fault: Fault) -> None:
    with correct_server(fault.manners()) as server:
        check = checked(server, own_group(fault))
    assert failing(check) == {fault.probe}
    verdicts = {
        each.verdict for each in check.findings if each.probe.number == fault.probe
    }
    expected = "differs" if fault.name in _MENDED else "broken"
    assert expected in verdicts
    assert verdicts <= {expected, "ok", "inconclusive"}
    assert not summarise(check).bare


def test_a_fault_shows_its_rule_its_place_and_its_bytes() -> None:
    fault = next(each for each in FAULTS if each.name == "IdInEachDelta")
    with correct_server(fault.manners()) as server:
        check = checked(server, probes_of(6))
    streamed, whole = check.findings
    assert whole.verdict == "ok"
    [violation, *_] = streamed.violations
    assert violation.rule.name == "call_pieces"
    body = violation.exchange.body
    assert body[violation.breach.place :].startswith(b"data: ")
    assert b'"tool_calls"' in body[violation.breach.place :].split(b"\n")[0]
    assert violation.exchange in streamed.proof
    assert "comes again" in streamed.sentence


def test_what_is_broken_says_which_mode_is_left() -> None:
    fault = next(each for each in FAULTS if each.name == "LostCharacters")
    with correct_server(fault.manners()) as server:
        check = checked(server, probes_of(6, 7))
    assert summarise(check).mode is None
    assert "not usable" in summarise(check).sentence
    assert exit_code(check) == 6
    assert [each.verdict for each in group_verdicts(check.findings)] == ["broken"]
