"""What a model says in a test, turn by turn, in the shortest form that it can have.

"Paris."                                  a text
("search", {"query": "France"})           a tool call; a string is sent as it is
[("search", {...}), ("fetch", {...})]     calls of one turn
Turn(content="Paris.", finish="length")   all that a chat server can be told
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, TypeGuard

from agent.testing.servers.chat_server import Turn
from agent.testing.servers.replies import Said, call
from tools.errors import UsageError

if TYPE_CHECKING:
    from agents.testing import ScriptedModel

__all__ = ["Script", "Spoken", "read_script", "said", "scripted", "turn_of"]

Calling = tuple[str, "Mapping[str, Any] | str"]
Spoken = str | Calling | Sequence[Calling] | Turn
Script = Sequence[Spoken] | Callable[[dict[str, Any]], Spoken]
"""The turns, or a function that returns the next for a request."""


def turn_of(spoken: Spoken) -> Turn:
    """Return a turn in the form that the chat server takes.

    Raises:
        UsageError: it has none of the forms above.
    """
    if isinstance(spoken, Turn):
        return spoken
    if isinstance(spoken, str):
        return Turn(content=spoken)
    given = [spoken] if _is_call(spoken) else spoken
    calls = [each for each in given if _is_call(each)] if _is_list(given) else []
    if calls and len(calls) == len(given):
        return Turn(calls=[(name, _given(arguments)) for name, arguments in calls])
    raise UsageError(
        f"{spoken!r} is no turn of a model; give a text, (name, arguments), a list of "
        "these, or a Turn"
    )


def read_script(
    script: Script,
) -> Sequence[Turn] | Callable[[dict[str, Any]], Turn]:
    """Return a script in the form that the chat server takes.

    Raises:
        UsageError: a turn has none of the forms above.
    """
    if callable(script):
        return lambda request: turn_of(script(request))
    if isinstance(script, str):
        raise UsageError("a script is a list of turns; put the text into one")
    return [turn_of(each) for each in script]


def scripted(*turns: Any) -> "ScriptedModel":
    """Return a model of the SDK that says these turns.

    What has none of the forms above is taken as the SDK's own step: an item, a list of
    items, a `ModelStep`, an exception that is raised.
    """
    from agents.testing import ScriptedModel, assistant_message, function_call

    ids = count(1)

    def step(turn: Any) -> Any:
        try:
            read = turn_of(turn)
        except UsageError:
            return turn
        items = [
            function_call(name, arguments, call_id=f"call_{next(ids)}")
            for name, arguments in read.calls
        ]
        text = [assistant_message(read.content)] if read.content is not None else []
        return [*text, *items]

    return ScriptedModel([step(turn) for turn in turns])


def said(turn: Turn, number: int) -> Said:
    """Return a turn as the fault server sends it; `number` makes its ids its own."""
    calls = [
        call(name, arguments, id=f"call_{number}_{at}", index=at)
        for at, (name, arguments) in enumerate(turn.calls)
    ]
    extra = {turn.reasoning_field: turn.reasoning} if turn.reasoning else {}
    finish = "tool_calls" if calls else turn.finish
    return Said(turn.content, calls, finish, extra)


def _is_call(value: Any) -> TypeGuard[Calling]:
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], Mapping | str)
    )


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _given(arguments: Mapping[str, Any] | str) -> dict[str, Any] | str:
    return arguments if isinstance(arguments, str) else dict(arguments)
