"""The chat: reads an entry, does what it says or asks the question, and goes on.

A turn that fails or is cancelled leaves the conversation as it was; one that succeeds
is on disk before the next prompt.
"""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, get_args

from agent.endpoints.endpoint import EXTRACTIVE
from agent.endpoints.resolving import resolve_endpoint
from agent.repl.line_input import Input, open_input
from agent.screen.answers import plain_answer, print_answer, print_sources
from agent.screen.console import console_for, plain_text
from agent.screen.passages import print_reopened
from agent.screen.progress import Progress
from agent.settings.depth import DepthName
from agent.settings.settings import Settings
from tools.errors import CiteloopError, ExitCode, UsageError
from tools.verification.reopening import reopen

if TYPE_CHECKING:
    from agent.answer import Answer
    from agent.assistant import Assistant
    from agent.conversations.conversation import Conversation
    from tools.grounding.citation import Citation

__all__ = ["Chat"]

_HELP = {
    "/help": "show this",
    "/depth": "show the depth, or set it: /depth low, medium or high",
    "/model": "show the model, or change it: /model gpt-oss-120b",
    "/sources": "list the sources of the last answer",
    "/open": "open a source of the last answer in its document: /open 2",
    "/reasoning": "show or hide the model's reasoning",
    "/clear": "begin a new conversation; the old one is kept",
    "/exit": "leave (so does Ctrl-D)",
}


