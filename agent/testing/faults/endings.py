"""Finish reasons that nobody knows, silence behind the end, and no end, as rows."""

import json
from typing import Any

from agent.testing.faults.fault import EVENTS, HALF, JSON, STREAMING, Fault, searching
from agent.testing.faults.rows import (
    DONE,
    OPEN,
    TEXT,
    again,
    answering,
    cut,
    final,
    never,
)
from agent.testing.servers.fault_server import Pause, Step
from agent.testing.servers.replies import (
    QUERY,
    QUOTE,
    Raw,
    Said,
    chunk,
    event,
    head,
)

__all__ = ["ENDINGS"]

_REASONS: tuple[tuple[str, str], ...] = (
    ("abort", "vllm #57082"), ("cancelled", "like vllm #57082"),
    ("timeout", "like vllm #57082"),
    ("incomplete", "like litellm #37710"), ("network_error", "like vllm #57082"),
    ("OTHER", "like effect #6297"), ("unknown", "effect #6297"),
)  # fmt: skip
"""Cut off: asked again."""
_LIMITS: tuple[tuple[Any, str], ...] = (
    ("max_tokens", "inspect_ai #5143"), ("MAX_TOKENS", "aisuite #333"),
    ("model_length", "inspect_ai #5143"), ("max_output_tokens", "effect #6297"),
    ("SAFETY", "Gemini's own"), ("FinishReason.MAX_TOKENS", "like aisuite #333"),
    ({"type": "length", "length": 16}, "SGLang's own form"),
)  # fmt: skip
"""What asking again would not help: said at once."""


def silent(said: Said, *between: Step) -> Raw:
    """Return a turn after which nothing comes, and no end."""
    stream = [each for each in said.steps(stream=True) if each != DONE]
    body = json.dumps(said.body()).encode()
    return Raw([*stream, *between, Pause(20)], [head(JSON), body, *between, Pause(20)])


def without_end(said: Said, done: bytes = DONE) -> Raw:
    """Return a turn that has no finish reason, and says that it is at its end."""
    stream = [each for each in said.steps(stream=True) if each != DONE]
    return Raw([*stream, done], said.steps(stream=False))


_BLANKS: list[Step] = [b": ping\n\n", Pause(0.2)]
_SPACES: list[Step] = [b" \n", Pause(0.2)]
_PINGS = _BLANKS * 100

ENDINGS: tuple[Fault, ...] = (
    *(
        again(f"B3-{reason}", f"text with the reason `{reason}` ({issue})",
              Said(OPEN, finish=reason))
        for reason, issue in _REASONS
    ),
    *(
        again(f"B3-answer-{reason}", f"an answer with the reason `{reason}` ({issue})",
              cut(reason))
        for reason, issue in _REASONS
    ),
    *(
        never(f"B3-limit-{at}", f"text with the reason `{reason}` ({issue})",
              Said(OPEN, finish=reason))
        for at, (reason, issue) in enumerate(_LIMITS, 1)
    ),
    *(
        never(f"B3-answer-limit-{at}", f"an answer with `{reason}` ({issue})",
              cut(reason))
        for at, (reason, issue) in enumerate(_LIMITS, 1)
    ),
    never("B3-length", "a valid answer cut off by `length` (dynamo #13791)",
          cut("length")),
    never("B3-always", "text with the reason `abort`, for ever (vllm #57082)",
          Said(OPEN, finish="abort"), says=['finish reason "abort"']),
    never("B3-undone", "`length`, then `stop` (dynamo #13791)",
          Said(OPEN, finish="stop", frames=[chunk({}, "length")]), modes=STREAMING),
    never("B3-undone-call", "an answer, `length`, then `tool_calls` (vllm #53269)",
          Said(calls=final(OPEN).calls, finish="tool_calls",
               frames=[chunk({}, "length")]), modes=STREAMING),
    again("B3-early", "`stop` in each chunk of a text that breaks off (litellm #376)",
          Raw([head(EVENTS), *(event(chunk({"content": each}, "stop"))
                               for each in (HALF[:20], HALF[20:]))]),
          modes=STREAMING),
    again("B3-no-end", "a whole answer, and no end at all (dynamo #13791)",
          without_end(Said(calls=final(TEXT).calls, finish=None), done=b""),
          modes=STREAMING),
    Fault("B6", "a whole text, then silence (bifrost #6784)",
          answering(silent(Said(TEXT))), answer=QUOTE, requests=2),
    Fault("B6-answer", "an answer in a call, then silence (bifrost #6784)",
          answering(silent(final(TEXT))), answer=QUOTE, requests=2),
    Fault("B6-search", "a search, then silence (claude-code-router #1271)",
          [silent(searching(QUERY))], searches=1, requests=2),
    Fault("B6-pings", "a whole text, then keep-alives for ever (bifrost #6784)",
          answering(silent(Said(TEXT), *_PINGS)), answer=QUOTE, requests=2,
          modes=STREAMING),
    Fault("B6-blanks", "a whole body, then blanks for ever (OmniRoute #6777)",
          answering(silent(Said(TEXT), *_SPACES * 100)), answer=QUOTE,
          requests=2, modes=("whole",)),
    Fault("B6-cut", "half of a text with `length`, then silence (bifrost #6784)",
          answering(silent(Said(OPEN, finish="length"))), forever=True, code=6,
          says=["cut off"]),
    Fault("B10", "no finish reason, and a whole text (oh-my-pi #9433)",
          answering(without_end(Said(TEXT, finish=None))), answer=QUOTE, requests=2),
    Fault("B10-answer", "no finish reason, and an answer (opencrabs #694)",
          answering(without_end(Said(calls=final(TEXT).calls, finish=None))),
          answer=QUOTE, requests=2),
    Fault("B10-null", 'the finish reason "null" (ollama #4357)',
          answering(without_end(Said(TEXT, finish="null"))), answer=QUOTE, requests=2),
    again("B10-half", "no finish reason, and half of a text (oh-my-pi #9433)",
          without_end(Said(OPEN, finish=None))),
    again("B10-half-answer", "no finish reason, and half of an answer (opencrabs #694)",
          without_end(Said(calls=final(OPEN).calls, finish=None))),
    again("B10-uncited", "no finish reason, and a text without a mark (opencrabs #694)",
          without_end(Said(QUOTE, finish=None))),
    never("B10-always", "no finish reason, and half, for ever (oh-my-pi #9433)",
          without_end(Said(OPEN, finish=None))),
)  # fmt: skip
