"""Finds harmony's channels in a text that should hold none of them.

A server whose parser fails passes the protocol on as text. What can be read beyond
doubt is taken for what it is; the rest is debris, and never shown.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from agent.wire.repairs.written_calls import with_call
from agent.wire.turns.protocol import STRUCTURE
from agent.wire.turns.turn import Turn

__all__ = ["read_channels"]

_ENDS = re.compile(r"<\|(?:start|end|call|return)\|>")
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)")
_ROLE = re.compile(r"\s*+(?:assistant)?\s*+(?:to=[\w.-]+)?\s*+")
_RECIPIENT = re.compile(r"\bto=([\w.-]+)")


@dataclass(frozen=True, slots=True)
class _Message:
    """One message of harmony."""

    channel: str
    """Blank if its header names none."""
    recipient: str
    """The tool that it calls; blank if it is none."""
    body: str


def read_channels(turn: Turn, tools: Set[str]) -> Turn:
    """Return the turn with harmony's messages, tokens and all, as what they are.

    `<|channel|>…<|call|>` in the content: TensorRT-LLM #9256, vllm #22337. A final
    message becomes the text, thoughts go to the reasoning, and one valid call of a
    registered tool that is all there is becomes a call. Anything else stays as it is.
    """
    if not STRUCTURE.search(turn.text):
        return turn
    messages = [each for each in _messages(turn.text) if each.body.strip()]
    called = [each for each in messages if each.recipient]
    thoughts = [each for each in messages if each.channel == "analysis"]
    spoken = [each for each in messages if each not in called and each not in thoughts]
    finals = [each for each in spoken if each.channel == "final"]
    thought = "\n".join(each.body.strip() for each in thoughts if not each.recipient)
    if called and not spoken and len(called) == 1:
        call = called[0]
        return with_call(turn, call.recipient, call.body, tools, thought)
    if called:
        return turn
    said = [finals[-1]] if finals else spoken
    text = "\n".join(each.body for each in said).strip()
    return turn.told_apart(text, thought)


def _messages(text: str) -> Iterator[_Message]:
    for piece in _ENDS.split(text):
        header, begins, body = piece.partition("<|message|>")
        if not begins:
            header, body = "", piece
        elif not _ROLE.fullmatch(lead := header.partition("<|")[0]):
            yield _Message("", "", lead)  # words that stand before the header
        channel, recipient = _CHANNEL.search(header), _RECIPIENT.search(header)
        yield _Message(
            channel[1] if channel else "", recipient[1] if recipient else "", body
        )
