"""Group A: the endpoint lists its model, says errors as errors, takes what is legal."""

from collections.abc import Mapping
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import CHAT, Exchange, Way
from agent.conformance.observation import Observation
from agent.conformance.probe import Probe, asks
from agent.conformance.tally import Tally

__all__ = ["ENDPOINT_PROBES"]

_SHORT = 64
"""Tokens of an answer that nobody reads."""
_TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Look up a word.",
        "parameters": {
            "type": "object",
            "properties": {"word": {"type": "string"}},
            "required": ["word"],
        },
    },
}


async def lists_model(bench: Bench, way: Way) -> Observation:
    """Probe 1: `/v1/models` lists the model that answers.

    That each response names it is a rule of every response.
    """
    tally = Tally()
    listing = await bench.get("models")
    if tally.arrived(listing):
        names = _listed(listing.document)
        shown = ", ".join(names[:5]) or "nothing"
        otherwise = f"/models lists {shown}, and not {bench.model}"
        tally.count(bench.model in names, otherwise, listing)
    answer = await bench.ask("Say yes.", way, max_tokens=_SHORT)
    if tally.arrived(answer):
        tally.count(True, "", answer)
    return tally.observation(f"{bench.model} is listed, and answers")


def _listed(document: Any) -> list[str]:
    data = document.get("data") if isinstance(document, Mapping) else None
    several = data if isinstance(data, list) else []
    return [str(each.get("id")) for each in several if isinstance(each, Mapping)]


async def says_errors(bench: Bench, way: Way) -> Observation:
    """Probe 2: what cannot be answered gets a 4xx, whose shape is a rule of its own."""
    tally = Tally()
    streamed = way == "streamed"
    result = {"role": "tool", "tool_call_id": "call_1", "content": "1"}
    wrong: dict[str, Mapping[str, Any] | bytes] = {
        "an unknown model": {
            **bench.body("Say yes.", way, max_tokens=_SHORT),
            "model": f"none-{bench.nonce()}",
        },
        "a body that is no JSON": b'{"model": ' + str(streamed).encode(),
        "messages: 42": {"model": bench.model, "messages": 42, "stream": streamed},
        "a result without its call": bench.body([result], way, max_tokens=_SHORT),
    }
    for what, body in wrong.items():
        _count_refusal(tally, await bench.post(CHAT, body), what)
    return tally.observation("each gets a 4xx")


def _count_refusal(tally: Tally, exchange: Exchange, what: str) -> None:
    """Count a request that must be refused; an answer to it is a failure as well."""
    if exchange.status is None:
        tally.arrived(exchange)
        return
    otherwise = f"{what} is answered with {exchange.status}"
    tally.count(exchange.outcome == "refused", otherwise, exchange)


async def takes_legal(bench: Bench, way: Way) -> Observation:
    """Probe 3: histories and messages that the API allows are taken."""
    tally = Tally()
    word = bench.nonce()
    call: dict[str, Any] = {
        "id": "call_a1b2c3d4e",
        "type": "function",
        "function": {"name": "look_up", "arguments": f'{{"word": "{word}"}}'},
    }
    history: list[dict[str, Any]] = [
        {"role": "user", "content": f"Look up {word}."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "It is a colour."},
    ]
    parts: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "text", "text": "Say yes."}]}
    ]
    developer: list[dict[str, Any]] = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": "Say yes."},
    ]
    for what, messages, tools in (
        ("content: null beside tool_calls", history, [_TOOL]),
        ("content as a list of parts", parts, []),
        ("the role developer", developer, []),
    ):
        body = bench.body(messages, way, max_tokens=_SHORT)
        answer = await bench.post(CHAT, {**body, "tools": tools} if tools else body)
        if tally.arrived(answer, what):
            tally.count(True, "", answer)
    return tally.observation("each is answered")


ENDPOINT_PROBES = (
    Probe(1, "model_listed", "A", "W", "/v1/models lists the model; response.model "
          "equals it, constant over chunks", ("litellm aliases", "ollama names"),
          asks(2, 100, 64), lists_model),
    Probe(2, "errors", "A", "W", "what cannot be answered gets a 4xx with an "
          "error.message", ("litellm 200 + error", "OpenRouter 200 + error"),
          asks(4, 100, 64), says_errors),
    Probe(3, "legal_messages", "A", "W", "content: null, parts and the role developer "
          "are taken", ("vllm #43995", "llama.cpp #25510"), asks(3, 300, 64),
          takes_legal),
)  # fmt: skip
"""Probes 1 to 3."""
