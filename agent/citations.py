"""Resolves the marks and quotes of a draft to checked citations."""

import re
from dataclasses import dataclass

from agent.answer import Citation
from tools.evidence import Evidence
from tools.final_answer import Draft
from tools.grounding import Verdict, Verified, verify_citation
from tools.marks import Mark, find_marks, replace_marks

__all__ = ["Resolved", "resolve"]

_SOUND = {Verdict.EXACT, Verdict.RELOCATED, Verdict.PARAPHRASED}
_WORD = re.compile(r"\w+")
_CLOSE = 0.8
"""What share of the best quote's words in common another must reach."""
_SENTENCE_START = re.compile(r"[.!?。！？]\s+|\n\s*\n|\n\s*[-*+>|]\s|[。！？]")


@dataclass(frozen=True, slots=True)
class Resolved:
    """An answer whose marks are the ids of its citations."""

    answer: str
    citations: tuple[Citation, ...]
    grounded: bool


def resolve(draft: Draft, evidence: Evidence) -> Resolved:
    """Check every quote and every mark of a draft, and number them from 1.

    A mark points to the quotes of its source that its sentence shares words with, to
    all of them if there are none. Where a source has no quote, the sentence is checked.
    """
    resolver = _Resolver(evidence)
    for each in draft.citations:
        resolver.cite(each.source, each.quote, None)
    quoted = resolver.by_source()
    marks = find_marks(draft.answer)
    targets: dict[Mark, list[int]] = {}
    for mark in marks:
        lines = _lines(mark)
        sentence = _sentence(draft.answer, mark, marks)
        meant = [each for each in quoted.get(mark.source, []) if _within(each, lines)]
        targets[mark] = [each.id for each in _closest(meant, sentence)] or [
            resolver.cite(mark.source, sentence, lines)
        ]
    citations = tuple(resolver.citations)
    sound = all(each.verdict in _SOUND for each in citations)
    return Resolved(
        answer=replace_marks(draft.answer, lambda group: _write(group, targets)),
        citations=citations,
        grounded=sound and bool(citations or not draft.answered),
    )


class _Resolver:
    def __init__(self, evidence: Evidence) -> None:
        self.citations: list[Citation] = []
        self._evidence = evidence
        self._sources: list[int] = []
        """The number of the source that each citation names."""

    def cite(self, number: int, claim: str, lines: tuple[int, int] | None) -> int:
        """Check a claim against a source; return the id of its citation."""
        verified = verify_citation(claim, number, self._evidence, lines)
        citation = _citation(len(self.citations) + 1, claim, verified)
        for source, known in zip(self._sources, self.citations, strict=True):
            if source == number and _is_same(known, citation):
                return known.id
        self.citations.append(citation)
        self._sources.append(number)
        return citation.id

    def by_source(self) -> dict[int, list[Citation]]:
        """Return the citations so far, by the number that they name."""
        grouped: dict[int, list[Citation]] = {}
        for source, citation in zip(self._sources, self.citations, strict=True):
            grouped.setdefault(source, []).append(citation)
        return grouped


def _closest(citations: list[Citation], sentence: str) -> list[Citation]:
    """Return those citations of one source that a sentence is likely to mean."""
    words = set(_WORD.findall(sentence.casefold()))
    shares = []
    for each in citations:
        claimed = set(_WORD.findall(each.claim.casefold()))
        shares.append(len(words & claimed) / max(1, min(len(words), len(claimed))))
    best = max(shares, default=0.0)
    return [
        each
        for each, share in zip(citations, shares, strict=True)
        if share >= _CLOSE * best
    ]


def _write(marks: list[Mark], targets: dict[Mark, list[int]]) -> str:
    ids = dict.fromkeys(each for mark in marks for each in targets[mark])
    return "".join(f"[{each}]" for each in ids)


def _is_same(known: Citation, citation: Citation) -> bool:
    return known.model_copy(update={"id": citation.id, "claim": citation.claim}) == (
        citation
    )


def _citation(number: int, claim: str, verified: Verified) -> Citation:
    source = verified.source
    return Citation(
        id=number,
        document=source.document if source else None,
        title=source.title if source else None,
        start_line=verified.start_line,
        end_line=verified.end_line,
        quote=verified.excerpt,
        verdict=verified.verdict,
        claim=claim,
    )


def _lines(mark: Mark) -> tuple[int, int] | None:
    if mark.start_line is None or mark.end_line is None:
        return None
    return mark.start_line, mark.end_line


def _within(citation: Citation, lines: tuple[int, int] | None) -> bool:
    """Whether a mark with these lines, or with none, points to this citation."""
    if lines is None or citation.start_line is None or citation.end_line is None:
        return True
    return citation.start_line <= lines[1] and lines[0] <= citation.end_line


def _sentence(answer: str, mark: Mark, marks: list[Mark]) -> str:
    """Return the sentence that a mark stands at the end of, without its marks."""
    end = mark.start
    while previous := next(
        (
            each
            for each in marks
            if each.end <= end and not answer[each.end : end].strip()
        ),
        None,
    ):
        end = previous.start
    before = answer[:end].rstrip()
    body = before.rstrip(".!?。！？")
    starts = [found.end() for found in _SENTENCE_START.finditer(body)]
    text = before[starts[-1] if starts else 0 :]
    for each in reversed(find_marks(text)):
        text = text[: each.start] + text[each.end :]
    return text.strip().lstrip("-*+># ")
