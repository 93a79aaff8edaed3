"""A fault as data: what a server does, and what has to come of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.testing.servers.fault_server import Pause, Step
from agent.testing.servers.replies import (
    ANSWER,
    SEARCH,
    Raw,
    Reply,
    Said,
    Status,
    call,
    chunk,
    event,
    response,
)

__all__ = [
    "BODY",
    "BOTH",
    "DEADLINE",
    "ENDLESS",
    "EVENTS",
    "GATEWAY",
    "HALF",
    "JSON",
    "KEEP_ALIVE",
    "KEY",
    "OVERFLOWS",
    "PARSE_ERRORS",
    "PROVIDER",
    "STREAMING",
    "TEXT",
    "Fault",
    "Mode",
    "called",
    "failing",
    "in_body",
    "searching",
]

Mode = Literal["streaming", "whole"]
BOTH: tuple[Mode, ...] = ("streaming", "whole")
STREAMING: tuple[Mode, ...] = ("streaming",)
KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"
"""The key of every run: no output may hold it."""


@dataclass(frozen=True)
class Fault:
    """What a server does, and what has to come of it."""

    id: str
    what: str
    replies: Sequence[Reply] = ()
    forever: bool = False
    """Whether the last reply is that to every request that follows."""
    code: int = 0
    """What the command exits with; 0 is recovered."""
    answer: str = ANSWER
    """What the answer holds, if there is one."""
    says: Sequence[str] = ()
    """What standard error or the error object has to hold."""
    never: Sequence[str] = ()
    """What nothing that is printed may hold, but for the record of the repairs."""
    told: Sequence[str] = ()
    """What the model has to be told in the output of a tool."""
    requests: int | None = None
    searches: int | None = None
    """How many searches the model saw the passages of."""
    most_searches: int | None = None
    modes: tuple[Mode, ...] = BOTH
    variables: Mapping[str, str] = field(default_factory=dict)
    base_url: str | None = None
    """In place of the server's; `{port}` is its port."""
    seconds: float = 15.0
    """What the whole command may take."""


def searching(*queries: str, **fields: Any) -> Said:
    """Return a turn that searches, with a call for each query."""
    calls = [
        call(arguments=json.dumps({"query": query}), id=f"call_{query[:9]}", index=at)
        for at, query in enumerate(queries)
    ]
    return Said(calls=calls, finish="tool_calls", **fields)


def called(name: Any, arguments: Any = SEARCH, **fields: Any) -> Said:
    """Return a turn of one call."""
    return Said(calls=[call(name, arguments, **fields)], finish="tool_calls")


def failing(message: str, code: Any, **more: Any) -> dict[str, Any]:
    """Return an error as OpenRouter puts it into a body."""
    return {"error": {"message": message, "code": code, **more}}


def in_body(error: dict[str, Any]) -> Raw:
    """Return a 200 whose body holds an error, in either form."""
    steps = [response({"choices": None, **error})]
    return Raw(steps, steps)


EVENTS = "text/event-stream"
JSON = "application/json"
HALF = "A segment is sealed as soon as the coordinator"
TEXT = event(chunk({"content": HALF}))
BODY = json.dumps(Said(HALF).body()).encode()
GATEWAY = Status(
    502, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
)
KEEP_ALIVE = b": OPENROUTER PROCESSING\n\n"
ENDLESS: list[Step] = [KEEP_ALIVE, Pause(0.02)] * 2000
PARSE_ERRORS = (
    'error parsing tool call: raw=\'{"query":"mil\', err=unexpected end of JSON input',
    "Failed to parse input at pos 25: <|channel|>commentary to=search",
    "The model produced output that does not match the expected peg-native format",
)
"""Ollama, llama.cpp, llama.cpp."""
OVERFLOWS = (
    "This model's maximum context length is 4096 tokens. Please reduce the messages.",
    "the request exceeds the available context size. try increasing the context size",
    "Trying to keep the first 6155 tokens when context the overflows",
)
"""vLLM and OpenAI, llama.cpp, LM Studio."""
DEADLINE = {"CITELOOP_TOKEN_SECONDS": "0.4"}
PROVIDER = {"metadata": {"provider_name": "DeepInfra"}}
