"""The repairs of a turn, in their order; each is a pure function with its own tests.

text        channels.read_channels   harmony in the content
            channels.read_leaks      analysis…assistantfinal…
            channels.read_calls      a call that stands in the content
calls       names.repair_names       names with the protocol in or around them
            arguments.repair_arguments   anything but one valid JSON object
            ids.repair_ids           missing, blank and repeated ids
all         channels.clean_tokens    what is left of control tokens
"""

from collections.abc import Set

from agent.wire.repairs.arguments import repair_arguments
from agent.wire.repairs.channels import (
    clean_tokens,
    read_calls,
    read_channels,
    read_leaks,
)
from agent.wire.repairs.ids import repair_ids
from agent.wire.repairs.names import repair_names
from agent.wire.turn import Turn

__all__ = ["repair"]


def repair(turn: Turn, tools: Set[str], taken: Set[str]) -> Turn:
    """Return the turn as a server that validates histories would take it back.

    Args:
        turn: As it was assembled.
        tools: The names of the registered tools; nothing else is ever run.
        taken: The ids of the calls that the conversation holds already.
    """
    turn = read_channels(turn, tools)
    turn = read_leaks(turn)
    turn = read_calls(turn, tools)
    turn = repair_names(turn, tools)
    turn = repair_arguments(turn)
    turn = repair_ids(turn, taken)
    return clean_tokens(turn)
