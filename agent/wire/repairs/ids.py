"""Gives each tool call an id of its own."""

from collections.abc import Set

from agent.wire.turns.turn import Call, Turn

__all__ = ["repair_ids"]


def repair_ids(turn: Turn, taken: Set[str]) -> Turn:
    """Return the turn with an id for each call that no other call has.

    Servers leave them out, blank or the same for several calls, and begin anew in each
    turn (litellm #40040); the SDK skips a call whose id it has seen, or raises.

    Args:
        turn: A turn.
        taken: The ids of the calls so far.
    """
    used = set(taken)
    for at, call in enumerate(turn.calls):
        id_ = call.id if call.id and call.id not in used else _mint(used, turn)
        used.add(id_)
        if id_ != call.id:
            calls = list(turn.calls)
            calls[at] = Call(id_, call.name, call.arguments)
            turn = turn.repaired("id", call.id, id_, calls=tuple(calls))
    return turn


def _mint(used: Set[str], turn: Turn) -> str:
    """Return a new id, the same for the same turn at the same place."""
    given = {call.id for call in turn.calls} | used
    number = len(given) + 1
    while f"call_{number}" in given:
        number += 1
    return f"call_{number}"
