"""Takes reasoning that stands in a text between its tags out of it."""

from agent.wire.turns.thoughts import part_thoughts
from agent.wire.turns.turn import Turn

__all__ = ["read_thoughts"]


def read_thoughts(turn: Turn) -> Turn:
    """Return the turn with what stands in `<think>` and its like as reasoning.

    Servers without a parser for the model's reasoning leave it in the content
    (vercel/ai #14720, bedrock-access-gateway #194, sglang #26873).
    """
    parted = part_thoughts(turn.text)
    if parted is None:
        return turn
    return turn.told_apart(parted.text, parted.thought)
