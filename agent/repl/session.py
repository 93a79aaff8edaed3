"""What a chat holds, and what its commands work on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import wait
from typing import TYPE_CHECKING, TextIO

from agent.endpoints.endpoint import EXTRACTIVE
from agent.endpoints.resolving import resolve_endpoint
from agent.screen.console import console_for, plain_text
from agent.settings.settings import Settings
from tools.errors import UsageError
from tools.threads import begin

if TYPE_CHECKING:
    from agent.answer import Answer
    from agent.assistant import Assistant
    from agent.conversations.conversation import Conversation
    from agent.recording.session import TapeSession

__all__ = ["Session", "open_assistant"]

_LEAVING_SECONDS = 1.5
"""For a library that is being opened, when its user leaves."""


def open_assistant(
    settings: Settings, tape: "TapeSession | None" = None
) -> "Assistant":
    """Open the library of the settings; to import the SDK takes a second."""
    from agent.assistant import Assistant

    return Assistant.open(settings, tape=tape)


class Session:
    """One person's chat: settings, conversation, and the assistant that answers."""

    def __init__(
        self,
        settings: Settings,
        stream: TextIO,
        open_: Callable[[Settings], "Assistant"] = open_assistant,
    ) -> None:
        """Begin to open the assistant in the background, by `open_`.

        Raises:
            UsageError: a model is named, and no server.
        """
        self.settings = settings
        """In force for the next question."""
        self.console = console_for(stream)
        self.reasoning = True
        """Whether the model's reasoning is shown."""
        self.conversation: Conversation | None = None
        """None until it is begun by a question, or found again."""
        self.model_name = _name_of_model(settings)
        """Of the one that answers; `extractive` if none is connected."""
        self._opening = begin(open_, settings)

    @property
    def assistant(self) -> "Assistant":
        """The one that answers; whoever asks for it waits until it is open.

        Raises:
            CiteloopError: it could not be opened.
        """
        return self._opening.result()

    def say(self, text: str) -> None:
        """Tell the person something in one line."""
        self.console.print(plain_text(text, "dim"), soft_wrap=True)

    def talk(self) -> "Conversation":
        """Return the conversation; begin it if there is none."""
        if self.conversation is None:
            from agent.conversations.conversation import Conversation

            self.conversation = Conversation()
        return self.conversation

    def resume(self, name: str | None) -> "Conversation":
        """Go on with a kept conversation, the latest if none is named; return it.

        Raises:
            UsageError: there is none.
        """
        from agent.conversations.conversation import Conversation

        self.conversation = Conversation.load(self.settings.conversations, name)
        return self.conversation

    def latest(self) -> "Answer":
        """Return the last answer.

        Raises:
            UsageError: there is no answer yet.
        """
        if self.conversation is None or not self.conversation.answers:
            raise UsageError("There is no answer yet.")
        return self.conversation.answers[-1]

    def use_model(self, name: str) -> None:
        """Let another model answer from now on.

        Raises:
            UsageError: no server is set for it.
            CiteloopError: the assistant could not be opened.
        """
        changed = self.settings.model_copy(update={"model": name})
        self.model_name = _name_of_model(changed)
        self.assistant.use(changed)
        self.settings = changed

    def use_mode(self, mode: str) -> None:
        """Answer in another mode from now on.

        Raises:
            CiteloopError: the assistant could not be opened.
        """
        changed = self.settings.model_copy(update={"mode": mode})
        self.assistant.use(changed)
        self.settings = changed

    def status(self) -> str:
        """Return what stands beneath the line that is typed."""
        count = len(self.conversation.answers) if self.conversation else 0
        return (
            f" {self.model_name} · depth {self.settings.depth} · "
            f"{count} answer{'' if count == 1 else 's'} · {self.settings.library}"
        )

    def close(self, runner: asyncio.Runner) -> None:
        """Close the assistant; one that does not open is left behind."""
        opened, _ = wait([self._opening], _LEAVING_SECONDS)
        if opened and self._opening.exception() is None:
            runner.run(self.assistant.aclose())


def _name_of_model(settings: Settings) -> str:
    endpoint = resolve_endpoint(settings)
    return endpoint.model if endpoint else EXTRACTIVE
