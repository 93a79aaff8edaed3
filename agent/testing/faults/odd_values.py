"""Counts, indices, statuses, packings and redirects that are odd, as rows."""

import gzip
from typing import Any

from agent.testing.faults.fault import (
    EVENTS,
    JSON,
    KEY,
    Fault,
    failing,
    searching,
)
from agent.testing.faults.sent import (
    body_of,
    counted,
    moved,
)
from agent.testing.servers.replies import (
    QUERY,
    Raw,
    Status,
    head,
)

__all__ = ["ODD_VALUES"]

ELSEWHERE = "http://127.0.0.1:9/v1/chat/completions"

_USAGES: tuple[dict[str, Any], ...] = (
    {"prompt_tokens": float("inf"), "completion_tokens": 1, "total_tokens": 2},
    {"prompt_tokens": float("nan"), "completion_tokens": float("-inf")},
    {"prompt_tokens": -5, "completion_tokens": -1, "total_tokens": -6},
    {"prompt_tokens": "2000", "completion_tokens": "20"},
    {"prompt_tokens": 10**40, "total_tokens": 10**400},
    {"prompt_tokens": True, "completion_tokens": None, "total_tokens": []},
    {"prompt_tokens": 1.5, "total_tokens": {"a": 1}},
    {"cost": float("inf")},
    {"cost": float("nan"), "prompt_tokens": 7},
    {"cost": "0.1"},
    {"cost": -1, "total_tokens": 3},
)  # fmt: skip

ODD_VALUES: tuple[Fault, ...] = (
    *(
        Fault(f"B11-usage-{at}", f"a usage of {usage}",
              [counted(**usage)], searches=1, requests=2)
        for at, usage in enumerate(_USAGES, 1)
    ),
    Fault("B11-1e999", "a usage of 1e999, letter for letter",
          [Raw(*[
              [head(kind),
               content.replace(b"2000", b"1e999").replace(b"2020}", b"NaN}")]
              for kind, content in (
                  (EVENTS, b"".join(each for each in searching(QUERY).steps(stream=True)
                                    [1:] if isinstance(each, bytes))),
                  (JSON, body_of(searching(QUERY))),
              )])],
          searches=1, requests=2),
    *(
        Fault(f"B11-index-{at}", f"the choice of index {index!r} alone ({issue})",
              [moved(searching(QUERY), index)], searches=1, requests=2)
        for at, (issue, index) in enumerate((
            ("TGI #1648", 1), ("proxies", "0"), ("proxies", None), ("TGI #1648", 7),
            ("proxies", "1"), ("proxies", 0.0), ("proxies", -1),
        ), 1)
    ),
    *(
        Fault(f"B11-{status}", f"{status}, once ({issue})",
              [Status(status, failing("Not now", status))], searches=1, requests=3)
        for status, issue in (
            (408, "OpenRouter"), (409, "openai-python"), (424, "TGI"),
            (425, "RFC 8470"), (499, "nginx"), (529, "Anthropic"), (598, "proxies"),
        )
    ),
    *(
        Fault(f"B11-{status}-always", f"{status}, for ever",
              [Status(status, failing("Not now", status))], forever=True, code=4,
              requests=4, says=[str(status), "Not now"])
        for status in (408, 409, 424, 425, 529)
    ),
    *(
        Fault(f"B11-{how}", f"packed as {how}, which nobody asked for (NextChat #3215)",
              [Raw(*[[head(kind, **{"content-encoding": how}), b"\x1b\x04\x00\xf8\xff"]
                     for kind in (EVENTS, JSON)])],
              code=4, requests=1, says=["127.0.0.1", how.split()[-1]],
              never=["base URL"])
        for how in ("br", "zstd", "gzip, br", "compress")
    ),
    Fault("B11-br-502", "502 packed as br, once",
          [Raw(*[[head("text/html", 502, **{"content-encoding": "br"}), b"\x1b"]] * 2)],
          searches=1, requests=3),
    *(
        Fault(f"B11-{how}-ok", f"packed as {how}, which can be read",
              [Raw([head(EVENTS, **{"content-encoding": how}),
                    gzip.compress(b"".join(
                        each for each in searching(QUERY).steps(stream=True)[1:]
                        if isinstance(each, bytes)))],
                   [head(JSON, **{"content-encoding": how}),
                    gzip.compress(body_of(searching(QUERY)))])],
              searches=1, requests=2)
        for how in ("gzip", "x-gzip", "GZIP")
    ),
    *(
        Fault(f"B11-redirect-{status}", f"{status} to another origin (Switchyard #544)",
              [Status(status, "", {"location": ELSEWHERE})],
              code=2, requests=1, says=["127.0.0.1:9", "--base-url", "not asked for"])
        for status in (301, 302, 303, 307, 308)
    ),
    Fault("B11-redirect-host", "308 to another host (openai-python #3516)",
          [Status(308, "", {"location": "https://evil.example/v1/chat/completions"})],
          code=2, requests=1, says=["evil.example", "--base-url"]),
    Fault("B11-redirect-key", "a redirect whose address holds a key",
          [Status(307, "", {"location": f"http://{KEY}:x@evil.example/v1"})],
          code=2, requests=1, says=["evil.example"]),
)  # fmt: skip
