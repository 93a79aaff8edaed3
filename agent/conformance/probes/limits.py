"""Group H: prompts are read whole or refused, and limits are kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.reading import Reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Cost, Probe, Terms, asks
from agent.conformance.probes.asking import asked_count, has_words, prompt_tokens
from agent.conformance.tally import Tally

__all__ = ["LIMIT_PROBES"]

_SIZES = (3_000, 6_000, 12_000)
"""Tokens, about; Ollama cuts at 2,048 or 4,096 where nobody says otherwise."""
_GAUGES = (20, 60)
"""Lines of the two short prompts that show how many tokens a line has."""
_SHARE = 0.8
"""Of what a prompt should have by its lines: less was cut, 1 / 0.8 and more added."""
_NEEDLE_TOKENS = 512
_BEYOND = 140_000
"""Tokens: more than the 131,072 of gpt-oss (its model card)."""
_LINE_TOKENS = 12
"""Of a line, about; o200k has 11 to 13."""
_LIMIT_NAMED = re.compile(r"\d[\d,.]{2,}")
_WINDOWS = ("max_model_len", "context_length", "context_window", "n_ctx", "n_ctx_train")
"""Names under which servers list a window: vLLM, OpenRouter, Groq, llama.cpp."""
_MOST_WINDOW = 262_144
"""Tokens: a larger one is not filled, and the probe has no verdict."""
_KEPT = 16
_LONGEST = 4_000
"""Characters of a message that are looked at."""


def _filler(lines: int) -> str:
    return "\n".join(
        f"Entry {number} of this list says nothing that matters."
        for number in range(1, lines + 1)
    )


def _haystack(word: str, lines: int) -> str:
    """Return a prompt with its needle at the very start, where a cut takes it away."""
    start = f"The code word is {word}. Remember it."
    return f"{start}\n{_filler(lines)}\nWhat is the code word? Answer with it alone."


@dataclass(frozen=True, slots=True)
class _Gauge:
    """How many tokens prompts of so many lines have, by two that were counted."""

    start: float
    line: float

    def tokens(self, lines: int) -> float:
        return self.start + self.line * lines


async def truncation(bench: Bench, way: Way) -> Observation:
    """Probe 37: a long prompt is read to its very start, or refused.

    `prompt_tokens` grows with the lines of a prompt: two short prompts show by how
    much, so no tokenizer is needed. Only where the server does not count is it left to
    the model to find the needle.
    """
    tally = Tally()
    gauges = []
    for lines in _GAUGES:
        word = bench.nonce()
        answer = await bench.ask(_haystack(word, lines), way, max_tokens=_NEEDLE_TOKENS)
        if tally.arrived(answer):
            gauges.append((lines, answer, word in strict_reading(answer).content))
    gauge = _gauge([(lines, answer) for lines, answer, _ in gauges])
    finds = all(found for _, _, found in gauges) and bool(gauges)
    for size in _sizes(bench.window):
        lines = size // _LINE_TOKENS
        word = bench.nonce()
        answer = await bench.ask(_haystack(word, lines), way, max_tokens=_NEEDLE_TOKENS)
        due = gauge.tokens(lines) if gauge else None
        _judge_needle(tally, answer, word, due, finds=finds)
    return tally.observation("prompts are read whole, or refused")


def _sizes(window: int) -> list[int]:
    return [size for size in _SIZES if size < window]


def _gauge(counted: list[tuple[int, Exchange]]) -> _Gauge | None:
    """Return what two short prompts show; None where the server does not count."""
    found = [(lines, prompt_tokens(each)) for lines, each in counted]
    known = [(lines, tokens) for lines, tokens in found if tokens]
    if len(known) != len(_GAUGES):
        return None
    (few, less), (many, more) = known
    line = (more - less) / (many - few)
    return _Gauge(less - few * line, line) if line > 0 else None


def _judge_needle(
    tally: Tally, answer: Exchange, word: str, due: float | None, *, finds: bool
) -> None:
    """Count a long prompt: refused in words is as good as read."""
    if answer.outcome == "refused":
        tally.count(True, "", answer)
        return
    if not tally.arrived(answer):
        return
    read, found = prompt_tokens(answer), word in strict_reading(answer).content
    if due is not None and read and not due * _SHARE <= read <= due / _SHARE:
        said = f"{read:,} tokens were read of about {due:,.0f}, without a word"
        tally.count(False, said, answer)
    elif found:
        tally.count(True, "", answer)
    elif finds and due is None:
        tally.count(False, "what stood at the start of a long prompt is lost", answer)
    else:
        tally.unclear("the prompt was read, and the model did not find its start",
                      answer)  # fmt: skip


async def overflow(bench: Bench, way: Way) -> Observation:
    """Probe 38: a prompt beyond the window is refused, and the refusal names the limit.

    The window is what `/models` says, else that of gpt-oss. A prompt that is cut
    without a word is probe 37's.
    """
    tally = Tally()
    listing = await bench.get("models")
    size = _listed_window(listing.document, bench.model)
    lines = int((size * 1.1 if size else _BEYOND) / (_LINE_TOKENS - 2))
    prompt = f"{_filler(lines)}\nSay yes."
    answer = await bench.ask(prompt, way, max_tokens=_KEPT)
    if answer.outcome == "refused":
        message = _message(answer.error)
        said = f"the refusal names no limit: {message[:120]!r}"
        tally.count(bool(_LIMIT_NAMED.search(message)), said, answer)
    elif answer.outcome == "failed":
        said = f"a prompt beyond the window ends with {answer.why_failed}"
        tally.count(False, said, answer)
    else:
        tally.unclear("the window is larger than what was sent, or the prompt was cut",
                      answer)  # fmt: skip
    return tally.observation("a prompt beyond the window is refused by its limit")


def _listed_window(document: Any, model: str) -> int | None:
    """Return the window that a list of models names; None if it names none."""
    data = document.get("data") if isinstance(document, Mapping) else None
    several = data if isinstance(data, list) else []
    entries = [each for each in several if isinstance(each, Mapping)]
    entry = next((each for each in entries if each.get("id") == model), {})
    meta = entry.get("meta")
    inner = meta if isinstance(meta, Mapping) else {}
    given = (place.get(name) for name in _WINDOWS for place in (entry, inner))
    sizes = (each for each in given if isinstance(each, int) and each > 0)
    found = next(sizes, None)
    return found if found and found <= _MOST_WINDOW else None


def _message(error: Any) -> str:
    given = error.get("message") if isinstance(error, Mapping) else error
    return str(given)[:_LONGEST]


async def max_tokens(bench: Bench, way: Way) -> Observation:
    """Probe 39: no more tokens than were allowed, under either name of the limit."""
    tally = Tally()
    cut = await bench.ask(asked_count(300), way, max_tokens=_KEPT)
    tally.judge(cut, _is_begun, "nothing came")
    newer = await bench.ask(
        asked_count(300), way, max_tokens=None, max_completion_tokens=_KEPT
    )
    tally.judge(newer, _is_begun, "nothing came", may_refuse=True)
    return tally.observation("no more tokens than max_tokens")


def _is_begun(reading: Reading) -> bool:
    """Whether anything came; 16 tokens may all be of a header that is not shown."""
    return has_words(reading) or reading.finish == "length"


def _truncation_cost(terms: Terms) -> Cost:
    sizes = [*_sizes(terms.window), *(lines * _LINE_TOKENS * 2 for lines in _GAUGES)]
    requests = len(sizes)
    return Cost(requests, int(sum(sizes) * 1.5), requests * _NEEDLE_TOKENS)


LIMIT_PROBES = (
    Probe(37, "truncation", "H", "M", "a needle at the very start of prompts of 3,000 "
          "to 12,000 tokens is found, or the prompt refused",
          ("ollama #4967", "ollama #18107", "ollama #17889", "TradingAgents #168"),
          _truncation_cost, truncation),
    Probe(38, "overflow", "H", "W", "a prompt beyond the window gets a 4xx that names "
          "the limit", ("vllm #36789",), asks(2, 200_000, _KEPT), overflow),
    Probe(39, "max_tokens", "H", "W", "max_tokens is kept", (), asks(2, 300, _KEPT),
          max_tokens),
)  # fmt: skip
"""Probes 37 to 39."""
