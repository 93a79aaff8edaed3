"""Citeloop: answers over your documents, with citations that have been checked.

    from agent import ask_sync, ingest

    ingest(["docs/"])
    answer = ask_sync("How is data stored, and what keeps the metadata?")
    print(answer.answer, answer.grounded)

Names are imported when they are used: the command line must start at once.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # importing `typing` would be half of the command's own start
if TYPE_CHECKING:
    from typing import Any

    from agent.answer import Answer
    from agent.asking import ask, ask_sync
    from agent.assistant import Assistant
    from agent.conversations.conversation import Conversation
    from agent.ingesting import ingest
    from agent.settings.settings import Settings
    from tools.calls.run import Run
    from tools.errors import CiteloopError, ToolError
    from tools.grounding.citation import Citation, DraftCitation
    from tools.trajectory.tool_call import ToolCall
    from tools.verification.answers import CitedPassage, Verification, verify

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "CitedPassage",
    "CiteloopError",
    "Conversation",
    "DraftCitation",
    "Run",
    "Settings",
    "ToolCall",
    "ToolError",
    "Verification",
    "ask",
    "ask_sync",
    "ingest",
    "verify",
]

_HOMES = {
    "Answer": "agent.answer",
    "Assistant": "agent.assistant",
    "Citation": "tools.grounding.citation",
    "CitedPassage": "tools.verification.answers",
    "CiteloopError": "tools.errors",
    "Conversation": "agent.conversations.conversation",
    "DraftCitation": "tools.grounding.citation",
    "Run": "tools.calls.run",
    "Settings": "agent.settings.settings",
    "ToolCall": "tools.trajectory.tool_call",
    "ToolError": "tools.errors",
    "Verification": "tools.verification.answers",
    "ask": "agent.asking",
    "ask_sync": "agent.asking",
    "ingest": "agent.ingesting",
    "verify": "tools.verification.answers",
}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
