"""Resolves the marks and quotes of a draft to checked citations."""

import re

from tools.evidence.evidence import Evidence
from tools.grounding.citation import CheckedSentence, Citation, Draft, Resolved
from tools.grounding.marks import Mark, find_marks, replace_marks, sentence_at
from tools.grounding.negation import denies
from tools.grounding.remarks import (
    Checked,
    explain,
    find_problems,
    remark_on,
    write_marks,
)
from tools.grounding.statements import Statement, find_statements
from tools.grounding.values.support import unsupported_values
from tools.grounding.verdicts import Verified, verify_citation
from tools.text.clean import neutralise_control_tokens

__all__ = ["resolve"]

_WORD = re.compile(r"\w+")
_CLOSE = 0.8
"""What share of the best quote's words in common another must reach."""


def resolve(draft: Draft, evidence: Evidence, question: str = "") -> Resolved:
    """Check every quote, mark and sentence of a draft; number the citations from 1.

    A mark points to the quotes of its source that its sentence shares words with, to
    all of them if there are none. Where a source has no quote, the sentence is checked.

    Args:
        draft: With the numbers of sources in its marks.
        evidence: What the conversation has seen.
        question: Names that it holds need no source.
    """
    answer = neutralise_control_tokens(draft.answer)
    resolver = _Resolver(evidence)
    for each in draft.citations:
        resolver.cite(each.source, each.quote, None)
    targets = _targets(answer, resolver)
    checked: list[Checked] = []
    if draft.answered:
        statements = find_statements(answer)
        checked = [_check(each, targets, resolver, question) for each in statements]
    citations = tuple(resolver.citations)
    problems = [*resolver.problems(), *find_problems(checked)]
    if draft.answered and not citations:
        problems.append("it cites no source: name and quote those it comes from")
    return Resolved(
        answer=replace_marks(
            answer,
            lambda text, group: write_marks(text, group, targets, citations),
            {each.end: remark for each in checked if (remark := remark_on(each))},
        ),
        citations=citations,
        sentences=tuple(each.sentence for each in checked),
        grounded=not problems,
        problems=tuple(dict.fromkeys(problems)),
    )


def _targets(answer: str, resolver: "_Resolver") -> dict[Mark, list[int]]:
    """Return the ids of the citations that each mark points to."""
    quoted = resolver.by_source()
    marks = [
        mark
        for mark in find_marks(answer)
        if not mark.attached or resolver.evidence.get(mark.source)
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
    return targets


def _check(
    statement: Statement,
    targets: dict[Mark, list[int]],
    resolver: "_Resolver",
    question: str,
) -> Checked:
    """Return a sentence with its citations and the values that they lack."""
    ids = tuple(
        dict.fromkeys(
            each for mark in statement.marks for each in targets.get(mark, [])
        )
    )
    sound = [each for each in ids if resolver.citations[each - 1].verdict.is_sound]
    cited = [resolver.lines[each - 1] for each in sound]
    context = " ".join([question, *(resolver.context[each - 1] for each in sound)])
    missing = unsupported_values(statement.text, cited, context) if cited else []
    quotes = "\n".join(resolver.citations[each - 1].quote for each in sound)
    sentence = CheckedSentence(
        text=statement.text,
        citations=ids,
        covered=bool(ids),
        unsupported_values=tuple(each.text for each in missing),
        contradicted=denies(statement.text, quotes),
    )
    wrong = tuple(each.text for each in missing if each.kind != "name")
    return Checked(sentence, statement.end, wrong)


class _Resolver:
    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.citations: list[Citation] = []
        self.lines: list[str] = []
        """The whole lines that each citation names."""
        self.context: list[str] = []
        """The names of the document that each citation stands in."""
        self._sources: list[int] = []
        """The number of the source that each citation names."""

    def cite(self, number: int, claim: str, lines: tuple[int, int] | None) -> int:
        """Check a claim against a source; return the id of its citation."""
        verified = verify_citation(claim, number, self.evidence, lines)
        citation = _citation(len(self.citations) + 1, claim, verified)
        for source, known in zip(self._sources, self.citations, strict=True):
            if source == number and _is_same(known, citation):
                return known.id
        self.citations.append(citation)
        self.lines.append(_whole_lines(verified))
        self.context.append(_names(verified))
        self._sources.append(number)
        return citation.id

    def by_source(self) -> dict[int, list[Citation]]:
        """Return the citations so far, by the number that they name."""
        grouped: dict[int, list[Citation]] = {}
        for source, citation in zip(self._sources, self.citations, strict=True):
            grouped.setdefault(source, []).append(citation)
        return grouped

    def problems(self) -> list[str]:
        """Return what is wrong with the citations, by the numbers the model knows."""
        return [
            explain(source, citation)
            for source, citation in zip(self._sources, self.citations, strict=True)
            if not citation.verdict.is_sound
        ]


def _whole_lines(verified: Verified) -> str:
    """Return the lines that an excerpt is cut from, in full."""
    source, first, last = verified.source, verified.start_line, verified.end_line
    if source is None or first is None or last is None:
        return ""
    lines = source.text.split("\n")
    return "\n".join(lines[first - source.start_line : last - source.start_line + 1])


def _names(verified: Verified) -> str:
    source = verified.source
    return f"{source.document} {source.title} {source.heading}" if source else ""


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
