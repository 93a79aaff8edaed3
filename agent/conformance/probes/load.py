"""Group I: many at once, one that leaves, and how long it takes."""

import asyncio
import time
from statistics import median

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.repaired_reading import repaired_reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.asking import asked_count
from agent.conformance.tally import Tally

__all__ = ["LOAD_PROBES"]

_AT_ONCE = 16
"""vLLM was clean with one request at a time and corrupt with 16 (vllm #48089)."""
_LONG = 2_000
"""Numbers that are counted where the client leaves."""
_TIMES = 3.0
"""How much longer than usual a short request may take after that."""
_SLACK = 1.0
"""Seconds that a machine may have other things to do."""
_SAMPLES = 5
_SHORT_TOKENS = 256


async def cross_talk(bench: Bench, way: Way) -> Observation:
    """Probe 40: of many requests at once, each has its own answer and no other's."""
    tally = Tally()
    words = [bench.nonce() for _ in range(_AT_ONCE)]
    answers = await asyncio.gather(
        *(bench.ask(f"Repeat exactly: {word}", way, max_tokens=_SHORT_TOKENS)
          for word in words)
    )  # fmt: skip
    for word, answer in zip(words, answers, strict=True):
        if not tally.arrived(answer):
            continue
        read = repaired_reading(answer)
        said = f"{read.content} {read.reasoning}"
        others = [each for each in words if each != word and each in said]
        if others:
            tally.count(False, f"the answer holds {others[0]} of another", answer)
        elif word in said:
            tally.count(True, "", answer)
        else:
            tally.unclear("the model did not repeat its word", answer)
    return tally.observation(f"{_AT_ONCE} at once, each with its own answer")


async def leaving(bench: Bench, way: Way) -> Observation:
    """Probe 41: a server stops for a client that has left.

    A short request right after it takes no longer than usual by much; of a server that
    generates on, it would wait, or share the machine, for the rest of a long answer.
    """
    tally = Tally()
    usual = [await _timed(bench, way) for _ in range(2)]
    left = await bench.ask(
        asked_count(_LONG),
        way,
        max_tokens=8 * _LONG,
        enough=lambda data: b"data:" in data,
    )
    seconds, answer = await _timed(bench, way)
    if not all(tally.arrived(each) for each in (left, answer)):
        return tally.observation("")
    least = min(each for each, _ in usual)
    tally.measure("usual_s", least)
    tally.measure("after_s", seconds)
    said = f"{seconds:.1f} s after a client has left, {least:.1f} s before"
    tally.count(seconds <= _TIMES * least + _SLACK, said, answer)
    return tally.observation("a client that leaves holds nobody up")


def _has_begun(data: bytes) -> bool:
    return b"data:" in data


async def _timed(bench: Bench, way: Way) -> tuple[float, Exchange]:
    began = time.monotonic()
    prompt = f"Repeat exactly: {bench.nonce()}"
    answer = await bench.ask(prompt, way, max_tokens=_SHORT_TOKENS)
    return time.monotonic() - began, answer


async def latency(bench: Bench, way: Way) -> Observation:
    """Probe 42: how long answers take; it tells, and demands nothing."""
    tally = Tally()
    firsts, totals, rates = [], [], []
    for _ in range(_SAMPLES):
        answer = await bench.ask(asked_count(60), way, max_tokens=512)
        if not tally.arrived(answer) or not answer.pieces:
            continue
        tally.count(True, "", answer)
        firsts.append(answer.pieces[0].ms)
        totals.append(1000 * answer.seconds)
        usage = strict_reading(answer).usage
        if usage and usage.completion and answer.seconds:
            rates.append(usage.completion / answer.seconds)
    for name, several in (("first_byte_ms", firsts), ("total_ms", totals)):
        if several:
            tally.measure(f"p50_{name}", median(several))
            tally.measure(f"worst_{name}", max(several))
    if rates:
        tally.measure("tokens_per_s", median(rates))
    return tally.observation("measured")


LOAD_PROBES = (
    Probe(40, "cross_talk", "I", "W", "of many at once, each has its own answer",
          ("vllm #9910", "vllm #13408", "vllm #48089", "llama.cpp #10072"),
          asks(_AT_ONCE, 1_000, _SHORT_TOKENS), cross_talk),
    Probe(41, "leaving", "I", "B", "a client that leaves holds nobody up",
          ("llama.cpp #24496", "vllm #54947"), asks(4, 1_000, 8 * _LONG), leaving,
          ways=("streamed",)),
    Probe(42, "latency", "I", "report", "how long answers take", (),
          asks(_SAMPLES, 1_000, 512), latency),
)  # fmt: skip
"""Probes 40 to 42."""
