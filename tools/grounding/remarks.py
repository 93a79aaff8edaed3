"""What is said of a citation or a sentence that is not borne out."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.grounding.citation import CheckedSentence, Citation, Verdict
from tools.grounding.marks import Mark
from tools.grounding.support.finding import Finding, Pair, Support

__all__ = ["Checked", "explain", "find_problems", "remark_on", "write_marks"]

_NEAREST = 200
"""Characters of a source's sentence that a problem repeats."""
_SHOWN = 80
"""Characters of a sentence or a quote that a problem repeats."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence, and what the check found besides what people are shown."""

    sentence: CheckedSentence
    end: int
    """Its offset in the answer, for a remark."""
    wrong: tuple[str, ...]
    """Those of its values that no name are; each of them keeps it from being sound."""
    finding: Finding
    pair: Pair
    """What a checker may be asked of it."""


def find_problems(checked: Sequence[Checked], *, strict: bool = False) -> list[str]:
    """Return what keeps sentences from being borne out, as the model is told.

    Args:
        checked: The sentences.
        strict: Whether each must stand in its source in its own words.
    """
    problems = []
    for each in checked:
        text = each.sentence.text[:_SHOWN]
        if not each.sentence.covered:
            problems.append(_uncovered(text, cites=bool(each.sentence.citations)))
        if each.wrong:
            values = ", ".join(each.wrong)
            problems.append(f'the lines that "{text}" cites do not hold {values}')
        if each.sentence.contradicted:
            problems.append(f'what "{text}" cites says the opposite of it')
        elif not each.wrong:
            problems += _unsupported(text, each.finding, strict=strict)
    return problems


def _unsupported(text: str, finding: Finding, *, strict: bool) -> list[str]:
    """Return what to say of a sentence whose values and negations hold."""
    nearest = f' ("{finding.nearest[:_NEAREST]}")' if finding.nearest else ""
    remedy = "say it in the source's words, quote them, or leave it out"
    if finding.support is Support.CONTRADICTED:
        return [
            f'what "{text}" cites{nearest} says otherwise, {finding.reason}: {remedy}'
        ]
    if finding.support is Support.UNCLEAR:
        return [f'what "{text}" cites{nearest} does not clearly say it: {remedy}']
    if finding.support is Support.CLOSE and strict:
        return [f'"{text}" is a paraphrase of what it cites{nearest}: {remedy}']
    return []


def _uncovered(text: str, *, cites: bool) -> str:
    if cites:
        return f'what "{text}" says behind its last mark has no source'
    return f'"{text}" carries no citation'


def remark_on(checked: Checked) -> str:
    """Return what is written behind a sentence; blank if nothing is wrong with it."""
    if not checked.sentence.covered:
        return " (⚠ no source)"
    if checked.sentence.contradicted:
        return " (⚠ the source says the opposite)"
    values = checked.sentence.unsupported_values
    if values:
        return f" (⚠ not in the source: {', '.join(values)})"
    if checked.finding.support is Support.CONTRADICTED:
        return f" (⚠ the source says otherwise: {checked.finding.reason})"
    unclear = checked.finding.support is Support.UNCLEAR
    return " (⚠ not clearly in the source)" if unclear else ""


def explain(source: int, citation: Citation) -> str:
    """Return what is wrong with a citation, by the number that the model knows."""
    claim = citation.claim[:_SHOWN]
    if citation.verdict is Verdict.UNSEEN:
        return f"[{source}] is no source that a tool has shown"
    if citation.verdict is Verdict.MISATTRIBUTED:
        return f'"{claim}" stands in {citation.document}, not in source {source}'
    return f'source {source} does not bear out "{claim}": quote from it word for word'


def write_marks(
    text: str,
    marks: list[Mark],
    targets: dict[Mark, list[int]],
    citations: Sequence[Citation],
) -> str:
    """Return what stands in the answer in place of some marks side by side."""
    if not all(mark in targets for mark in marks):
        return text  # of a list of sources, one that nothing else cites
    ids = dict.fromkeys(each for mark in marks for each in targets[mark])
    written = "".join(f"[{each}]" for each in ids)
    if any(mark.heads for mark in marks):
        return written
    verdicts = [citations[each - 1].verdict for each in ids]
    wrong = dict.fromkeys(each.value for each in verdicts if not each.is_sound)
    return f"{written} (⚠ {', '.join(wrong)})" if wrong else written
