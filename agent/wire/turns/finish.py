"""Why a turn ended, in the words of the many servers that say it.

Only a word that is known to mean a natural end makes a turn whole: a new word for
"cut off" (`abort`: vllm #57082, `model_length`: inspect_ai #5143, `network_error`) is
one that nobody here has seen before.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

__all__ = ["Ending", "ending_of", "ends_sentence", "is_final", "read_reason"]

Ending = Literal["whole", "calls", "length", "filtered", "failed", "cut"]

_WORDS: Mapping[Ending, Sequence[str]] = {
    "whole": (
        "stop", "stop_sequence", "stopped", "end", "end_turn", "end_of_turn", "eos",
        "eos_token", "end_of_text", "endoftext", "complete", "completed", "finished",
    ),
    "calls": (
        "tool_calls", "tool_call", "tool_use", "tool", "function_call",
        "function_calls",
    ),
    "length": (
        "length", "max_tokens", "max_output_tokens", "max_new_tokens", "max_length",
        "model_length", "token_limit", "error_limit", "context_length_exceeded",
        "model_context_window_exceeded",
    ),
    "filtered": (
        "content_filter", "content_filtered", "safety", "recitation", "blocklist",
        "prohibited_content", "spii", "language", "guardrail_intervened", "refusal",
        "sensitive", "error_toxic",
    ),
    "failed": ("error",),
}  # fmt: skip
"""OpenAI, Anthropic, Gemini, Cohere, TGI, Bedrock, Together, Mistral, Zhipu, vLLM."""
_ENDINGS = {word: ending for ending, words in _WORDS.items() for word in words}
_NO_REASON = frozenset({"", "null", "none", "finish_reason_unspecified"})
"""What stands in each chunk of DashScope ("null") and Ollama ("") but the last."""
_PREFIX = re.compile(r"^(?:finish_?reason|stop_?reason)[_.]")
_ENDS = tuple(".!?…。！？؟।．")
_CLOSERS = " \t\r\n\"'”’»)]}*_`~|】」』）"
"""What may follow the full stop: quotes, brackets, emphasis, a cell of a table."""
_LAST_MARK = re.compile(r"(?:\[[^\[\]]{0,80}\d[^\[\]]{0,80}\]|【[^【】]{1,80}】)$")
_TAIL = 400
"""Characters at the end of a text that are looked at."""


def read_reason(given: Any) -> str | None:
    """Return a finish reason as the server put it; None if it says nothing.

    SGLang's own form is an object: `{"type": "length", "length": 16}`.
    """
    if isinstance(given, Mapping):
        given = given.get("type")
    if not isinstance(given, str) or given.strip().lower() in _NO_REASON:
        return None
    return given


def ending_of(reason: str | None) -> Ending:
    """Return what a finish reason means; one that is unknown, or none, is a cut."""
    word = re.sub(r"[\s-]+", "_", (reason or "").strip().lower())
    return _ENDINGS.get(_PREFIX.sub("", word), "cut")


def is_final(reason: str | None) -> bool:
    """Whether a reason says that the turn is not whole, whatever is said after it.

    Some gateways end each stream with a `stop` of their own behind the server's
    `length` (dynamo #13791, vllm #53269).
    """
    return reason is not None and ending_of(reason) not in {"whole", "calls"}


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a sentence; its marks may follow the full stop."""
    tail = text[-_TAIL:].rstrip()
    while tail and not tail.endswith(_ENDS):
        mark = _LAST_MARK.search(tail)
        shorter = tail[: mark.start()] if mark else tail.rstrip(_CLOSERS)
        if shorter == tail:
            return False
        tail = shorter.rstrip()
    return bool(tail)
