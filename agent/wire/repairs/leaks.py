"""Reads harmony that has lost its tokens: `analysis…assistantfinal…`."""

import re

from agent.wire.turns.protocol import CALL, inner_text
from agent.wire.turns.turn import Turn

__all__ = ["read_leaks"]

_FINAL = "assistantfinal"
_LEAK = re.compile(r"(?<!\s)\s*(?:assistant)?analysis(?=\w)")
"""Harmony without its tokens: `analysisWe need …`; no prose writes it in one word."""


def read_leaks(turn: Turn) -> Turn:
    """Return the turn with what follows the last `assistantfinal` as its text.

    `analysis…assistantfinal…` is what is left of harmony when a server drops its
    tokens but not the words between them; without an end it is all reasoning.
    """
    inner = inner_text(turn.text)
    begun = inner.lstrip().startswith(("analysis", "assistant", "commentary"))
    thought, final, text = inner.rpartition(_FINAL)
    if begun and final:
        thought = _LEAK.sub("", thought, count=1).strip()
        return read_leaks(turn.told_apart(text.strip(), thought))  # it may leak, too
    if _LEAK.match(inner) and not CALL.fullmatch(inner):
        return turn.told_apart("", _LEAK.sub("", inner, count=1).strip())
    return turn
