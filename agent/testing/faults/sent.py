"""What servers and gateways send, in their own forms."""

import json
from typing import Any

from agent.testing.faults.fault import (
    EVENTS,
    JSON,
    TEXT,
    searching,
)
from agent.testing.servers.replies import (
    QUERY,
    Raw,
    Said,
    head,
    response,
)

__all__ = [
    "body_of",
    "counted",
    "in_stream",
    "lines",
    "moved",
    "page",
    "told",
    "vllm",
]


def vllm(message: str, code: int = 400) -> dict[str, Any]:
    """Return vLLM's own form of an error."""
    return {"object": "error", "message": message, "type": "BadRequestError",
            "param": None, "code": code}  # fmt: skip


def told(body: Any, kind: str = JSON) -> Raw:
    """Return a 200 whose body is this, whatever was asked for."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-length": str(len(content))}
    return Raw(*[[head(kind, **fields), content]] * 2)


def in_stream(*events: bytes) -> Raw:
    """Return a stream of some text and then these, and nothing that is whole."""
    return Raw([head(EVENTS), TEXT, *events])


def page(gateway: str, title: str) -> str:
    """Return a page of HTML as a gateway shows it."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body>"
        f"<h1>{title}</h1><hr><center>{gateway}</center></body></html>"
    )


def lines(said: Said) -> bytes:
    """Return a turn as objects by lines, as some proxies stream it."""
    steps = said.steps(stream=True)[1:-1]
    sent = b"".join(each for each in steps if isinstance(each, bytes))
    return sent.replace(b"data: ", b"").replace(b"\n\n", b"\n")


def body_of(said: Said) -> bytes:
    """Return the body of a turn that is not streamed."""
    return json.dumps(said.body()).encode()


def counted(**usage: Any) -> Said:
    """Return a turn that searches, with a usage that nobody can count with."""
    return searching(QUERY, usage=usage)


def moved(said: Said, index: Any) -> Raw:
    """Return a turn in which each choice has this index."""
    old = b'"index": 0, "delta"'
    new = f'"index": {json.dumps(index)}, "delta"'.encode()
    streamed = [
        step.replace(old, new) if isinstance(step, bytes) else step
        for step in said.steps(stream=True)
    ]
    whole = {**said.body()}
    whole["choices"][0]["index"] = index
    return Raw(streamed, [response(whole)])
