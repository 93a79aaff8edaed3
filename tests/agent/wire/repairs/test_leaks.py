"""Channels without their tokens, and the words that are none."""

import json

import pytest

from agent.wire.repairs.in_order import repair
from agent.wire.turns.answer import answer_in
from agent.wire.turns.turn import Call, Turn
from agent.wire.verdict import find_fault

TOOLS = frozenset({"search", "final_answer"})
SAID = "It is so [1]."
ANALYSED = "<|channel|>analysis<|message|>I see.<|end|><|start|>assistant"


def as_text(text: str) -> Turn:
    return repair(Turn(text=text, finish="stop"), TOOLS, frozenset())


def as_answer(text: str) -> Turn:
    arguments = json.dumps({"answer": text, "citations": []})
    call = Call("c", "final_answer", arguments)
    return repair(Turn(calls=(call,), finish="tool_calls"), TOOLS, frozenset())


def as_draft(text: str) -> Turn:
    draft = json.dumps({"answer": text, "citations": []})
    return repair(Turn(text=draft, finish="stop"), TOOLS, frozenset())


FORMS = pytest.mark.parametrize("form", [as_text, as_answer, as_draft])


@FORMS
@pytest.mark.parametrize(
    "text",
    [
        f"I see.assistantfinal{SAID}", f"I see. assistantfinal\n\n{SAID}",
        f"analysisI see.assistantfinal{SAID}", f"{SAID}assistantanalysisI see.",
        f"{SAID} assistantcommentary", f"{SAID}assistantcommentaryI see.",
        f"{SAID}\nassistantanalysis\nI see.", f"final{SAID}", f"finalfinal{SAID}",
        f"final\u201c{SAID}",
        f"{SAID}assistant", f"{SAID}\nassistant\n", f"{SAID}analysisI see.",
        f"I see.assistantanalysisHm.assistantfinal{SAID}",
        f"assistantcommentaryI see.assistantfinal{SAID}", f"{SAID}<|return|>",
        f"<think>I see.</think>{SAID}", f"I see.</think>\n{SAID}",
        f"{ANALYSED}<|channel|>final<|message|>{SAID}<|return|>",
    ],
)  # fmt: skip
def test_the_answer_is_read_out_of_its_channels(form: object, text: str) -> None:
    turn = form(text)  # type: ignore[operator]
    assert find_fault(turn, TOOLS) is None
    assert (answer_in(turn) or "").strip("\u201c") == SAID
    assert turn.repairs


