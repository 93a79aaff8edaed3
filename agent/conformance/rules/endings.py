"""Rules of how an answer ends, and of what the server counts."""

from collections.abc import Iterator, Mapping
from typing import Any

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.reading import read_usage
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.rules.deltas import is_answer, parts_of, payloads_with_places
from agent.conformance.rules.rule import Breach, Rule

__all__ = ["ENDING_RULES", "exceeds_limit", "reaches_limit"]

_LONGEST_TOKEN = 16
"""Characters; English has about four, lists of numbers fewer."""
_REASONS = {"stop", "length", "tool_calls", "content_filter"}


def _finishes(exchange: Exchange) -> list[tuple[int, str]]:
    found = [
        (each.place, each.choice.get("finish_reason")) for each in parts_of(exchange)
    ]
    return [(place, reason) for place, reason in found if isinstance(reason, str)]


def _finish_count(exchange: Exchange) -> Iterator[Breach]:
    found = _finishes(exchange)
    if not found:
        broke = exchange.streamed and not exchange.done
        what = "the stream breaks off without one, and without [DONE]"
        yield Breach(what if broke else "there is none", len(exchange.body))
    elif len(found) > 1:
        said = ", ".join(reason for _, reason in found[:5])
        yield Breach(f"there are {len(found)}: {said}", found[1][0])


def _unknown_finish(exchange: Exchange) -> Iterator[Breach]:
    for place, reason in _finishes(exchange):
        if reason not in _REASONS:
            yield Breach(f"it is {reason!r}", place)


def _finish_and_calls(exchange: Exchange) -> Iterator[Breach]:
    """Yield where calls and reason differ; OpenAI ends a named call with `stop`."""
    found = _finishes(exchange)
    if len(found) != 1:
        return
    place, reason = found[0]
    calls = strict_reading(exchange).calls
    named = isinstance(exchange.asked.get("tool_choice"), Mapping)
    if reason == "tool_calls" and not calls:
        yield Breach("the reason is tool_calls, and no call came", place)
    elif reason == "stop" and calls and not named:
        yield Breach("a call came, and the reason is stop", place)


def _is_counted(exchange: Exchange) -> bool:
    if not is_answer(exchange) or not _finishes(exchange):
        return False
    options = exchange.asked.get("stream_options")
    wanted = isinstance(options, Mapping) and bool(options.get("include_usage"))
    return wanted or not exchange.streamed


def _counts(exchange: Exchange) -> list[tuple[int, Any]]:
    found = [
        (each.place, each.payload.get("usage"))
        for each in payloads_with_places(exchange)
    ]
    return [(place, usage) for place, usage in found if usage is not None]


def _usage_place(exchange: Exchange) -> Iterator[Breach]:
    found = _counts(exchange)
    if len(found) != 1:
        place = found[1][0] if found else len(exchange.body)
        yield Breach(f"it came {len(found)} times", place)
        return
    last = max(each.place for each in payloads_with_places(exchange))
    if found[0][0] != last:
        yield Breach("it is not in the last frame", found[0][0])


def _usage_sums(exchange: Exchange) -> Iterator[Breach]:
    for place, usage in _counts(exchange)[:1]:
        counts = _whole_counts(usage)
        if counts is None:
            yield Breach(f"the counts are {usage!r}", place)
            continue
        prompt, completion, total = counts
        if total != prompt + completion:
            yield Breach(f"{prompt} + {completion} are not {total}", place)
        elif not prompt or (not completion and _says_anything(exchange)):
            yield Breach(f"prompt {prompt}, completion {completion}", place)


def _whole_counts(usage: Any) -> tuple[int, int, int] | None:
    """Return prompt, completion and total; None if one is no count."""
    read = read_usage(usage)
    if read is None or read.prompt is None or read.completion is None:
        return None
    if read.total is None or min(read.prompt, read.completion, read.total) < 0:
        return None
    return read.prompt, read.completion, read.total


def _says_anything(exchange: Exchange) -> bool:
    return any(part.says_more for part in parts_of(exchange))


def _is_limited(exchange: Exchange) -> bool:
    return is_answer(exchange) and _limit(exchange) is not None


def _limit(exchange: Exchange) -> int | None:
    names = ("max_completion_tokens", "max_tokens")
    given = (exchange.asked.get(name) for name in names)
    return next((each for each in given if isinstance(each, int)), None)


def _too_many(exchange: Exchange) -> Iterator[Breach]:
    said = exceeds_limit(exchange)
    if said:
        place = max(0, exchange.body.rfind(b'"completion_tokens"'))
        yield Breach(said, place)


def reaches_limit(exchange: Exchange) -> bool:
    """Whether a server counted as many tokens as `max_tokens` allows, or more."""
    limit, usage = _limit(exchange), strict_reading(exchange).usage
    return limit is not None and usage is not None and (usage.completion or 0) >= limit


def exceeds_limit(exchange: Exchange) -> str:
    """Return how an answer is longer than `max_tokens` allows; blank if it is not.

    Where the server does not count, by the characters that came: no token of a
    vocabulary in use has so many on average.
    """
    limit, reading = _limit(exchange), strict_reading(exchange)
    if limit is None:
        return ""
    written = reading.usage.completion if reading.usage else None
    if written is not None:
        return f"{written} were written, {limit} allowed" if written > limit else ""
    said = [reading.content, reading.reasoning]
    said += [call.arguments for call in reading.calls]
    length = sum(map(len, said))
    if length <= limit * _LONGEST_TOKEN:
        return ""
    return f"{length} characters were written, {limit} tokens allowed"


ENDING_RULES = (
    Rule("finish_count", 5, "one finish reason for the choice", is_answer,
         _finish_count, mend="finish"),
    Rule("finish_known", 5, "the finish reason is one of the API's", is_answer,
         _unknown_finish, mend="finish"),
    Rule("finish_calls", 5, "the finish reason is tool_calls iff calls are there",
         is_answer, _finish_and_calls, mend="finish"),
    Rule("usage_once", 8, "usage comes once, at the end", _is_counted, _usage_place,
         mend="usage"),
    Rule("usage_sums", 8, "usage counts whole tokens, total = prompt + completion",
         _is_counted, _usage_sums, mend="usage"),
    Rule("max_tokens", 39, "no more tokens than max_tokens", _is_limited, _too_many),
)  # fmt: skip
"""Of probes 5, 8 and 39."""
