"""Text that is no Markdown, written so that as Markdown it says the same."""

import re
from collections.abc import Iterable

__all__ = ["as_markdown", "as_table", "escape_signs", "escape_starts", "fenced"]

_SIGNS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~\n]|\Z)|`|\*(?!\s)|(?<=\S)\*|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])|&(?=\#?\w{1,31};)|\](?=[(\[:])"
)
"""What would be an escape, code, emphasis, HTML, an entity or the end of a link."""
_RULE = r"(?:-[ \t]*+){2,}+$|(?:\*[ \t]*+){3,}+$|(?:_[ \t]*+){3,}+$|=++[ \t]*$"
_DELIMITERS = r"(?=[ \t|:]*+-)[|:-][ \t|:-]*+$"
_STARTS = re.compile(
    r"^[ \t]*(?=\#{1,6}(?:[ \t]|$)|>|[-+*](?:[ \t]|$)|~~~|:?-+:?$"
    rf"|{_RULE}|{_DELIMITERS}|\[[^\]\n]{{1,999}}\]:)"
    r"|^[ \t]*\d{1,9}(?=[.)](?:[ \t]|$))",
    re.MULTILINE,
)
"""What would begin a heading, a quotation, a list, a rule, code, a table's second line
or the definition of a link; of a number the place before its full stop."""
_OUTLINE = re.compile(
    r"^[ \t]*(?=\#{1,6}(?:\s|$)|=++[ \t]*+$|-++[ \t]*+$|```|~~~|<|\[[^\]\n]{1,999}\]:)",
    re.MULTILINE,
)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(`{3,})", re.MULTILINE)


def escape_signs(text: str) -> str:
    """Return a piece of running text whose signs mean themselves."""
    return _SIGNS.sub(r"\\\g<0>", text)


def escape_starts(text: str) -> str:
    """Return a paragraph no line of which begins a heading, a list or the like."""
    return _INDENT.sub("", _STARTS.sub(r"\g<0>\\", text))


def as_markdown(text: str) -> str:
    """Return plain text as Markdown that reads the same.

    Indentation goes, and what would begin a heading, a code block, raw HTML or the
    definition of a link is escaped: a page that quotes `# define` must not change the
    outline, nor a `<!--` swallow what follows. Lists stay lists.
    """
    return _INDENT.sub("", _OUTLINE.sub(r"\\", text))


def as_table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows of cells as the lines of a Markdown table; the first is its head."""
    lines: list[str] = []
    for cells in rows:
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
        if len(lines) == 1:
            lines.append("|" + " --- |" * len(cells))
    return lines


def fenced(text: str, language: str = "") -> str:
    """Return code in a fence that is longer than any within it."""
    longest = max(map(len, _FENCE.findall(text)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
