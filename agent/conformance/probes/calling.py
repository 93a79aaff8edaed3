"""Group E, first part: the right tool, once, with its values; and none if none is."""

import json
from collections.abc import Callable
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.reading import Reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Cost, Probe, asks
from agent.conformance.probes.asking import (
    LOOK_UP,
    arguments_of,
    asked_call,
    function_tool,
)
from agent.conformance.probes.near_tools import NearTool, offered_with
from agent.conformance.tally import Tally

__all__ = ["CALLING_PROBES", "calls_with"]

_SIZES = (2, 8, 32, 128)
"""Tools that are offered."""
_TOOL_TOKENS = 100
"""Of one of them, at most."""
_BOOK = function_tool(
    "book_room",
    "Book a room. Both values must be known: they are never made up.",
    {
        "guest": {"type": "string", "description": "The name of the guest."},
        "nights": {"type": "integer", "description": "How many nights."},
    },
)


def calls_with(name: str, arguments: Any) -> Callable[[Reading], bool]:
    """Return the test whether an answer is one call, with these values of JSON."""

    def is_it(read: Reading) -> bool:
        return read.names == (name,) and arguments_of(read.calls[0]) == arguments

    return is_it


def _called(answer: Exchange) -> str:
    """Return what was called, in words."""
    calls = strict_reading(answer).calls
    said = [f"{each.name} with {each.arguments[:80]}" for each in calls]
    return ", ".join(said) or "no call"


async def one_call(bench: Bench, way: Way) -> Observation:
    """Probe 19: one tool, one call, its name and its values."""
    tally = Tally()
    arguments = {"guest": bench.nonce(), "nights": bench.random.randint(2, 90)}
    prompt = f"Call book_room with {json.dumps(arguments)}"
    answer = await bench.ask(prompt, way, tools=[_BOOK])
    otherwise = f"{_called(answer)}, and not with {json.dumps(arguments)}"
    tally.judge(answer, calls_with("book_room", arguments), otherwise)
    return tally.observation("the call is made with its values")


async def right_tool(bench: Bench, way: Way) -> Observation:
    """Probe 20: the right one of 2, 8, 32 and 128, whatever their order.

    One try is all of them, each in an order and in its reverse: the prompt says what
    is to be done, and names no tool.
    """
    tally = Tally()
    wrong, shown = list[str](), list[Exchange]()
    for size in _SIZES:
        wanted, offered = offered_with(bench.random, size)
        order = bench.nonce()
        found = []
        for several in (offered, offered[::-1]):
            tools = [each.tool() for each in several]
            answer = await bench.ask(wanted.asked(order), way, tools=tools)
            if not tally.arrived(answer, f"{size} tools"):
                return tally.observation("")
            test = calls_with(wanted.name, {"order": order})
            found.append((answer, tally.passes(answer, test)))
        missed = [answer for answer, is_right in found if not is_right]
        tally.measure(f"right_of_{size}_percent", 50.0 * (2 - len(missed)))
        wrong += _missed(size, wanted, missed)
        shown += missed
    tally.count(not wrong, "; ".join(wrong), *shown)
    return tally.observation("the right tool is called, whatever the order")


def _missed(size: int, wanted: NearTool, missed: list[Exchange]) -> list[str]:
    if not missed:
        return []
    when = "in one order of two" if len(missed) == 1 else "in both orders"
    return [f"of {size} tools not {wanted.name} {when}, but {_called(missed[0])}"]


async def no_call(bench: Bench, way: Way) -> Observation:
    """Probe 21: no call where no tool fits, a value is missing, or somebody greets.

    One try is all three.
    """
    tally = Tally()
    one, other = bench.random.sample(range(11, 99), 2)
    prompts = {
        "no tool fits": f"How much is {one} + {other}?",
        "a value is missing": "Please book a room for me.",
        "somebody greets": "Good morning!",
    }
    wrong, shown = list[str](), list[Exchange]()
    for what, prompt in prompts.items():
        answer = await bench.ask(prompt, way, tools=[_BOOK])
        if not tally.arrived(answer, what):
            return tally.observation("")
        if not tally.passes(answer, lambda read: not read.calls):
            wrong.append(f"{what}, and there is {_called(answer)}")
            shown.append(answer)
    tally.count(not wrong, "; ".join(wrong), *shown)
    return tally.observation("no call where none is to be made")


async def no_tools(bench: Bench, way: Way) -> Observation:
    """Probe 22: without tools nothing is called, neither a tool of the server's own.

    What is called is judged by a rule of every response.
    """
    tally = Tally()
    word = bench.nonce()
    for prompt in (
        f"Search the web for {word}.",
        f"Run this with Python: print(len('{word}'))",
        f"Open a shell in the container, and list the files of /home/{word}.",
    ):
        answer = await bench.ask(prompt, way)
        if tally.arrived(answer):
            tally.count(True, "", answer)
    return tally.observation("without tools nothing is called")


async def tool_choice(bench: Bench, way: Way) -> Observation:
    """Probe 26: none, auto, required and a name are honoured, or refused.

    Which of the calls was allowed is a rule of every response.
    """
    tally = Tally()
    named = {"type": "function", "function": {"name": "book_room"}}
    hint = f"The guest {bench.nonce()} stays for 3 nights."
    choices: tuple[tuple[str, Any, str], ...] = (
        ("none", "none", asked_call(bench.nonce())),
        ("auto", "auto", asked_call(bench.nonce())),
        ("required", "required", hint),
        ("a name", named, hint),
    )
    for what, choice, prompt in choices:
        answer = await bench.ask(
            prompt, way, tools=[LOOK_UP, _BOOK], tool_choice=choice
        )
        if tally.arrived(answer, f"tool_choice {what}", may_refuse=True):
            tally.count(True, "", answer)
    return tally.observation("each tool_choice is honoured")


async def parallel(bench: Bench, way: Way) -> Observation:
    """Probe 27: how many calls come where two are asked for; it is told alone."""
    tally = Tally()
    prompt = asked_call(bench.nonce(), bench.nonce())
    answer = await bench.ask(prompt, way, tools=[LOOK_UP])
    count = len(strict_reading(answer).calls)
    if tally.arrived(answer):
        tally.measure("parallel_calls", count)
        tally.count(True, "", answer)
    return tally.observation(f"of two calls that were asked for {count} came at once")


_ORDERED = 2 * len(_SIZES)
CALLING_PROBES = (
    Probe(19, "one_call", "E", "B", "one tool, one call: its name and its values",
          (), asks(1, 300), one_call),
    Probe(20, "right_tool", "E", "B", "the right one of 2, 8, 32 and 128 near names, "
          "whatever their order", (),
          lambda _: Cost(_ORDERED, 2 * sum(_SIZES) * _TOOL_TOKENS + _ORDERED * 100,
                         _ORDERED * 1_024), right_tool),
    Probe(21, "no_call", "E", "B", "no call where none fits, a value is missing, or "
          "somebody greets", (), asks(3, 300), no_call),
    Probe(22, "no_tools", "E", "W", "no tools sent: no call, no built-in",
          ("vllm #27385", "ollama #12187"), asks(3, 200), no_tools),
    Probe(26, "tool_choice", "E", "W", "tool_choice none, auto, required, named: "
          "honoured or refused", ("vllm #22337", "vllm #44216", "vllm #23293"),
          asks(4, 500), tool_choice),
    Probe(27, "parallel", "E", "report", "how many calls come at once", (),
          asks(1, 300), parallel),
)  # fmt: skip
"""Probes 19 to 22, 26 and 27."""
