"""Group C: the same request, streamed and whole, has the same answer."""

import json
from collections.abc import Sequence
from itertools import product
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
from agent.statistics.disagreeing import disagreement

__all__ = ["SAMENESS_PROBES"]

_SAMPLE = 4
"""Answers of each way: the fewest that can show a difference at 5 %, if all differ."""
_LEVEL = 0.05
_DOUBT = 0.2
"""Up to here nothing is said either way."""
_SHAPES = 2
_NOTE = function_tool(
    "note", "Write down a text.", {"text": {"type": "string"}}
)  # fmt: skip
_NOTE_WORDS = 60
_LETTERS_A_TOKEN = 4
_LEAST_CUT = 8


async def same_both_ways(bench: Bench, way: Way) -> Observation:
    """Probe 10: streamed and whole differ no more than each differs from itself.

    Fields that are filled, names and arguments of calls, and the finish reason, at
    temperature 0. What a server does by chance differs within one way as well: a test
    of two samples leaves that out. `way` is always `both`.
    """
    del way
    tally = Tally()
    shapes = {
        "a call": asked_call(bench.nonce()),
        "a text beside tools that are not used": asked_count(12),
    }
    for what, prompt in shapes.items():
        streamed, whole = await _samples(bench, prompt)
        came = [tally.arrived(each) for each in (*streamed, *whole)]
        if all(came):
            _compare(tally, what, streamed, whole)
    return tally.observation("streamed and whole say the same")


async def _samples(bench: Bench, prompt: str) -> tuple[list[Exchange], list[Exchange]]:
    """Return the answers to one request, streamed and whole by turns."""
    samples: dict[Way, list[Exchange]] = {"streamed": [], "whole": []}
    for _ in range(_SAMPLE):
        for way, several in samples.items():
            several.append(
                await bench.ask(prompt, way, tools=[LOOK_UP], temperature=0.0)
            )
    return samples["streamed"], samples["whole"]


def _compare(
    tally: Tally, what: str, streamed: Sequence[Exchange], whole: Sequence[Exchange]
) -> None:
    """Count a request: one try for all its answers."""
    one, other = [[_says(each) for each in way] for way in (streamed, whole)]
    found = disagreement(one, other)
    if found.p > _DOUBT or found.between <= found.within:
        tally.count(True, "", streamed[0], whole[0])
        return
    pairs = product(streamed, whole)
    pair = next((a, b) for a, b in pairs if _says(a) != _says(b))
    said = (
        f"{what}: {found.between:.0%} of pairs differ streamed and whole, "
        f"{found.within:.0%} within one way; {_difference(*pair)}"
    )
    if found.p <= _LEVEL:
        tally.count(False, said, *pair)
    else:
        tally.unclear(f"{said}: it may be chance", *pair)


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


def _difference(streamed: Exchange, whole: Exchange) -> str:
    one, other = json.loads(_says(streamed)), json.loads(_says(whole))
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


def _samples_cost(_: Terms) -> Cost:
    requests = _SHAPES * _SAMPLE * 2
    return Cost(requests, requests * 300, requests * MAX_TOKENS)


SAMENESS_PROBES = (
    Probe(10, "same_both_ways", "C", "M", "streamed and whole: the same fields, calls, "
          "arguments and finish reason",
          ("vllm #27641", "vllm #47903", "vllm #47137", "vllm #21046", "vllm #10781",
           "vllm #24076", "sglang #34214", "sglang PR #9657"),
          _samples_cost, same_both_ways, ways=("both",)),
    Probe(11, "cut_in_call", "C", "M", "a call that max_tokens cuts: length, and no "
          "markup in content", ("vllm #47903",),
          lambda _: Cost(2, 2 * 1_500, 2 * MAX_TOKENS), cut_in_call),
)  # fmt: skip
"""Probes 10 and 11."""
