"""Group C: the same request, streamed and whole, has the same answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from agent.conformance.bench import MAX_TOKENS, Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.reading import Reading
from agent.conformance.exchanges.repaired_reading import repaired_reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Cost, Probe, Terms
from agent.conformance.probes.asking import (
    LOOK_UP,
    arguments_of,
    asked_call,
    asked_count,
    breaks,
    function_tool,
)
from agent.conformance.rules.wire_rules import violations_of
from agent.conformance.tally import Tally

__all__ = ["SAMENESS_PROBES", "sign_test"]

_PAIRS = 5
"""Of each request: the fewest that can show a difference at 5 %, if all differ."""
_LEVEL = 0.05
_SHAPES = 2
_NOTE = function_tool(
    "note", "Write down a text.", {"text": {"type": "string"}}
)  # fmt: skip
_NOTE_WORDS = 60
_LETTERS_A_TOKEN = 4
_LEAST_CUT = 8


async def same_both_ways(bench: Bench, way: Way) -> Observation:
    """Probe 10: streamed and whole differ no more than whole and whole.

    Fields that are filled, names and arguments of calls, and the finish reason, at
    temperature 0. What a server does by chance differs between two whole answers as
    well: the sign test of the pairs that differ one way and not the other leaves that
    out (Dixon and Mood 1946). `way` is always `both`.
    """
    del way
    tally = Tally()
    word = bench.nonce()
    shapes = {
        "a call": asked_call(word),
        "a text beside tools that are not used": asked_count(12),
    }
    for what, prompt in shapes.items():
        trios = [await _trio(bench, prompt) for _ in range(_PAIRS)]
        _judge_trios(tally, what, trios)
    return tally.observation("streamed and whole say the same")


@dataclass(frozen=True, slots=True)
class _Trio:
    """One request, asked three times."""

    streamed: Exchange
    whole: Exchange
    again: Exchange
    """Whole as well: what differs here differs by chance."""

    @property
    def all(self) -> tuple[Exchange, ...]:
        return self.streamed, self.whole, self.again


async def _trio(bench: Bench, prompt: str) -> _Trio:
    ways: tuple[Way, ...] = ("streamed", "whole", "whole")
    streamed, whole, again = [
        await bench.ask(prompt, each, tools=[LOOK_UP], temperature=0.0) for each in ways
    ]
    return _Trio(streamed, whole, again)


def _judge_trios(tally: Tally, what: str, trios: Sequence[_Trio]) -> None:
    """Count a request: one try for all its pairs, and one for each that failed."""
    came = [trio for trio in trios if all(map(tally.arrived, trio.all))]
    differing = [trio for trio in came if _says(trio.streamed) != _says(trio.whole)]
    by_chance = [trio for trio in came if _says(trio.whole) != _says(trio.again)]
    only = [trio for trio in differing if trio not in by_chance]
    chance = [trio for trio in by_chance if trio not in differing]
    tally.measure("differing_pairs", len(differing))
    if not came:
        return
    if sign_test(len(only), len(chance)) <= _LEVEL:
        said = f"{what}: {len(differing)} of {len(came)} pairs differ streamed and "
        more = f"whole, {len(by_chance)} whole and whole; {_difference(only[0])}"
        tally.count(False, said + more, only[0].streamed, only[0].whole)
    elif len(only) > len(came) // 2:
        said = f"{what}: {len(only)} of {len(came)} pairs differ, which may be chance"
        tally.unclear(said, only[0].streamed, only[0].whole)
    else:
        tally.count(True, "", came[0].streamed, came[0].whole)


def sign_test(more: int, less: int) -> float:
    """Return how likely so many of the pairs that differ would be by chance."""
    total = more + less
    return float(sum(comb(total, each) for each in range(more, total + 1)) / 2**total)


def _says(exchange: Exchange) -> str:
    """Return what of a response must be the same both ways.

    What breaks a rule is read with our repairs, for its rule says so already.
    """
    repaired = violations_of(exchange)
    read: Reading = (repaired_reading if repaired else strict_reading)(exchange)
    calls = [[call.name, _plain(arguments_of(call), call.arguments)]
             for call in read.calls]  # fmt: skip
    return json.dumps(
        {
            "content": bool(read.content.strip()),
            "reasoning": bool(read.reasoning.strip()),
            "calls": calls,
            "finish": read.finish,
        },
        sort_keys=True,
    )


def _plain(arguments: Any, text: str) -> Any:
    return text if arguments is None else arguments


def _difference(trio: _Trio) -> str:
    streamed, whole = _says(trio.streamed), _says(trio.whole)
    one, other = json.loads(streamed), json.loads(whole)
    name = next(each for each in one if one[each] != other[each])
    return f"{name} is {one[name]!r} streamed, {other[name]!r} whole"


async def cut_in_call(bench: Bench, way: Way) -> Observation:
    """Probe 11: a call that `max_tokens` cuts ends with `length`, and is no text.

    The first request shows how long the call is, so that the second is cut within it
    whatever the model reasons.
    """
    tally = Tally()
    words = " ".join(bench.nonce() for _ in range(_NOTE_WORDS))
    prompt = f"Call note with {json.dumps({'text': words})}"
    whole = await bench.ask(prompt, way, tools=[_NOTE], temperature=0.0)
    limit = _limit_within(strict_reading(whole))
    cut = await bench.ask(
        prompt, way, tools=[_NOTE], temperature=0.0, max_tokens=limit or _LEAST_CUT
    )
    if not tally.arrived(whole) or not tally.arrived(cut):
        return tally.observation("")
    if limit is None:
        tally.unclear("the model made no call of known length to cut", whole)
    else:
        _judge_cut(tally, cut, words.split()[0])
    return tally.observation("a call that is cut ends with length, and is no text")


def _limit_within(reading: Reading) -> int | None:
    """Return how many tokens end within the call; None if there is none."""
    written = reading.usage.completion if reading.usage else None
    if not reading.calls or not written:
        return None
    of_call = min(written, len(reading.calls[-1].arguments) // _LETTERS_A_TOKEN)
    return max(_LEAST_CUT, written - of_call // 2)


def _judge_cut(tally: Tally, cut: Exchange, word: str) -> None:
    read = strict_reading(cut)
    if breaks(cut, "max_tokens"):
        tally.unclear("max_tokens was not kept, so nothing was cut", cut)
    elif breaks(cut, "finish_count") and set(read.finishes) != {"length"}:
        tally.unclear("without one finish reason, none can be told", cut)
    elif read.finish != "length":
        tally.count(False, f"a call that was cut ends with {read.finish}", cut)
    else:
        tally.count(word not in read.content, "what is cut stands in content", cut)


def _pairs_cost(_: Terms) -> Cost:
    requests = _SHAPES * _PAIRS * 3
    return Cost(requests, requests * 300, requests * MAX_TOKENS)


SAMENESS_PROBES = (
    Probe(10, "same_both_ways", "C", "M", "streamed and whole: the same fields, calls, "
          "arguments and finish reason",
          ("vllm #27641", "vllm #47903", "vllm #47137", "vllm #21046", "vllm #10781",
           "vllm #24076", "sglang #34214", "sglang PR #9657"),
          _pairs_cost, same_both_ways, ways=("both",)),
    Probe(11, "cut_in_call", "C", "M", "a call that max_tokens cuts: length, and no "
          "markup in content", ("vllm #47903",),
          lambda _: Cost(2, 2 * 1_500, 2 * MAX_TOKENS), cut_in_call),
)  # fmt: skip
"""Probes 10 and 11."""
