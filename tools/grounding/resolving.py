"""Resolves the marks and quotes of a draft to checked citations."""

from collections.abc import Mapping, Sequence

from tools.evidence.evidence import Evidence
from tools.grounding.attaching import Attached, attach_citations
from tools.grounding.checking import check_statement
from tools.grounding.citation import (
    CheckedSentence,
    Citation,
    Claim,
    Draft,
    Resolved,
    Statement,
)
from tools.grounding.judging import Judge
from tools.grounding.marks import Mark, find_marks, replace_marks
from tools.grounding.remarks import (
    Checked,
    find_problems,
    remark_on,
    write_marks,
)
from tools.grounding.statements import Reading as AnswerReading
from tools.grounding.support.finding import Pair, Reading
from tools.grounding.wording.words import find_words
from tools.text.clean import neutralise_control_tokens, scalar

__all__ = ["resolve"]

_CLOSE = 0.8
"""What share of the best quote's words in common another must reach."""
_NO_READINGS: Mapping[Pair, Reading] = {}
_MAX_ANSWER = 100_000
"""Characters of an answer that is judged; a longer one is refused as a whole."""
_MAX_MARKS = 1000
"""Of an answer that is judged; as many quotes."""


def resolve(
    draft: Draft,
    evidence: Evidence,
    question: str = "",
    *,
    attach: bool = True,
    strict: bool = False,
    readings: Mapping[Pair, Reading] = _NO_READINGS,
) -> Resolved:
    """Check every quote, mark and sentence of a draft; number the citations from 1.

    A mark points to the quotes of its source that its sentence shares words with, to
    all of them if there are none. Where a source has no quote, what the mark is cited
    for is checked: the sentence, or the part of it that stands before the mark. A
    sentence without a mark, or with one that does not hold, is looked up in all of the
    evidence; where it is borne out, a citation is attached.

    Args:
        draft: With the numbers of sources in its marks.
        evidence: What the conversation has seen.
        question: Names that it holds need no source.
        attach: Whether to look for sources that the draft does not name.
        strict: Whether each sentence must stand in what it cites in its own words.
        readings: What a checker has said of sentences and what they cite.
    """
    answer = neutralise_control_tokens(scalar(draft.answer))
    marks = find_marks(answer, frozenset(each.id for each in evidence))
    if excess := _excess(answer, marks, draft):
        return _unchecked(answer, excess)
    judge = Judge(evidence, readings)
    for each in draft.citations:
        judge.cite(each.source, scalar(each.quote), None)
    judge.quotes = len(judge.citations)
    reading = AnswerReading(answer, marks)
    found = Attached(_targets(reading.claims, judge))
    if draft.answered and attach:
        found = attach_citations(answer, reading, found.targets, judge, question)
    _point_lists(marks, found.targets, judge)
    checked: list[Checked] = []
    if draft.answered:
        checked = [check_statement(each, found.ids(each), judge, question)
                   for each in reading.statements]  # fmt: skip
    for one in checked:
        if one.finding.support.bears_out and not one.cites:
            judge.lift(one.sentence.citations)
    kept = [each for each in judge.citations if each.id not in found.replaced]
    problems = [
        *judge.problems({each.id for each in kept}),
        *find_problems(checked, strict=strict),
    ]
    if draft.answered and not kept:
        problems.append("it cites no source: name and quote those it comes from")
    ids = {each.id: at for at, each in enumerate(kept, 1)}
    citations = [each.model_copy(update={"id": ids[each.id]}) for each in kept]
    targets = {
        mark: [ids[each] for each in cited] for mark, cited in found.targets.items()
    }
    return Resolved(
        answer=replace_marks(
            answer,
            marks,
            lambda text, group: write_marks(text, group, targets, citations),
            _inserted(answer, reading.statements, checked, found, ids),
        ),
        citations=tuple(citations),
        sentences=tuple(_renumbered(each.sentence, ids) for each in checked),
        grounded=not problems,
        verified=_share_borne_out(checked),
        problems=tuple(dict.fromkeys(problems)),
        pairs=_pairs(checked),
    )


def _share_borne_out(checked: Sequence[Checked]) -> float | None:
    borne_out = sum(each.finding.support.bears_out for each in checked)
    return borne_out / len(checked) if checked else None


