"""How Citeloop reads the same bytes: by the code that questions go through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.reading import ReadCall, Reading, read_usage
from agent.conformance.exchanges.strict_reading import objects, strict_reading
from agent.wire.assembly import Assembler
from agent.wire.frames import END, Frames
from agent.wire.repairs.in_order import repair
from agent.wire.turns.turn import Turn
from agent.wire.verdict import find_fault

__all__ = ["Passing", "Sight", "passing", "repaired_reading", "tool_names"]

Sight = Literal["passed", "mended", "failed"]


@dataclass(frozen=True, slots=True)
class Passing:
    """Whether a response passes a test, and for whom."""

    sight: Sight
    """`mended` is what passes as Citeloop reads it, and not as a bare client does."""
    repairs: tuple[str, ...] = ()
    """Of `mended`."""


def passing(exchange: Exchange, test: Callable[[Reading], bool]) -> Passing:
    """Return whether a response passes a test, and whether that needs a repair."""
    if test(strict_reading(exchange)):
        return Passing("passed")
    mended = repaired_reading(exchange)
    if not mended.fault and test(mended):
        return Passing("mended", mended.repairs or ("assembly",))
    return Passing("failed")


def repaired_reading(exchange: Exchange) -> Reading:
    """Return what a response says as Citeloop reads it."""
    assembler = Assembler()
    frames = Frames()
    for payload in [*frames.feed(exchange.body), *frames.finish()]:
        assembler.add(payload)
    if frames.ended:
        assembler.add(END)
    names = tool_names(exchange.asked)
    return _reading(repair(assembler.turn(), names, set()), names)


def _reading(turn: Turn, names: set[str]) -> Reading:
    fault = find_fault(turn, names)
    return Reading(
        content=turn.text,
        reasoning=turn.reasoning,
        reasoning_fields=(turn.reasoning_field,) if turn.reasoning_field else (),
        calls=tuple(
            ReadCall(place, call.id, call.name, call.arguments)
            for place, call in enumerate(turn.calls)
        ),
        finishes=(turn.finish,) if turn.finish else (),
        usage=read_usage(dict(turn.usage)) if turn.usage else None,
        repairs=tuple(dict.fromkeys(each.kind for each in turn.repairs)),
        fault=fault.kind if fault else "",
    )


def tool_names(asked: Mapping[str, Any]) -> set[str]:
    """Return the names of the tools that a request offers."""
    functions = (each.get("function") for each in objects(asked.get("tools")))
    return {
        str(each["name"])
        for each in functions
        if isinstance(each, Mapping) and "name" in each
    }
