"""Puts the names of tool calls right."""

import re
from collections.abc import Set

from agent.wire.turns.turn import Call, Turn

__all__ = ["clean_name", "repair_names"]

_UNNAMED = "unnamed"
"""What a call without a name is called, so that its error can be sent back."""
_PREFIX = re.compile(r"^(?:to=)?(?:functions[.:]\s*)*")
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
_MAX_LENGTH = 64
"""What validators of histories take: `^[a-zA-Z0-9_-]{1,64}$`, OpenAI's own."""


def clean_name(name: str) -> str:
    """Return a name without the protocol around it; it may be no tool's.

    `search<|channel|>commentary` (vllm #35906, ollama #12132) is cut at the first
    token, and the namespace of `functions.search` (ollama's harmony parser) taken off.
    """
    return _PREFIX.sub("", name.partition("<|")[0].strip()).strip()


def repair_names(turn: Turn, tools: Set[str]) -> Turn:
    """Return the turn with clean names; each is a tool's exactly, or no tool's.

    An invented name (`browser.search`, `python`: litellm #21242, ollama #11800) is
    never taken for a tool that has a similar one: it only gets a form that servers
    accept in a history, and its call an error.
    """
    for at, call in enumerate(turn.calls):
        name = _fit(clean_name(call.name), tools)
        if name != call.name:
            calls = list(turn.calls)
            calls[at] = Call(call.id, name, call.arguments)
            turn = turn.repaired("name", call.name, name, calls=tuple(calls))
    return turn


def _fit(name: str, tools: Set[str]) -> str:
    if name in tools:
        return name
    fit = _UNFIT.sub("_", name)[:_MAX_LENGTH].strip("_") or _UNNAMED
    return f"no_{fit}" if fit in tools else fit
