"""What a field of a message says: a string, or the parts that servers make of it."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["mappings", "text_of", "thought_of"]

_THOUGHT = ("reason", "think", "thought", "analysis")
"""What the type of a part of reasoning holds: `reasoning`, `thinking`, `reasoningText`,
`redacted_thinking`, `thought_summary`."""
_TEXT = ("text", "summary", "content", "thinking", "reasoning", "reasoningText")
"""Where a part has its text; it may be a list of parts again (Magistral's thinking)."""
_DEEPEST = 4


def mappings(given: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a field that holds several, or one."""
    several = given if isinstance(given, list) else [given]
    return (each for each in several if isinstance(each, Mapping))


def text_of(given: Any) -> str:
    """Return what a field says, but for the reasoning among its parts."""
    if isinstance(given, str):
        return given
    return "".join(_said(part) for part in mappings(given) if not _is_thought(part))


def thought_of(given: Any) -> str:
    """Return the reasoning among the parts of a content (bedrock-access-gateway #194).

    Mistral: `{"type": "thinking", "thinking": [{"type": "text", …}]}`; Gemini:
    `{"text": …, "thought": true}`; Bedrock: `{"reasoningContent": {…}}`.
    """
    if isinstance(given, str):
        return ""
    return "".join(_said(part) for part in mappings(given) if _is_thought(part))


def _is_thought(part: Mapping[str, Any]) -> bool:
    kind = part.get("type")
    named = kind.lower() if isinstance(kind, str) else ""
    if any(word in named for word in _THOUGHT):
        return True
    return part.get("thought") is True or "reasoningContent" in part


def _said(part: Mapping[str, Any], depth: int = 0) -> str:
    """Return the text of a part, wherever it has it."""
    inner = part.get("reasoningContent", part)
    for name in _TEXT:
        found = inner.get(name) if isinstance(inner, Mapping) else None
        if isinstance(found, str) and found:
            return found
        if depth < _DEEPEST and isinstance(found, list | Mapping) and found:
            return "".join(_said(each, depth + 1) for each in mappings(found))
    return ""
