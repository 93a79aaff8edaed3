"""What is of the chat protocol in a text: tokens, channels, calls that are written."""

import json
import re
from typing import Any

from agent.wire.turns.code import without_code
from agent.wire.turns.turn import Call

__all__ = [
    "CALL",
    "GLUED",
    "RECITED",
    "RESIDUE",
    "STRUCTURE",
    "WRITTEN",
    "find_written_call",
    "inner_text",
    "is_debris",
]

STRUCTURE = re.compile(r"<\|(?:channel|message|constrain)\|>")
_MANGLED = re.compile(
    r"< ?\|(?:channel|message|constrain)(?:\| ?)?>|<(?:channel|message)\| ?>"
)
"""Tokens that lost a sign (paperclip #7719), or were made harmless."""
RESIDUE = re.compile(
    r"assistant(?:final|analysis|commentary)"
    r"|(?:(?<=[\]】])|(?<=[\]】][.!?]))(?:final|analysis|commentary)(?=[A-Z]|\s*to=)"
    r"|(?<=[.!?\]】])\s{0,9}assistant\s{0,9}\Z"
)
"""What is left of channels whose tokens are lost; no prose writes it in one word."""
_COMMENTARY = re.compile(r"\A\s*+commentary(?=[A-Z])")
GLUED = re.compile(r"\A\s*+(?:final)++(?=[^\W\d_a-z]|\*\*|[#“„«【])(\w*)")
"""`finalThe …`: the answer runs into the name of its channel (sglang #9244)."""
WRITTEN = re.compile(
    r"\bto=[\w.-]{1,64}\s*+(?:commentary|analysis)?\s*+(?:json|code)?\s*+\{"
    r"|</?(?:tool_calls?|tool_responses?|function_calls?|function-call|tool_code"
    r"|tool_outputs?|invoke)\b"
    r"|</?tools>|<function(?:=|\s{1,9}name\b)|</function>|^[ \t]{0,9}<function>"
    r"|< ?\|python_tag\| ?>|\bfunctools\[\s{0,9}\{|\[TOOL_CALLS?\]|<｜tool",
    re.MULTILINE,
)
"""A call as harmony and as other models write it."""
RECITED = re.compile(r"</?tools>")
"""Within which Qwen reads its tools, and which small models recite."""
_FIRST_TOKEN = re.compile(r"\s*+<\|\w+\|>")
_LAST_TOKEN = re.compile(r"<\|\w+\|>\s*+")
CALL = re.compile(
    r"""\s*+(?>(?:assistant)?analysis.*?assistant
        (?=\s*+(?:commentary|analysis)?\s*+to=)|assistant|)\s*+
    (?:commentary|analysis)?\s*+to=(?P<name>[\w.-]++)\s*+
    (?:commentary|analysis)?\s*+(?:json|code)?\s*+(?P<arguments>\{.*\})\s*+""",
    re.DOTALL | re.VERBOSE,
)
_CALL_BEGINS = re.compile(
    r"\s*+(?:assistant)?\s*+(?:commentary|analysis)?\s*+to=[\w.-]+"
    r"|\s*+(?:<tool_call>|<tools>|<tool_response>|<function=|functools\[)"
)
_PYTHON = re.compile(r"\A\s*+< ?\|python_tag\| ?>")
"""What Llama 3 begins a call with, in whatever form it is."""
_FENCE = re.compile(
    r"\s*+(?:<(?:tool_call|tools|function|function-call)>|```(?:json)?)?"
    r"\s*+(?P<json>\{.*\})\s*+(?:</[\w-]*>?|```)?\s*+",
    re.DOTALL,
)
"""What models wrap the JSON of a call in (vllm #32926, ollama #12174, kronk #944)."""


def is_debris(text: str) -> bool:
    """Whether a text is the protocol's, as far as that is left in it."""
    inner = inner_text(text)
    if STRUCTURE.search(text) or _PYTHON.match(text) or _CALL_BEGINS.match(inner):
        return True
    if _holds_residue(without_code(inner)):
        return True
    return find_written_call(inner) is not None


def _holds_residue(plain: str) -> bool:
    """Whether a text without its code holds what is left of the protocol."""
    if any(each.search(plain) for each in (_MANGLED, RESIDUE, WRITTEN)):
        return True
    if _COMMENTARY.match(plain):
        return True
    glued = GLUED.match(plain)
    # What stands there again is a name: `finalState`.
    return glued is not None and plain.count(glued[0].strip()) == 1


def inner_text(text: str) -> str:
    """Return a text without the control tokens around it."""
    start, end = 0, len(text)
    while found := _FIRST_TOKEN.match(text, start):
        start = found.end()
    while (at := text.rfind("<|", start, end)) >= 0:
        if not _LAST_TOKEN.fullmatch(text, at, end):
            break
        end = at
    return text[start:end]


def find_written_call(text: str) -> Call | None:
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
