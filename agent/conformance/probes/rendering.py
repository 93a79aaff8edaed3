"""Group J, gpt-oss alone: prompts as OpenAI's renderer writes them, and whose fault."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.repaired_reading import repaired_reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.asking import (
    LOOK_UP,
    arguments_of,
    asked_call,
    function_tool,
)
from agent.conformance.probes.turns import called
from agent.conformance.tally import Tally

__all__ = ["RENDERING_PROBES"]

_DATE_TOKENS = 14
"""Of "Current date: 2026-11-27" with its newline, and one or two blank lines: servers
write it, and OpenAI's renderer does where it is told a date."""
_WRITTEN = 16
_COMPLETIONS = "completions"
_RAW_TOKENS = 1_024
_PLACE = function_tool(
    "book",
    "Book a place.",
    {
        "place": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "seats": {"type": "integer"}},
        },
        "mode": {"type": "string", "enum": ["window", "aisle"]},
    },
)
Message = Mapping[str, Any]


def _conversations(bench: Bench) -> Iterator[tuple[str, list[Message], dict[str, Any]]]:
    """Yield twelve requests by what they are about: messages, and other fields."""
    word = bench.nonce()
    user: Message = {"role": "user", "content": f"Say {word}."}
    system: Message = {"role": "system", "content": "You answer in one word."}
    history: list[Message] = [
        *called(f"Look up {word}.", {"word": word}, f"It means {word}.")
    ]
    tools: dict[str, Any] = {"tools": [LOOK_UP]}
    yield "a question", [user], {}
    yield "instructions", [system, user], {}
    yield "a tool", [user], tools
    yield "instructions and a tool", [system, user], tools
    yield "a nested schema", [user], {"tools": [_PLACE]}
    yield "two tools", [user], {"tools": [LOOK_UP, _PLACE]}
    yield "low effort", [user], {"reasoning_effort": "low"}
    yield "high effort", [user], {"reasoning_effort": "high"}
    yield "a call with its result", history, tools
    yield "a call and a question after it", [*history, *_answered(user)], tools
    yield "signs of other scripts", [{"role": "user", "content": f"说 {word} 🙂"}], {}
    yield "a long text", [{"role": "user", "content": f"{word} and " * 400}], {}


def _answered(user: Message) -> list[Message]:
    return [{"role": "assistant", "content": "It means that."}, user]


async def token_accounting(bench: Bench, way: Way) -> Observation:
    """Probe 43: `prompt_tokens` is what OpenAI's own renderer makes of the request."""
    tally = Tally()
    if why := _missing():
        tally.unclear(why)
        return tally.observation("")
    for what, messages, fields in _conversations(bench):
        answer = await bench.ask(messages, way, max_tokens=_WRITTEN, **fields)
        if not tally.arrived(answer, what):
            continue
        due = len(_rendered({"messages": messages, **fields}))
        usage = strict_reading(answer).usage
        if usage is None or usage.prompt is None:
            tally.unclear(f"{what}: the server does not count", answer)
            continue
        said = f"{what}: {usage.prompt} tokens, and OpenAI's renderer writes {due}"
        tally.measure(f"{what.replace(' ', '_')}_more_tokens", usage.prompt - due)
        tally.count(0 <= usage.prompt - due <= _DATE_TOKENS, said, answer)
    return tally.observation("prompts have the tokens of OpenAI's own renderer")


async def model_or_server(bench: Bench, way: Way) -> Observation:
    """Probe 44: what the model writes is what the server makes of it.

    The prompt goes to the raw completions as OpenAI's renderer writes it, and what
    comes is parsed by OpenAI's parser. Where that is a call and the chat endpoint gave
    none, or another one, it is the server's doing; where it is none, the model's.
    """
    tally = Tally()
    if why := _missing():
        tally.unclear(why)
        return tally.observation("")
    prompt = asked_call(bench.nonce())
    messages = [{"role": "user", "content": prompt}]
    chat = await bench.ask(prompt, way, tools=[LOOK_UP], temperature=0.0)
    body = {
        "model": bench.model,
        "prompt": _text({"messages": messages, "tools": [LOOK_UP]}),
        "max_tokens": _RAW_TOKENS,
        "temperature": 0.0,
        "skip_special_tokens": False,
    }
    raw = await bench.post(_COMPLETIONS, body)
    if not tally.arrived(chat) or not tally.arrived(raw, "/completions",
                                                    may_refuse=True):  # fmt: skip
        return tally.observation("")
    _judge_raw(tally, chat, raw)
    return tally.observation("the chat endpoint says what the model wrote")


def _judge_raw(tally: Tally, chat: Exchange, raw: Exchange) -> None:
    written = _written_calls(raw)
    if written is None:
        tally.unclear("the raw completion has no tokens of the protocol in it", raw)
        return
    if not written:
        tally.unclear("the model itself makes no call", raw, chat)
        return
    read = [[each.name, arguments_of(each)] for each in repaired_reading(chat).calls]
    said = f"the model wrote {json.dumps(written)}, the server says {json.dumps(read)}"
    tally.count(read == written, said, chat, raw)


def _written_calls(raw: Exchange) -> list[list[Any]] | None:
    """Return the calls that a raw completion holds; None where it cannot be parsed."""
    from agent.testing.servers.harmony import parse
    from agent.tool_schemas.tokens import encoding

    document = raw.document if isinstance(raw.document, Mapping) else {}
    choices = document.get("choices") or [{}]
    text = str(choices[0].get("text") or "")
    if "<|" not in text:
        return None
    tokens = encoding().encode(text, allowed_special="all")
    calls: list[tuple[str, list[str]]] = []
    for each in parse(tokens):
        if each.kind == "call" and each.name is not None:
            calls.append((each.name, [each.text]))
        elif each.kind == "call" and calls:
            calls[-1][1].append(each.text)
    return [[name, _json("".join(pieces))] for name, pieces in calls]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _rendered(request: dict[str, Any]) -> list[int]:
    from agent.testing.servers.harmony import render_prompt

    return render_prompt(request)


def _text(request: dict[str, Any]) -> str:
    from agent.tool_schemas.tokens import encoding

    text: str = encoding().decode_utf8(_rendered(request))
    return text


def _missing() -> str:
    from agent.tool_schemas.tokens import missing_harmony

    why = missing_harmony()
    return f"{why}: pip install 'citeloop[check]'" if why else ""


RENDERING_PROBES = (
    Probe(43, "token_accounting", "J", "M",
          "prompts have the tokens of OpenAI's own renderer",
          ("vllm #35907", "ollama #11704"), asks(12, 1_500, _WRITTEN),
          token_accounting, only_gpt_oss=True),
    Probe(44, "model_or_server", "J", "M",
          "the chat endpoint says what the model wrote",
          ("ollama #11704", "ollama #17638"), asks(2, 1_000, _RAW_TOKENS),
          model_or_server, only_gpt_oss=True),
)  # fmt: skip
"""Probes 43 and 44."""
