"""Packs the lines of a text into pieces that fit a limit of tokens."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub

from tools.documents.parts import MAX_CHARACTERS, Parts
from tools.text.markdown import Block, without_targets

__all__ = ["CountTokens", "Fits", "Piece", "Text"]

CountTokens = Callable[[Sequence[str]], list[int]]
"""The number of tokens in each of several texts, by the embedder's own tokenizer."""
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])")
_WORD = re.compile(r"\S+")
Fits = Callable[[int, int], bool]
"""Whether the lines from one up to another may be one passage."""
_Inner = Sequence[Sequence[int]]
"""The lines where nested blocks begin, by depth."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text that is not cut further."""

    start: int
    """Offset of its first character."""
    end: int


class Text:
    """A text with the offsets and the token counts of its lines."""

    def __init__(self, content: str, count_tokens: CountTokens) -> None:
        """Take a text, and what counts the tokens of its lines."""
        lines = content.split("\n")
        self.content = content
        self._count = count_tokens
        self._tokens = [0, *accumulate(self._counts(lines))]
        self._offsets = [0, *accumulate(len(line) + 1 for line in lines)]
        self._offsets[-1] -= 1

    def line(self, offset: int) -> int:
        """Return the 1-based line that holds the character at `offset`."""
        return bisect_right(self._offsets, offset)

    def fits_within(self, limit: int) -> Fits:
        """Return whether the lines from one up to another fit a limit of tokens."""
        return lambda start, end: self._fits(start, end, limit)

    def whole(self, blocks: Sequence[Block], limit: int) -> list[Piece] | None:
        """Return some blocks as one piece, none if they are blank.

        None if the limit does not allow it.
        """
        first, last = blocks[0].start, blocks[-1].end
        if not self._fits(first, last, limit):
            return None
        start, end = self._offsets[first], self._offsets[last]
        return [Piece(start, end)] if self.content[start:end].strip() else []

    def pack(self, blocks: Sequence[Block], limit: int) -> list[Piece]:
        """Return the pieces of some blocks, as few as the limit allows.

        Args:
            blocks: One at least; each begins where the one before it ends.
            limit: Tokens of one piece.
        """
        whole = self.whole(blocks, limit)
        if whole is not None:
            return whole
        end = blocks[-1].end
        bounds = [*(block.start for block in blocks), end]
        packed = self._pack(bounds, lambda index: blocks[index].inner, limit)
        return list(map(Piece, packed.starts, packed.ends))

    def _pack(
        self, bounds: Sequence[int], inner: Callable[[int], _Inner], limit: int
    ) -> Parts:
        """Pack what lies between lines; `inner` tells where one of them is cut."""

        def cut(index: int) -> Parts:
            return self._cut(bounds[index], bounds[index + 1], inner(index), limit)

        return self._between(bounds).cut(limit, cut).join(limit, self.content)

    def _cut(self, start: int, end: int, inner: _Inner, limit: int) -> Parts:
        """Cut the lines from `start` up to `end` as seldom as the limit allows."""
        if end - start == 1:
            return self._cut_line(start, limit)
        starts: Sequence[int] = range(start + 1, end)
        if inner:
            first_inside = bisect_right(inner[0], start)
            starts = inner[0][first_inside : bisect_left(inner[0], end)]
        return self._pack([start, *starts, end], lambda _: inner[1:], limit)

    def _cut_line(self, line: int, limit: int) -> Parts:
        start, end = self._offsets[line], self._offsets[line + 1]
        found = _SENTENCE_END.finditer(self.content[start:end])
        ends = [start + each.end() for each in found]
        sentences = self._counted([start, *ends, end])

        def cut(index: int) -> Parts:
            return self._cut_sentence(
                sentences.starts[index], sentences.ends[index], limit
            )

        return sentences.cut(limit, cut).join(limit, self.content)

    def _cut_sentence(self, start: int, end: int, limit: int) -> Parts:
        found = _WORD.finditer(self.content[start:end])
        begins = [start + each.start() for each in found]
        words = self._counted([start, *begins, end])
        step = min(limit, MAX_CHARACTERS)

        def cut(index: int) -> Parts:
            bounds = range(words.starts[index], words.ends[index], step)
            ends = [*bounds[1:], words.ends[index]]
            return Parts(list(bounds), ends, [limit] * len(bounds))

        return words.cut(limit, cut)

    def _counted(self, bounds: Sequence[int]) -> Parts:
        """Return what lies between offsets, which ascend, with its tokens."""
        distinct = list(dict.fromkeys(bounds))
        starts, ends = distinct[:-1], distinct[1:]
        texts = list(map(self.content.__getitem__, map(slice, starts, ends)))
        return Parts(starts, ends, self._counts(texts))

    def _counts(self, texts: Sequence[str]) -> list[int]:
        """Count tokens, 0 for what has too many characters to be one piece anyway."""
        short = [each for each in texts if len(each) <= MAX_CHARACTERS]
        counts = self._count([without_targets(each) for each in short])
        if len(short) == len(texts):
            return counts
        counted = iter(counts)
        return [next(counted) if len(each) <= MAX_CHARACTERS else 0 for each in texts]

    def _between(self, bounds: Sequence[int]) -> Parts:
        """Return what lies between lines, each with its tokens."""
        offsets = [self._offsets[line] for line in bounds]
        totals = [self._tokens[line] for line in bounds]
        return Parts(offsets[:-1], offsets[1:], list(map(sub, totals[1:], totals)))

    def _fits(self, start: int, end: int, limit: int) -> bool:
        if self._tokens[end] - self._tokens[start] > limit:
            return False
        return self._offsets[end] - self._offsets[start] <= MAX_CHARACTERS
