"""What a model answers from passages, as JSON: its schema, and how it is read."""

import json
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from agent.extractive.questions import content_words, read_wanted
from agent.model_call import TextSchema, object_schema
from tools.grounding.citation import DraftCitation

__all__ = ["MAX_MISSING", "Reply", "read_reply", "reply_schema"]

MAX_MISSING = 3
"""Parts that are searched for, of those that a model names as missing."""
_MAX_QUOTES = 3
"""A small model may quote without an end; one quote a passage is enough."""
_NOTHING_MISSING = frozenset({"", "n/a", "none", "nothing", "null"})
"""What stands for an empty list in a small model's."""
_DECODER = json.JSONDecoder()


class Reply(BaseModel):
    """What a model answers from passages."""

    model_config = ConfigDict(frozen=True)

    quotes: tuple[DraftCitation, ...] = ()
    answer: str
    answered: bool = True
    missing: tuple[str, ...] = ()
    """The parts of the question that the passages do not answer, as searched for."""


def read_reply(text: str, question: str, shown: str) -> Reply | None:
    """Return the reply whose JSON a text is or begins with, None if there is none.

    Where no schema holds a model to it, a word or a fence may stand before the JSON.

    Args:
        text: What the model said.
        question: What was asked, with the question before it.
        shown: The passages.
    """
    start = text.find("{")
    try:
        given, _ = _DECODER.raw_decode(text, start) if start >= 0 else (None, 0)
        reply = Reply.model_validate(given)
    except (ValueError, RecursionError):
        return None
    return _settled(reply, question, shown) if reply.answer.strip() else None


def _settled(reply: Reply, question: str, shown: str) -> Reply:
    """Return a reply without what it calls missing and has quoted, or was not asked.

    A small model that answers repeats the question there as often as not, or a heading
    that it was shown: it would be searched for again, and said to be missing.
    """
    named = [each.strip() for each in reply.missing]
    named = [each for each in named if each.casefold() not in _NOTHING_MISSING]
    if reply.answered:
        quoted = set[str]().union(*(content_words(each.quote) for each in reply.quotes))
        copied = content_words(shown) - content_words(question)
        known = (quoted, copied)
        named = [e for e in named if not any(map(_telling(e).issubset, known))]
    return reply.model_copy(update={"missing": tuple(named)})


def _telling(part: str) -> frozenset[str]:
    """Return the words of a part of a question that not every question has."""
    wanted = read_wanted(part)
    return (wanted.words - wanted.generic) or wanted.words


def reply_schema(sources: Sequence[int]) -> TextSchema:
    """Return the schema of a reply: quotes first, so that the answer follows from them.

    With the citations before the answer the quotes of a small model hold almost always,
    and with the numbers of the passages as the only sources it invents none (measured
    with Qwen2.5-Coder-1.5B).

    Args:
        sources: The numbers of the passages that are shown.
    """
    quote = object_schema(
        source={"type": "integer", "enum": list(sources)},
        quote={"type": "string"},
    )
    return TextSchema(
        "reply",
        object_schema(
            quotes={"type": "array", "items": quote, "maxItems": _MAX_QUOTES},
            answer={"type": "string"},
            answered={"type": "boolean"},
            missing={
                "type": "array",
                "items": {"type": "string"},
                "maxItems": MAX_MISSING,
            },
        ),
    )
