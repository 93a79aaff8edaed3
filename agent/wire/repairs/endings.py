"""Takes a turn for whole that nothing says the end of, if it reads as one."""

from agent.wire.turns.answer import answer_in
from agent.wire.turns.finish import ends_sentence
from agent.wire.turns.turn import Turn
from tools.grounding.marks import find_marks

__all__ = ["read_ending"]

_STOP = "stop"


def read_ending(turn: Turn) -> Turn:
    """Return the turn with a finish reason where its server gives none at all.

    Some gateways send `finish_reason: null` to the end and then `[DONE]` (oh-my-pi
    #9433, opencrabs #694). The answer must end a sentence and cite: whether that holds
    is judged later, as of any answer. Arguments that had to be repaired are not whole.
    """
    if turn.finish is not None or not turn.ended:
        return turn
    answer = answer_in(turn)
    if answer is None or not ends_sentence(answer) or not _is_sound(turn, answer):
        return turn
    return turn.repaired("finish", "no finish reason", "taken for whole", finish=_STOP)


def _is_sound(turn: Turn, answer: str) -> bool:
    repaired = any(each.kind == "arguments" for each in turn.repairs)
    return bool(find_marks(answer)) and not repaired
