"""Rules of what stands in texts: characters, reasoning, tokens of the protocol."""

import json
import re
from collections.abc import Iterator

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.rules.deltas import Part, is_answer, parts_of, texts_of
from agent.conformance.rules.endings import reaches_limit
from agent.conformance.rules.rule import Breach, Rule

__all__ = ["TEXT_RULES"]

_LOST = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"</?(?:think|thinking|thought|thoughts|reasoning|analysis)>")
_CONTROL = re.compile(
    r"<\|\w{1,40}\|>|assistant(?:final|commentary|analysis)|\bto=functions\."
    r"|</?tool_calls?>|\[TOOL_CALLS\]|<｜"
)
"""Harmony with and without its tokens; what Qwen, Mistral and DeepSeek write."""
_LEAST = 24
"""Characters of reasoning that stand in an answer by no chance."""


def _asked_text(exchange: Exchange) -> str:
    """Return all that the request says: what is asked for may come back."""
    return json.dumps(exchange.asked, ensure_ascii=False)


def _broken_characters(exchange: Exchange) -> Iterator[Breach]:
    yield from _broken_bytes(exchange)
    asked = _asked_text(exchange)
    for part in parts_of(exchange):
        for name, text in texts_of(part):
            if _LOST in text and _LOST not in asked:
                yield Breach(f"U+FFFD in {name}", part.place)
            if _SURROGATE.search(text):
                yield Breach(f"half a character in {name}", part.place)


def _broken_bytes(exchange: Exchange) -> Iterator[Breach]:
    several = [(each.start, each.data) for each in exchange.frames]
    for place, data in several if exchange.streamed else [(0, exchange.body)]:
        try:
            data.decode()
        except UnicodeDecodeError as error:
            yield Breach("bytes that are no UTF-8", place + error.start)


def _reasoning_twice(exchange: Exchange) -> Iterator[Breach]:
    reading = strict_reading(exchange)
    if len(reading.reasoning_fields) > 1:
        yield Breach(f"it comes in {' and '.join(reading.reasoning_fields)}")
    thought = reading.reasoning.strip()
    if len(thought) >= _LEAST and thought in reading.content:
        yield Breach("it stands in content again")
    asked = _asked_text(exchange)
    found = _TAG.search(reading.content)
    if found and found[0] not in asked:
        yield Breach(f"{found[0]} stands in content", _place(exchange, found[0]))


def _control_tokens(exchange: Exchange) -> Iterator[Breach]:
    asked = _asked_text(exchange)
    reading = strict_reading(exchange)
    texts = [("content", reading.content), ("reasoning", reading.reasoning)]
    for call in reading.calls:
        texts += [("a name", call.name), ("arguments", call.arguments)]
    for name, text in texts:
        found = next((f for f in _CONTROL.finditer(text) if f[0] not in asked), None)
        if found:
            yield Breach(f"{found[0]} in {name}", _place(exchange, found[0]))


def _place(exchange: Exchange, text: str) -> int:
    """Return where a text stands; where it came in pieces, the start."""
    return max(0, exchange.body.find(text.encode()))


def _only_reasoning(exchange: Exchange) -> Iterator[Breach]:
    if reaches_limit(exchange):
        return  # it was cut, whatever its reason says: that is another rule
    reading = strict_reading(exchange)
    said = reading.content.strip() or reading.calls
    if reading.finish == "stop" and reading.reasoning.strip() and not said:
        yield Breach("there is reasoning alone, and the reason is stop")


def _reasons(exchange: Exchange) -> bool:
    return is_answer(exchange) and any(map(_says_text, parts_of(exchange)))


def _says_text(part: Part) -> bool:
    return any(True for _ in texts_of(part))


TEXT_RULES = (
    Rule("characters", 7, "each delta is whole UTF-8", is_answer, _broken_characters),
    Rule("reasoning_once", 12, "reasoning comes in one field, and not in content",
         _reasons, _reasoning_twice, mend="channel"),
    Rule("control_tokens", 13, "no token of the protocol in what is said", _reasons,
         _control_tokens, mend="token"),
    Rule("answered", 14, "no answer is reasoning alone", _reasons, _only_reasoning,
         mend="sampled_again"),
)  # fmt: skip
"""Of probes 7, 12, 13 and 14."""
