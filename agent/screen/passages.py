"""What was found, and the lines of documents."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from agent.screen.console import plain_text, snippet
from tools.documents.passage import Hit
from tools.grounding.citation import Citation
from tools.verification.reopening import Reopening, State

__all__ = ["lines_of", "print_hits", "print_lines", "print_reopened"]

_STATES: dict[State, str] = {
    "unchanged": "",
    "moved": "source changed: the same words stand in other lines now",
    "changed": "source changed: these words stand nowhere in it any more",
    "gone": "source changed: the library does not hold this document any more",
}


def lines_of(citation: Citation) -> str:
    """Return the lines of a citation, as they are shown."""
    if citation.end_line == citation.start_line:
        return f"{citation.start_line}"
    return f"{citation.start_line}-{citation.end_line}"


def print_hits(console: Console, hits: Iterable[Hit]) -> None:
    """Print what a search found: a table on a terminal, plain lines in a pipe."""
    if not console.is_terminal:
        for hit in hits:
            passage = hit.passage
            place = f"{passage.document}:{passage.start_line}-{passage.end_line}"
            line = f"{hit.score:.3f}  {place}  {passage.heading_path}"
            console.print(plain_text(line), soft_wrap=True)
            text = plain_text(f"       {snippet(passage.text)}")
            console.print(text, soft_wrap=True)
        return
    table = Table(show_lines=True)
    table.add_column("score", justify="right")
    table.add_column("where", overflow="fold")
    table.add_column("passage", overflow="fold", ratio=1)
    for hit in hits:
        passage = hit.passage
        where = f"{passage.document}\nlines {passage.start_line}-{passage.end_line}"
        text = plain_text(f"{passage.heading_path}\n", "bold")
        text.append_text(plain_text(snippet(passage.text)))
        table.add_row(f"{hit.score:.3f}", plain_text(where), text)
    console.print(table)


def print_reopened(console: Console, found: Reopening) -> None:
    """Print a citation in its document; if that has changed, both versions."""
    citation = found.citation
    console.print(plain_text(citation.document or "", "bold"), soft_wrap=True)
    if found.state != "unchanged":
        console.print(plain_text(_STATES[found.state], "yellow"), soft_wrap=True)
        console.print(plain_text(f"cited, at {lines_of(citation)}:", "dim"))
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
