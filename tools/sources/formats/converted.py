"""What a converter makes of a file, and how it writes text as Markdown."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

__all__ = ["Converted", "RefusalError", "as_markdown", "as_table", "own_title"]

_TAKEN_FOR_MARKS = re.compile(
    r"^[ \t]*(?=#{1,6}(?:\s|$)|=+\s*$|-+\s*$|```|~~~|<|\[[^\]]+\]:)", re.MULTILINE
)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_NO_TITLE = re.compile(
    r"(?i)\s*(untitled.*|(microsoft )?(word|excel|powerpoint)( [-–] .*)?"
    r"|(power)?point presentation|presentation|document\d*|slide \d+|title|\W*)\s*"
)
"""What programs write where the author gave no title."""
_MAX_VALUE = 500


class RefusalError(Exception):
    """A file that is not converted; the message is the reason, in one line."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A file as the text that is cut; the same file always gives the same."""

    text: str
    """Its lines are the lines that citations count."""
    title: str = ""
    """What the file itself says that it is called; empty if it does not."""
    metadata: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """What was guessed, or left out of the text, in words."""

    def as_record(self) -> dict[str, object]:
        """Return it as JSON can hold it."""
        return asdict(self)


def as_markdown(text: str) -> str:
    """Return plain text as Markdown that reads the same.

    Indentation goes, and what would begin a heading, a code block, raw HTML or the
    definition of a link is escaped: a page that quotes `# define` must not change the
    outline, nor a `<!--` swallow what follows.
    """
    return _INDENT.sub("", _TAKEN_FOR_MARKS.sub(r"\\", text))


def as_table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows of cells as the lines of a Markdown table; the first is its head."""
    lines: list[str] = []
    for cells in rows:
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
        if len(lines) == 1:
            lines.append("|" + " --- |" * len(cells))
    return lines


def own_title(value: object) -> str:
    """Return the title that a file's properties name, if an author meant it."""
    title = " ".join(str(value or "").split())
    return "" if _NO_TITLE.fullmatch(title) else title[:_MAX_VALUE]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
