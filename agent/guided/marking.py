"""Where the answer of a guided model cites its quotes: a small model leaves out marks.

It quotes first and says then what the quotes say, so each sentence without a mark is
given that of the quote that it restates. Whether the quote bears it out is the check's
business, as with a mark of the model's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.extractive.questions import content_words
from agent.guided.reply import Reply
from tools.evidence.shown import ShownSource
from tools.grounding.citation import DraftCitation, Statement
from tools.grounding.marks import find_marks
from tools.grounding.statements import Reading
from tools.grounding.wording.quotes import find_quote

__all__ = ["mark_quotes"]

_LEAST = 0.5
"""The share of a sentence's words that its quotes have."""
_FURTHER = 2
"""Words that a second quote has and the first has not, where a sentence cites both."""
_ENDS = ".!?…。！？"


@dataclass(frozen=True, slots=True)
class _Quote:
    citation: DraftCitation
    words: frozenset[str]


def mark_quotes(reply: Reply, passages: Sequence[ShownSource]) -> Reply:
    """Return a reply each of whose sentences cites what it restates.

    A quote that no sentence cites is left out: it was copied and not used. One that is
    not in its passage leaves its passage cited without a quote, by the sentence's own
    words.
    """
    if not reply.answered:
        return reply
    shown = {each.id: "\n".join(each.lines) for each in passages}
    quotes = [
        _Quote(_as_found(each, shown), frozenset(content_words(each.quote)))
        for each in reply.quotes
    ]
    marks = find_marks(reply.answer, shown.keys())
    own = {mark.source for mark in marks}
    used = [each.citation for each in quotes if each.citation.source in own]
    answer = reply.answer
    for statement in reversed(Reading(answer, marks).statements):
        if statement.marks:
            continue
        cited = [each.citation for each in _restated(statement, quotes)]
        used += cited
        answer = _write(answer, statement, (each.source for each in cited))
    kept = (each.citation for each in quotes if each.citation in used)
    found = dict.fromkeys(each for each in kept if each.quote)
    return reply.model_copy(update={"answer": answer, "quotes": tuple(found)})


def _as_found(given: DraftCitation, shown: Mapping[int, str]) -> DraftCitation:
    """Return a citation, without its quote if that stands not in its passage."""
    if next(find_quote(given.quote, shown.get(given.source, "")), None):
        return given
    return given.model_copy(update={"quote": ""})


def _restated(statement: Statement, quotes: Sequence[_Quote]) -> list[_Quote]:
    """Return the quotes that a sentence restates, one or two; none if it says more."""
    words = content_words(statement.text)
    best = max(quotes, key=lambda each: len(words & each.words), default=None)
    if best is None:
        return []
    left = words - best.words
    second = max(quotes, key=lambda each: len(left & each.words))
    chosen = [best]
    if len(left & second.words) >= _FURTHER:
        chosen.append(second)
    held = words & frozenset[str]().union(*(each.words for each in chosen))
    return chosen if len(held) >= _LEAST * len(words) else []


def _write(answer: str, statement: Statement, sources: Iterable[int]) -> str:
    """Return an answer with marks before the end of a sentence."""
    written = answer[statement.start : statement.end].rstrip()
    at = statement.start + len(written.rstrip(_ENDS))
    marks = "".join(f"[{each}]" for each in dict.fromkeys(sources))
    return f"{answer[:at]} {marks}{answer[at:]}" if marks else answer
