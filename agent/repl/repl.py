"""The chat: reads an entry, does what it says or asks the question, and goes on.

A turn that fails or is cancelled leaves the conversation as it was; one that succeeds
is on disk before the next prompt.
"""

import asyncio
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from agent.endpoints.endpoint import EXTRACTIVE
from agent.output.forms import OutputForm
from agent.output.plain import PlainForm
from agent.output.remarks import (
    remarks_on_end,
    remarks_on_grounding,
    remarks_on_models,
)
from agent.output.terminal import TerminalForm
from agent.repl.commands import COMMANDS, Leave, run_command
from agent.repl.interrupts import Interruptible
from agent.repl.line_input import Input, open_input
from agent.repl.session import Session, open_assistant
from agent.screen.answers import print_answer
from agent.screen.console import plain_text
from agent.screen.progress import Progress
from agent.settings.settings import Settings
from tools.errors import CiteloopError, ExitCode

if TYPE_CHECKING:
    from agent.answer import Answer
    from agent.assistant import Assistant
    from agent.recording.session import TapeSession

__all__ = ["Chat"]


class Chat:
    """One session at the terminal, or over a pipe."""

    def __init__(
        self,
        settings: Settings,
        resume: str | None = None,
        tape: "TapeSession | None" = None,
    ) -> None:
        """Begin to open the library in the background; see `run`.

        Args:
            settings: What the command line says.
            resume: The conversation to go on with; blank for the latest.
            tape: Recorded or played; whoever hands it over saves it.
        """
        self._resume = resume
        opened = partial(open_assistant, tape=tape)
        self._session = Session(settings, sys.stdout, opened)
        self._form: OutputForm = (
            TerminalForm(sys.stdout)
            if self._session.console.is_terminal
            else PlainForm(sys.stdout, end="\n\n")
        )

    def run(self) -> int:
        """Talk until the person leaves; return the exit code."""
        session = self._session
        names = [command.name for command in COMMANDS]
        entries = open_input(session.settings.data_dir, names, session.status)
        code = 0
        with asyncio.Runner() as runner:
            try:
                self._greet()
                with suppress(Leave):
                    while True:
                        if entry := self._read(entries):
                            code = self._take(entry, runner)
            finally:
                session.close(runner)
        return 0 if sys.stdin.isatty() else code

    def _read(self, entries: Input) -> str:
        """Return what was typed, a blank if that was given up.

        Raises:
            Leave: there is no more.
        """
        try:
            return entries.read().strip()
        except EOFError:
            raise Leave from None
        except KeyboardInterrupt:
            self._session.say("Ctrl-D or /exit leaves.")
            return ""

    def _take(self, entry: str, runner: asyncio.Runner) -> int:
        """Do one entry; a failure is said, and the chat goes on."""
        console = self._session.console
        try:
            if not entry.startswith("/"):
                return self._ask(entry, runner)
            run_command(entry, self._session)
        except CiteloopError as error:
            console.print(plain_text(str(error), "red"), soft_wrap=True)
            return error.exit_code
        except KeyboardInterrupt:
            console.print()
            self._session.say("Cancelled. The conversation is as it was before.")
            return ExitCode.INTERRUPTED
        return 0

    def _ask(self, question: str, runner: asyncio.Runner) -> int:
        session = self._session
        conversation = session.talk()
        with Progress(session.console, reasoning=session.reasoning) as progress:
            assistant = session.assistant
            answer = runner.run(self._answer(assistant, question, progress))
        self._form.write_answer(answer)
        for remark in (
            *remarks_on_models(answer),
            *remarks_on_end(answer),
            *remarks_on_grounding(answer),
        ):
            session.say(remark)
        conversation.save(session.settings.conversations)
        return answer.exit_code

    async def _answer(
        self, assistant: "Assistant", question: str, progress: Progress
    ) -> "Answer":
        session = self._session
        heard = Interruptible(progress, session.say)
        asking = assistant.ask(
            question, session.talk(), heard, session.settings.depth, heard.stop
        )
        answer: Answer = await heard.run(asking)
        return answer

    def _greet(self) -> None:
        session = self._session
        if self._resume is not None:
            self._take_up(self._resume or None)
        if not session.console.is_terminal:
            return
        session.say("Ask your documents. /help lists the commands, Ctrl-D leaves.")
        if session.model_name == EXTRACTIVE:
            session.say(
                "No model is connected: the extractive one answers by quoting. "
                "For gpt-oss, start with --provider ollama (or openrouter, vllm, …)."
            )

    def _take_up(self, name: str | None) -> None:
        """Go on with a kept conversation; show how it stands."""
        session = self._session
        found = session.resume(name)
        count = len(found.answers)
        noun = "question" if count == 1 else "questions"
        session.say(f"Conversation {found.id}, {count} {noun} so far.")
        for answer in found.answers[-1:]:
            session.console.print(plain_text(f"› {answer.question}"))
            print_answer(session.console, answer)
