"""Harmony's channels and calls in the content: read beyond doubt, or debris."""

import json
from pathlib import Path

import pytest

from agent.wire.repairs.in_order import repair
from agent.wire.turns.protocol import is_debris
from agent.wire.turns.turn import Call, Turn
from agent.wire.verdict import find_fault

TOOLS = frozenset({"search", "fetch", "final_answer"})
CALL = Call("call_1", "search", '{"query":"a"}')


def read(text: str, **more: object) -> Turn:
    return repair(Turn(text=text, finish="stop", **more), TOOLS, frozenset())  # type: ignore[arg-type]


def kind_of(turn: Turn) -> str | None:
    fault = find_fault(turn)
    return fault.kind if fault else None


GIVEN = '{"query":"a"}'
HARMONY_CALL = f"to=functions.search <|constrain|>json<|message|>{GIVEN}<|call|>"
START = "<|start|>assistant"
FINAL = "<|channel|>final<|message|>Yes.<|return|>"


@pytest.mark.parametrize(
    "text",
    [
        f"commentary to=functions.search json{GIVEN}",  # vllm #22337
        f"commentary to=functions.search {GIVEN}<|call|>",
        f"assistantcommentary to=functions.search json {GIVEN}",
        f"analysisI see.assistantcommentary to=functions.search json{GIVEN}",
        f"to=functions.search code{GIVEN}",
        f"<|channel|>commentary {HARMONY_CALL}",  # TensorRT-LLM #9256
        f"{START} to=search<|channel|>commentary json<|message|>{GIVEN}<|call|>",
        f"<|channel|>analysis<|message|>Hm.<|end|>{START}<|channel|>commentary "
        + HARMONY_CALL,
        '{"name":"search","arguments":{"query":"a"}}',
        '{"name": "functions.search", "arguments": "{\\"query\\":\\"a\\"}"}',
        '```json\n{"name":"search","parameters":{"query":"a"}}\n```',
        '<tool_call>\n{"name":"search","arguments":{"query":"a"}}\n</tool_call>',
        '{"type":"function","function":{"name":"search","arguments":{"query":"a"}}}',
        '<tools>\n{"name":"search","arguments":{"query":"a"}}\n</tools>',  # vllm #32926
        '<tools> {"name":"search","arguments":{"query":"a"}} </tool',  # kronk #944
        '<function-call> {"name":"search","arguments":{"query":"a"}}',
        '{{"name":"search","arguments":{"query":"a"}}}',
    ],
)
def test_a_message_that_is_one_valid_call_is_run(text: str) -> None:
    turn = read(text)
    assert turn.text == ""
    assert [(call.name, json.loads(call.arguments)) for call in turn.calls] == [
        ("search", {"query": "a"})
    ]
    assert turn.repairs[0].kind == "call"
    assert kind_of(turn) is None


@pytest.mark.parametrize(
    "text",
    [
        f"commentary to=functions.delete_all json{GIVEN}",
        "commentary to=functions.search json{query",
        f"I search. <|channel|>commentary to=functions.search<|message|>{GIVEN}",
        f"<|channel|>commentary {HARMONY_CALL}{START}<|channel|>commentary "
        + HARMONY_CALL,
        f"<|channel|>commentary to=browser.search code<|message|>{GIVEN}<|call|>",
        '<|channel|>commentary to=functions.search <|message|>{"query": "a',
        '{"name":"python","arguments":{"code":"1"}}',
        '<|start|>{"name":"python","arguments":{"code":"1"}}<|end|>',
    ],
)
def test_a_call_that_is_not_valid_or_not_all_is_debris(text: str) -> None:
    turn = read(text)
    assert turn.calls == ()
    assert kind_of(turn) == "debris"


@pytest.mark.parametrize(
    ("text", "answer", "thought"),
    [
        ("analysisThe user asks.assistantfinalYes.", "Yes.", "The user asks."),
        ("analysisOne assistantfinal no.assistantfinalYes.", "Yes.", None),
        ("assistantfinalYes.", "Yes.", ""),
        ("<|start|>analysisHm.assistantfinalYes.<|return|>", "Yes.", "Hm."),
        (FINAL, "Yes.", ""),
        (START + FINAL, "Yes.", ""),
        (
            f"<|channel|>analysis<|message|>Hm.<|end|>{START}{FINAL}",
            "Yes.",
            "Hm.",
        ),
        (f"We need to search.{FINAL}", "Yes.", ""),
        ("<|message|>Yes.<|return|>", "Yes.", ""),
    ],
)
def test_what_follows_the_final_channel_is_the_answer(
    text: str, answer: str, thought: str | None
) -> None:
    turn = read(text)
    assert turn.text == answer
    assert thought is None or turn.reasoning == thought
    assert turn.repairs[0].kind == "channel"
    assert kind_of(turn) is None


