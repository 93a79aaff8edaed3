"""A case of chained calls: what a call gives is what a later one needs (NESTFUL)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.conformance.bench import MAX_TOKENS, Bench
from agent.conformance.cases.values import is_equal
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.reading import ReadCall, Reading
from agent.conformance.exchanges.repaired_reading import repaired_reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Cost, Probe, Terms
from agent.conformance.probes.asking import arguments_of
from agent.conformance.rules.wire_rules import violations_of
from agent.conformance.tally import Tally
from agent.wire.estimate import estimate_tokens

__all__ = ["CHAIN", "ChainCase", "Step"]

CHAIN = 32
"""The probe that chains are of."""
_REFERENCE = re.compile(r"\$(var\d{1,3})(?:\.([\w.\[\]]{1,80}))?\$")
"""`$var1.skyId$`: a field of what the call labelled `var1` gave."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a chain."""

    name: str
    arguments: Mapping[str, Any]
    """Values, or references to what earlier calls gave."""
    label: str
    """By which later ones refer to it."""


@dataclass(frozen=True, slots=True)
class ChainCase:
    """What is asked, and the calls that lead there, in their order."""

    name: str
    question: str
    tools: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...]

    def probe(self) -> Probe:
        """Return the probe that asks it."""
        title = "each call has what an earlier one gave"
        return Probe(CHAIN, self.name, "G", "B", title, (), self._cost, self.run,
                     is_case=True)  # fmt: skip

    def _cost(self, _: Terms) -> Cost:
        rounds = len(self.steps)
        one = 2 * estimate_tokens([self.question, *self.tools]) + 200 + 300 * rounds
        return Cost(rounds, rounds * one, rounds * MAX_TOKENS)

    async def run(self, bench: Bench, way: Way) -> Observation:
        """Go through it: each right call is given nonces for what later ones need."""
        tally = Tally()
        given = {step.label: self._result(step, bench) for step in self.steps}
        waiting = list(self.steps)
        messages: list[Mapping[str, Any]] = [{"role": "user", "content": self.question}]
        while waiting:
            answer = await bench.ask(messages, way, tools=list(self.tools))
            if not tally.arrived(answer):
                break
            made = _made(answer, waiting, given)
            if not made:
                done = len(self.steps) - len(waiting)
                said = f"after {done} of {len(self.steps)} calls no right one came"
                tally.count(False, said, answer)
                break
            if not strict_reading(answer).calls and not violations_of(answer):
                tally.needs(*_read(answer).repairs)
            waiting = [each for each in waiting if each not in made.values()]
            messages += _history(answer, made, given)
            if not waiting:
                tally.count(True, "", answer)
        return tally.observation("every call of the chain was made, and was right")

    def _result(self, step: Step, bench: Bench) -> dict[str, Any]:
        """Return what a call gives: a nonce for each field that a later one needs."""
        arguments = json.dumps([dict(each.arguments) for each in self.steps])
        found = _REFERENCE.findall(arguments)
        fields = {field for label, field in found if label == step.label}
        return {name or "result": bench.nonce() for name in sorted(fields)}


def _read(answer: Exchange) -> Reading:
    """Return an answer as a bare client reads it; where it sees no call, as we do."""
    bare = strict_reading(answer)
    return bare if bare.calls else repaired_reading(answer)


def _made(
    answer: Exchange, waiting: Sequence[Step], given: Mapping[str, Mapping[str, Any]]
) -> dict[int, Step]:
    """Return which steps the calls of an answer are; none if one of them is wrong."""
    made: dict[int, Step] = {}
    for at, call in enumerate(_read(answer).calls):
        left = [each for each in waiting if each not in made.values()]
        step = next((each for each in left if _is_step(call, each, given)), None)
        if step is None:
            return {}
        made[at] = step
    return made


def _is_step(
    call: ReadCall, step: Step, given: Mapping[str, Mapping[str, Any]]
) -> bool:
    wanted = {name: _resolved(each, given) for name, each in step.arguments.items()}
    return call.name == step.name and is_equal(arguments_of(call), wanted)


def _resolved(value: Any, given: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a value with what the calls before gave in place of its reference."""
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    return given.get(found[1], {}).get(found[2] or "result")


def _history(
    answer: Exchange, made: Mapping[int, Step], given: Mapping[str, Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the turn as a history has it, and what each call gave."""
    read = _read(answer)
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in read.calls
    ]
    turn: dict[str, Any] = {"role": "assistant", "content": read.content or None}
    results = [
        {
            "role": "tool",
            "tool_call_id": call.id,
            "content": json.dumps(given[made[at].label]),
        }
        for at, call in enumerate(read.calls)
    ]
    return [{**turn, "tool_calls": calls}, *results]