def _pairs(checked: Sequence[Checked]) -> tuple[Pair, ...]:
    """Return what a checker may change: unclear sentences, then those borne out."""
    unclear = [each.pair for each in checked if each.finding.liftable]
    others = [each.pair for each in checked if each.finding.support.bears_out]
    return tuple(dict.fromkeys([*unclear, *others]))


def _renumbered(sentence: CheckedSentence, ids: Mapping[int, int]) -> CheckedSentence:
    cited = tuple(ids[each] for each in sentence.citations)
    if cited == sentence.citations:
        return sentence
    return sentence.model_copy(update={"citations": cited})


def _inserted(
    answer: str,
    statements: Sequence[Statement],
    checked: Sequence[Checked],
    found: Attached,
    ids: Mapping[int, int],
) -> dict[int, str]:
    """Return what is written into the answer: marks that were attached, remarks."""
    inserted: dict[int, str] = {}
    for statement, each in zip(statements[: len(checked)], checked, strict=True):
        marks = "".join(f"[{ids[id_]}]" for id_ in found.added.get(statement, ()))
        if marks:
            end = _end_of_words(answer, statement)
            blank = "" if answer[end - 1 : end] in {"]", "。", "！"} else " "
            inserted[end] = f"{blank}{marks}"
        if remark := remark_on(each):
            inserted[each.end] = inserted.get(each.end, "") + remark
    return inserted


def _end_of_words(answer: str, statement: Statement) -> int:
    """Return where a mark is written: before the sign that ends a sentence."""
    said = answer[statement.start : statement.end]
    return statement.start + len(said.rstrip(".!。！"))


def _excess(answer: str, marks: Sequence[Mark], draft: Draft) -> str:
    """Return of what an answer has more than is judged, blank if it has not."""
    if len(answer) > _MAX_ANSWER:
        return f"it is longer than {_MAX_ANSWER:,} characters"
    if len(marks) > _MAX_MARKS:
        return f"it has more than {_MAX_MARKS:,} marks"
    many = len(draft.citations) > _MAX_MARKS
    return f"it has more than {_MAX_MARKS:,} quotes" if many else ""


def _unchecked(answer: str, excess: str) -> Resolved:
    problem = f"nothing of it was checked, for {excess}: give a shorter answer"
    shown = f"{answer}\n\n(⚠ nothing of this was checked: {excess})"
    return Resolved(shown, (), (), grounded=False, verified=None, problems=(problem,))


def _targets(claims: Sequence[Claim], judge: Judge) -> dict[Mark, list[int]]:
    """Return the ids of the citations that each mark points to."""
    quoted = judge.by_source()
    targets: dict[Mark, list[int]] = {}
    for claim in claims:
        said = claim.wordings[:2][-1] if claim.wordings else " ".join(claim.parts)
        for mark in claim.marks:
            meant = quoted.get(mark.source, [])
            meant = [each for each in meant if _within(each, mark.lines)]
            if meant:
                judge.quoted.add(mark)
                targets[mark] = [each.id for each in _closest(meant, said)]
        bare = [mark for mark in claim.marks if mark not in targets]
        for mark, texts in judge.judge(claim, bare).items():
            targets[mark] = [
                judge.cite(mark.source, text, mark.lines) for text in texts
            ]
    return targets


def _point_lists(
    marks: Sequence[Mark], targets: dict[Mark, list[int]], judge: Judge
) -> None:
    """Point the marks of a list of sources to what is cited of each."""
    left = {each for ids in targets.values() for each in ids}
    cited = judge.by_source()
    for mark in marks:
        meant = [each.id for each in cited.get(mark.source, ()) if each.id in left]
        if mark not in targets and meant:
            targets[mark] = meant


def _closest(citations: list[Citation], sentence: str) -> list[Citation]:
    """Return those citations of one source that a sentence is likely to mean."""
    if len(citations) == 1:
        return citations
    words = set(find_words(sentence.casefold()))
    shares = []
    for each in citations:
        claimed = set(find_words(each.claim.casefold()))
        shares.append(len(words & claimed) / max(1, min(len(words), len(claimed))))
    best = max(shares, default=0.0)
    return [
        each
        for each, share in zip(citations, shares, strict=True)
        if share >= _CLOSE * best
    ]


def _within(citation: Citation, lines: tuple[int, int] | None) -> bool:
    """Whether a mark with these lines, or with none, points to this citation."""
    if lines is None or citation.start_line is None or citation.end_line is None:
        return True
    return citation.start_line <= lines[1] and lines[0] <= citation.end_line
