"""The repairs of a turn, in their order; each is a pure function with its own tests.

text        channels.read_channels   harmony in the content
            leaks.read_leaks         analysis…assistantfinal…
            thoughts.read_thoughts   <think>…</think>, and both again behind each other
            repeats.read_repeats     the whole text twice, before all that and behind
            written_calls.read_calls   a call that stands in the content
calls       names.repair_names       names with the protocol in or around them
            repeats.collapse_calls   a call that was sent twice
            answers.read_answers     all that is done to a text, to answers in calls
            arguments.repair_arguments   anything but one valid JSON object
            ids.repair_ids           missing, blank and repeated ids
all         tokens.clean_tokens      what is left of control tokens
            endings.read_ending      no finish reason at all
"""

from collections.abc import Set

from agent.wire.repairs.answers import read_answers, read_layers
from agent.wire.repairs.arguments import repair_arguments
from agent.wire.repairs.channels import read_channels
from agent.wire.repairs.endings import read_ending
from agent.wire.repairs.ids import repair_ids
from agent.wire.repairs.names import repair_names
from agent.wire.repairs.repeats import collapse_calls, read_repeats
from agent.wire.repairs.tokens import clean_tokens
from agent.wire.repairs.written_calls import read_calls
from agent.wire.turns.answer import find_draft
from agent.wire.turns.turn import Turn

__all__ = ["repair"]


def repair(turn: Turn, tools: Set[str], taken: Set[str]) -> Turn:
    """Return the turn as a server that validates histories would take it back.

    Args:
        turn: As it was assembled.
        tools: The names of the registered tools; nothing else is ever run.
        taken: The ids of the calls that the conversation holds already.
    """
    if find_draft(turn.text) is None:  # else its answer is read
        turn = read_repeats(turn)
        turn = read_channels(turn, tools)
        turn = read_layers(turn)
        turn = read_repeats(turn)
    turn = read_calls(turn, tools)
    turn = repair_names(turn, tools)
    turn = collapse_calls(turn)
    turn = read_answers(turn)
    turn = repair_arguments(turn)
    turn = repair_ids(turn, taken)
    turn = clean_tokens(turn)
    return read_ending(turn)
