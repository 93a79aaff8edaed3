"""What people see: the one place that speaks to rich.

Everything that comes from documents, the model or file names is made visible first,
and goes to rich as `Text`, never as markup.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from agent.answer import Answer
from tools.calls.run import (
    ANSWER,
    Event,
    Noticed,
    ReasoningDelta,
    Repair,
    Repaired,
    TextDelta,
    TextReplaced,
    ToolCall,
    ToolFinished,
    ToolStarted,
    TurnStarted,
)
from tools.documents.document import Hit
from tools.grounding.resolving import Citation
from tools.grounding.verdicts import Verdict
from tools.text.clean import neutralise_control_tokens, visible
from tools.verification.answers import Verification
from tools.verification.reopening import Reopened, State

__all__ = [
    "Progress",
    "console_for",
    "plain_answer",
    "plain_text",
    "print_answer",
    "print_checked",
    "print_hits",
    "print_lines",
    "print_reopened",
    "print_sources",
]

_SIGNS = {
    Verdict.EXACT: ("✓", "green"),
    Verdict.RELOCATED: ("✓", "green"),
    Verdict.PARAPHRASED: ("≈", "yellow"),
    Verdict.MISATTRIBUTED: ("✗", "red"),
    Verdict.FABRICATED: ("✗", "red"),
    Verdict.UNSEEN: ("✗", "red"),
}
_STATES: dict[State, str] = {
    "unchanged": "",
    "moved": "source changed: the same words stand in other lines now",
    "changed": "source changed: these words stand nowhere in it any more",
    "gone": "source changed: the library does not hold this document any more",
}
_SNIPPET = 240
_WORD_START = re.compile(r"(?<=\s)(?=\S)")


def console_for(stream: TextIO) -> Console:
    """Return a console that writes to a stream and colours only terminals."""
    return Console(file=stream, highlight=False, markup=False, emoji=False)


def plain_text(text: str, style: str = "") -> Text:
    """Return untrusted text as rich prints it letter for letter."""
    return Text(neutralise_control_tokens(visible(text)), style=style)


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


def print_notice(text: str) -> None:
    """Write one line to standard error, for whoever reads a pipe's."""
    console = console_for(sys.stderr)
    console.print(plain_text(f"citeloop: {text}"), soft_wrap=True)


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


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer with its sources, and what it took."""
    print_checked(console, answer)
    console.print(plain_text(_summary(answer), "dim"))


def print_checked(console: Console, answer: Answer | Verification) -> None:
    """Print an answer as Markdown, its sources numbered beneath it."""
    console.print()
    console.print(Markdown(visible(answer.answer), hyperlinks=False))
    print_sources(console, answer.citations)


def print_sources(console: Console, citations: Sequence[Citation]) -> None:
    """Print the sources: where each stands, how it was judged, and its words."""
    console.print()
    for citation in citations:
        sign, style = _SIGNS[citation.verdict]
        line = plain_text(f"[{citation.id}] ", "bold")
        line.append_text(plain_text(f"{_place(citation)} "))
        line.append_text(plain_text(f"{sign} {citation.verdict.value}", style))
        console.print(line, soft_wrap=True)
        console.print(Padding(plain_text(_quote(citation), "dim"), (0, 0, 0, 4)))
    if citations:
        console.print()


def plain_answer(answer: Answer | Verification) -> str:
    """Return an answer and its sources as plain text, for a pipe."""
    lines = [answer.answer, ""]
    if answer.citations:
        lines.append("Sources:")
    for citation in answer.citations:
        lines.append(f"[{citation.id}] {_place(citation)} ({citation.verdict.value})")
        lines.append(f"    {_quote(citation)}")
    return neutralise_control_tokens(visible("\n".join(lines).rstrip()))


def _place(citation: Citation) -> str:
    if citation.document is None:
        return "no source that was shown"
    title = f" ({citation.title})" if citation.title else ""
    return f"{citation.document}:{_lines_of(citation)}{title}"


def _lines_of(citation: Citation) -> str:
    if citation.end_line == citation.start_line:
        return f"{citation.start_line}"
    return f"{citation.start_line}-{citation.end_line}"


def _quote(citation: Citation) -> str:
    if _SIGNS[citation.verdict][0] == "✗":
        return f'claimed: "{_snippet(citation.claim)}"'
    return f'"{_snippet(citation.quote)}"'


def _snippet(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SNIPPET else f"{line[: _SNIPPET - 1]}…"


def _summary(answer: Answer) -> str:
    parts = [
        answer.model,
        f"depth {answer.depth}",
        f"{answer.turns} turns",
        f"{len(answer.trajectory)} tool calls",
    ]
    if answer.usage.total_tokens:
        parts.append(f"{answer.usage.total_tokens:,} tokens")
    parts.append(f"{answer.seconds:.1f} s")
    if answer.run:
        parts.append(f"run {answer.run}")
    return " · ".join(parts)


def print_hits(console: Console, hits: Iterable[Hit]) -> None:
    """Print what a search found: a table on a terminal, plain lines in a pipe."""
    if not console.is_terminal:
        for hit in hits:
            passage = hit.passage
            place = f"{passage.document}:{passage.start_line}-{passage.end_line}"
            line = f"{hit.score:.3f}  {place}  {passage.heading_path}"
            console.print(plain_text(line), soft_wrap=True)
            snippet = plain_text(f"       {_snippet(passage.text)}")
            console.print(snippet, soft_wrap=True)
        return
    table = Table(show_lines=True)
    table.add_column("score", justify="right")
    table.add_column("where", overflow="fold")
    table.add_column("passage", overflow="fold", ratio=1)
    for hit in hits:
        passage = hit.passage
        where = f"{passage.document}\nlines {passage.start_line}-{passage.end_line}"
        text = plain_text(f"{passage.heading_path}\n", "bold")
        text.append_text(plain_text(_snippet(passage.text)))
        table.add_row(f"{hit.score:.3f}", plain_text(where), text)
    console.print(table)


def print_reopened(console: Console, found: Reopened) -> None:
    """Print a citation in its document; if that has changed, both versions."""
    citation = found.citation
    console.print(plain_text(citation.document or "", "bold"), soft_wrap=True)
    if found.state != "unchanged":
        console.print(plain_text(_STATES[found.state], "yellow"), soft_wrap=True)
        console.print(plain_text(f"cited, at {_lines_of(citation)}:", "dim"))
        console.print(Padding(plain_text(citation.quote), (0, 0, 0, 4)))
        if found.lines:
            console.print(plain_text("now:", "dim"))
    print_lines(console, found.lines, range(found.start_line, found.end_line + 1))


def print_lines(
    console: Console, lines: Sequence[tuple[int, str]], marked: range = range(0)
) -> None:
    """Print the numbered lines of a document; those in `marked` stand out."""
    width = len(str(lines[-1][0])) if lines else 1
    for number, text in lines:
        sign = "▶" if number in marked else " "
        line = plain_text(f"{sign}{number:>{width}}  ", "dim")
        line.append_text(plain_text(text, "bold" if number in marked else ""))
        console.print(line, soft_wrap=True)
