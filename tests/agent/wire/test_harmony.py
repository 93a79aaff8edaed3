"""gpt-oss's own format: what the model reads, and what becomes of what it writes."""

import json
from pathlib import Path

import pytest

from agent.conversations.conversation import Conversation
from agent.events.events import Event, ReasoningDelta
from agent.testing.servers.harmony import encoding, parse
from agent.testing.servers.harmony_server import Completion, serve
from agent.tool_schemas.tokens import missing_harmony
from tests.agent.wire.in_harmony import (
    ANSWER,
    LOOP,
    QUESTION,
    SAID,
    SEARCH,
    answer_to,
    thought,
)
from tests.conftest import ROOT

reason = missing_harmony()
pytestmark = pytest.mark.skipif(reason is not None, reason=str(reason))
OUTPUTS = ROOT.parent / "shared" / "data" / "harmony" / "outputs.jsonl"


def test_the_real_parser_takes_the_scripts_for_well_formed() -> None:
    for completion in LOOP:
        tokens = encoding().encode(completion.output, allowed_special="all")
        deltas = list(parse(tokens))
        assert [each.name for each in deltas if each.name]
        assert json.loads("".join(each.text for each in deltas if each.kind == "call"))


async def test_the_model_reads_the_effort_the_instructions_and_the_tools(
    library_file: Path, stream: bool
) -> None:
    with serve(LOOP) as server:
        await answer_to(server, library_file, depth="high", stream=stream)
    prompt = server.prompts[0]
    assert "\nReasoning: high\n" in prompt
    assert prompt.count("<|start|>developer<|message|># Instructions\n") == 1
    assert "Calls to these tools must go to the commentary channel" in prompt
    for tool in ("search", "fetch", "requery", "final_answer"):
        assert f"\ntype {tool} = (_: {{\n" in prompt
    assert prompt.endswith(
        f"<|start|>user<|message|>{QUESTION}<|end|><|start|>assistant"
    )


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
async def test_the_running_questions_analysis_is_read_again_before_its_call(
    library_file: Path, field: str, stream: bool
) -> None:
    script = [Completion(each.output, reasoning_field=field) for each in LOOP]
    with serve(script) as server:
        answer = await answer_to(server, library_file, stream=stream)
    assert answer.grounded
    assert (answer.answer, server.refused) == (f"{SAID} [1].", [])
    second, third = server.prompts[1:]
    said = f"<|start|>assistant{thought('Need search.')}"
    assert f"{said} to=functions.search<|channel|>commentary" in second
    assert "<|start|>functions.search to=assistant<|channel|>commentary" in second
    assert second.count("<|channel|>analysis") == 1
    assert third.startswith(second.removesuffix("<|start|>assistant"))
    later = f"<|start|>assistant{thought('Now I open it.')}"
    assert f"{later} to=functions.fetch<|channel|>commentary" in third
    assert third.count("<|channel|>analysis") == 2


async def test_the_analysis_of_finished_questions_is_not_read_again(
    library_file: Path, stream: bool
) -> None:
    conversation = Conversation()
    with serve([*LOOP, *LOOP]) as server:
        for question in (QUESTION, "And a delete?"):
            await answer_to(
                server,
                library_file,
                question,
                conversation=conversation,
                stream=stream,
            )
    follow_up, its_second = server.prompts[3:5]
    assert "<|channel|>analysis" not in follow_up
    assert "functions.search" not in follow_up
    assert follow_up.count("<|channel|>final") == 1
    assert follow_up.endswith("And a delete?<|end|><|start|>assistant")
    assert its_second.count("<|channel|>analysis") == 1


async def test_text_in_any_script_arrives_whole_over_split_tokens(
    library_file: Path, stream: bool
) -> None:
    events: list[Event] = []
    musing = "日志代理 👩‍🚀 naïve ﷽"
    script = [Completion(thought(musing) + SEARCH[len(thought("Need search.")) :])]
    with serve([*script, Completion(ANSWER)]) as server:
        await answer_to(server, library_file, stream=stream, listen=events.append)
    heard = "".join(each.text for each in events if isinstance(each, ReasoningDelta))
    if stream:
        assert heard.startswith(musing)
    assert thought(musing) in server.prompts[1]
