"""What holds of a repaired turn, whatever came."""

import json
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agent.wire.repairs.in_order import repair
from agent.wire.repairs.names import clean_name
from agent.wire.showing import Curtain
from agent.wire.turns.turn import Call, Turn
from agent.wire.verdict import find_fault

TOOLS = frozenset({"search", "final_answer"})
TAKEN = frozenset({"call_1", "call_2"})
PIECES = (
    "<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|call|>", "<|return|>",
    "<|constrain|>", "<|", "|>", "analysis", "commentary", "final", "assistant",
    "assistantfinal", " to=functions.search ", "to=python", "functions.", "search",
    '{"query":"a"}', '{"name":"search","arguments":{}}', "json", "code", "```", "{",
    "}", "]", '"', "\\", "<tool_call>", "Yes [1].", " ", "\n", "null", "ü", "\ufffd",
)  # fmt: skip

protocol = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
calls = st.builds(
    Call, id=st.sampled_from(["", "a", "call_1"]), name=protocol, arguments=protocol
)
turns = st.builds(
    Turn,
    text=protocol,
    reasoning=protocol,
    calls=st.lists(calls, max_size=3).map(tuple),
    finish=st.sampled_from([None, "stop", "length", "tool_calls"]),
)


@given(turns)
def test_a_repaired_turn_is_fit_for_any_history(turn: Turn) -> None:
    repaired = repair(turn, TOOLS, TAKEN)
    ids = [call.id for call in repaired.calls]
    assert len({*ids, *TAKEN}) == len(ids) + len(TAKEN)
    for call in repaired.calls:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", call.name)
        assert isinstance(json.loads(call.arguments), dict)
        assert "<|" not in call.arguments
    assert "<|" not in repaired.reasoning
    if find_fault(repaired) is None:
        assert "<|" not in repaired.text
        assert repaired.calls or repaired.text.strip()
    assert "<|" not in "".join(each.before + each.after for each in repaired.repairs)


@given(turns)
def test_no_call_of_another_tool_becomes_one_of_ours(turn: Turn) -> None:
    repaired = repair(turn, TOOLS, TAKEN)
    if not turn.calls:
        return  # that what stands in the text is whole, test_channels says
    given = {clean_name(call.name) for call in turn.calls}
    assert {call.name for call in repaired.calls} & TOOLS <= given


@given(turns)
def test_what_was_repaired_needs_no_more_repairs(turn: Turn) -> None:
    repaired = repair(turn, TOOLS, TAKEN)
    if find_fault(repaired) is not None:
        return
    again = repair(replace(repaired, repairs=()), TOOLS, TAKEN)
    assert again.repairs == ()


@given(protocol, st.integers(1, 7))
def test_what_is_shown_early_is_no_debris(text: str, size: int) -> None:
    curtain = Curtain()
    for at in range(0, len(text), size):
        assert "<|" not in curtain.let_through(text[at : at + size])
    turn = repair(Turn(text=text, finish="stop"), TOOLS, TAKEN)
    if turn.calls:
        assert not curtain.shown.strip()


LAYERS = (
    "<think>I whisper.</think>", "<reasoning>I whisper.</reasoning>",
    "analysisI whisper.assistantfinal",
)  # fmt: skip


@given(st.lists(st.sampled_from(LAYERS), min_size=1, max_size=3).map("".join))
def test_reasoning_of_any_forms_in_a_row_is_none_of_an_answer(layers: str) -> None:
    said = f"{layers}It is sealed by its size [1]."
    given = Call("a", "final_answer", json.dumps({"answer": said}))
    for turn in (
        Turn(text=said, finish="stop"),
        Turn(text=json.dumps({"answer": said, "citations": []}), finish="stop"),
        Turn(calls=(given,), finish="tool_calls"),
    ):
        repaired = repair(turn, TOOLS, TAKEN)
        shown = repaired.text + "".join(each.arguments for each in repaired.calls)
        assert "whisper" not in shown
        assert "analysis" not in shown
        assert "It is sealed by its size [1]." in shown


@given(st.lists(st.sampled_from(LAYERS[:2]), min_size=1, max_size=2).map("".join))
def test_reasoning_behind_reasoning_is_never_all_of_an_answer(layers: str) -> None:
    said = json.dumps({"answer": f"{layers}analysisI whisper.", "citations": []})
    assert "whisper" not in repair(Turn(text=said, finish="stop"), TOOLS, TAKEN).text
