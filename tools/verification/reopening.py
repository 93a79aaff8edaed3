"""Opens a citation of a saved answer in its document, as the library holds it now."""

from dataclasses import dataclass
from typing import Literal

from tools.documents.passage import join_passages
from tools.errors import UsageError
from tools.grounding.citation import Citation
from tools.library.library import Library

__all__ = ["Reopening", "State", "reopen"]

State = Literal["unchanged", "moved", "changed", "gone"]
_LINES_AROUND = 8


@dataclass(frozen=True, slots=True)
class Reopening:
    """Where a citation stands now."""

    citation: Citation
    state: State
    """`moved` if its words stand in other lines, `changed` if they stand nowhere in
    the document any more, `gone` if the library holds the document no more."""
    start_line: int
    """1-based, as of now; those of the citation where it is changed."""
    end_line: int
    lines: tuple[tuple[int, str], ...]
    """What stands there and around it now, each with its number."""


def reopen(citation: Citation, library: Library) -> Reopening:
    """Return what stands now where a citation pointed.

    Raises:
        UsageError: the citation points to nothing that was shown.
        LibraryError: the library failed.
    """
    first, last = citation.start_line, citation.end_line
    if citation.document is None or first is None or last is None:
        raise UsageError(f"[{citation.id}] names nothing that was shown.")
    lines = join_passages(library.passages(citation.document))
    if not lines:
        return Reopening(citation, "gone", first, last, ())
    state: State = "unchanged"
    if not _holds(lines, first, last, citation.quote):
        start = _find(lines, citation.quote)
        state = "changed" if start is None else "moved"
        if start is not None:
            first, last = start, start + last - first
    near = range(first - _LINES_AROUND, last + _LINES_AROUND + 1)
    return Reopening(
        citation, state, first, last, tuple(line for line in lines if line[0] in near)
    )


def _holds(lines: list[tuple[int, str]], first: int, last: int, quote: str) -> bool:
    return quote in "\n".join(text for number, text in lines if first <= number <= last)


def _find(lines: list[tuple[int, str]], quote: str) -> int | None:
    """Return the line in which the quote begins, None if it stands nowhere."""
    at = "\n".join(text for _, text in lines).find(quote)
    if at < 0 or not quote:
        return None
    for number, text in lines:
        if at <= len(text):
            return number
        at -= len(text) + 1
    return None
