"""Finds what a turn gives for its answer: as text, as a draft, or in a call."""

import json
import re
from typing import Any

from agent.wire.turns.turn import Turn
from tools.trajectory.names import ANSWER

__all__ = ["answer_in", "find_draft", "is_cut_draft"]

_FENCED = re.compile(r"\A\s*+```(?:json)?\s*+(\{.*\})\s*+```\s*+", re.DOTALL)
_BEGINS = re.compile(
    r"\A\s*+(?:```(?:json)?\s*+)?\{\s*+"
    r'"(?:answer|answered|citations|missing|quotes)"'
)


def find_draft(text: str) -> dict[str, Any] | None:
    """Return the draft that a text is the JSON of, as `agent.loop.drafts` reads it."""
    if not _BEGINS.match(text):
        return None
    fenced = _FENCED.fullmatch(text)
    try:
        given = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None
    is_draft = isinstance(given, dict) and isinstance(given.get("answer"), str)
    return given if is_draft else None


def is_cut_draft(text: str) -> bool:
    """Whether a text begins as the JSON of a draft, and is none."""
    return _BEGINS.match(text) is not None and find_draft(text) is None


def answer_in(turn: Turn) -> str | None:
    """Return the answer that a turn ends the work with; None if it works on."""
    for call in turn.calls:
        if call.name == ANSWER:
            return _answer_of(call.arguments)
    if turn.calls:
        return None
    draft = find_draft(turn.text)
    return turn.text if draft is None else draft["answer"]


def _answer_of(arguments: str) -> str | None:
    try:
        given = json.loads(arguments)
    except (ValueError, RecursionError):
        return None
    answer = given.get("answer") if isinstance(given, dict) else None
    return answer if isinstance(answer, str) else None
