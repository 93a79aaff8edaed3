"""Makes a call of a text that is one, where the server should have sent it as such."""

from collections.abc import Set

from agent.wire.repairs.arguments import is_object
from agent.wire.repairs.names import clean_name
from agent.wire.turns.protocol import CALL, find_written_call, inner_text
from agent.wire.turns.turn import Call, Turn

__all__ = ["read_calls", "with_call"]


def read_calls(turn: Turn, tools: Set[str]) -> Turn:
    """Return the turn with the call that its text is, if it is one and nothing else.

    `commentary to=functions.search json{…}`, or the JSON of a call: only a registered
    tool with valid arguments is run.
    """
    if turn.calls or not turn.text:
        return turn
    text = inner_text(turn.text)
    if found := CALL.fullmatch(text):
        return with_call(turn, found["name"], found["arguments"], tools)
    written = find_written_call(text)
    if written is None:
        return turn
    return with_call(turn, written.name, written.arguments, tools)


def with_call(
    turn: Turn, name: str, arguments: str, tools: Set[str], thought: str = ""
) -> Turn:
    """Return the turn with a call in place of its text, if the call is valid."""
    name = clean_name(name)
    if turn.calls or name not in tools or not is_object(arguments.strip()):
        return turn
    call = Call("", name, arguments.strip())
    return turn.repaired(
        "call",
        turn.text,
        f"{name} {call.arguments}",
        text="",
        calls=(call,),
        reasoning=turn.reasoning or thought,
    )
