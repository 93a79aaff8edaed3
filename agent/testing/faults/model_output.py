"""The faults F01 to F25: what models write, as rows."""

from agent.testing.faults.fault import HALF, STREAMING, Fault, called, searching
from agent.testing.servers.replies import (
    QUERY,
    QUOTE,
    SEARCH,
    Said,
    call,
)

__all__ = ["MODEL_OUTPUT"]

MODEL_OUTPUT: tuple[Fault, ...] = (
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
          code=7, answer="> A growing segment is", most_searches=3),
    Fault("F25", "no usage, and chunks without choices", [
        searching(QUERY, usage=None, frames=[
            {"id": "x", "object": "chat.completion.chunk", "choices": None},
            {"id": "x", "object": "chat.completion.chunk", "choices": []},
        ]),
    ], searches=1, requests=2),
)  # fmt: skip
