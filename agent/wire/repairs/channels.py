"""Finds harmony's channels and calls in a text that should hold none of them.

A server whose parser fails passes the protocol on as text. What can be read beyond
doubt is taken for what it is; the rest is debris, and never shown.
"""

import json
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

from agent.wire.repairs.arguments import is_object
from agent.wire.repairs.names import clean_name
from agent.wire.turn import Call, Turn
from tools.calls.run import ANSWER
from tools.grounding.marks import find_marks
from tools.text.clean import neutralise_control_tokens

__all__ = [
    "clean_tokens",
    "is_debris",
    "read_calls",
    "read_channels",
    "read_leaks",
    "words_before_call",
]

_STRUCTURE = re.compile(r"<\|(?:channel|message|constrain)\|>")
_ENDS = re.compile(r"<\|(?:start|end|call|return)\|>")
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)")
_ROLE = re.compile(r"\s*+(?:assistant)?\s*+(?:to=[\w.-]+)?\s*+")
_RECIPIENT = re.compile(r"\bto=([\w.-]+)")
_FIRST_TOKEN = re.compile(r"\s*+<\|\w+\|>")
_LAST_TOKEN = re.compile(r"<\|\w+\|>\s*+")
_FINAL = "assistantfinal"
_LEAK = re.compile(r"\s*(?:assistant)?analysis(?=\w)")
"""Harmony without its tokens: `analysisWe need …`; no prose writes it in one word."""
_CALL = re.compile(
    r"""\s*+(?:(?:assistant)?analysis.*?assistant|assistant)?\s*+
    (?:commentary|analysis)?\s*+to=(?P<name>[\w.-]+)\s*+
    (?:commentary|analysis)?\s*+(?:json|code)?\s*+(?P<arguments>\{.*\})\s*+""",
    re.DOTALL | re.VERBOSE,
)
_CALL_BEGINS = re.compile(
    r"\s*+(?:assistant)?\s*+(?:commentary|analysis)?\s*+to=[\w.-]+|\s*+<tool_call>"
)
_FENCE = re.compile(
    r"\s*+(?:<(?:tool_call|tools|function|function-call)>|```(?:json)?)?"
    r"\s*+(?P<json>\{.*\})\s*+(?:</[\w-]*>?|```)?\s*+",
    re.DOTALL,
)
"""What models wrap the JSON of a call in (vllm #32926, ollama #12174, kronk #944)."""
_NAMED = re.compile(
    r'"name"\s*+:\s*+"(?P<name>[\w.-]{1,99})"\s*+,\s*+"(?:arguments|parameters)"\s*+:'
)
"""The JSON of a call, wherever it stands and however it is wrapped."""
_OPENS = re.compile(r"```|[<{]")
"""What the JSON of a call begins with, and what wraps it."""


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
    if not _STRUCTURE.search(turn.text):
        return turn
    messages = [each for each in _messages(turn.text) if each.body.strip()]
    called = [each for each in messages if each.recipient]
    thoughts = [each for each in messages if each.channel == "analysis"]
    spoken = [each for each in messages if each not in called and each not in thoughts]
    finals = [each for each in spoken if each.channel == "final"]
    thought = "\n".join(each.body.strip() for each in thoughts if not each.recipient)
    if called and not spoken and len(called) == 1:
        call = called[0]
        return _with_call(turn, call.recipient, call.body, tools, thought)
    if called:
        return turn
    said = [finals[-1]] if finals else spoken
    text = "\n".join(each.body for each in said).strip()
    return _told_apart(turn, text, thought)


def read_leaks(turn: Turn) -> Turn:
    """Return the turn with what follows the last `assistantfinal` as its text.

    `analysis…assistantfinal…` is what is left of harmony when a server drops its
    tokens but not the words between them; without an end it is all reasoning.
    """
    inner = _inner(turn.text)
    begun = inner.lstrip().startswith(("analysis", "assistant", "commentary"))
    thought, final, text = inner.rpartition(_FINAL)
    if begun and final:
        thought = _LEAK.sub("", thought, count=1).strip()
        return read_leaks(_told_apart(turn, text.strip(), thought))  # it may leak, too
    if _LEAK.match(inner) and not _CALL.fullmatch(inner):
        return _told_apart(turn, "", _LEAK.sub("", inner, count=1).strip())
    return turn


