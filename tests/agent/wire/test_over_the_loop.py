"""Repairs as a question has them: in its answer, on its screen, in its usage."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.answer import Answer
from agent.asking import ask
from agent.assistant import Assistant
from agent.events.events import Event, Noticed, Repaired, TextReplaced
from agent.events.repair import Repair
from agent.screen.progress import Progress
from agent.settings.settings import Settings
from agent.testing.servers.chat_server import Turn, serve

QUOTE = "Milvus acknowledges an insert as soon as the log broker has accepted it."
SEARCH = {"query": QUOTE}
FINAL = Turn(
    [
        (
            "final_answer",
            {
                "answer": "As soon as the log broker has it [1].",
                "citations": [{"source": 1, "quote": QUOTE}],
            },
        )
    ]
)


async def answer_to(library: Path, *turns: Turn, **more: Any) -> tuple[Answer, Any]:
    events: list[Event] = more.pop("events", [])
    with serve(turns) as server:
        given = {"library": str(library), "base_url": server.base_url, "mode": "agent"}
        given |= more
        settings = Settings.load(given)
        answer = await ask("When?", settings=settings, listen=events.append)
        return answer, server


async def test_repairs_stand_in_the_answer_with_their_turn(
    library_file: Path, stream: bool
) -> None:
    answer, _ = await answer_to(
        library_file,
        Turn([("search<|channel|>commentary", SEARCH)]),
        Turn(content="", reasoning="Hm."),
        FINAL,
        stream=stream,
    )
    assert [(each.turn, each.kind, each.after) for each in answer.repairs] == [
        (1, "name", "search"),
        (2, "sampled_again", ""),
    ]
    assert "<|" not in answer.model_dump_json()
    assert (answer.turns, answer.usage.requests, answer.grounded) == (2, 3, True)


async def test_a_tool_that_is_not_there_is_refused_with_the_list_of_tools(
    library_file: Path, stream: bool
) -> None:
    answer, server = await answer_to(
        library_file,
        Turn([("browser.search", SEARCH)]),
        Turn([("", SEARCH)]),
        Turn([("search", SEARCH)]),
        FINAL,
        stream=stream,
    )
    assert [(each.name, each.failed) for each in answer.trajectory] == [
        ("browser_search", True),
        ("unnamed", True),
        ("search", False),
        ("final_answer", False),
    ]
    told = [each["content"] for each in server.chats[2] if each["role"] == "tool"]
    assert all("search, fetch, requery, final_answer" in each for each in told)
    assert answer.grounded


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ('{"query":"mil', 'not valid JSON (not one JSON object: {"query":"mil)'),
        ("", "query"),
        ('{"query":123}', "query"),
    ],
)
async def test_bad_arguments_come_back_as_an_error_that_says_what_is_wrong(
    library_file: Path, arguments: str, says: str, stream: bool
) -> None:
    answer, server = await answer_to(
        library_file,
        Turn([("search", arguments)]),
        Turn([("search", SEARCH)]),
        FINAL,
        stream=stream,
    )
    assert [each.failed for each in answer.trajectory] == [True, False, False]
    assert says in server.chats[1][-1]["content"]
    assert answer.grounded


async def test_bad_arguments_are_sent_back_twice_and_then_the_search_ends(
    library_file: Path, stream: bool
) -> None:
    bad = Turn([("search", '{"query":"mil')])
    answer, server = await answer_to(
        library_file, Turn([("search", SEARCH)]), bad, bad, bad, FINAL, stream=stream
    )
    assert answer.stop_reason == "no_progress"
    assert [each["function"]["name"] for each in server.requests[-1]["tools"]] == [
        "final_answer"
    ]


async def test_a_call_in_the_content_is_run_and_never_heard(
    library_file: Path, stream: bool
) -> None:
    events: list[Event] = []
    answer, _ = await answer_to(
        library_file,
        Turn(content=f'commentary to=functions.search json{{"query":"{QUOTE}"}}'),
        FINAL,
        stream=stream,
        events=events,
    )
    assert [each.name for each in answer.trajectory] == ["search", "final_answer"]
    assert not any("to=functions" in getattr(each, "text", "") for each in events)


async def test_questions_at_once_keep_their_repairs_apart(library_file: Path) -> None:
    def reply(request: dict[str, Any]) -> Turn:
        asked = request["messages"][1]["content"]
        if request["messages"][-1]["role"] == "tool":
            return FINAL
        return Turn([("functions.search" if asked == "Broken?" else "search", SEARCH)])

    with serve(reply) as server:
        settings = Settings.load(
            {"library": str(library_file), "base_url": server.base_url}
        )
        assistant = Assistant.open(settings)
        questions = ["Broken?", "Whole?", "Broken?", "Whole?"]
        answers = await asyncio.gather(*map(assistant.ask, questions))
        await assistant.aclose()
    assert [len(each.repairs) for each in answers] == [1, 0, 1, 0]


def test_a_terminal_shows_each_repair_in_a_line_of_its_own() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100, color_system=None)
    with Progress(console) as progress:
        for kind, before, after in (
            ("name", "search< |channel| >json", "search"),
            ("sampled_again", "The model only reasoned", ""),
            ("token", "\x1b[31m", ""),
        ):
            repair: Any = {"kind": kind, "before": before, "after": after}
            progress(Repaired(Repair(**repair)))
        progress(TextReplaced("the provider failed"))
    shown = screen.getvalue()
    assert "repaired: name search< |channel| >json → search" in shown
    assert "repaired: asked again (The model only reasoned)" in shown
    assert "The text so far is void: the provider failed." in shown
    assert "\x1b[31m" not in shown


def test_a_notice_reaches_standard_error_without_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress(Console(file=io.StringIO())) as progress:
        progress(Noticed("It cuts off what is beyond its window."))
    out, error = capsys.readouterr()
    assert (out, error) == ("", "citeloop: It cuts off what is beyond its window.\n")
