"""Checks a citation against what the tools have shown, deterministically.

A quote is compared after white space, quotation marks, dashes, Markdown marks and case
are normalised; what is given back is always the document's own text.
"""

from dataclasses import dataclass, replace

from tools.evidence.evidence import Evidence, Source
from tools.grounding.citation import Verdict
from tools.grounding.paraphrase import bears_out, best_lines
from tools.grounding.wording.quotes import find_quote, may_stand
from tools.text.signs import plain_signs

__all__ = ["Verified", "find_verbatim", "verified_at", "verify_citation"]

_OPENING, _CLOSING = "*_`", "*_`.!?。"
"""Marks that a quote leaves out at its ends and that belong to the excerpt."""


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
    if found := _find(claim, source, lines):
        inside = lines is None or _is_within(found, lines)
        return replace(found, verdict=Verdict.EXACT) if inside else found
    others = [
        each for each in evidence if each.id != number and may_stand(claim, each.text)
    ]
    others.sort(key=lambda each: each.document != source.document)
    for each in others:
        if found := _find(claim, each, lines):
            if each.document == source.document:
                return found
            return replace(found, verdict=Verdict.MISATTRIBUTED)
    return _find_plain(claim, source) or _compare(claim, source, lines)


def find_verbatim(claim: str, source: Source) -> Verified | None:
    """Return where a claim stands word for word in a source."""
    found = _find(claim, source, None)
    return replace(found, verdict=Verdict.EXACT) if found else None


def _find(quote: str, source: Source, lines: tuple[int, int] | None) -> Verified | None:
    """Return where a quote stands in a source, in the lines that are named if it can.

    The verdict is that it stands elsewhere, until the caller knows better.
    """
    first: Verified | None = None
    for start, end in find_quote(quote, source.text):
        found = verified_at(Verdict.RELOCATED, source, start, end)
        if lines is None or _is_within(found, lines):
            return found
        first = first or found
    return first


def _find_plain(claim: str, source: Source) -> Verified | None:
    """Return where a claim stands in a source once both are in the plainest signs."""
    text, said = plain_signs(source.text), plain_signs(claim).text
    if (text.text, said) == (source.text, claim):
        return None  # it was looked for as it is
    for start, end in find_quote(said, text.text):
        first, last = text.starts[start], text.ends[end - 1]
        return verified_at(Verdict.PARAPHRASED, source, first, last)
    return None


def _is_within(found: Verified, lines: tuple[int, int]) -> bool:
    start, end = found.start_line or 0, found.end_line or 0
    return min(lines) <= start and end <= max(lines)


def verified_at(verdict: Verdict, source: Source, start: int, end: int) -> Verified:
    """Return a verdict with the lines and the words between two offsets of a source."""
    while end < len(source.text) and source.text[end] in _CLOSING:
        end += 1
    while start and source.text[start - 1] in _OPENING:
        start -= 1
    first = source.start_line + source.text.count("\n", 0, start)
    last = source.start_line + source.text.count("\n", 0, end)
    return Verified(verdict, source, first, last, source.text[start:end])


def _compare(claim: str, source: Source, lines: tuple[int, int] | None) -> Verified:
    """Judge a claim that is no quote by the words and numbers it shares."""
    rows = source.text.split("\n")
    said, text = plain_signs(claim).text, plain_signs(source.text).text
    row, last = _clip(lines, source) if lines else best_lines(said, text)
    excerpt = "\n".join(rows[row : last + 1]).strip()
    sound = bears_out(said, plain_signs(excerpt).text, text)
    verdict = Verdict.PARAPHRASED if sound else Verdict.FABRICATED
    first = source.start_line
    return Verified(verdict, source, first + row, first + last, excerpt)


def _clip(lines: tuple[int, int], source: Source) -> tuple[int, int]:
    """Return the lines of a document as rows of a source, the nearest it has."""
    first = min(max(lines[0], source.start_line), source.end_line)
    last = min(max(lines[1], first), source.end_line)
    return first - source.start_line, last - source.start_line
