"""Which passages a model is shown to answer from, and how."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from agent.wire.estimate import estimate_tokens
from tools.evidence.shown import ShownSource

__all__ = ["ROOM", "choose_passages", "write_passages"]

ROOM = 420
"""Tokens of all passages together: about five of `examples/docs`, whose passages have
81 on average. With the instructions and the question a prompt has some six hundred, and
two processors read some forty a second (Qwen2.5-Coder-1.5B, Q4, on llama.cpp)."""
_MOST = 4
"""Passages; five answered as many questions as the best three, and cited more."""
_SHARE = 2
"""The part of the room that one passage may take: a fetched window is cut to it."""
_WORD = re.compile(r"\w{3,}")


def choose_passages(
    question: str, found: Iterable[Sequence[ShownSource]], room: int = ROOM
) -> list[ShownSource]:
    """Return the passages to answer from, best first.

    Args:
        question: A passage that is too long is cut to what has most of its words.
        found: What each look found, best first; the first of each come before the
            second, so that no part of a question crowds out another.
        room: Tokens that they may take together.
    """
    chosen: list[ShownSource] = []
    left = room
    for source in _in_turns(found):
        shown = _cut(source, question, room // _SHARE)
        size = estimate_tokens("\n".join(shown.lines))
        if chosen and size > left:
            continue
        left -= size
        chosen.append(shown)
        if len(chosen) == _MOST:
            break
    return chosen


def _in_turns(found: Iterable[Sequence[ShownSource]]) -> Iterator[ShownSource]:
    """Yield the first of each list, then the second of each; every source once."""
    seen: set[int] = set()
    for row in zip_longest(*found):
        for source in row:
            if source is not None and source.id not in seen and source.lines:
                seen.add(source.id)
                yield source


def _cut(source: ShownSource, question: str, room: int) -> ShownSource:
    """Return a source with the lines around those that have most of the question."""
    sizes = [estimate_tokens(line) for line in source.lines]
    if sum(sizes) <= room:
        return source
    wanted = set(_WORD.findall(question.casefold()))
    shares = [
        len(wanted & set(_WORD.findall(each.casefold()))) for each in source.lines
    ]
    first = last = shares.index(max(shares))
    used = sizes[first]
    while True:
        if last + 1 < len(sizes) and used + sizes[last + 1] <= room:
            last += 1
            used += sizes[last]
        elif first > 0 and used + sizes[first - 1] <= room:
            first -= 1
            used += sizes[first]
        else:
            break
    return replace(source, lines=source.lines[first : last + 1])


def write_passages(passages: Iterable[ShownSource]) -> str:
    """Return passages as the model reads them.

    Every line of a document begins with a blank, so that none can forge the number of
    a passage, nor a question.
    """
    return "\n\n".join(map(_write, passages))


def _write(source: ShownSource) -> str:
    place = source.document
    if source.heading and source.heading != place:
        place = f"{place}, under {source.heading}"
    lines = (f" {line}" for line in source.lines if line.strip())
    return "\n".join([f"[{source.id}] {place}", *lines])
