"""Resolves the marks and quotes of a draft to checked citations."""

import re
from collections.abc import Sequence

from tools.evidence.evidence import Evidence
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
from tools.grounding.negation import denies
from tools.grounding.remarks import (
    Checked,
    find_problems,
    remark_on,
    write_marks,
)
from tools.grounding.statements import Reading
from tools.grounding.values.support import unsupported_values
from tools.grounding.values.value import Value
from tools.text.clean import neutralise_control_tokens, scalar
from tools.text.signs import plain_signs

__all__ = ["resolve"]

_WORD = re.compile(r"\w+")
_CLOSE = 0.8
"""What share of the best quote's words in common another must reach."""
_MAX_ANSWER = 100_000
"""Characters of an answer that is judged; a longer one is refused as a whole."""
_MAX_MARKS = 1000
"""Of an answer that is judged; as many quotes."""


def resolve(draft: Draft, evidence: Evidence, question: str = "") -> Resolved:
    """Check every quote, mark and sentence of a draft; number the citations from 1.

    A mark points to the quotes of its source that its sentence shares words with, to
    all of them if there are none. Where a source has no quote, what the mark is cited
    for is checked: the sentence, or the part of it that stands before the mark.

    Args:
        draft: With the numbers of sources in its marks.
        evidence: What the conversation has seen.
        question: Names that it holds need no source.
    """
    answer = neutralise_control_tokens(scalar(draft.answer))
    marks = find_marks(answer, frozenset(each.id for each in evidence))
    if excess := _excess(answer, marks, draft):
        return _unchecked(answer, excess)
    judge = Judge(evidence)
    for each in draft.citations:
        judge.cite(each.source, scalar(each.quote), None)
    reading = Reading(answer, marks)
    targets = _targets(reading.claims, marks, judge)
    checked: list[Checked] = []
    if draft.answered:
        checked = [_check(each, targets, judge, question)
                   for each in reading.statements]  # fmt: skip
    citations = tuple(judge.citations)
    problems = [*judge.problems(), *find_problems(checked)]
    if draft.answered and not citations:
        problems.append("it cites no source: name and quote those it comes from")
    return Resolved(
        answer=replace_marks(
            answer,
            marks,
            lambda text, group: write_marks(text, group, targets, citations),
            {each.end: remark for each in checked if (remark := remark_on(each))},
        ),
        citations=citations,
        sentences=tuple(each.sentence for each in checked),
        grounded=not problems,
        problems=tuple(dict.fromkeys(problems)),
    )


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
    return Resolved(shown, (), (), grounded=False, problems=(problem,))


def _targets(
    claims: Sequence[Claim], marks: Sequence[Mark], judge: Judge
) -> dict[Mark, list[int]]:
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
    cited = judge.by_source()
    for mark in marks:  # those of a list of sources
        if mark not in targets and mark.source in cited:
            targets[mark] = [each.id for each in cited[mark.source]]
    return targets


def _check(
    statement: Statement,
    targets: dict[Mark, list[int]],
    judge: Judge,
    question: str,
) -> Checked:
    """Return a sentence with its citations and the values that they lack."""
    ids = tuple(
        dict.fromkeys(
            each for mark in statement.marks for each in targets.get(mark, [])
        )
    )
    sound = [each for each in ids if judge.citations[each - 1].verdict.is_sound]
    cited = [judge.lines[each - 1] for each in sound]
    context = " ".join([question, *(judge.context[each - 1] for each in sound)])
    missing = _missing_values(statement.text, cited, context) if cited else []
    covered = bool(ids) and not (sound and judge.lacks(statement))
    quotes = "\n".join(judge.citations[each - 1].quote for each in sound)
    sentence = CheckedSentence(
        text=statement.text,
        citations=ids,
        covered=covered,
        unsupported_values=tuple(each.text for each in missing),
        contradicted=denies(statement.text, quotes),
    )
    wrong = tuple(each.text for each in missing if each.kind != "name")
    return Checked(sentence, statement.end, wrong)


def _missing_values(text: str, cited: Sequence[str], context: str) -> list[Value]:
    """Return the values that a text has and its sources lack, however it is written."""
    missing = unsupported_values(text, cited, context)
    if not missing:
        return []
    plain = [plain_signs(each).text for each in (text, context, *cited)]
    still = {each.text for each in unsupported_values(plain[0], plain[2:], plain[1])}
    return [each for each in missing if plain_signs(each.text).text in still]


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


def _within(citation: Citation, lines: tuple[int, int] | None) -> bool:
    """Whether a mark with these lines, or with none, points to this citation."""
    if lines is None or citation.start_line is None or citation.end_line is None:
        return True
    return citation.start_line <= lines[1] and lines[0] <= citation.end_line
