"""Probe 10: what differs by chance is no fault of a stream."""

from itertools import count

import pytest

from agent.conformance.finding import Finding
from tests.agent.conformance.checking import checked, probes_of
from tests.fakes.correct_server import Json, correct_server
from tests.fakes.faulty_manners import Quick
from tests.fakes.rule_model import Call, Said


def found(manners: Quick) -> Finding:
    with correct_server(manners) as server:
        [finding] = checked(server, probes_of(10)).findings
    return finding


class Wavering(Quick):
    """Calls with other arguments now and then, whichever way it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self._turns = count()

    def think(self, request: Json) -> Said:
        said = super().think(request)
        if not said.calls or next(self._turns) % 4 < 2:
            return said
        return Said(calls=[Call("look_up", '{"word": "else"}')], finish="tool_calls")


class OtherArguments(Quick):
    """Calls with other arguments where it is asked for a stream."""

    def think(self, request: Json) -> Said:
        said = super().think(request)
        if not (said.calls and request["stream"]):
            return said
        return Said(calls=[Call("look_up", '{"word": "else"}')], finish="tool_calls",
                    reasoning=said.reasoning)  # fmt: skip


class SpacedArguments(Quick):
    """Writes the same arguments with other spaces in a stream, which is no matter."""

    def think(self, request: Json) -> Said:
        said = super().think(request)
        if not (said.calls and request["stream"]):
            return said
        spaced = [Call(each.name, f" {each.arguments}\n") for each in said.calls]
        return Said(calls=spaced, finish="tool_calls", reasoning=said.reasoning)


@pytest.mark.parametrize(
    ("manners", "verdict"),
    [(Wavering, "ok"), (OtherArguments, "broken"), (SpacedArguments, "ok")],
)
def test_only_what_the_way_of_asking_makes_is_a_fault(
    manners: type[Quick], verdict: str
) -> None:
    finding = found(manners())
    assert finding.verdict == verdict
    if verdict == "broken":
        assert "calls is" in finding.sentence
        assert {each.streamed for each in finding.proof} == {True, False}


def test_what_did_not_come_stays_in_the_denominator() -> None:
    with correct_server(Quick(), dies_after=3) as server:
        [finding] = checked(server, probes_of(10)).findings
    assert finding.counts.unavailable == finding.counts.tries == 13
