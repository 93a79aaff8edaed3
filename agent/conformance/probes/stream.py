"""Group B: a response is put together as the API says, streamed or not.

Most of it are rules that every response of every probe is held against. These probes
see to it that there are responses that each rule applies to.
"""

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.reading import Reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.asking import (
    LOOK_UP,
    asked_call,
    asked_count,
    breaks,
    has_words,
)
from agent.conformance.tally import Tally

__all__ = ["STREAM_PROBES"]

_CUT = 24
"""Tokens that end an answer of some hundred."""
_LONG = 512
_CHARACTERS = (
    "\U0001f9d1\U0001f3fd\u200d\U0001f680",  # an astronaut: four code points, one sign
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",  # a family
    "\U0001d518\U00020bb7",  # four bytes each
    "日本語の文字",
    "Ελληνικά ñ ß",
)
_ARRIVALS = 3
_LEAST_FRAMES = 3
_LEAST_SPREAD_MS = 50.0
_TOO_FAST_MS = 100.0
"""An answer that is whole so soon does not show whether it was held back."""
_LEAST_TOKENS = 60
"""Of an answer of about 200 tokens: with fewer, the model did something else."""


async def _ask_both(bench: Bench, way: Way, tally: Tally) -> list[Exchange]:
    """Ask for a text and for a call, so that there is something to hold rules against.

    A model that says nothing shows nothing of its server.
    """
    text = await bench.ask(asked_count(20), way)
    call = await bench.ask(asked_call(bench.nonce()), way, tools=[LOOK_UP])
    for each in (text, call):
        if not tally.arrived(each):
            continue
        if has_words(strict_reading(each)):
            tally.count(True, "", each)
        else:
            tally.unclear("the answer is empty", each)
    return [text, call]


async def frames(bench: Bench, way: Way) -> Observation:
    """Probe 4: events, identity, roles and choices, of a text and of a call."""
    tally = Tally()
    await _ask_both(bench, way, tally)
    return tally.observation("frames are as the API has them")


async def finish_reasons(bench: Bench, way: Way) -> Observation:
    """Probe 5: `stop` for a text, `tool_calls` for a call, `length` for what is cut."""
    tally = Tally()
    await _ask_both(bench, way, tally)
    cut = await bench.ask(asked_count(300), way, max_tokens=_CUT)
    if tally.arrived(cut):
        _judge_cut(tally, cut)
    return tally.observation("stop, tool_calls and length, each where it is due")


def _judge_cut(tally: Tally, cut: Exchange) -> None:
    if breaks(cut, "max_tokens"):
        tally.unclear("max_tokens was not kept, so nothing was cut", cut)
    elif breaks(cut, "finish_count"):
        tally.count(True, "", cut)  # the rule is of this probe, and says it
    else:
        reason = strict_reading(cut).finish
        otherwise = f"what max_tokens cut off ends with {reason}, not with length"
        tally.count(reason == "length", otherwise, cut)


async def call_pieces(bench: Bench, way: Way) -> Observation:
    """Probe 6: one call, and two at once where the model makes two."""
    tally = Tally()
    one = asked_call(bench.nonce())
    two = asked_call(bench.nonce(), bench.nonce())
    for prompt in (one, two):
        answer = await bench.ask(prompt, way, tools=[LOOK_UP])
        if not tally.arrived(answer):
            continue
        if strict_reading(answer).calls:
            tally.count(True, "", answer)
        else:
            tally.unclear("the model made no call, so none could be looked at", answer)
    return tally.observation("calls are put together as the API has them")


async def characters(bench: Bench, way: Way) -> Observation:
    """Probe 7: what takes several bytes, or several code points, comes back whole."""
    tally = Tally()
    for sign in _CHARACTERS:
        text = f"{bench.nonce()} {sign} {bench.nonce()}"
        answer = await bench.ask(f"Repeat exactly: {text}", way)
        if tally.arrived(answer):
            _judge_echo(tally, answer, text)
    return tally.observation("characters come back whole")


