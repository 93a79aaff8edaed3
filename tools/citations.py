"""Resolves the marks and quotes of a draft to checked citations."""

import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from tools.clean import neutralise_control_tokens
from tools.evidence import Evidence
from tools.grounding import Verdict, Verified, verify_citation
from tools.marks import Mark, find_marks, replace_marks, sentence_at

__all__ = ["Citation", "Draft", "DraftCitation", "Resolved", "resolve"]

_WORD = re.compile(r"\w+")
_CLOSE = 0.8
"""What share of the best quote's words in common another must reach."""


class DraftCitation(BaseModel):
    """A quote that supports the answer."""

    model_config = ConfigDict(frozen=True)

    source: int = Field(description="The number of a source that a tool has shown.")
    quote: str = Field(
        description="A short passage of it, copied letter for letter, without L marks."
    )


class Draft(BaseModel):
    """An answer as the model gave it, before its citations are resolved."""

    model_config = ConfigDict(frozen=True)

    answer: str
    answered: bool = True
    citations: tuple[DraftCitation, ...] = ()

    def __str__(self) -> str:
        """Return it as JSON, for it becomes a tool output in the history."""
        return self.model_dump_json()


class Citation(BaseModel):
    """A mark in the answer, resolved to the lines of a document."""

    model_config = ConfigDict(frozen=True)

    id: int = Field(description="The number that the answer's mark `[1]` shows.")
    document: str | None = Field(description="Null if the verdict is `unseen`.")
    title: str | None
    start_line: int | None = Field(description="1-based, of the document.")
    end_line: int | None = Field(description="Inclusive.")
    quote: str = Field(description="The document's own text at these lines.")
    verdict: Verdict
    claim: str = Field(
        description="The words that were checked: the model's quote, or its sentence."
    )


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
    answer = neutralise_control_tokens(draft.answer)
    resolver = _Resolver(evidence)
    for each in draft.citations:
        resolver.cite(each.source, each.quote, None)
    quoted = resolver.by_source()
    marks = [
        mark
        for mark in find_marks(answer)
        if not mark.attached or evidence.get(mark.source)
    ]
    targets: dict[Mark, list[int]] = {}
    for mark in marks:
        sentence = sentence_at(answer, mark, marks)
        meant = [
            each for each in quoted.get(mark.source, []) if _within(each, mark.lines)
        ]
        targets[mark] = [each.id for each in _closest(meant, sentence)] or [
            resolver.cite(mark.source, sentence, mark.lines)
        ]
    citations = tuple(resolver.citations)
    sound = all(each.verdict.is_sound for each in citations)
    return Resolved(
        answer=replace_marks(answer, lambda text, group: _write(text, group, targets)),
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


def _write(text: str, marks: list[Mark], targets: dict[Mark, list[int]]) -> str:
    if not all(mark in targets for mark in marks):
        return text  # an index such as arr[0], and no mark
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
        claim=neutralise_control_tokens(claim),
    )


def _within(citation: Citation, lines: tuple[int, int] | None) -> bool:
    """Whether a mark with these lines, or with none, points to this citation."""
    if lines is None or citation.start_line is None or citation.end_line is None:
        return True
    return citation.start_line <= lines[1] and lines[0] <= citation.end_line
