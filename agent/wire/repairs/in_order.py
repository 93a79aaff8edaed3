"""The repairs of a turn, in their order; each is a pure function with its own tests.

text        channels.read_channels   harmony in the content
            leaks.read_leaks         analysis…assistantfinal…
            written_calls.read_calls   a call that stands in the content
calls       names.repair_names       names with the protocol in or around them
            arguments.repair_arguments   anything but one valid JSON object
            ids.repair_ids           missing, blank and repeated ids
all         tokens.clean_tokens      what is left of control tokens
"""

from collections.abc import Set

from agent.wire.repairs.arguments import repair_arguments
from agent.wire.repairs.channels import read_channels
from agent.wire.repairs.ids import repair_ids
from agent.wire.repairs.leaks import read_leaks
from agent.wire.repairs.names import repair_names
from agent.wire.repairs.tokens import clean_tokens
from agent.wire.repairs.written_calls import read_calls
from agent.wire.turns.turn import Turn

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