def _judge_echo(tally: Tally, answer: Exchange, text: str) -> None:
    """Count an echo; a model that says something else shows nothing of its server."""
    said = strict_reading(answer).content
    if text in said or breaks(answer, "characters"):
        tally.count(text in said, "characters came back broken", answer)
    elif _lost_characters(text, said):
        tally.count(False, f"{text!r} came back as {said[:80]!r}", answer)
    else:
        tally.unclear("the model did not repeat what it was to repeat", answer)


def _lost_characters(text: str, said: str) -> bool:
    """Whether all ASCII of a text came back, and of the rest a part."""
    if _ascii(text) != _ascii(said):
        return False
    rest = iter(each for each in text if not each.isascii())
    came = [each for each in said if not each.isascii()]
    return all(each in rest for each in came)


def _ascii(text: str) -> list[str]:
    return "".join(each if each.isascii() else " " for each in text).split()


async def usage(bench: Bench, way: Way) -> Observation:
    """Probe 8: usage of a text and of a call."""
    tally = Tally()
    await _ask_both(bench, way, tally)
    return tally.observation("usage is counted once, and adds up")


async def arrivals(bench: Bench, way: Way) -> Observation:
    """Probe 9: an answer comes as it is written, not in one piece at its end.

    A machine that is busy holds an answer back once, a proxy that buffers each time: of
    three answers one has to come as it is written.
    """
    tally = Tally()
    answers = [
        await bench.ask(asked_count(100), way, max_tokens=_LONG)
        for _ in range(_ARRIVALS)
    ]
    several = [each for each in answers if tally.arrived(each)]
    if several:
        _judge_arrivals(tally, min(several, key=_is_held_back))
    return tally.observation("frames come as they are written")


def _is_held_back(answer: Exchange) -> bool:
    times = answer.arrivals
    fast = times[-1] - times[0] >= _LEAST_SPREAD_MS or times[-1] < _TOO_FAST_MS
    return len(times) < _LEAST_FRAMES or not fast


def _judge_arrivals(tally: Tally, answer: Exchange) -> None:
    times = answer.arrivals
    spread = times[-1] - times[0]
    tally.measure("first_frame_ms", times[0])
    tally.measure("spread_ms", spread)
    if not _is_long(strict_reading(answer)):
        tally.unclear("the answer is too short to show how it comes", answer)
    elif not _is_held_back(answer):
        tally.count(True, "", answer)
    else:
        what = f"{len(times)} frames came within {spread:.0f} ms at the end of "
        tally.cope(f"{what}{times[-1]:.0f} ms: the stream was held back", "reading",
                   answer)  # fmt: skip


def _is_long(reading: Reading) -> bool:
    """Whether an answer has enough tokens, by count or by about four letters each."""
    counted = reading.usage.completion if reading.usage else None
    letters = len(reading.content) + len(reading.reasoning)
    return (counted or letters // 4) >= _LEAST_TOKENS


STREAM_PROBES = (
    Probe(4, "frames", "B", "W", "SSE: data lines parse, one [DONE], id, created and "
          "model constant, role once, nothing after the finish reason",
          ("sglang PR #8417",), asks(2, 300), frames),
    Probe(5, "finish_reasons", "B", "W", "one finish reason; tool_calls iff calls are "
          "there, length iff it was cut", ("litellm #35663", "vllm #47903"),
          asks(3, 300), finish_reasons),
    Probe(6, "call_pieces", "B", "W", "calls: id and name once, whole; index from 0 by "
          "1; arguments appended; ids unique", ("ollama #15457", "vllm #36849"),
          asks(2, 300), call_pieces),
    Probe(7, "characters", "B", "W", "each delta is whole UTF-8; emoji and CJK come "
          "back as they were sent", (), asks(5, 300), characters),
    Probe(8, "usage", "B", "W", "usage once, at the end; total = prompt + completion",
          (), asks(2, 300), usage),
    Probe(9, "arrivals", "B", "W", "streamed as it is written: 3 frames over 50 ms for "
          "200 tokens", (), asks(_ARRIVALS, 300, _LONG), arrivals, ways=("streamed",)),
)  # fmt: skip
"""Probes 4 to 9."""
