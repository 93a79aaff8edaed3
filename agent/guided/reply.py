"""What a model answers from passages, as JSON: its schema, and how it is read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents import AgentOutputSchemaBase
from pydantic import BaseModel, ConfigDict

from tools.grounding.citation import DraftCitation

__all__ = ["MAX_QUERIES", "Reply", "ReplySchema", "read_reply"]

MAX_QUERIES = 3
"""Searches that a model may name for what is missing."""
_MAX_QUOTES = 5
"""A small model may quote without an end; one quote a passage is enough."""
_DECODER = json.JSONDecoder()


class Reply(BaseModel):
    """What a model answers from passages."""

    model_config = ConfigDict(frozen=True)

    quotes: tuple[DraftCitation, ...] = ()
    answer: str
    answered: bool = True
    missing: tuple[str, ...] = ()
    """The parts of the question that the passages do not answer."""
    queries: tuple[str, ...] = ()
    """What it would search for."""


def read_reply(text: str) -> Reply | None:
    """Return the reply whose JSON a text is or begins with, None if there is none.

    Where no schema holds a model to it, a word or a fence may stand before the JSON.
    """
    start = text.find("{")
    try:
        given, _ = _DECODER.raw_decode(text, start) if start >= 0 else (None, 0)
        reply = Reply.model_validate(given)
    except (ValueError, RecursionError):
        return None
    return reply if reply.answer.strip() else None


@dataclass
class ReplySchema(AgentOutputSchemaBase):
    """The JSON schema of a reply: quotes first, so that the answer follows from them.

    With the citations before the answer the quotes of a small model hold almost always,
    and with the numbers of the passages as the only sources it invents none (measured
    with Qwen2.5-Coder-1.5B).
    """

    sources: Sequence[int]
    """The numbers of the passages that are shown."""
    asks: bool
    """Whether the model may name searches."""

    def is_plain_text(self) -> bool:
        """Whether no schema is sent; one is."""
        return False

    def name(self) -> str:
        """Return the name of what is described."""
        return "reply"

    def is_strict_json_schema(self) -> bool:
        """Whether every field is required, and none besides is allowed."""
        return True

    def json_schema(self) -> dict[str, Any]:
        """Return the schema."""
        quote = _object(
            source={"type": "integer", "enum": list(self.sources)},
            quote={"type": "string"},
        )
        fields: dict[str, Any] = {
            "quotes": {"type": "array", "items": quote, "maxItems": _MAX_QUOTES},
            "answer": {"type": "string"},
            "answered": {"type": "boolean"},
            "missing": _strings(),
        }
        return _object(**fields, queries=_strings()) if self.asks else _object(**fields)

    def validate_json(self, json_str: str) -> Any:
        """Return the text: what it says is read as a turn is."""
        return json_str


def _strings() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "maxItems": MAX_QUERIES}


def _object(**fields: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
