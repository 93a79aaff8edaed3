"""What one way of answering made of a question, and whether that is right."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["QUESTIONS", "Asked", "Reply", "is_right", "is_rightly_cited"]

_MARK = re.compile(r"\[\d+\]")
_ABSTAINS = re.compile(
    r"(?:can(?:no|')t|could not|do(?:es)? not|don't|doesn't|isn't|not|no) "
    r"(?:\w+ ){0,4}?(?:find|found|hold|contain|provide|provided|mention|mentioned|"
    r"specif|include|information|answer|passage|available|state)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A question with what a right answer says."""

    question: str
    gold: tuple[tuple[str, ...], ...]
    """Of each group, one wording stands in a right answer; none: the documents do not
    hold the answer, and a right one says so."""
    documents: tuple[str, ...]
    """Those that say so."""


@dataclass(frozen=True)
class Reply:
    """What one way of answering made of a question."""

    text: str
    documents: tuple[str, ...] = ()
    """Those that are cited."""
    exit_code: int = 0
    grounded: bool = False
    """Whether it holds in Citeloop's check."""
    mode: str = ""
    """The way that was taken, where one is chosen."""
    calls: int = 0
    """Calls of tools, the program's own included."""
    prompt_tokens: int = 0
    seconds: float = 0.0


def _read_questions() -> tuple[Asked, ...]:
    rows = json.loads(Path(__file__).with_name("questions.json").read_text("utf-8"))
    return tuple(
        Asked(row["question"], tuple(map(tuple, row["gold"])), tuple(row["documents"]))
        for row in rows
    )


QUESTIONS = _read_questions()
"""40 questions over `examples/docs`, of which 4 have no answer there."""


def is_right(asked: Asked, reply: Reply) -> bool:
    """Whether a reply says what a right one says, or that nothing is to be found.

    It is judged by wordings alone: an answer that says more, also something wrong, is
    right. So it is for every way of answering.
    """
    text = _MARK.sub("", re.sub(r"(?<=\d),(?=\d{3})", "", reply.text)).casefold()
    if not asked.gold:
        return reply.exit_code == 8 or _ABSTAINS.search(text) is not None
    return all(any(_holds(text, each) for each in group) for group in asked.gold)


def is_rightly_cited(asked: Asked, reply: Reply) -> bool:
    """Whether a right reply cites a document that says so; none where none does."""
    if not is_right(asked, reply):
        return False
    if not asked.gold:
        return not reply.documents
    return not set(asked.documents).isdisjoint(reply.documents)


def _holds(text: str, wording: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(wording)}(?!\w)", text) is not None
