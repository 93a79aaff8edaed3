"""Keeps a prompt within the model's window by leaving out what is oldest in it.

First go the texts of old tool outputs, of which the headers stay; then the oldest of
the finished questions; then the texts of the newer outputs. The question itself, the
instructions and what a finished answer has cited stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents import TResponseInputItem

from agent.wire.estimate import estimate_tokens
from tools.evidence.shown import read_sources

__all__ = ["Compacted", "compact"]

_KEPT_OUTPUTS = 2
"""Newest tool outputs whose texts are left out last."""
_SHORT = 300
"""Characters that stay of an output that shows no source."""
_LEFT_OUT = "(left out to save room; search or fetch it to see it again)"
Items = list[TResponseInputItem]


@dataclass(frozen=True, slots=True)
class Compacted:
    """A prompt that fits, as far as it can be made to."""

    items: Items
    hidden: frozenset[int]
    """Numbers of the sources whose text stands nowhere in it any more."""


def compact(
    items: Sequence[TResponseInputItem], room: int, finished: int = 0
) -> Compacted:
    """Return the items within `room` tokens; unchanged if they fit.

    Args:
        items: A conversation: finished questions with their answers, the question,
            and the calls and outputs since.
        room: What they may take, by `estimate_tokens`.
        finished: How many of the first items are those of finished questions.
    """
    kept: Items = list(items)
    if estimate_tokens(kept) <= room:
        return Compacted(kept, frozenset())
    outputs = [at for at, item in enumerate(kept) if _is_output(item)]
    for at in outputs[:-_KEPT_OUTPUTS]:
        if estimate_tokens(kept) <= room:
            break
        kept[at] = _shortened(kept[at])
    while estimate_tokens(kept) > room and finished > 0:
        end = next(
            (at for at in range(1, finished) if _get(kept[at], "role") == "user"),
            finished,
        )
        del kept[:end]
        finished -= end
    for at, item in enumerate(kept):
        if estimate_tokens(kept) <= room or _is_unread(kept, at, room):
            break
        if _is_output(item):
            kept[at] = _shortened(item)
    return Compacted(kept, _sources(items) - _sources(kept))


def _is_output(item: TResponseInputItem) -> bool:
    return bool(_get(item, "type") == "function_call_output")


def _is_unread(items: Items, at: int, room: int) -> bool:
    """Whether only the newest output is left, and fits by itself.

    The model has not read it yet: without it, it would search for the same again.
    """
    newer = any(_is_output(item) for item in items[at + 1 :])
    return not newer and estimate_tokens([items[at]]) <= room


def _get(item: TResponseInputItem, name: str) -> Any:
    fields: Any = item
    return fields.get(name)


def _shortened(item: TResponseInputItem) -> TResponseInputItem:
    """Return a tool output without the texts of its sources."""
    fields: Any = item
    output = str(fields["output"])
    sources = read_sources(output)
    text = output if len(output) <= _SHORT else f"{output[:_SHORT]}… {_LEFT_OUT}"
    if sources:
        text = "\n".join(
            f"[{each.id}] lines {each.start_line}-{each.end_line}: {each.document}\n"
            f"Under: {each.heading}\n{_LEFT_OUT}"
            for each in sources
        )
    shorter: Any = {**fields, "output": text}
    return shorter if len(text) < len(output) else item


def _sources(items: Sequence[TResponseInputItem]) -> frozenset[int]:
    """Return the numbers of the sources whose text stands in these items."""
    return frozenset(
        source.id
        for item in items
        if _is_output(item)
        for source in read_sources(str(_get(item, "output")))
        if source.lines
    )
