"""Rows of what a turn holds, by what comes of it: read, asked again, or never."""

import json
from collections.abc import Sequence
from typing import Any

from agent.testing.faults.fault import HALF, Fault, called, searching
from agent.testing.servers.replies import (
    QUERY,
    QUOTE,
    Reply,
    Said,
)

__all__ = [
    "DONE",
    "NEVER",
    "OPEN",
    "TEXT",
    "THOUGHT",
    "TWICE",
    "again",
    "answering",
    "cut",
    "final",
    "never",
    "pieces",
    "read",
    "searched",
]

TEXT = f"{QUOTE} [1]"
"""A whole answer."""
OPEN = f"{HALF} was asked to [1]"
"""Half of an answer: it ends no sentence."""
THOUGHT = "I only think"
TWICE = f"{TEXT}{TEXT}"
DONE = b"data: [DONE]\n\n"


def final(answer: str) -> Said:
    """Return a turn that gives an answer with its quote."""
    given = {"answer": answer, "citations": [{"source": 1, "quote": QUOTE}]}
    return called("final_answer", json.dumps(given), id="call_f")


def cut(reason: Any, answer: str = OPEN) -> Said:
    """Return an answer in a call whose turn ended for a reason."""
    return Said(calls=final(answer).calls, finish=reason)


def answering(*replies: Reply) -> Sequence[Reply]:
    """Return a search, and what is said then."""
    return [searching(QUERY), *replies]


def read(id_: str, what: str, reply: Said, **fields: Any) -> Fault:
    """Return a row whose answer is read out of what was said, at once."""
    expected: dict[str, Any] = {"answer": QUOTE, "requests": 2, "searches": 1}
    return Fault(id_, what, answering(reply), never=NEVER, **(expected | fields))


def again(id_: str, what: str, *replies: Reply, **fields: Any) -> Fault:
    """Return a row in which the model is asked again, and answers."""
    return Fault(id_, what, answering(*replies), never=NEVER, requests=3, **fields)


def never(id_: str, what: str, reply: Reply, **fields: Any) -> Fault:
    """Return a row in which no answer comes."""
    expected: dict[str, Any] = {"code": 6, "says": ["cut off"], "forever": True}
    return Fault(id_, what, answering(reply), **(expected | fields))


NEVER = (
    THOUGHT, "think>", "reasoning>", "thought>", "THINK]", "assistantfinal",
    "assistantanalysis", "assistantcommentary", "to=functions", "finalThe",
)  # fmt: skip


def pieces(text: str, length: int) -> list[dict[str, Any]]:
    """Return a text as the deltas of a stream."""
    return [{"content": text[at : at + length]} for at in range(0, len(text), length)]


def searched(id_: str, what: str, said: Said, **fields: Any) -> Fault:
    """Return a row whose first turn is one search, however it is sent."""
    return Fault(id_, what, [said], searches=1, requests=2, **fields)
