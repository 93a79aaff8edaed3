"""Answers and their sources, on a terminal and as plain text."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding

from agent.answer import Answer
from agent.screen.console import plain_text, snippet
from agent.screen.passages import lines_of
from agent.screen.remarked import RemarkedMarkdown
from agent.screen.sentences import (
    checked_line,
    plain_faults,
    print_checked_line,
    print_sentences,
)
from tools.grounding.citation import Citation, Verdict
from tools.text.clean import neutralise_control_tokens, visible
from tools.text.markdown import plain
from tools.verification.answers import Verification

__all__ = ["plain_answer", "print_answer", "print_checked", "print_sources"]

_SIGNS = {
    Verdict.EXACT: ("✓", "green"),
    Verdict.RELOCATED: ("✓", "green"),
    Verdict.PARAPHRASED: ("≈", "yellow"),
    Verdict.MISATTRIBUTED: ("✗", "red"),
    Verdict.FABRICATED: ("✗", "red"),
    Verdict.UNSEEN: ("✗", "red"),
}


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer with its sources, and what it took."""
    print_checked(console, answer)
    console.print(plain_text(_summary(answer), "dim"))


def print_checked(console: Console, answer: Answer | Verification) -> None:
    """Print an answer as Markdown, how its sentences stand, and its sources.

    Of one that was given to be checked, each sentence that is not borne out is told.
    """
    console.print()
    console.print(RemarkedMarkdown(answer.answer))
    if answer.missing:
        console.print()
        console.print(plain_text(_missing(answer), "yellow"), soft_wrap=True)
    print_checked_line(console, answer.sentences)
    if isinstance(answer, Verification):
        print_sentences(console, answer.sentences, answer.citations, faults_alone=True)
    print_sources(console, answer.citations, words=not _is_quoted(answer))


def print_sources(
    console: Console, citations: Sequence[Citation], *, words: bool = True
) -> None:
    """Print the sources: where each stands, how it was judged, and its words."""
    console.print()
    for citation in citations:
        sign, style = _SIGNS[citation.verdict]
        line = plain_text(f"[{citation.id}] ", "bold")
        line.append_text(plain_text(f"{_place(citation)} "))
        line.append_text(plain_text(f"{sign} {_verdict(citation)}", style))
        console.print(line, soft_wrap=True)
        if words:
            console.print(Padding(plain_text(_quote(citation), "dim"), (0, 0, 0, 4)))
    if citations:
        console.print()


def plain_answer(answer: Answer | Verification) -> str:
    """Return an answer and its sources as plain text, for a pipe."""
    lines = [answer.answer, ""]
    if answer.missing:
        lines += [_missing(answer), ""]
    if line := checked_line(answer.sentences):
        lines += [line, *_faults(answer), ""]
    words = not _is_quoted(answer)
    if answer.citations:
        lines.append("Sources:")
    for citation in answer.citations:
        lines.append(f"[{citation.id}] {_place(citation)} ({_verdict(citation)})")
        lines += [f"    {_quote(citation)}"] if words else []
    return neutralise_control_tokens(visible("\n".join(lines).rstrip()))


def _faults(answer: Answer | Verification) -> list[str]:
    """Return what is wrong by sentence, of an answer that was given to be checked."""
    if isinstance(answer, Answer):
        return []  # its remarks say it where it stands
    return plain_faults(answer.sentences, answer.citations)


def _missing(answer: Answer | Verification) -> str:
    return f"Not in the documents: {'; '.join(answer.missing)}"


def _is_quoted(answer: Answer | Verification) -> bool:
    """Whether an answer is nothing but its quotes: their words need no second place."""
    said = _letters(answer.answer)
    quotes = [(_letters(each.quote), _letters(plain(each.quote)))
              for each in answer.citations if each.verdict.is_sound]  # fmt: skip
    if len(quotes) < len(answer.citations):
        return False
    shown = all(any(form in said for form in quote) for quote in quotes)
    return shown and all(
        any(_letters(sentence.text) in form for quote in quotes for form in quote)
        for sentence in answer.sentences
    )


def _letters(text: str) -> str:
    """Return the letters and digits of a text: what a quote and its source share."""
    return "".join(filter(str.isalnum, text.casefold()))


def _verdict(citation: Citation) -> str:
    """Return how a citation was judged, and who cited it if it was not the model."""
    attached = ", attached by Citeloop" if citation.attached_by else ""
    return f"{citation.verdict.value}{attached}"


def _place(citation: Citation) -> str:
    if citation.document is None:
        return "no source that was shown"
    title = f" ({citation.title})" if citation.title else ""
    return f"{citation.document}:{lines_of(citation)}{title}"


def _quote(citation: Citation) -> str:
    if _SIGNS[citation.verdict][0] == "✗":
        return f'claimed: "{snippet(citation.claim)}"'
    return f'"{snippet(citation.quote)}"'


def _summary(answer: Answer) -> str:
    parts = [
        answer.model,
        *([answer.mode] if answer.mode != "agent" else []),
        f"depth {answer.depth}",
        f"{answer.turns} turns",
        f"{len(answer.trajectory)} tool calls",
    ]
    if answer.usage.total_tokens:
        parts.append(f"{answer.usage.total_tokens:,} tokens")
    parts.append(f"{answer.seconds:.1f} s")
    if answer.run:
        parts.append(f"run {answer.run}")
    return " · ".join(parts)
