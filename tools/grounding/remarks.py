"""What is said of a citation or a sentence that is not borne out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.grounding.citation import CheckedSentence, Citation, Verdict
from tools.grounding.marks import Mark
from tools.grounding.support.finding import Finding, Pair, Support
from tools.text.clean import neutralise_control_tokens, scalar, visible

__all__ = [
    "REMARK",
    "Checked",
    "explain",
    "find_problems",
    "remark_on",
    "without_remarks",
    "write_marks",
]

REMARK = re.compile(
    r"\(⚠ (?:no source|the source says the opposite|not clearly in the source"
    r"|not in the source|the source says otherwise|nothing of this was checked"
    r"|misattributed|fabricated|unseen)"
    r"(?:[:,] (?:[^()]++|\([^()]*+\))*+)?+\)"
)
"""What is written into an answer by this module, and by `tools.grounding.resolving`."""
_WRITTEN = re.compile(f" ?{REMARK.pattern}")

_NEAREST = 200
"""Characters of a source's sentence that a problem repeats."""
_SHOWN = 80
"""Characters of a sentence, a quote or a reason that a problem or a remark repeats."""
_PLAIN = str.maketrans(dict.fromkeys("[]()【】*`⚠", " "))
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


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
    cites: bool
    """Whether one of its citations holds; of those that do not, more is said there."""


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
        nearest = _nearest(each.finding)
        if each.wrong:
            values = ", ".join(each.wrong)
            problems.append(
                f'the lines that "{text}" cites{nearest} do not hold {values}'
            )
        if each.sentence.contradicted:
            problems.append(f'what "{text}" cites{nearest} says the opposite of it')
        elif not each.wrong and (each.cites or each.finding.support.bears_out):
            problems += _unsupported(text, each.finding, strict=strict)
    return problems


def _unsupported(text: str, finding: Finding, *, strict: bool) -> list[str]:
    """Return what to say of a sentence whose values and negations hold."""
    nearest = _nearest(finding)
    remedy = "say it in the source's words, quote them, or leave it out"
    if finding.support is Support.CONTRADICTED:
        reason = _readable(finding.reason)
        otherwise = f"otherwise, {reason}" if reason else "otherwise"
        return [f'what "{text}" cites{nearest} says {otherwise}: {remedy}']
    if finding.support is Support.UNCLEAR:
        return [f'what "{text}" cites{nearest} does not clearly say it: {remedy}']
    if finding.support is Support.CLOSE and strict:
        return [f'"{text}" is a paraphrase of what it cites{nearest}: {remedy}']
    return []


def _nearest(finding: Finding) -> str:
    """Return the source's sentence that is nearest as a problem names it."""
    return f' ("{finding.nearest[:_NEAREST]}")' if finding.nearest else ""


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
        return f" (⚠ not in the source: {_readable(', '.join(values))})"
    if not checked.cites:
        return ""  # its mark says so
    if checked.finding.support is Support.CONTRADICTED:
        reason = _readable(checked.finding.reason)
        return f" (⚠ the source says otherwise{f': {reason}' if reason else ''})"
    unclear = checked.finding.support is Support.UNCLEAR
    return " (⚠ not clearly in the source)" if unclear else ""


def _readable(reason: str) -> str:
    """Return the words that decide as a remark can hold them.

    They may be a document's or a checker's: in one line, not long, and without what
    would be a mark, Markdown or the end of the remark.
    """
    plain = _TAG.sub("< ", visible(scalar(reason)).translate(_PLAIN))
    line = neutralise_control_tokens(" ".join(plain.split()))
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"


def without_remarks(answer: str) -> str:
    """Return an answer as it was before its check wrote into it."""
    return _WRITTEN.sub("", answer)


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
