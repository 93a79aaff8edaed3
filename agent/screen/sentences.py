"""How each sentence of an answer stands to what it cites, in words and signs."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding

from agent.screen.console import plain_text, snippet
from tools.grounding.support.finding import Support

if TYPE_CHECKING:
    from rich.console import Console

    from tools.grounding.citation import CheckedSentence, Citation

__all__ = ["checked_line", "plain_faults", "print_checked_line", "print_sentences"]

_NAMES = {
    Support.STATED: "stated",
    Support.CLOSE: "close",
    Support.UNCLEAR: "unclear",
    Support.CONTRADICTED: "contradicted",
    Support.NONE: "without support",
}
"""Best first; what is `none` in JSON is no word to count by."""
_SIGNS = {
    Support.STATED: ("✓", "green"),
    Support.CLOSE: ("≈", "green"),
    Support.UNCLEAR: ("⚠", "yellow"),
    Support.CONTRADICTED: ("✗", "red"),
    Support.NONE: ("✗", "red"),
}


def checked_line(sentences: "Sequence[CheckedSentence]") -> str:
    """Return in one line how an answer's sentences stand, blank if none was judged."""
    counts = Counter(each.support for each in sentences if each.support is not None)
    total = counts.total()
    if not total:
        return ""
    told = [f"{counts[kind]} {name}" for kind, name in _NAMES.items() if counts[kind]]
    if len(told) == 1:
        (name,) = (name for kind, name in _NAMES.items() if counts[kind])
        told = [f"all {name}" if total > 1 else name]
    noun = "sentence" if total == 1 else "sentences"
    return f"Checked: {total} {noun}, {', '.join(told)}"


def print_checked_line(
    console: "Console", sentences: "Sequence[CheckedSentence]"
) -> None:
    """Print the line, coloured by the sentence that stands worst."""
    if line := checked_line(sentences):
        console.print()
        console.print(plain_text(line, _style_of_worst(sentences)), soft_wrap=True)


def _style_of_worst(sentences: "Sequence[CheckedSentence]") -> str:
    found = {each.support for each in sentences}
    worst = next(kind for kind in reversed(_NAMES) if kind in found)
    return "dim" if worst.bears_out else _SIGNS[worst][1]


def print_sentences(
    console: "Console",
    sentences: "Sequence[CheckedSentence]",
    citations: "Sequence[Citation]",
    *,
    faults_alone: bool = False,
) -> None:
    """Print the sentences that were judged, or those alone that are not borne out."""
    for each in sentences:
        if each.support is None or (faults_alone and each.support.bears_out):
            continue
        sign, style = _SIGNS[each.support]
        line = plain_text("")
        line.append_text(plain_text(f"{sign} {_standing(each, citations)}: ", style))
        line.append_text(plain_text(_said(each)))
        console.print(line, soft_wrap=True)
        if each.nearest:
            nearest = plain_text(_nearest(each), "dim")
            console.print(Padding(nearest, (0, 0, 0, 4)))


def plain_faults(
    sentences: "Sequence[CheckedSentence]", citations: "Sequence[Citation]"
) -> list[str]:
    """Return the sentences that are not borne out, why, and what stands nearest."""
    lines = []
    for each in sentences:
        if each.support is not None and not each.support.bears_out:
            lines.append(f"- {_standing(each, citations)}: {_said(each)}")
            lines += [f"    {_nearest(each)}"] if each.nearest else []
    return lines


def _standing(sentence: "CheckedSentence", citations: "Sequence[Citation]") -> str:
    """Return how a sentence stands, with the reason if there is one."""
    name = _NAMES[sentence.support or Support.NONE]
    reason = sentence.support_reason
    if sentence.support is Support.NONE and not reason:
        reason = _lacking(sentence, citations)
    return f"{name} ({snippet(reason)})" if reason else name


def _lacking(sentence: "CheckedSentence", citations: "Sequence[Citation]") -> str:
    """Return why a sentence has nothing that bears it out."""
    if not sentence.citations:
        return "it cites nothing"
    verdicts = {each.id: each.verdict for each in citations}
    wrong = [f"[{each}] {verdicts[each].value}" for each in sentence.citations
             if each in verdicts and not verdicts[each].is_sound]  # fmt: skip
    if wrong:
        return ", ".join(wrong)
    return "" if sentence.covered else "nothing is cited behind its last mark"


def _said(sentence: "CheckedSentence") -> str:
    """Return a sentence with its marks, where these hold."""
    said = f'"{snippet(sentence.text)}"'
    if sentence.support is Support.NONE or not sentence.citations:
        return said
    return f"{said} {''.join(f'[{each}]' for each in sentence.citations)}"


def _nearest(sentence: "CheckedSentence") -> str:
    return f'nearest: "{snippet(sentence.nearest)}"'
