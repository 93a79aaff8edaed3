"""The commands of the chat: to add one, write its function and its line in the table.

What `/help` shows, what Tab completes and what an entry calls all come from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from agent.repl.session import Session
from agent.screen.answers import print_sources
from agent.screen.console import plain_text
from agent.screen.passages import print_reopened
from agent.screen.sentences import checked_line, print_sentences
from agent.settings.depth import DepthName
from agent.settings.modes import ModeName
from tools.errors import UsageError
from tools.verification.reopening import reopen

__all__ = ["COMMANDS", "Command", "Leave", "run_command"]


class Leave(Exception):  # noqa: N818 (no error: the person wants to go)
    """The chat is at its end."""


@dataclass(frozen=True, slots=True)
class Command:
    """What can be typed in place of a question."""

    name: str
    """With its slash."""
    arguments: str
    """What may follow, as `/help` shows it; blank if it says nothing of it."""
    help: str
    """What it does, in a few words."""
    function: Callable[[Session, str], None]
    """Takes what followed the name; raises a UsageError if that does not fit."""


def run_command(entry: str, session: Session) -> None:
    """Do what an entry that begins with a slash says.

    Raises:
        Leave: it was the last one.
        CiteloopError: there is no such command, or it cannot be done.
    """
    name, _, argument = entry.partition(" ")
    for command in COMMANDS:
        if command.name == name:
            return command.function(session, argument.strip())
    raise _unknown(name)


def _unknown(name: str) -> UsageError:
    return UsageError(f"There is no command {name}; /help lists them.")


def _help(session: Session, argument: str) -> None:
    del argument
    for command in COMMANDS:
        line = plain_text(f"{command.name:<12}", "cyan")
        example = f": {command.name} {command.arguments}" if command.arguments else ""
        line.append_text(plain_text(f"{command.help}{example}"))
        session.console.print(line, soft_wrap=True)
    session.say(
        "Enter sends, Alt-Enter begins another line. Ctrl-C asks for the answer "
        "from what was found so far; once more, it cancels."
    )


def _set_depth(session: Session, argument: str) -> None:
    if argument:
        if argument not in get_args(DepthName):
            raise UsageError("A depth is low, medium or high.")
        session.settings = session.settings.model_copy(update={"depth": argument})
    session.say(f"depth {session.settings.depth}")


def _set_mode(session: Session, argument: str) -> None:
    if argument:
        if argument not in get_args(ModeName):
            raise UsageError("A mode is auto, agent or guided.")
        session.use_mode(argument)
    session.say(f"mode {session.settings.mode}")


def _set_model(session: Session, argument: str) -> None:
    if argument:
        session.use_model(argument)
    session.say(f"model {session.model_name}")


def _show_sources(session: Session, argument: str) -> None:
    del argument
    print_sources(session.console, session.latest().citations)


def _show_sentences(session: Session, argument: str) -> None:
    del argument
    answer = session.latest()
    session.say(checked_line(answer.sentences) or "No sentence of it was judged.")
    print_sentences(session.console, answer.sentences, answer.citations)


def _open(session: Session, argument: str) -> None:
    citations = {str(each.id): each for each in session.latest().citations}
    citation = citations.get(argument.strip("[]"))
    if citation is None:
        numbers = ", ".join(citations) or "none"
        raise UsageError(f"It is /open N; the last answer has sources {numbers}.")
    found = reopen(citation, session.assistant.library)
    print_reopened(session.console, found)


def _toggle_reasoning(session: Session, argument: str) -> None:
    if argument not in {"", "on", "off"}:
        raise UsageError("It is /reasoning, /reasoning on or /reasoning off.")
    session.reasoning = argument == "on" if argument else not session.reasoning
    session.say(f"reasoning is {'shown' if session.reasoning else 'hidden'}")


def _clear(session: Session, argument: str) -> None:
    del argument
    session.conversation = None
    session.say("A new conversation.")


def _exit(session: Session, argument: str) -> None:
    del session
    if argument:  # only the word alone leaves
        raise _unknown("/exit")
    raise Leave


COMMANDS = (
    Command("/help", "", "show this", _help),
    Command("/depth", "low, medium or high", "show the depth, or set it", _set_depth),
    Command("/mode", "auto, agent or guided", "show the mode, or set it", _set_mode),
    Command("/model", "gpt-oss-120b", "show the model, or change it", _set_model),
    Command("/sources", "", "list the sources of the last answer", _show_sources),
    Command(
        "/sentences",
        "",
        "show how far its sources bear out each sentence of it",
        _show_sentences,
    ),
    Command("/open", "2", "open a source of the last answer in its document", _open),
    Command("/reasoning", "", "show or hide the model's reasoning", _toggle_reasoning),
    Command("/clear", "", "begin a new conversation; the old one is kept", _clear),
    Command("/exit", "", "leave (so does Ctrl-D)", _exit),
)
"""All of them, in the order of `/help`."""
