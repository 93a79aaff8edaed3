"""A case of calls: which calls are right, in one answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.cases.values import accepts_arguments
from agent.conformance.exchanges.exchange import CHAT, Way
from agent.conformance.exchanges.reading import ReadCall, Reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.asking import arguments_of
from agent.conformance.tally import Tally
from agent.wire.estimate import estimate_tokens

__all__ = ["CALLS", "NO_CALL", "CallCase", "Expected"]

CALLS = 19
"""The probe that cases with a right call are of."""
NO_CALL = 21
"""The probe of those in which nothing is to be called."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A call that is right."""

    name: str
    arguments: Mapping[str, Sequence[Any]]
    """By parameter, the values that are accepted."""


@dataclass(frozen=True, slots=True)
class CallCase:
    """What is asked, and which calls are right."""

    name: str
    messages: tuple[Mapping[str, Any], ...]
    tools: tuple[Mapping[str, Any], ...]
    expected: tuple[Expected, ...] = ()
    """In any order; none if nothing is to be called."""
    any_call: bool = False
    """Whether any call will do, whatever its name."""
    plainly: bool = False
    """Whether strings must be equal to the letter."""

    def probe(self) -> Probe:
        """Return the probe that asks it."""
        number = CALLS if self.expected or self.any_call else NO_CALL
        title = "the right calls" if number == CALLS else "no call"
        return Probe(number, self.name, "E", "B", title, (), self._cost(), self.run,
                     is_case=True)  # fmt: skip

    def _cost(self) -> Any:
        return asks(1, 2 * estimate_tokens([*self.messages, *self.tools]) + 200)

    async def run(self, bench: Bench, way: Way) -> Observation:
        """Ask it once."""
        tally = Tally()
        body = bench.body(self.messages, way)
        more = {"tools": list(self.tools)} if self.tools else {}
        answer = await bench.post(CHAT, {**body, **more})
        tally.judge(answer, self.is_right, "the calls are not those that are right")
        return tally.observation("the calls are right")

    def is_right(self, reading: Reading) -> bool:
        """Whether an answer has the right calls, each once, in any order."""
        if self.any_call:
            return bool(reading.calls)
        if len(reading.calls) != len(self.expected):
            return False
        return _pairs(list(self.expected), reading.calls, plainly=self.plainly)


def _pairs(
    expected: list[Expected], calls: Sequence[ReadCall], *, plainly: bool
) -> bool:
    """Whether each call is one of those expected, and each of these is made.

    A call may fit several, so each is tried: cases have a handful.
    """
    if not calls:
        return not expected
    first, rest = calls[0], calls[1:]
    return any(
        _fits(first, each, plainly=plainly)
        and _pairs([*expected[:at], *expected[at + 1 :]], rest, plainly=plainly)
        for at, each in enumerate(expected)
    )


def _fits(call: ReadCall, expected: Expected, *, plainly: bool) -> bool:
    if call.name != expected.name:
        return False
    return accepts_arguments(arguments_of(call), expected.arguments, plainly=plainly)
