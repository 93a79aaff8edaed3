"""A run as it happens: turns, tool calls, reasoning."""

import re

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from agent.events.events import (
    CheckingStarted,
    Event,
    Noticed,
    ReasoningDelta,
    Repaired,
    TextDelta,
    TextReplaced,
    TurnStarted,
)
from agent.events.repair import Repair
from agent.screen.console import plain_text
from agent.screen.notices import print_notice
from tools.text.clean import visible
from tools.trajectory.events import ToolFinished, ToolStarted
from tools.trajectory.names import ANSWER
from tools.trajectory.tool_call import ToolCall

__all__ = ["Progress"]

_WORD_START = re.compile(r"(?<=\s)(?=\S)")


class Progress:
    """Shows a run as it happens: turns, tool calls, and reasoning if it is wanted."""

    def __init__(self, console: Console, *, reasoning: bool = False) -> None:
        """Write to a console; without a terminal there are only notices, on stderr."""
        self._console = console
        self._reasoning = reasoning
        self._stream: _WordWrap | None = None
        self._status = console.status(plain_text("…"), spinner="dots")

    def __enter__(self) -> "Progress":
        """Start the spinner."""
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self._end_stream()
        self._status.stop()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if not self._console.is_terminal:
            if isinstance(event, Noticed):
                print_notice(event.text)
            return
        if isinstance(event, ReasoningDelta | TextDelta):
            self._show_delta(event)
            return
        self._end_stream()
        if isinstance(event, TurnStarted):
            self._say(f"turn {event.turn}: the model is at work")
        elif isinstance(event, CheckingStarted):
            few = "" if event.sentences == 1 else "s"
            self._say(f"checking {event.sentences} sentence{few}")
        elif isinstance(event, ToolStarted):
            self._say(f"{event.name} …")
        elif line := _line_of(event):
            self._console.print(line)

    def _say(self, text: str) -> None:
        self._status.update(plain_text(text, "dim"))

    def _show_delta(self, event: ReasoningDelta | TextDelta) -> None:
        if isinstance(event, TextDelta):
            self._say("the model is writing")
        elif not self._reasoning:
            self._say("the model is thinking")
        else:
            if self._stream is None:
                self._status.stop()
                self._stream = _WordWrap(self._console, "dim italic")
            self._stream.write(event.text)

    def _end_stream(self) -> None:
        if self._stream is not None:
            self._stream.end()
            self._stream = None
            self._status.start()


class _WordWrap:
    """Prints text as it streams, breaking lines between words."""

    def __init__(self, console: Console, style: str) -> None:
        self._console = console
        self._style = style
        self._column = 0
        self._word = ""

    def write(self, delta: str) -> None:
        """Print what is complete of the text so far: all but its last word."""
        *complete, self._word = _WORD_START.split(visible(self._word + delta))
        for word in complete:
            self._put(word)

    def end(self) -> None:
        """Print the rest, and end the line."""
        self._put(self._word)
        self._console.print()

    def _put(self, word: str) -> None:
        width = cell_len(word.rstrip())
        if self._column and self._column + width > self._console.width:
            self._console.print()
            self._column = 0
        self._console.print(Text(word, self._style), end="", soft_wrap=True)
        tail = word.rpartition("\n")[2]
        self._column = cell_len(tail) + (0 if "\n" in word else self._column)


def _line_of(event: Event) -> Text | None:
    """Return the line that stays of an event, None if none does."""
    if isinstance(event, Repaired):
        return plain_text(f"  {_repair_line(event.repair)}", "dim")
    if isinstance(event, TextReplaced):
        return plain_text(f"  The text so far is void: {event.reason}.", "dim")
    if isinstance(event, Noticed):
        return plain_text(f"  {event.text}", "yellow")
    if isinstance(event, ToolFinished):
        call = event.call
        shown = call.name != ANSWER or call.failed
        return _call_line(call) if shown else None
    return None


def _repair_line(repair: Repair) -> str:
    if repair.kind == "sampled_again":
        return f"repaired: asked again ({repair.before})"
    after = f" → {repair.after}" if repair.after else " left out"
    return f"repaired: {repair.kind} {repair.before or '(none)'}{after}"


def _call_line(call: ToolCall) -> Text:
    given = ", ".join(_argument(value) for value in call.arguments.values() if value)
    line = plain_text(f"  {call.name} ", "cyan")
    line.append_text(plain_text(" ".join(given.split())[:120]))
    style = "red" if call.failed else "dim"
    line.append_text(plain_text(f" → {call.returned} ({call.ms} ms)", style))
    return line


def _argument(value: object) -> str:
    if isinstance(value, list):
        return " | ".join(map(str, value))
    return str(value)
