"""What the person types: a line editor on a terminal, plain lines in a pipe."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tools.own_files import own_folder, touch_own

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

__all__ = ["Input", "completer", "open_input"]


class Input(Protocol):
    """Where questions and commands come from."""

    def read(self) -> str:
        """Return the next entry.

        Raises:
            EOFError: there is no more.
            KeyboardInterrupt: the entry was given up.
        """
        ...


def open_input(
    folder: Path, commands: Iterable[str], status: Callable[[], str]
) -> Input:
    """Return the editor if a person is there, with the history kept in `folder`."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _Editor(folder, commands, status)
    return _Pipe()


def completer(commands: Iterable[str]) -> "Completer":
    """Return what Tab offers for an entry that begins like a command."""
    from prompt_toolkit.completion import WordCompleter

    return WordCompleter(list(commands), sentence=True)


class _Pipe:
    def read(self) -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line


class _Editor:
    """Enter sends; Alt-Enter begins another line; Tab completes commands."""

    def __init__(
        self, folder: Path, commands: Iterable[str], status: Callable[[], str]
    ) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.history import FileHistory, History, InMemoryHistory

        history: History
        try:
            touch_own(own_folder(folder) / "history")
            history = FileHistory(str(folder / "history"))
        except OSError:  # the chat works without one
            history = InMemoryHistory()
        self._session: PromptSession[str] = PromptSession(
            history=history,
            completer=completer(commands),
            complete_while_typing=Condition(self._is_command),
            key_bindings=_bindings(),
            multiline=False,
            prompt_continuation="· ",
            bottom_toolbar=status,
            enable_history_search=True,
        )

    def read(self) -> str:
        return self._session.prompt("› ")

    def _is_command(self) -> bool:
        return self._session.default_buffer.text.startswith("/")


def _bindings() -> "KeyBindings":
    from prompt_toolkit.key_binding import KeyBindings

    bindings = KeyBindings()

    @bindings.add("escape", "enter")
    def _(event: "KeyPressEvent") -> None:
        event.current_buffer.insert_text("\n")

    return bindings
