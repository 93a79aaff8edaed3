"""What a model may write in gpt-oss's own format, and what is shown of it."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from agent.assistant import Assistant
from agent.cli import main
from agent.events.events import Event, TextDelta
from agent.screen.answers import plain_answer
from agent.settings.settings import Settings
from agent.testing.servers.harmony_server import Completion, HarmonyServer, serve
from tests.agent.wire.in_harmony import (
    QUESTION,
    QUOTE,
    SAID,
    SEARCH,
    call,
    then_well_behaved,
    thought,
)
from tests.agent.wire.test_harmony import OUTPUTS
from tests.conftest import ROOT
from tools.errors import CiteloopError
from tools.library.library import Library


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
        settings = Settings.load(
            {"base_url": server.base_url, "stream": stream, "mode": "agent"}
        )
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
        arguments += ["--mode", "agent"]
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
