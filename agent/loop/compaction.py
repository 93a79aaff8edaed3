"""Keeps a prompt within the model's window by leaving out what is oldest in it.

First go the texts of old tool outputs, of which the headers stay; then the oldest of
the finished questions; then the texts of the newer outputs. The question itself, the
instructions and what a finished answer has cited stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents import TResponseInputItem

from agent.wire.estimate import Characters, count_characters
from tools.evidence.shown import read_sources

__all__ = ["Compacted", "compact"]

_KEPT_OUTPUTS = 2
"""Newest tool outputs whose texts are left out last."""
_SHORT = 300
"""Characters that stay of an output that shows no source."""
_LEFT_OUT = "(left out to save room; search or fetch it to see it again)"
_BETWEEN = Characters(2, 0)
"""What stands between two items as JSON, and around all of them."""
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
    prompt = _Prompt(items, room)
    outputs = [at for at, item in enumerate(items) if _is_output(item)]
    for at in outputs[:-_KEPT_OUTPUTS]:
        prompt.shorten(at)
    for end in _ends_of_questions(items, finished):
        prompt.leave_out_to(end)
    newest = outputs[-1] if outputs else -1
    for at in outputs:
        if at == newest and prompt.takes_alone(at):
            break
        prompt.shorten(at)
    kept = prompt.kept()
    return Compacted(kept, _sources(items) - _sources(kept))


class _Prompt:
    """Items of a conversation, measured once each.

    To measure all of them again after each change took minutes for a message of 5,000
    tool calls.
    """

    def __init__(self, items: Sequence[TResponseInputItem], room: int) -> None:
        self._items: Items = list(items)
        self._room = room
        self._start = 0
        self._sizes = [count_characters(item) + _BETWEEN for item in self._items]
        self._total = sum(self._sizes, start=Characters(0, 0))

    @property
    def fits(self) -> bool:
        """Whether all that is kept has room."""
        return self._total.tokens <= self._room

    def shorten(self, at: int) -> None:
        """Leave out the texts of a tool output, unless all fits without that."""
        if self.fits or at < self._start:
            return
        shorter = _shortened(self._items[at])
        size = count_characters(shorter) + _BETWEEN
        self._total = self._total - self._sizes[at] + size
        self._items[at], self._sizes[at] = shorter, size

    def leave_out_to(self, end: int) -> None:
        """Leave out all that stands before `end`, unless all fits without that."""
        if self.fits:
            return
        dropped = sum(self._sizes[self._start : end], start=Characters(0, 0))
        self._total = self._total - dropped
        self._start = end

    def takes_alone(self, at: int) -> bool:
        """Whether an output would fit if it was all there is.

        The newest is not read yet: without it, the model would search for the same
        again.
        """
        return (self._sizes[at] + _BETWEEN).tokens <= self._room

    def kept(self) -> Items:
        """Return what is kept, as it is now."""
        return self._items[self._start :]


def _ends_of_questions(
    items: Sequence[TResponseInputItem], finished: int
) -> Iterator[int]:
    """Yield where each of the finished questions ends."""
    for at in range(1, finished):
        if _get(items[at], "role") == "user":
            yield at
    if finished > 0:
        yield finished


def _is_output(item: TResponseInputItem) -> bool:
    return bool(_get(item, "type") == "function_call_output")


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
