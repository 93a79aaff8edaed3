"""Errors under status 200, and answers of other APIs, as rows."""

import json
from typing import Any

from agent.testing.faults.fault import HALF, JSON, STREAMING, Fault, failing, searching
from agent.testing.faults.sent import in_stream, lines, told, vllm
from agent.testing.servers.replies import (
    QUERY,
    Raw,
    Said,
    chunk,
    event,
    head,
    response,
)

__all__ = ["ERROR_BODIES"]

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
ERROR_BODIES: tuple[Fault, ...] = (
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