@FORMS
@pytest.mark.parametrize(
    "text",
    [
        "As soon asassistantanalysisHm.", "It is so [1]assistantanalysisHm.",
        f"{SAID}assistantcommentary to=functions.search json{{}}",
        "The word assistantfinal is a marker [1].", "I see.assistantfinal",
        "finalMilvus seals it [1].", "commentaryI search now.",
        "<|channel>thought\nHm.<channel|>It is so [1].",
        f'{SAID} {{"name": "search", "arguments": {{"query": "a"}}}}',
        f'<tool_call>{{"name": "search"}}</tool_call>{SAID}',
        f"{SAID}<function=search><parameter=query>a</parameter></function>",
        "It is <think>Hm.</think>so [1].",
        "<tools></tools>", "<tools> <function name=\"search\" arguments='{}'>",
        "<tool_response>\n[3] lines 123-125", f"{SAID}</tool_response>",
        "<function=search><parameter=query>a", "<function>search</function>",
        f"{SAID}\n<|python_tag|>search.call(query=\"a\")",
        '<|python_tag|>search.call(query="a")', 'functools[{"name": "search"}]',
        '[TOOL_CALLS] [{"name": "search", "arguments": {"query": "a"}}]',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_answer(form: object, text: str) -> None:
    assert find_fault(form(text), TOOLS) is not None  # type: ignore[operator]


@FORMS
@pytest.mark.parametrize(
    "text",
    [
        "The assistant gives its final analysis [1].", "Finally it is so [1].",
        "finally it is so [1].", "Final answer: it is so [1].", "final answer: so [1].",
        "Analysis: it is so [1].", "analysis shows that it is so [1].",
        "commentary is a channel [1].", "Assistants think; the final one reasons [1].",
        "It is so, says the assistant [1]", "I think, therefore I am [1].",
        "The marker `assistantfinal` begins the answer [1].", "`<think>` opens it [1].",
        "```\nassistantanalysis\n```\nIt stands there [1].", "a.finalValue is 1 [1].",
        "finalState ends it; finalState is the last [1].", "The finalists won [1].",
        "Let x be the analysis, y the commentary, z the final [1].",
        "assistant final analysis [1].", "AssistantFinal is a class [1].",
        "assistant_final is a name [1].", "The `to=functions.search {}` calls it [1].",
        "Call `<tool_call>` so [1].", "Put them into `<tools>` [1].",
        "It uses functools [1].", "It returns a std::function<int> [1].",
        "The email goes to=me [1].",
    ],
)  # fmt: skip
def test_words_that_are_no_channel_pass_unchanged(form: object, text: str) -> None:
    turn = form(text)  # type: ignore[operator]
    assert find_fault(turn, TOOLS) is None
    assert answer_in(turn) == text
    assert turn.repairs == ()


def test_the_quotes_of_a_draft_stay_as_they_are() -> None:
    quoted = {"source": 1, "quote": "The <think> tag of assistantfinal"}
    given = json.dumps({"answer": f"<think>Hm.</think>{SAID}", "citations": [quoted]})
    for turn in (
        repair(Turn(text=given, finish="stop"), TOOLS, frozenset()),
        repair(
            Turn(calls=(Call("c", "final_answer", given),), finish="stop"),
            TOOLS,
            frozenset(),
        ),
    ):
        draft = turn.calls[0].arguments if turn.calls else turn.text
        assert json.loads(draft) == {"answer": SAID, "citations": [quoted]}
        assert find_fault(turn, TOOLS) is None


@pytest.mark.parametrize("finish", ["length", "abort", "MAX_TOKENS", "SAFETY", None])
def test_an_answer_whose_turn_was_cut_off_is_none(finish: str | None) -> None:
    call = Call("c", "final_answer", json.dumps({"answer": SAID}))
    assert find_fault(Turn(calls=(call,), finish=finish)) is not None
    assert find_fault(Turn(calls=(Call("c", "search", "{}"),), finish=finish)) is None


def test_an_answer_that_was_only_thought_is_dropped() -> None:
    turn = as_answer("<think>I see.")
    fault = find_fault(turn, TOOLS)
    assert turn.calls == ()
    assert turn.reasoning == "I see."
    assert fault is not None
    assert fault.kind == "reasoning"


@pytest.mark.parametrize(
    ("turn", "whole"),
    [
        (Turn(text=SAID, ended=True), True),
        (Turn(text=SAID, ended=False), False),
        (Turn(text="It is so.", ended=True), False),
        (Turn(text="It is so [1]", ended=True), False),
        (Turn(text=SAID, ended=True, finish="abort"), False),
        (Turn(calls=(Call("c", "final_answer", f'{{"answer": "{SAID}"}}'),),
              ended=True), True),
        (Turn(calls=(Call("c", "final_answer", f'{{"answer": "{SAID}"'),),
              ended=True), False),
        (Turn(calls=(Call("c", "final_answer", f'{{"answer": "{SAID}"}}]'),),
              ended=True), False),
    ],
)  # fmt: skip
def test_no_finish_reason_takes_a_whole_end_and_a_cited_sentence(
    turn: Turn, whole: bool
) -> None:
    repaired = repair(turn, TOOLS, frozenset())
    assert (find_fault(repaired, TOOLS) is None) == whole
    assert ("finish" in {each.kind for each in repaired.repairs}) == whole
