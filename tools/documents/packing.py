"""Packs the lines of a text into pieces that fit a limit of tokens."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from tools.text.markdown import Block, without_targets

__all__ = ["CountTokens", "Fits", "Piece", "Text"]

CountTokens = Callable[[Sequence[str]], list[int]]
"""The number of tokens in each of several texts, by the embedder's own tokenizer."""
_MAX_CHARACTERS = 4000
"""A word of over 100 characters is one token to MiniLM: tokens alone bound nothing."""
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])")
_WORD_END = re.compile(r"(?<=\s)(?=\S)")
Fits = Callable[[int, int], bool]
"""Whether the lines from one up to another may be one passage."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text that is not cut further."""

    start: int
    """Offset of its first character."""
    end: int
    tokens: int


class Text:
    """A text with the offsets and the token counts of its lines."""

    def __init__(self, content: str, count_tokens: CountTokens) -> None:
        """Take a text, and what counts the tokens of its lines."""
        lines = content.split("\n")
        self.content = content
        self._count = count_tokens
        self._tokens = [0, *accumulate(self._counts(lines))]
        self._offsets = [0]
        for line in lines:
            self._offsets.append(self._offsets[-1] + len(line) + 1)
        self._offsets[-1] -= 1

    def line(self, offset: int) -> int:
        """Return the 1-based line that holds the character at `offset`."""
        last = len(self._offsets) - 1
        return min(bisect_right(self._offsets, offset), last)

    def fits_within(self, limit: int) -> Fits:
        """Return whether the lines from one up to another fit a limit of tokens."""
        return lambda start, end: self._fits(self._lines(start, end), limit)

    def pack(self, blocks: Sequence[Block], limit: int) -> list[Piece]:
        """Return the pieces of some blocks, as few as the limit allows."""
        pieces: list[Piece] = []
        for block in blocks:
            pieces += self._cut(block.start, block.end, block.inner, limit)
        return self._join(pieces, limit)

    def _cut(
        self, start: int, end: int, inner: Sequence[Sequence[int]], limit: int
    ) -> list[Piece]:
        """Cut the lines from `start` up to `end` as seldom as the limit allows."""
        whole = self._lines(start, end)
        if self._fits(whole, limit):
            return [whole]
        if end - start == 1:
            return self._cut_line(whole, limit)
        starts: Sequence[int] = range(start + 1, end)
        if inner:
            first_inside = bisect_right(inner[0], start)
            starts = inner[0][first_inside : bisect_left(inner[0], end)]
        bounds = [start, *starts, end]
        pieces: list[Piece] = []
        for first, last in pairwise(bounds):
            pieces += self._cut(first, last, inner[1:], limit)
        return self._join(pieces, limit)

    def _cut_line(self, line: Piece, limit: int) -> list[Piece]:
        text = self.content[line.start : line.end]
        pieces: list[Piece] = []
        for sentence in self._spans(text, line.start, _SENTENCE_END):
            if self._fits(sentence, limit):
                pieces.append(sentence)
                continue
            body = self.content[sentence.start : sentence.end]
            for word in self._spans(body, sentence.start, _WORD_END):
                pieces += self._cut_word(word, limit)
        return self._join(pieces, limit)

    def _cut_word(self, word: Piece, limit: int) -> list[Piece]:
        if self._fits(word, limit):
            return [word]
        step = min(limit, _MAX_CHARACTERS)
        bounds = [*range(word.start, word.end, step), word.end]
        return [Piece(*span, limit) for span in pairwise(bounds)]

    def _spans(self, text: str, offset: int, end: re.Pattern[str]) -> list[Piece]:
        bounds = [0, *(found.end() for found in end.finditer(text)), len(text)]
        spans = [span for span in pairwise(bounds) if span[0] < span[1]]
        tokens = self._counts([text[start:stop] for start, stop in spans])
        return [
            Piece(offset + start, offset + stop, count)
            for (start, stop), count in zip(spans, tokens, strict=True)
        ]

    def _counts(self, texts: Sequence[str]) -> list[int]:
        """Count tokens, 0 for what has too many characters to be one piece anyway."""
        short = [each for each in texts if len(each) <= _MAX_CHARACTERS]
        counts = iter(self._count([without_targets(each) for each in short]))
        return [next(counts) if len(each) <= _MAX_CHARACTERS else 0 for each in texts]

    def _lines(self, start: int, end: int) -> Piece:
        tokens = self._tokens[end] - self._tokens[start]
        return Piece(self._offsets[start], self._offsets[end], tokens)

    def _join(self, pieces: Sequence[Piece], limit: int) -> list[Piece]:
        """Join neighbours while they fit, and what is blank in any case."""
        joined: list[Piece] = []
        for piece in pieces:
            if joined:
                last = joined[-1]
                both = Piece(last.start, piece.end, last.tokens + piece.tokens)
                blank = not self.content[piece.start : piece.end].strip()
                if blank or self._fits(both, limit):
                    joined[-1] = both
                    continue
            joined.append(piece)
        return [each for each in joined if self.content[each.start : each.end].strip()]

    @staticmethod
    def _fits(piece: Piece, limit: int) -> bool:
        return piece.tokens <= limit and piece.end - piece.start <= _MAX_CHARACTERS
