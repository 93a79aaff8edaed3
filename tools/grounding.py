"""Checks a citation against what the tools have shown, deterministically.

A quote is compared after white space, quotation marks, dashes, Markdown marks and case
are normalised; what is given back is always the document's own text.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tools.evidence import Evidence, Source

__all__ = ["Verdict", "Verified", "verify_citation"]

_LINE_MARK = re.compile(r"^L\d+:[ \t]?", re.MULTILINE)
_ELLIPSIS = re.compile(r"\s*(?:\.{3,}|…)\s*")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_DROPPED = set("*_~#>|`'\\") | {"\u00ad", "\u200b", "\ufeff", '"'}
_OPENING, _CLOSING = "*_`", "*_`.!?。"
"""Marks that a quote leaves out at its ends and that belong to the excerpt."""
_MIN_QUOTE = 8
"""Normalised characters; a shorter quote would be found in any text."""
_PARAPHRASE_OVERLAP = 0.7
"""Share of a claim's words that must stand in the passage that it points to."""


class Verdict(StrEnum):
    """How a citation stands to its source, best first."""

    EXACT = "exact"
    """The quote stands in the source that it names."""
    RELOCATED = "relocated"
    """It stands elsewhere in that document; the pointer is corrected."""
    PARAPHRASED = "paraphrased"
    """No verbatim quote, but its words and numbers stand in the source."""
    MISATTRIBUTED = "misattributed"
    """It stands in another document, which is named."""
    FABRICATED = "fabricated"
    """It stands nowhere in what was shown."""
    UNSEEN = "unseen"
    """It names a source that no tool has shown."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A citation after the check."""

    verdict: Verdict
    source: Source | None
    """Where the excerpt stands; None if the citation names nothing that was shown."""
    start_line: int | None = None
    """1-based, of the document."""
    end_line: int | None = None
    excerpt: str = ""
    """The document's own text."""

    @property
    def document(self) -> str | None:
        """The document that holds the excerpt."""
        return self.source.document if self.source and self.excerpt else None


def verify_citation(
    claim: str,
    number: int,
    evidence: Evidence,
    lines: tuple[int, int] | None = None,
) -> Verified:
    """Check that `claim` stands in source `number`.

    Args:
        claim: A quote; or the sentence that carries the mark, where there is no quote.
        number: The source it points to.
        evidence: What the conversation has seen.
        lines: First and last line of the document, where the mark names them.
    """
    source = evidence.get(number)
    if source is None:
        return Verified(Verdict.UNSEEN, None)
    if found := _find(claim, source):
        return _verified(Verdict.EXACT, source, *found)
    others = [each for each in evidence if each.id != number]
    for each in others:
        if each.document == source.document and (found := _find(claim, each)):
            return _verified(Verdict.RELOCATED, each, *found)
    for each in others:
        if each.document != source.document and (found := _find(claim, each)):
            return _verified(Verdict.MISATTRIBUTED, each, *found)
    return _compare(claim, source, lines)


def _verified(verdict: Verdict, source: Source, start: int, end: int) -> Verified:
    while end < len(source.text) and source.text[end] in _CLOSING:
        end += 1
    while start and source.text[start - 1] in _OPENING:
        start -= 1
    first = source.start_line + source.text.count("\n", 0, start)
    last = source.start_line + source.text.count("\n", 0, end)
    return Verified(verdict, source, first, last, source.text[start:end])


def _find(quote: str, source: Source) -> tuple[int, int] | None:
    """Return where a quote stands in the text of a source: start and end offset.

    The parts around an ellipsis must stand in this order.
    """
    parts = [
        normalised
        for part in _ELLIPSIS.split(_LINE_MARK.sub("", quote))
        if (normalised := _normalise(part)[0])
    ]
    if sum(map(len, parts)) < _MIN_QUOTE:
        return None
    text, offsets = _normalise(source.text)
    first: int | None = None
    position = 0
    for part in parts:
        at = _find_words(part, text, position)
        if at is None:
            return None
        first = at if first is None else first
        position = at + len(part)
    return offsets[first or 0], offsets[position - 1] + 1


def _find_words(part: str, text: str, position: int) -> int | None:
    """Find `part` where it neither begins nor ends inside a word or a number."""
    while (at := text.find(part, position)) >= 0:
        end = at + len(part)
        if not _splits(text, at) and not _splits(text, end):
            return at
        position = at + 1
    return None


def _splits(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()


@lru_cache(maxsize=1024)
def _normalise(text: str) -> tuple[str, Sequence[int]]:
    """Return a text in the form that is compared, and each character's offset."""
    characters: list[str] = []
    offsets: list[int] = []
    space = True
    for offset, character in enumerate(text.translate(_FOLDED)):
        if character in _DROPPED:
            continue
        for each in unicodedata.normalize("NFKC", character).casefold():
            if each.isspace():
                if not space:
                    characters.append(" ")
                    offsets.append(offset)
                space = True
                continue
            characters.append(each)
            offsets.append(offset)
            space = False
    if characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return "".join(characters), tuple(offsets)


def _compare(claim: str, source: Source, lines: tuple[int, int] | None) -> Verified:
    """Judge a claim that is no quote by the words and numbers it shares."""
    first, last = _clip(lines, source) if lines else _best_lines(claim, source)
    texts = source.text.split("\n")
    row = first - source.start_line
    excerpt = "\n".join(texts[row : last - source.start_line + 1]).strip()
    wanted, held = _words(claim), _words(excerpt)
    numbers = set(_NUMBER.findall(claim)) <= set(_NUMBER.findall(excerpt))
    overlap = len(wanted & held) / len(wanted) if wanted else 0.0
    sound = numbers and overlap >= _PARAPHRASE_OVERLAP
    verdict = Verdict.PARAPHRASED if sound else Verdict.FABRICATED
    return Verified(verdict, source, first, last, excerpt)


def _clip(lines: tuple[int, int], source: Source) -> tuple[int, int]:
    first = min(max(lines[0], source.start_line), source.end_line)
    return first, min(max(lines[1], first), source.end_line)


def _best_lines(claim: str, source: Source) -> tuple[int, int]:
    """Return the line of a source that shares most words with a claim."""
    wanted = _words(claim)
    texts = source.text.split("\n")
    shares = [len(wanted & _words(text)) for text in texts]
    row = max(range(len(texts)), key=lambda each: shares[each])
    return source.start_line + row, source.start_line + row


def _words(text: str) -> frozenset[str]:
    return frozenset(
        word
        for word in _WORD.findall(text.casefold())
        if len(word) > 2 or word.isdigit()
    )
