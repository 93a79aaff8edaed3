"""What comes twice in a turn, as rows."""

from typing import Any

from agent.testing.faults.fault import STREAMING, Fault, called
from agent.testing.faults.rows import TEXT, TWICE, final, pieces, read, searched
from agent.testing.servers.replies import (
    QUOTE,
    SEARCH,
    Said,
    call,
    chunk,
)

__all__ = ["REPEATS"]


def twice(id_: str, what: str, said: Said) -> Fault:
    """Return a row of a stream that says something again."""
    return read(id_, what, said, modes=STREAMING)


def in_message(content: str, finish: str | None = "stop") -> dict[str, Any]:
    """Return a chunk that holds a message where it should hold a delta."""
    last = chunk({}, finish)
    last["choices"][0] |= {"message": {"role": "assistant", "content": content}}
    return last


def growing(text: str, length: int) -> list[dict[str, Any]]:
    """Return deltas that each hold all so far."""
    ends = [*range(length, len(text), length), len(text)]
    return [{"content": text[:end]} for end in ends]


def argued(*arguments: str, **later: Any) -> Said:
    """Return a search whose arguments come in these pieces."""
    first = {"tool_calls": [call(arguments=arguments[0])]}
    more = [
        {"tool_calls": [call(None, each, id=None) | later]} for each in arguments[1:]
    ]
    return Said(deltas=[first, *more], finish="tool_calls")


REPEATS: tuple[Fault, ...] = (
    twice("B7-message", "the whole text again, as a message (hermes-browser #11)",
          Said(TEXT, frames=[in_message(TEXT)])),
    twice("B7-delta", "the whole text again, as a delta (ragflow #15286)",
          Said(deltas=[*pieces(TEXT, 11), {"content": TEXT}])),
    twice("B7-end", "the whole text again, behind the finish (vllm #51697)",
          Said(TEXT, frames=[chunk({}, "stop"), in_message(TEXT)])),
    twice("B7-trimmed", "the whole text again, trimmed (ragflow #15286)",
          Said(deltas=[{"content": "\n"}, *pieces(TEXT, 11), {"content": " "},
                       {"content": TEXT}])),
    twice("B7-more", "the whole text again, and more (blades #189)",
          Said(deltas=[*pieces(QUOTE, 11), {"content": TEXT}])),
    twice("B7-grows", "all so far in each delta (hermes-agent #35592)",
          Said(deltas=growing(TEXT, 7))),
    twice("B7-messages", "all so far in each message (blades #189)",
          Said(deltas=[], frames=[in_message(each["content"], None)
                                  for each in growing(TEXT, 7)])),
    twice("B7-pairs", "each delta twice (luthien-proxy #61)",
          Said(deltas=[each for each in pieces(TEXT, 7) for _ in range(2)])),
    twice("B7-both", "delta and message in one chunk (GCMP #407)",
          Said(deltas=[], frames=[
              in_message(each["content"], None)
              | {"choices": [{"index": 0, "delta": each, "message": each}]}
              for each in pieces(TEXT, 7)])),
    read("B7-whole", "the text twice (ragflow #15286)", Said(TWICE)),
    read("B7-answer", "the text twice in an answer (ragflow #15286)",
         final(f"{TEXT}\n\n{TEXT}")),
    searched("B7-arguments", "arguments sent twice (opencodex #361)",
             argued(SEARCH[:9], SEARCH[9:], SEARCH), modes=STREAMING),
    searched("B7-arguments-first", "arguments whole, then in pieces (opencodex #361)",
             argued(SEARCH, SEARCH[:9], SEARCH[9:]), modes=STREAMING),
    searched("B7-cumulative", "all arguments so far in each (hermes-agent #35592)",
             argued(SEARCH[:3], SEARCH[:9], SEARCH[:14], SEARCH), modes=STREAMING),
    searched("B7-doubled", "arguments twice in one string (opencodex #361)",
             called("search", SEARCH * 2)),
    searched("B7-call", "a call repeated with the last chunk (hass_local #92)",
             Said(calls=[call(), call(index=1)], finish="tool_calls")),
    searched("B7-call-id", "a call repeated with another id (vllm #51697)",
             Said(calls=[call(), call(index=1, id="call_2")], finish="tool_calls")),
    searched("B7-call-part", "one call counted up (LocalAI #9722)",
             Said(deltas=[{"tool_calls": [call("search", "")]},
                          {"tool_calls": [call("search", SEARCH, index=1)]}],
                  finish="tool_calls"), modes=STREAMING),
)  # fmt: skip
