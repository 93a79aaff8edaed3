"""Takes out what is left of control tokens when all else is repaired."""

from agent.wire.turns.protocol import inner_text, is_debris
from agent.wire.turns.turn import Turn
from tools.text.clean import neutralise_control_tokens

__all__ = ["clean_tokens"]


def clean_tokens(turn: Turn) -> Turn:
    """Return the turn without control tokens: neither a screen nor a prompt needs them.

    Those around the text are left out. Others are kept as ordinary characters: a
    document about the format may be quoted there, but no server that renders the
    history may take them for its own.
    """
    if turn.calls and is_debris(turn.text):
        turn = turn.repaired("channel", turn.text, "", text="")
    if "<|" in turn.text and not is_debris(turn.text):
        text = neutralise_control_tokens(inner_text(turn.text))
        turn = turn.repaired("token", turn.text, text, text=text)
    if "<|" in turn.reasoning:
        reasoning = neutralise_control_tokens(turn.reasoning)
        turn = turn.repaired("token", turn.reasoning, reasoning, reasoning=reasoning)
    return turn
