"""gpt-oss's own format: what the model reads, and what becomes of what it writes."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agent.answer import Answer
from agent.assistant import Assistant, ask
from agent.cli import main
from agent.conversations.conversation import Conversation
from agent.events.events import Event, ReasoningDelta, TextDelta
from agent.screen.answers import plain_answer
from agent.settings.settings import Settings
from tests.conftest import ROOT
from tests.fakes.harmony import encoding, missing_harmony, parse
from tests.fakes.harmony_server import Completion, HarmonyServer, Reply, serve
from tools.errors import CiteloopError
from tools.evidence.shown import read_sources
from tools.library.library import Library

reason = missing_harmony()
pytestmark = pytest.mark.skipif(reason is not None, reason=str(reason))

OUTPUTS = ROOT.parent / "shared" / "data" / "harmony" / "outputs.jsonl"
QUOTE = "Milvus acknowledges an insert as soon as the log broker has accepted it."
SAID = "As soon as the log broker has it"
QUESTION = "When is an insert acknowledged?"


def thought(text: str) -> str:
    return f"<|channel|>analysis<|message|>{text}<|end|><|start|>assistant"


def call(name: str, arguments: Any) -> str:
    header = f"<|channel|>commentary to=functions.{name} <|constrain|>json<|message|>"
    return f"{header}{json.dumps(arguments, ensure_ascii=False)}<|call|>"


SEARCH = thought("Need search.") + call("search", {"query": QUOTE})
FETCH = thought("Now I open it.") + call(
    "fetch", {"document": "write-path.md", "find": "acknowledges"}
)


def answer_from(source: int) -> str:
    arguments = {
        "answer": f"{SAID} [{source}].",
        "citations": [{"source": source, "quote": QUOTE}],
    }
    return thought("That is it.") + call("final_answer", arguments)


ANSWER = answer_from(1)
LOOP = [Completion(SEARCH), Completion(FETCH), Completion(ANSWER)]


@pytest.fixture(params=[True, False], ids=["streaming", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def answer_to(
    server: HarmonyServer, library: Path, question: str = QUESTION, **more: Any
) -> Answer:
    given = {"conversation": None, "listen": None, **more}
    conversation, listen = given.pop("conversation"), given.pop("listen")
    settings = Settings.load(
        {"library": str(library), "base_url": server.base_url, **given}
    )
    heard: list[Event] = []
    return await ask(
        question,
        settings=settings,
        conversation=conversation,
        listen=listen or heard.append,
    )


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


def then_well_behaved(first: Completion) -> Reply:
    """Return a model that begins with one output, then searches and answers."""
    outputs = iter([first])

    def reply(request: dict[str, Any]) -> Completion:
        source = source_of_the_quote(request)
        behaved = Completion(answer_from(source) if source else SEARCH)
        return next(outputs, behaved)

    return reply


def source_of_the_quote(request: dict[str, Any]) -> int | None:
    shown = [
        source
        for each in request["messages"]
        for source in read_sources(each.get("content") or "")
    ]
    return next((each.id for each in shown if QUOTE in " ".join(each.lines)), None)


def given_outputs() -> dict[str, Completion]:
    if not OUTPUTS.is_file():
        return {}
    lines = [json.loads(line) for line in OUTPUTS.read_text().splitlines()]
    return {each["name"]: Completion(each["output"]) for each in lines}


def final(text: str, end: str = "<|return|>") -> str:
    return f"<|channel|>final<|message|>{text}{end}"


OURS = {
    "nothing": Completion("<|return|>"),
    "no_token": Completion(SEARCH, max_tokens=0),
    "cut_in_analysis": Completion(SEARCH, max_tokens=4),
    "cut_in_header": Completion(SEARCH, max_tokens=10),
    "cut_in_arguments": Completion(SEARCH, max_tokens=24),
    "cut_final": Completion(final(f"{QUOTE} [1]"), max_tokens=9),
    "channel_in_name": Completion(
        "<|channel|>commentary to=functions.search<|channel|>commentary json"
        '<|message|>{"query":"acknowledges an insert"}<|call|>'
    ),
    "builtin_python": Completion(
        "<|channel|>analysis to=python code<|message|>print(1)<|call|>"
    ),
    "two_calls": Completion(
        call("search", {"query": QUOTE}).replace("<|call|>", "<|end|>")
        + "<|start|>assistant"
        + call("search", {"query": "log broker"})
    ),
    "no_arguments": Completion(
        "<|channel|>commentary to=functions.search <|constrain|>json<|message|><|call|>"
    ),
    "call_with_a_final_text": Completion(
        final("I will look.", "<|end|>") + "<|start|>assistant" + SEARCH
    ),
    "protocol_in_words": Completion(
        final("analysisI look.assistantfinal" + SAID + " [1].")
    ),
    "unknown_channel": Completion("<|channel|>thoughts<|message|>hm<|end|>"),
    "thought_and_junk": Completion(thought("I look.") + "<|start|><|start|>"),
    "answer_that_quotes_a_token": Completion(final("It is <|call|>ed [1].")),
}


ALL = {**given_outputs(), **OURS}
INCOMPLETE = {"cut_final"}
"""What was cut off; an answer before anything was searched is sent back to search."""


@dataclass(frozen=True)
class Outcome:
    code: int
    answer: str
    """Of the error, where there is no answer."""
    printed: str


async def outcome_of(
    name: str, library: Library, *, stream: bool
) -> tuple[Outcome, HarmonyServer]:
    """Return what the command would end with, without opening a library each time."""
    events: list[Event] = []
    with serve(then_well_behaved(ALL[name])) as server:
        settings = Settings.load({"base_url": server.base_url, "stream": stream})
        assistant = Assistant(settings, library)
        try:
            answer = await assistant.ask(QUESTION, listen=events.append)
            end = Outcome(answer.exit_code, answer.answer, plain_answer(answer))
        except CiteloopError as error:
            end = Outcome(error.exit_code, "", str(error))
        finally:
            for client in assistant._clients.values():
                await client.close()
    streamed = "".join(each.text for each in events if isinstance(each, TextDelta))
    return replace(end, printed=f"{end.printed}\n{streamed}"), server


@pytest.mark.parametrize("name", ALL)
async def test_no_output_is_ever_shown_broken(
    name: str, library: Library, stream: bool
) -> None:
    end, server = await outcome_of(name, library, stream=stream)
    assert server.refused == []
    assert "<|" not in end.printed
    assert end.code == (6 if name in INCOMPLETE else 0)
    if end.code == 0:
        assert end.answer == f"{SAID} [1]."


@pytest.mark.parametrize(
    ("name", "code"), [("channel_in_name", 0), ("cut_final", 6), ("ok_preamble", 0)]
)
def test_the_command_says_how_it_ended(
    name: str,
    code: int,
    library_file: Path,
    stream: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if name not in ALL:
        pytest.skip(f"no {OUTPUTS.name}")
    with serve(then_well_behaved(ALL[name])) as server:
        arguments = ["--base-url", server.base_url, "--library", str(library_file)]
        flags = [] if stream else ["--no-stream"]
        assert main(["ask", QUESTION, "--json", *arguments, *flags]) == code
    printed = capsys.readouterr()
    shown = json.loads(printed.out)
    assert "Traceback" not in printed.err
    assert "<|" not in printed.out + printed.err
    if code:
        assert shown["schema"] == "citeloop.error/1"
    else:
        assert shown["answer"].startswith(SAID)


def test_the_outputs_of_public_issues_are_here() -> None:
    if not OUTPUTS.is_file():
        pytest.skip(f"no {OUTPUTS.relative_to(ROOT.parent)}")
    assert len(given_outputs()) == 18