class Chat:
    """One session at the terminal, or over a pipe."""

    def __init__(self, settings: Settings, resume: str | None = None) -> None:
        """Begin to open the library in the background; see `run`.

        Args:
            settings: What the command line says.
            resume: The conversation to go on with; blank for the latest.
        """
        self._settings = settings
        self._resume = resume
        self._console = console_for(sys.stdout)
        self._reasoning = True
        self._commands: dict[str, Callable[[str], None]] = {
            "/help": self._help,
            "/depth": self._set_depth,
            "/model": self._set_model,
            "/sources": self._show_sources,
            "/open": self._open,
            "/reasoning": self._toggle_reasoning,
            "/clear": self._clear,
        }
        self._model_name = _name_of_model(settings)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="open-library")
        self._opening: Future[Assistant] = self._pool.submit(_open_assistant, settings)
        self._conversation: Conversation | None = None

    def run(self) -> int:
        """Talk until the person leaves; return the exit code."""
        entries = open_input(self._settings.data_dir, [*_HELP], self._status)
        code = 0
        with asyncio.Runner() as runner:
            try:
                self._greet()
                while (entry := self._read(entries)) is not None:
                    if entry:
                        code = self._take(entry, runner)
            finally:
                self._close(runner)
        return 0 if sys.stdin.isatty() else code

    def _read(self, entries: Input) -> str | None:
        """Return what was typed, None at the end."""
        try:
            entry = entries.read().strip()
        except KeyboardInterrupt:
            self._say("Ctrl-D or /exit leaves.")
            return ""
        except EOFError:
            return None
        return None if entry == "/exit" else entry

    def _take(self, entry: str, runner: asyncio.Runner) -> int:
        """Do one entry; a failure is said, and the chat goes on."""
        try:
            if not entry.startswith("/"):
                return self._ask(entry, runner)
            name, _, argument = entry.partition(" ")
            if name not in self._commands:
                raise UsageError(f"There is no command {name}; /help lists them.")
            self._commands[name](argument.strip())
        except CiteloopError as error:
            self._console.print(plain_text(str(error), "red"), soft_wrap=True)
            return error.exit_code
        except KeyboardInterrupt:
            self._console.print()
            self._say("Cancelled. The conversation is as it was before.")
            return ExitCode.INTERRUPTED
        return 0

    def _ask(self, question: str, runner: asyncio.Runner) -> int:
        conversation = self._talk()
        with Progress(self._console, reasoning=self._reasoning) as progress:
            assistant = self._opening.result()
            answer = runner.run(self._answer(assistant, question, progress))
        if self._console.is_terminal:
            print_answer(self._console, answer)
        else:
            print(plain_answer(answer), end="\n\n")
        for each in answer.given_up:
            self._say(f"Given up, and {answer.model} was asked: {each}")
        if answer.advice:
            self._say(f"The search was ended: {answer.advice}.")
        if not answer.grounded:
            self._say(f"Not grounded: {answer.weakness}.")
        conversation.save(self._settings.conversations)
        return answer.exit_code

    async def _answer(
        self, assistant: "Assistant", question: str, progress: Progress
    ) -> "Answer":
        from agent.repl.interrupts import Interruptible

        heard = Interruptible(progress, self._say)
        asking = assistant.ask(
            question, self._talk(), heard, self._settings.depth, heard.stop
        )
        answer: Answer = await heard.run(asking)
        return answer

    def _talk(self) -> "Conversation":
        if self._conversation is None:
            from agent.conversations.conversation import Conversation

            self._conversation = Conversation()
        return self._conversation

    def _greet(self) -> None:
        if self._resume is not None:
            from agent.conversations.conversation import Conversation

            found = Conversation.load(
                self._settings.conversations, self._resume or None
            )
            self._conversation = found
            count = len(found.answers)
            noun = "question" if count == 1 else "questions"
            self._say(f"Conversation {found.id}, {count} {noun} so far.")
            for answer in found.answers[-1:]:
                self._console.print(plain_text(f"› {answer.question}"))
                print_answer(self._console, answer)
        if not self._console.is_terminal:
            return
        self._say("Ask your documents. /help lists the commands, Ctrl-D leaves.")
        if self._model_name == EXTRACTIVE:
            self._say(
                "No model is connected: the extractive one answers by quoting. "
                "For gpt-oss, start with --provider ollama (or openrouter, vllm, …)."
            )

    def _status(self) -> str:
        count = len(self._conversation.answers) if self._conversation else 0
        return (
            f" {self._model_name} · depth {self._settings.depth} · "
            f"{count} answer{'' if count == 1 else 's'} · {self._settings.library}"
        )

    def _say(self, text: str) -> None:
        self._console.print(plain_text(text, "dim"), soft_wrap=True)

    def _help(self, argument: str) -> None:
        del argument
        for name, what in _HELP.items():
            line = plain_text(f"{name:<12}", "cyan")
            line.append_text(plain_text(what))
            self._console.print(line, soft_wrap=True)
        self._say(
            "Enter sends, Alt-Enter begins another line. Ctrl-C asks for the answer "
            "from what was found so far; once more, it cancels."
        )

    def _set_depth(self, argument: str) -> None:
        if argument:
            if argument not in get_args(DepthName):
                raise UsageError("A depth is low, medium or high.")
            self._settings = self._settings.model_copy(update={"depth": argument})
        self._say(f"depth {self._settings.depth}")

    def _set_model(self, argument: str) -> None:
        if argument:
            changed = self._settings.model_copy(update={"model": argument})
            self._model_name = _name_of_model(changed)  # raises without a server
            self._opening.result().use(changed)
            self._settings = changed
        self._say(f"model {self._model_name}")

    def _toggle_reasoning(self, argument: str) -> None:
        if argument not in {"", "on", "off"}:
            raise UsageError("It is /reasoning, /reasoning on or /reasoning off.")
        self._reasoning = argument == "on" if argument else not self._reasoning
        self._say(f"reasoning is {'shown' if self._reasoning else 'hidden'}")

    def _show_sources(self, argument: str) -> None:
        del argument
        print_sources(self._console, self._citations())

    def _open(self, argument: str) -> None:
        citations = {str(each.id): each for each in self._citations()}
        citation = citations.get(argument.strip("[]"))
        if citation is None:
            numbers = ", ".join(citations) or "none"
            raise UsageError(f"It is /open N; the last answer has sources {numbers}.")
        found = reopen(citation, self._opening.result().library)
        print_reopened(self._console, found)

    def _citations(self) -> "tuple[Citation, ...]":
        if self._conversation is None or not self._conversation.answers:
            raise UsageError("There is no answer yet.")
        return self._conversation.answers[-1].citations

    def _clear(self, argument: str) -> None:
        del argument
        self._conversation = None
        self._say("A new conversation.")

    def _close(self, runner: asyncio.Runner) -> None:
        self._pool.shutdown(wait=True)
        if self._opening.exception() is None:
            runner.run(self._opening.result().aclose())


def _name_of_model(settings: Settings) -> str:
    endpoint = resolve_endpoint(settings)
    return endpoint.model if endpoint else EXTRACTIVE


def _open_assistant(settings: Settings) -> "Assistant":
    from agent.assistant import Assistant

    return Assistant.open(settings)
