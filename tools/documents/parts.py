"""Parts of a text that pieces are made of, and how neighbours are joined.

They are held as columns of offsets and of token counts: a line of a megabyte may have
half a million words, of which a few thousand pieces are made.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate

__all__ = ["MAX_CHARACTERS", "Parts"]

MAX_CHARACTERS = 4000
"""A word of over 100 characters is one token to MiniLM: tokens alone bound nothing."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a text, in its order."""

    starts: list[int] = field(default_factory=list)
    """Offsets of their first characters."""
    ends: list[int] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)

    def add(self, others: "Parts") -> None:
        """Put others behind these."""
        self.starts.extend(others.starts)
        self.ends.extend(others.ends)
        self.tokens.extend(others.tokens)

    def cut(self, limit: int, cut_one: Callable[[int], "Parts"]) -> "Parts":
        """Return these, with what each is cut into that does not fit.

        Args:
            limit: Tokens of one part.
            cut_one: Cuts the part of a number.
        """
        parts, after = Parts(), 0
        for index in self._too_large(limit):
            parts.add(self._some(after, index))
            parts.add(cut_one(index))
            after = index + 1
        parts.add(self._some(after, len(self.starts)))
        return parts

    def join(self, limit: int, content: str) -> "Parts":
        """Join neighbours while they fit, and what is blank in any case.

        Args:
            limit: Tokens of what is joined.
            content: The text; what is blank after all is left out.
        """
        totals = [0, *accumulate(self.tokens)]
        joined = Parts()
        first, count = 0, len(self.starts)
        while first < count:
            start = self.starts[first]
            last = bisect_right(totals, totals[first] + limit, first + 2) - 1
            last = min(last, bisect_right(self.ends, start + MAX_CHARACTERS, first + 1))
            while last < count and self._is_blank(last, content):
                last += 1
            end = self.ends[last - 1]
            if not _is_blank(content[start:end]):
                joined.starts.append(start)
                joined.ends.append(end)
                joined.tokens.append(totals[last] - totals[first])
            first = last
        return joined

    def _is_blank(self, index: int, content: str) -> bool:
        return _is_blank(content[self.starts[index] : self.ends[index]])

    def _some(self, first: int, last: int) -> "Parts":
        span = slice(first, last)
        return Parts(self.starts[span], self.ends[span], self.tokens[span])

    def _too_large(self, limit: int) -> list[int]:
        columns = zip(self.tokens, self.starts, self.ends, strict=True)
        return [
            index
            for index, (tokens, start, end) in enumerate(columns)
            if tokens > limit or end - start > MAX_CHARACTERS
        ]


def _is_blank(text: str) -> bool:
    return not text or text.isspace()
