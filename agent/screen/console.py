"""The console, and untrusted text as rich prints it letter for letter."""

from typing import TextIO

from rich.console import Console
from rich.text import Text
from rich.theme import Theme

from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["console_for", "plain_text", "snippet"]

_SNIPPET = 240
_THEME = Theme({"markdown.remark": "yellow"})
"""The style of what the check remarks of a sentence, in `agent.screen.remarked`."""


def console_for(stream: TextIO) -> Console:
    """Return a console that writes to a stream and colours only terminals."""
    return _Console(
        file=stream, highlight=False, markup=False, emoji=False, theme=_THEME
    )


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command: rich would end the program with 1, a bug's code."""
        raise BrokenPipeError


def plain_text(text: str, style: str = "") -> Text:
    """Return untrusted text as rich prints it letter for letter."""
    return Text(neutralise_control_tokens(visible(text)), style=style)


def snippet(text: str) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SNIPPET else f"{line[: _SNIPPET - 1]}…"