def read_calls(turn: Turn, tools: Set[str]) -> Turn:
    """Return the turn with the call that its text is, if it is one and nothing else.

    `commentary to=functions.search json{…}`, or the JSON of a call: only a registered
    tool with valid arguments is run.
    """
    if turn.calls or not turn.text:
        return turn
    text = _inner(turn.text)
    if found := _CALL.fullmatch(text):
        return _with_call(turn, found["name"], found["arguments"], tools)
    written = _written_call(text)
    if written is None:
        return turn
    return _with_call(turn, written.name, written.arguments, tools)


def clean_tokens(turn: Turn) -> Turn:
    """Return the turn without control tokens: neither a screen nor a prompt needs them.

    Those around the text are left out. Others are kept as ordinary characters: a
    document about the format may be quoted there, but no server that renders the
    history may take them for its own.
    """
    if turn.calls and is_debris(turn.text):
        turn = turn.repaired("channel", turn.text, "", text="")
    if "<|" in turn.text and not is_debris(turn.text):
        text = neutralise_control_tokens(_inner(turn.text))
        turn = turn.repaired("token", turn.text, text, text=text)
    if "<|" in turn.reasoning:
        reasoning = neutralise_control_tokens(turn.reasoning)
        turn = turn.repaired("token", turn.reasoning, reasoning, reasoning=reasoning)
    return turn


def is_debris(text: str) -> bool:
    """Whether a text is the protocol's, as far as that is left in it."""
    inner = _inner(text)
    if _STRUCTURE.search(text) or _CALL_BEGINS.match(inner):
        return True
    return _written_call(inner) is not None


def words_before_call(text: str, tools: Set[str]) -> str | None:
    """Return what a text says before the JSON of a call, None if it holds none.

    Small models explain their calls, and invent what those return (Qwen2.5-Coder):
    none of that is an answer, and none is run. A text that has cited before may be
    about such calls.
    """
    calls = [
        (found.start(), name)
        for found in _NAMED.finditer(text)
        if (name := clean_name(found["name"])) in tools
    ]
    if not calls:
        return None
    marks = (mark.start for mark in find_marks(text) if not mark.attached)
    first_mark = min(marks, default=len(text))
    for start, name in calls:
        if name == ANSWER or start < first_mark:
            return _OPENS.split(text[:start], maxsplit=1)[0].strip()
    return None


def _inner(text: str) -> str:
    """Return a text without the control tokens around it."""
    start, end = 0, len(text)
    while found := _FIRST_TOKEN.match(text, start):
        start = found.end()
    while (at := text.rfind("<|", start, end)) >= 0:
        if not _LAST_TOKEN.fullmatch(text, at, end):
            break
        end = at
    return text[start:end]


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


def _written_call(text: str) -> Call | None:
    """Return the call that a text is the JSON of, whether such a tool exists or not."""
    fenced = _FENCE.fullmatch(text)
    written = fenced["json"] if fenced else "null"
    if written.startswith("{{") and written.endswith("}}"):
        written = written[1:-1]  # as the template of Qwen2.5-Coder has it
    try:
        given: Any = json.loads(written)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict):
        return None
    inner = given.get("function")
    given = inner if isinstance(inner, dict) else given
    name = given.get("name")
    arguments = given.get("arguments", given.get("parameters"))
    if not isinstance(name, str) or not isinstance(arguments, dict | str):
        return None
    if isinstance(arguments, dict):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return Call("", name, arguments)


def _with_call(
    turn: Turn, name: str, arguments: str, tools: Set[str], thought: str = ""
) -> Turn:
    """Return the turn with a call in place of its text, if the call is valid."""
    name = clean_name(name)
    if turn.calls or name not in tools or not is_object(arguments.strip()):
        return turn
    call = Call("", name, arguments.strip())
    return turn.repaired(
        "call",
        turn.text,
        f"{name} {call.arguments}",
        text="",
        calls=(call,),
        reasoning=turn.reasoning or thought,
    )


def _told_apart(turn: Turn, text: str, thought: str) -> Turn:
    return turn.repaired(
        "channel", turn.text, text, text=text, reasoning=turn.reasoning or thought
    )
