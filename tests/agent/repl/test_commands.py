"""The commands of the chat: the table, and what each does to a session."""

from io import StringIO
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from agent.assistant import Assistant
from agent.repl.commands import COMMANDS, Leave, run_command
from agent.repl.line_input import completer
from agent.repl.session import Session
from agent.settings.settings import Settings
from tests.fakes.answers import QUOTE, answered
from tools.errors import LibraryError, UsageError
from tools.grounding.citation import CheckedSentence
from tools.grounding.support.finding import Support
from tools.library.library import Library

NAMES = [command.name for command in COMMANDS]


class Told(StringIO):
    """What a session says; each look at it begins anew."""

    def taken(self) -> str:
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


@pytest.fixture
def told() -> Told:
    return Told()


def locked(_: Settings) -> Assistant:
    raise LibraryError("It is locked.")


@pytest.fixture
def session(told: Told, tmp_path: Path) -> Session:
    """One without a library: few commands need what it opens."""
    given = Settings.load({"library": "none.db", "data_dir": tmp_path})
    return Session(given, told, locked)


@pytest.fixture
def talked(session: Session) -> Session:
    """One with an answer."""
    session.talk().answers.append(answered())
    return session


def test_each_command_has_a_name_of_its_own_with_a_slash_and_a_help() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for command in COMMANDS:
        assert command.name.startswith("/")
        assert command.help.strip()


def test_help_is_the_table_and_the_keys(session: Session, told: Told) -> None:
    run_command("/help", session)
    *lines, keys = told.taken().splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    for line, command in zip(lines, COMMANDS, strict=True):
        assert command.help in line
        assert command.arguments in line
    assert lines[1] == (
        "/depth      show the depth, or set it: /depth low, medium or high"
    )
    assert lines[4] == "/sources    list the sources of the last answer"
    assert keys.startswith("Enter sends, Alt-Enter begins another line.")


@pytest.mark.parametrize("name", NAMES)
def test_tab_completes_each_command(name: str) -> None:
    found = completer(NAMES).get_completions(Document(name[:2]), CompleteEvent())
    assert name in [each.text for each in found]


@pytest.mark.parametrize("entry", ["/nonsense", "/nonsense x", "/", "/helpme", "/Help"])
def test_an_unknown_command_is_named(session: Session, entry: str) -> None:
    with pytest.raises(UsageError) as raised:
        run_command(entry, session)
    name = entry.split(" ", maxsplit=1)[0]
    assert str(raised.value) == f"There is no command {name}; /help lists them."


def test_depth_is_shown_and_set_for_the_next_question(
    session: Session, told: Told
) -> None:
    run_command("/depth", session)
    run_command("/depth  high ", session)
    assert told.taken() == "depth medium\ndepth high\n"
    assert session.settings.depth == "high"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("/depth deep", "A depth is low, medium or high."),
        ("/mode oracle", "A mode is auto, agent or guided."),
        ("/reasoning maybe", "It is /reasoning, /reasoning on or /reasoning off."),
        ("/open", "It is /open N; the last answer has sources 1."),
        ("/open 2", "It is /open N; the last answer has sources 1."),
        ("/exit now", "There is no command /exit; /help lists them."),
    ],
)
def test_an_argument_that_does_not_fit_is_told_what_does(
    talked: Session, entry: str, says: str, told: Told
) -> None:
    settings, reasoning = talked.settings, talked.reasoning
    with pytest.raises(UsageError) as raised:
        run_command(entry, talked)
    assert str(raised.value) == says
    assert told.taken() == ""
    assert (talked.settings, talked.reasoning) == (settings, reasoning)


def test_a_model_without_a_server_is_refused(session: Session, told: Told) -> None:
    with pytest.raises(UsageError, match="No server is set for the model m"):
        run_command("/model m", session)
    run_command("/model", session)
    assert told.taken() == "model extractive\n"


def test_another_model_answers_from_now_on(
    settings: Settings, own_library: Library, told: Told
) -> None:
    given = settings.model_copy(update={"base_url": "http://127.0.0.1:9/v1"})
    session = Session(given, told, lambda given: Assistant(given, own_library))
    run_command("/model other", session)
    assert told.taken() == "model other\n"
    assert session.assistant.model_name == "other"
    assert session.settings.model == "other"
    assert session.status().startswith(" other · depth medium · 0 answers · ")


def test_reasoning_is_toggled_or_set(session: Session, told: Told) -> None:
    for entry, shown in (
        ("/reasoning", False),
        ("/reasoning", True),
        ("/reasoning on", True),
        ("/reasoning off", False),
    ):
        run_command(entry, session)
        assert session.reasoning is shown
    assert told.taken().splitlines()[-1] == "reasoning is hidden"


@pytest.mark.parametrize("entry", ["/sources", "/sentences", "/open 1", "/open"])
def test_before_an_answer_there_are_no_sources(session: Session, entry: str) -> None:
    with pytest.raises(UsageError, match="There is no answer yet"):
        run_command(entry, session)


def test_sources_are_those_of_the_last_answer(talked: Session, told: Told) -> None:
    talked.talk().answers.append(answered(citations=()))
    run_command("/sources", talked)
    assert told.taken() == "\n"
    talked.talk().answers.pop()
    run_command("/sources", talked)
    assert "[1] hnsw.md:3 (HNSW) ✓ exact" in told.taken()


def test_sentences_tells_how_each_of_the_last_answer_stands(
    talked: Session, told: Told
) -> None:
    run_command("/sentences", talked)
    assert told.taken() == "No sentence of it was judged.\n"
    red = CheckedSentence(
        text="It is red.", citations=(1,), covered=True, support=Support.STATED
    )
    blue = CheckedSentence(
        text="It is blue.", citations=(), covered=False, support=Support.NONE
    )
    talked.talk().answers.append(answered(sentences=(red, blue)))
    run_command("/sentences", talked)
    assert told.taken() == (
        "Checked: 2 sentences, 1 stated, 1 without support\n"
        '✓ stated: "It is red." [1]\n'
        '✗ without support (it cites nothing): "It is blue."\n'
    )


def test_open_shows_a_source_in_its_document(
    settings: Settings, own_library: Library, told: Told
) -> None:
    session = Session(settings, told, lambda given: Assistant(given, own_library))
    session.talk().answers.append(answered())
    for entry in ("/open 1", "/open [1]"):
        run_command(entry, session)
        assert f"▶ 3  {QUOTE}" in told.taken()


def test_clear_begins_a_new_conversation(talked: Session, told: Told) -> None:
    before = talked.talk()
    run_command("/clear", talked)
    assert told.taken() == "A new conversation.\n"
    assert talked.conversation is None
    assert talked.talk().id != before.id


def test_exit_leaves(session: Session) -> None:
    with pytest.raises(Leave):
        run_command("/exit", session)


def test_a_library_that_cannot_be_opened_is_said_when_it_is_needed(
    talked: Session,
) -> None:
    run_command("/sources", talked)
    with pytest.raises(LibraryError, match="It is locked"):
        run_command("/open 1", talked)


def test_status_tells_model_depth_answers_and_library(talked: Session) -> None:
    assert talked.status() == " extractive · depth medium · 1 answer · none.db"
