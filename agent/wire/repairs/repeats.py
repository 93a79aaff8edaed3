"""Makes one of what a server sent twice: a text, or a call."""

import json
from collections.abc import Iterable

from agent.wire.repairs.arguments import parse_object
from agent.wire.turns.protocol import find_written_call
from agent.wire.turns.turn import Call, Turn

__all__ = ["collapse_calls", "read_repeats"]

_LEAST = 24
"""Characters of a text that nobody says twice, letter for letter, and nothing else."""


def read_repeats(turn: Turn) -> Turn:
    """Return the turn with its text once where it comes twice (ragflow #15286)."""
    text = turn.text.strip()
    once = text[: (len(text) + 1) // 2].rstrip()
    between = text[len(once) : len(text) - len(once)]
    if len(once) < _LEAST or between.strip() or not text.endswith(once):
        return turn
    if find_written_call(once) is not None:
        return turn  # two calls; none is run
    return turn.repaired("repeat", turn.text, once, text=once)


def collapse_calls(turn: Turn) -> Turn:
    """Return the turn with each call once.

    The same call comes at several places (LocalAI #9722), or again with the last chunk
    (vllm #51697). What a tool says to the same arguments in one turn is the same, so
    that nothing is lost with the second one.
    """
    longest: dict[tuple[str, str], str] = {}
    for call in turn.calls:
        before = longest.get((call.id, call.name), "")
        if len(call.arguments) > len(before):
            longest[call.id, call.name] = call.arguments
    kept: dict[tuple[str, str], Call] = {}
    for call in turn.calls:
        all_of_it = longest.get((call.id, call.name), "")
        is_part = call.id and len(all_of_it) > len(call.arguments)
        if not is_part or not all_of_it.startswith(call.arguments):
            kept.setdefault((call.name, _canonical(call.arguments)), call)
    if len(kept) == len(turn.calls):
        return turn
    return turn.repaired(
        "repeat", _names(turn.calls), _names(kept.values()), calls=tuple(kept.values())
    )


def _canonical(arguments: str) -> str:
    """Return arguments as they are the same, however they are written."""
    given = parse_object(arguments)
    return arguments if given is None else json.dumps(given, sort_keys=True)


def _names(calls: Iterable[Call]) -> str:
    return ", ".join(each.name for each in calls)