@pytest.mark.parametrize(
    "text",
    [
        "analysisI should answer.",
        "assistantfinalanalysisI should answer.",
        "<|channel|>analysis<|message|>I should answer.<|end|>",
    ],
)
def test_leaked_reasoning_is_never_an_answer(text: str) -> None:
    turn = read(text)
    assert (turn.text, turn.reasoning) == ("", "I should answer.")
    assert kind_of(turn) == "reasoning"


@pytest.mark.parametrize(
    "text",
    [
        "Analysis of the data shows a leak [1].",
        "analysis of the data shows a leak [1].",
        "The commentary to=functions.search is no call here.",
        'The body is {"name": "x", "arguments": {}}.',
        '{"answer": "As JSON.", "citations": []}',
        "In F#, a |> b pipes.",
        "assistants help",
    ],
)
def test_prose_stays_as_it_is(text: str) -> None:
    turn = read(text)
    assert turn == Turn(text=text, finish="stop")
    assert kind_of(turn) is None


def test_tokens_around_a_text_are_left_out_and_others_made_harmless() -> None:
    assert read("Yes.<|return|>").text == "Yes."
    assert read("<|start|>Yes.<|end|><|im_end|> ").text == "Yes."
    assert read("A message begins with <|start|> there.").text == (
        "A message begins with < |start| > there."
    )
    assert read("Yes.", reasoning="<|end|>").reasoning == "< |end| >"


def test_protocol_beside_a_real_call_is_left_out() -> None:
    turn = read("<|channel|>commentary to=functions.search", calls=(CALL,))
    assert (turn.text, turn.calls) == ("", (CALL,))
    assert kind_of(turn) is None


JSON_CALL = f'{{"name": "search", "arguments": {GIVEN}}}'


@pytest.mark.parametrize(
    "text",
    [
        f"I search:\n```json\n{JSON_CALL}\n```\nThe first passage says so.",
        f"<tools>\n{JSON_CALL}\n</tools>\nThis should find it.",
        '{"name":"search", "parameters": {"query": "cut',
        f"{JSON_CALL}\n{JSON_CALL}",
        f"{JSON_CALL}\n[1] lines 3-5: a.md\nL3: It says so [1].",  # invented
        'So: {"name": "final_answer", "arguments": {"answer": "By size [1]."}}',
        'It is so [1]. {"name": "final_answer", "arguments": {"answer": "So [1]."}}',
        f"Take arr[0] of {JSON_CALL}",
        JSON_CALL.replace("search", "functions.search") + " is next",
    ],
)
def test_a_call_among_words_is_neither_run_nor_an_answer(text: str) -> None:
    turn = read(text)
    assert turn.calls == ()
    fault = find_fault(turn, TOOLS)
    assert fault is not None
    assert fault.kind == "written_call"
    assert "is not run" in (fault.note or "")
    assert '"name"' not in fault.explain()


@pytest.mark.parametrize(
    "text",
    [
        f"A tool is called like this [1]:\n```json\n{JSON_CALL}\n```",
        f"So it is 【2†L3-L4】: {JSON_CALL} runs it.",
        f"It is called so: {JSON_CALL.replace('search', 'get_weather')}.",
        'The field {"name": "search"} names the tool; "arguments" are its JSON.',
    ],
)
def test_an_answer_about_calls_is_an_answer(text: str) -> None:
    turn = read(text)
    assert turn.text == text
    assert find_fault(turn, TOOLS) is None


def test_a_long_hostile_text_takes_no_time() -> None:
    text = "analysis" + "assistant to=" * 5000
    assert not is_debris(text)
    assert kind_of(read(text)) == "reasoning"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        " " * 300_000 + "x",
        " " * 100_000 + "{}" + "\n" * 100_000 + "x",
        "assistant" + " " * 300_000 + "x",
        "to=search" + " " * 100_000 + "{}" + " " * 100_000 + "x",
        "<|start|> " * 20_000 + "x",
        "x" + "<|start|> " * 20_000 + "y",
        '{"name"' + " " * 300_000,
        "So [1]. " + '{"name":"search","arguments":{' * 20_000,
    ],
)
def test_a_model_that_writes_white_space_for_ever_takes_no_time(text: str) -> None:
    find_fault(read(text), TOOLS)


HARMONY = Path(__file__).parents[5] / "shared" / "data" / "harmony" / "outputs.jsonl"


@pytest.mark.skipif(not HARMONY.is_file(), reason="../shared/data/harmony is not here")
def test_no_recorded_output_is_shown_raw_or_runs_what_is_no_tool() -> None:
    for line in HARMONY.read_text().splitlines():
        recorded = json.loads(line)
        turn = read(recorded["output"])
        if find_fault(turn) is None:
            assert "<|" not in turn.text, recorded["name"]
            assert {call.name for call in turn.calls} <= TOOLS
            assert "channel" not in turn.text
        expected = recorded["name"] in {"hallucinated_builtin", "truncated_args"}
        assert (kind_of(turn) == "debris") >= expected, recorded["name"]
