"""The tool `fetch`: a window of a document."""

from collections.abc import Container
from difflib import get_close_matches
from itertools import chain

from tools.calls.run import Run, ToolOutput
from tools.documents.passage import join_passages
from tools.errors import ToolError
from tools.evidence.shown import one_line, write_source
from tools.text.links import links_between
from tools.threads import off_loop

__all__ = ["fetch"]

_WINDOW_CHARACTERS = 4000
"""About a thousand tokens."""
_LINES_BEFORE_MATCH = 3
_MAX_POINTERS = 10

Line = tuple[int, str]


async def fetch(
    run: Run,
    document: str,
    line: int | None = None,
    find: str | None = None,
) -> ToolOutput:
    """Open a window of a document as a new source.

    Args:
        document: Its name as a search shows it.
        find: Words to begin at.
    """
    passages = await off_loop(run.library.passages, document)
    if not passages:
        raise ToolError(_unknown(document, list(run.library.names())))
    document = passages[0].document
    lines = join_passages(passages)
    start = _start(lines, line, find)
    window = _window(lines, start)
    first, last = window[0][0], window[-1][0]
    end = lines[-1][0]
    source = run.evidence.show(
        document,
        passages[0].title,
        passages[0].title,
        first,
        "\n".join(text for _, text in window),
    )
    run.show(source)
    more = f"The document ends at line {end}."
    if last < end:
        more = f"The document has {end} lines; go on with line={last + 1}."
    more += _pointers(document, window, run.library.names())
    return ToolOutput(
        f"{write_source(source, continues=last < end)}\n{more}",
        f"lines {first}-{last} of {end}",
    )


def _pointers(document: str, window: list[Line], names: Container[str]) -> str:
    """Return the line that names what the window points to, if it does."""
    found = links_between(document, [text for _, text in window], names)
    if not found:
        return ""
    shown = ", ".join(one_line(name) for name in found[:_MAX_POINTERS])
    rest = len(found) - _MAX_POINTERS
    return f"\nIt points to: {shown}{f' and {rest} more' if rest > 0 else ''}."


def _start(lines: list[Line], line: int | None, find: str | None) -> int:
    """Return the index of the first line to show."""
    index = next(
        (at for at, (number, _) in enumerate(lines) if number >= (line or 1)), None
    )
    if index is None:
        raise ToolError(f"line: the document ends at line {lines[-1][0]}")
    if find is None or not find.strip():
        return index
    match = _find(lines, index, find)
    if match is None:
        raise ToolError(
            f'find: "{find}" does not stand in the document after line '
            f"{lines[index][0]}; try fewer words, or search"
        )
    return max(index, match - _LINES_BEFORE_MATCH)


def _find(lines: list[Line], start: int, find: str) -> int | None:
    """Return the first line with the text, or else with each of its words."""
    wanted = " ".join(find.casefold().split())
    words = wanted.split()
    texts = [" ".join(text.casefold().split()) for _, text in lines]
    later = range(start, len(texts))
    phrase = (at for at in later if wanted in texts[at])
    all_words = (at for at in later if all(word in texts[at] for word in words))
    return next(chain(phrase, all_words), None)


def _window(lines: list[Line], start: int) -> list[Line]:
    window: list[Line] = []
    length = 0
    for number, text in lines[start:]:
        gap = bool(window) and number != window[-1][0] + 1
        length += len(text)
        if window and (length > _WINDOW_CHARACTERS or gap):
            break
        window.append((number, text))
    return window


def _unknown(document: str, names: list[str]) -> str:
    close = get_close_matches(document, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else "search shows the names"
    return f'document: the library has no "{document}"; {hint}'
