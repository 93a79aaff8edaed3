"""The faults F01 to F48 as data: what is answered to each request, what has to follow.

After the replies of a row the honest model goes on, so that what is recovered from ends
in its answer. `../shared/guide/faults.md` names where each fault was seen.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.fault_server import RESET, Pause, Step
from tests.fakes.replies import (
    ANSWER,
    QUERY,
    QUOTE,
    SEARCH,
    Raw,
    Reply,
    Said,
    Status,
    call,
    chunk,
    chunked,
    event,
    head,
    response,
)

__all__ = ["ELSEWHERE", "FAULTS", "KEY", "Fault", "Mode"]

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

FAULTS: tuple[Fault, ...] = (
    # A. The model's output.
    Fault("F01", "name `search<|channel|>commentary`",
          [called("search<|channel|>commentary")], requests=2, searches=1),
    Fault("F01-json", "name `search<|channel|>json`",
          [called("search<|channel|>json")], requests=2, searches=1),
    Fault("F02", "name `functions.search`",
          [called("functions.search")], requests=2, searches=1),
    Fault("F03", "name `assistant<|channel|>analysis`",
          [called("assistant<|channel|>analysis")], searches=1, told=["final_answer"]),
    Fault("F04", "names `browser.search`, then `python`",
          [called("browser.search"), called("python", '{"code": "1"}', id="call_2")],
          searches=1, requests=4, told=["search", "fetch"]),
    Fault("F05", 'name `""`, then `null`',
          [called(""), called(None, id="call_2")], searches=1, told=["fetch"]),
    Fault("F06", "arguments cut off, refused if they are replayed",
          [called("search", '{"query":"mil')], searches=1, requests=3),
    Fault("F07", "arguments with a bracket behind them",
          [called("search", f"{SEARCH}]")], searches=1),
    Fault("F08", "arguments that are an object",
          [called("search", {"query": QUERY})], searches=1),
    Fault("F09", 'arguments `null`, then `""`',
          [called("search", None), called("search", "", id="call_2")],
          searches=1, told=["query"]),
    Fault("F10", 'arguments `{"query":123}`, then `{}`',
          [called("search", '{"query":123}'), called("search", "{}", id="call_2")],
          searches=1, told=["query"]),
    Fault("F11", 'id absent, `""`; type absent', [
        Said(calls=[call(without=["id"])], finish="tool_calls"),
        called("search", '{"query": "deletion"}', id=""),
        Said(calls=[call(arguments='{"query": "sparse"}', id="c3", without=["type"])],
             finish="tool_calls"),
    ], searches=3, requests=4),
    Fault("F12", "two calls with the same id", [
        Said(calls=[call(), call(arguments='{"query": "deletion"}', index=1)],
             finish="tool_calls"),
    ], searches=2, requests=2),
    Fault("F12-later", "an id that an earlier turn has used",
          [called("search", '{"query": "deletion"}'), called("search")],
          searches=2, requests=3),
    Fault("F13", "parallel calls that all have `index: 0`", [
        Said(calls=[call(), call(arguments='{"query": "deletion"}', id="call_2")],
             finish="tool_calls"),
    ], searches=2, requests=2),
    Fault("F14", "the name split over deltas", [Said(deltas=[
        {"tool_calls": [call("sea", "")]},
        {"tool_calls": [call("rch", SEARCH, without=["id", "type"])]},
    ], finish="tool_calls")], searches=1, requests=2, modes=STREAMING),
    Fault("F14-repeated", "the name repeated in each delta", [Said(deltas=[
        {"tool_calls": [call("search", SEARCH[:9])]},
        {"tool_calls": [call("search", SEARCH[9:])]},
    ], finish="tool_calls")], searches=1, requests=2, modes=STREAMING),
    Fault("F14-empty", "the name empty in later deltas", [Said(deltas=[
        {"tool_calls": [call("search", SEARCH[:9])]},
        {"tool_calls": [call("", SEARCH[9:], id="")]},
        {"tool_calls": [call(None, "", id=None)]},
    ], finish="tool_calls")], searches=1, requests=2, modes=STREAMING),
    Fault("F15", 'calls with the finish reason "stop"',
          [Said(calls=[call()], finish="stop")], searches=1, requests=2),
    Fault("F16", 'the finish reason "tool_calls" and no call, once',
          [Said(finish="tool_calls")], searches=1),
    Fault("F16-always", "the same for ever",
          [Said(finish="tool_calls")], forever=True, code=6, searches=0),
    Fault("F17", "a call in the content",
          [Said(f"commentary to=functions.search json{SEARCH}")],
          searches=1, requests=2, never=["to=functions"]),
    Fault("F18", "a call in the content, with its control tokens",
          [Said("<|channel|>commentary to=functions.search <|constrain|>json<|message|>"
                f"{SEARCH}<|call|>")],
          searches=1, requests=2, never=["to=functions", "constrain"]),
    Fault("F18-around", "the same with words before it", [
        searching(QUERY),
        Said("Let me look again. <|start|>assistant<|channel|>commentary "
             f"to=functions.search <|constrain|>json<|message|>{SEARCH}<|call|>"),
    ], searches=1, never=["to=functions", "constrain", "Let me look"]),
    Fault("F18-json", "a call as JSON among the words of a text that cites nothing", [
        searching(QUERY),
        Said(f'Let me look:\n```json\n{{"name": "search", "arguments": {SEARCH}}}\n'
             "```\nThis finds it."),
    ], searches=1, never=["Let me look", "This finds"]),
    Fault("F19", "`analysis…assistantfinal…` in the content",
          [searching(QUERY), Said(f"analysisThey ask X.assistantfinal{QUOTE} [1]")],
          searches=1, requests=2, answer=QUOTE, never=["They ask", "assistantfinal"]),
    *(
        Fault(f"F20-{name}", f"only reasoning, as `{name}`",
              [searching(QUERY), Said(extra={name: value})],
              searches=1, requests=3, never=["I only think"])
        for name, value in (
            ("reasoning", "I only think."),
            ("reasoning_content", "I only think."),
            ("reasoning_details",
             [{"type": "reasoning.text", "text": "I only think."}]),
        )
    ),
    Fault("F20-always", "only reasoning, for ever",
          [Said(extra={"reasoning": "I only think."})],
          forever=True, code=6, never=["I only think"]),
    Fault("F21", 'only reasoning, and the finish reason "length", once',
          [Said(extra={"reasoning": "I only think."}, finish="length")],
          searches=1, never=["I only think"]),
    Fault("F21-always", "the same for ever",
          [Said(extra={"reasoning": "I only think."}, finish="length")],
          forever=True, code=6, never=["I only think"]),
    Fault("F22", "the text cut off by `length`",
          [searching(QUERY), Said(HALF, finish="length")],
          forever=True, code=6, says=["cut off"]),
    Fault("F23", "arguments cut off by `length`",
          [Said(calls=[call(arguments='{"query": "What se')], finish="length")],
          searches=1),
    Fault("F24", "the same call for ever", [searching(QUERY)], forever=True,
          code=7, answer=QUOTE, most_searches=3),
    Fault("F25", "no usage, and chunks without choices", [
        searching(QUERY, usage=None, frames=[
            {"id": "x", "object": "chat.completion.chunk", "choices": None},
            {"id": "x", "object": "chat.completion.chunk", "choices": []},
        ]),
    ], searches=1, requests=2),
    # B. HTTP and providers.
    Fault("F26", "200 with an error in the body, once",
          [in_body(failing("Overloaded", 502))],
          searches=1),
    Fault("F26-always", "200 with an error in the body, for ever",
          [in_body(failing("Overloaded", 502, **PROVIDER))],
          forever=True, code=4, requests=4,
          says=["Overloaded", "DeepInfra", "127.0.0.1"]),
    Fault("F26-401", "200 with the error of a wrong key in the body",
          [in_body(failing(f"No auth for {KEY}", 401))],
          code=3, requests=1, says=["No auth for", "CITELOOP_API_KEY"]),
    Fault("F27", "text, then an error chunk with 502",
          [Raw([head(EVENTS), TEXT, event(failing("Upstream died", 502))])],
          searches=1, modes=STREAMING, never=["Upstream died"]),
    Fault("F27-400", "text, then an error chunk with 400",
          [Raw([head(EVENTS), TEXT, event(failing("Bad input", 400, **PROVIDER))])],
          code=4, requests=1, says=["Bad input", "DeepInfra"], never=[HALF],
          modes=STREAMING),
    Fault("F28", 'the finish reason "error", once', [
        Said(HALF, finish="error", choice=failing("Provider disconnected", 502)),
    ], searches=1, never=[HALF]),
    Fault("F28-always", 'the finish reason "error", for ever', [
        Said(HALF, finish="error", choice=failing("Provider disconnected", 502)),
    ], forever=True, code=4, says=["Provider disconnected"], never=[HALF]),
    Fault("F29", "400 keep-alives, then an answer", [Raw(
        [head(EVENTS), *[KEEP_ALIVE] * 400, *searching(QUERY).steps(stream=True)[1:]],
        [head(JSON), *[b"         \n"] * 400,
         json.dumps(searching(QUERY).body()).encode()],
    )], searches=1, requests=2),
    Fault("F30", "keep-alives for ever", [Raw([head(EVENTS), *ENDLESS])],
          forever=True, code=4, says=["No token in 0.4 s", "127.0.0.1"], requests=1,
          variables=DEADLINE, modes=STREAMING, seconds=10),
    Fault("F30-whole", "blanks for ever",
          [Raw(whole=[head(JSON), *[b"  \n", Pause(0.02)] * 2000])],
          forever=True, code=4, says=["No whole answer in 0.4 s", "127.0.0.1"],
          variables={"CITELOOP_TURN_SECONDS": "0.4"}, requests=1,
          modes=("whole",), seconds=10),
    Fault("F30-text", "keep-alives for ever behind some text",
          [Raw([head(EVENTS), TEXT, *ENDLESS])],
          forever=True, code=4, says=["No token in"], never=[HALF], variables=DEADLINE,
          modes=STREAMING, seconds=10),
    Fault("F31", "the end after half of the text, once",
          [Raw([head(EVENTS), TEXT])], searches=1, modes=STREAMING),
    Fault("F31-always", "the end after half of the text, for ever",
          [searching(QUERY), Raw([head(EVENTS), TEXT])],
          forever=True, code=6, says=["cut off"], modes=STREAMING),
    Fault("F31-line", "the end in the middle of a line, once",
          [Raw([head(EVENTS), TEXT, TEXT[:40]])], searches=1, modes=STREAMING),
    Fault("F31-line-always", "the end in the middle of a line, for ever",
          [searching(QUERY), Raw([head(EVENTS), TEXT, TEXT[:40]])],
          forever=True, code=6, says=["cut off"], modes=STREAMING),
    Fault("F32-reset", "a reset in the middle", [Raw(
        [head(EVENTS), TEXT, Pause(0.05), RESET],
        [head(JSON, **{"content-length": "900"}), BODY[:90], Pause(0.05), RESET],
    )], searches=1),
    Fault("F32-reset-first", "a reset in place of a response",
          [Raw([RESET], [RESET])], searches=1),
    Fault("F32-chunked", "a chunked body that is cut off", [Raw(
        [head(EVENTS, **{"transfer-encoding": "chunked"}), chunked(TEXT)],
        [head(JSON, **{"transfer-encoding": "chunked"}), chunked(BODY[:90])],
    )], searches=1),
    Fault("F32-json", "a chunk that is no JSON", [Raw(
        [head(EVENTS), TEXT, b"data: {not json}\n\n"],
        [head(JSON), b"{not json}"],
    )], searches=1),
    Fault("F33-1", "429 with `Retry-After: 1`",
          [Status(429, failing("Slow down", 429), {"retry-after": "1"})],
          searches=1, requests=3, variables={"CITELOOP_RETRY_SECONDS": "5"}),
    Fault("F33-600", "429 with `Retry-After: 600`",
          [Status(429, failing("Slow down", 429), {"retry-after": "600"})],
          forever=True, code=4, requests=1,
          says=["Rate-limited by 127.0.0.1", "try again in 600 s", "Slow down"]),
    Fault("F33-nan", "429 with `Retry-After: nan`",
          [Status(429, failing("Slow down", 429), {"retry-after": "nan"})],
          searches=1, requests=3),
    Fault("F34", "502 with HTML, once", [GATEWAY], searches=1, requests=3),
    Fault("F34-always", "502 with HTML, for ever", [GATEWAY], forever=True, code=4,
          requests=4, says=["127.0.0.1", "502"], never=["<html", "nginx"]),
    Fault("F35", "200 with HTML",
          [Raw(*[[response("<html><body>Log in</body></html>")]] * 2)],
          code=2, requests=1, never=["<html"],
          says=["127.0.0.1", "is not an OpenAI-compatible API", "base URL"]),
    Fault("F35-empty", "200 with an empty body",
          [Raw(*[[head(JSON, **{"content-length": "0"})]] * 2)],
          code=2, requests=1, says=["is not an OpenAI-compatible API", "base URL"]),
    Fault("F35-unsized", "200 with an empty body of no declared length",
          [Raw([head(EVENTS)], [head(JSON)])],
          code=2, says=["is not an OpenAI-compatible API", "base URL"], forever=True),
    Fault("F35-login", "a redirect to a login page",
          [Status(302, "", {"location": "/login"})],
          code=2, requests=1, says=["is not an OpenAI-compatible API", "base URL"]),
    Fault("F36-401", "401", [Status(401, failing(f"Bad key {KEY}", 401))],
          code=3, requests=1, says=["Bad key", "CITELOOP_API_KEY", "127.0.0.1"]),
    Fault("F36-402", "402", [Status(402, failing("Insufficient credits", 402))],
          code=3, requests=1, says=["Insufficient credits", "127.0.0.1"]),
    Fault("F36-403", "403", [Status(403, failing("Input was flagged", 403))],
          code=4, requests=1, says=["Input was flagged", "127.0.0.1"]),
    Fault("F37", "404: no such model",
          [Status(404, failing("The model `gpt-oss-20b` does not exist", 404))],
          code=4, requests=1, says=["does not exist", "--model"]),
    Fault("F37-tools", "404: no endpoint that supports tools",
          [Status(404, failing("No endpoints found that support tool use", 404))],
          code=4, requests=1, says=["No endpoints found that support tool use"]),
    Fault("F37-string", "404 with an error that is a string",
          [Status(404, {"error": 'model "gpt-oss-20b" not found, try pulling it'})],
          code=4, requests=1, says=["try pulling it"]),
    Fault("F37-413", "413", [Status(413, failing("Request too large", 413))],
          code=4, requests=1, says=["Request too large", "127.0.0.1"]),
    Fault("F37-422", "422", [Status(422, {"detail": [{"msg": "extra fields"}]})],
          code=4, requests=1, says=["extra fields", "127.0.0.1"]),
    Fault("F38", "400: a schema that is refused",
          [Status(400, failing("tools[0].function.parameters is not valid", 400))],
          code=4, requests=1, says=["tools[0].function.parameters is not valid"]),
    Fault("F38-groq", "400 `tool_use_failed`", [Status(400, {"error": {
        "message": "Failed to call a function. See 'failed_generation'.",
        "type": "invalid_request_error", "code": "tool_use_failed",
        "failed_generation": '<|channel|>commentary to=search {"query": "mil'}})],
          searches=1, requests=3),
    Fault("F38-groq-always", "400 `tool_use_failed`, for ever", [Status(400, {"error": {
        "message": "Failed to call a function.", "code": "tool_use_failed",
        "failed_generation": '<|channel|>commentary to=search {"query": "mil'}})],
          forever=True, code=4, requests=3, says=["Failed to call a function"]),
    *(
        Fault(f"F39-{at}", f"400: {text[:50]}…",
              [searching("deletion"), searching("flush"), searching(QUERY),
               Status(400, failing(text, 400))])
        for at, text in enumerate(OVERFLOWS, 1)
    ),
    *(
        Fault(f"F40-{at}", f"500: {text[:40]}…",
              [Status(500, failing(text, 500))], searches=1, requests=3)
        for at, text in enumerate(PARSE_ERRORS, 1)
    ),
    Fault("F40-always", "500: the same for ever",
          [Status(500, {"error": PARSE_ERRORS[0]})], forever=True, code=4, requests=3,
          says=["127.0.0.1", "error parsing tool call"]),
    Fault("F40-loading", "503: the model is being loaded",
          [Status(503, failing("Loading model", 503))] * 2, searches=1, requests=4),
    Fault("F41-refused", "connection refused", code=4, requests=0,
          base_url="http://127.0.0.1:9/v1", says=["http://127.0.0.1:9/v1", "refused"]),
    Fault("F41-dns", "no such host", code=4, requests=0,
          base_url="http://no-such-host.invalid/v1",
          says=["http://no-such-host.invalid/v1", "no such host"]),
    Fault("F41-tls", "TLS to a plain port", code=4, requests=0,
          base_url="https://127.0.0.1:{port}/v1", says=["https://127.0.0.1", "TLS"]),
    Fault("F41-key", "a key with a newline behind it",
          variables={"CITELOOP_API_KEY": f" {KEY}\n"}, searches=1, requests=2),
)  # fmt: skip

_HERE = "tests/faults/test_milvus.py"
_LIBRARY = "tests/tools/library/test_library.py"
_SERVER = "tests/tools/milvus/test_server.py"
_KILLS = "tests/tools/library/test_kills.py"
ELSEWHERE: dict[str, Sequence[str]] = {
    "F43": (
        f"{_LIBRARY}::test_a_place_that_is_no_library_is_named",
        f"{_HERE}::test_f43_an_engine_that_dies_between_two_calls_ends_the_run",
        f"{_HERE}::test_f43_a_server_that_is_back_after_two_seconds_is_opened",
        (
            f"{_SERVER}::test_a_server_that_ends_during_an_ingestion_loses_and_repeats_"
            "nothing"
        ),
    ),
    "F44": (
        (
            f"{_SERVER}::test_a_wrong_token_and_none_are_told_from_a_server_that_is_not_"
            "there"
        ),
        f"{_LIBRARY}::test_a_missing_library_says_how_to_make_one",
        f"{_LIBRARY}::test_another_embedder_is_named_with_the_stored_one",
    ),
    "F45": (
        f"{_LIBRARY}::test_a_locked_and_a_foreign_file_have_texts_of_their_own",
        (
            f"{_LIBRARY}::test_a_library_of_the_other_embedded_engine_says_what_it_is_and_"
            "how_to_open_it"
        ),
    ),
    "F46": (
        f"{_HERE}::test_f46_a_collection_that_was_released_is_loaded",
        f"{_HERE}::test_f46_a_field_that_is_missing_is_named_at_once",
    ),
    "F47": (
        f"{_KILLS}::test_killed_ingestions_are_completed_without_loss_or_doubles",
        (
            f"{_KILLS}::test_a_full_disk_stops_in_words_and_the_same_command_goes_on_when_"
            "it_has_space"
        ),
    ),
    "F48": (
        f"{_HERE}::test_f48_a_message_that_is_too_large_is_halved_until_it_is_taken",
        f"{_HERE}::test_f48_a_load_that_hangs_ends_at_the_deadline",
    ),
}
"""Where the rows stand that no chat server plays a part in: `file::test`."""
