"""Reads the answers of a turn as its text is read: they leak as much."""

import json
from dataclasses import replace
from typing import Any

from agent.wire.repairs.arguments import parse_object
from agent.wire.repairs.channels import read_channels
from agent.wire.repairs.leaks import read_leaks
from agent.wire.repairs.repeats import read_repeats
from agent.wire.repairs.thoughts import read_thoughts
from agent.wire.repairs.tokens import clean_tokens
from agent.wire.turns.answer import find_draft
from agent.wire.turns.turn import Call, Turn
from tools.trajectory.names import ANSWER

__all__ = ["read_answers", "read_layers", "read_text"]

_MAX_LAYERS = 4
"""How often reasoning in one form is looked for behind that in another."""


def read_text(turn: Turn) -> Turn:
    """Return the turn with its text read: channels, leaks, thoughts, repetitions."""
    turn = read_channels(read_repeats(turn), frozenset())
    return read_repeats(read_layers(turn))


def read_layers(turn: Turn) -> Turn:
    """Return the turn without reasoning in tags, nor in channels without their tokens.

    Each may begin where the other ends: `<think>…</think>analysisWe need …`.
    """
    for _ in range(_MAX_LAYERS):
        read = read_thoughts(read_leaks(turn))
        if read.text == turn.text:
            return read
        turn = read
    return turn


def read_answers(turn: Turn) -> Turn:
    """Return the turn with the answers in its calls, and in a draft as text, read.

    An answer that is nothing but reasoning is none, and neither is its call.
    """
    draft = find_draft(turn.text)
    if draft is not None:
        text, turn = _read(turn, draft)
        turn = replace(turn, text=turn.text if text is None else text)
    calls: list[Call] = []
    for call in turn.calls:
        given = parse_object(call.arguments) if call.name == ANSWER else None
        if given is None or not isinstance(given.get("answer"), str):
            calls.append(call)
            continue
        arguments, turn = _read(turn, given)
        if arguments is None:
            calls.append(call)
        elif arguments:
            calls.append(replace(call, arguments=arguments))
    return replace(turn, calls=tuple(calls)) if turn.calls else turn


def _read(turn: Turn, draft: dict[str, Any]) -> tuple[str | None, Turn]:
    """Return a draft with its answer read, and the turn with what was done to it.

    None for a draft that stays as it is, a blank one for what was only reasoning.
    """
    read = clean_tokens(read_text(Turn(text=draft["answer"])))
    if not read.repairs:
        return None, turn
    turn = replace(
        turn,
        repairs=(*turn.repairs, *read.repairs),
        reasoning=turn.reasoning or read.reasoning,
    )
    if not read.text.strip():
        return "", turn
    return json.dumps({**draft, "answer": read.text}, ensure_ascii=False), turn
