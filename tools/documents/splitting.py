"""Splits a document into passages that fit the embedder's window.

Blocks are kept whole and packed together up to the limit, never over a heading. A block
that is too long is cut between its nested blocks (list items, rows), then between
lines, then between sentences, then between words. Blank lines go with what precedes
them, so that the passages of a document together are its text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tools.documents.document import Document
from tools.documents.outline import Outline, read_outline
from tools.documents.packing import CountTokens, Fits, Piece, Text
from tools.documents.passage import Passage
from tools.text.code import Definition
from tools.text.markdown import Block

__all__ = ["split_document"]

_MAX_PATH = 400
"""Characters of all headings above a passage; the nearest ones stay."""
_MAX_HEADING = 200
"""Characters; what is longer is a paragraph that looks like a heading."""
_MAX_HEADING_TOKENS = 100


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str
    blocks: tuple[Block, ...]
    """In order; the first is the heading itself, where there is one."""


def split_document(
    document: Document,
    count_tokens: CountTokens,
    max_tokens: int,
    outline: Outline | None = None,
) -> list[Passage]:
    """Split `document` into passages of at most `max_tokens` with their headings.

    Lengths are tokens of the embedder's own tokenizer. A document without a
    character that is not white space has no passages. Its outline is read here where
    a worker has not read it (`tools.sources.outlines`).
    """
    if outline is None:
        outline = read_outline(document.text, document.form, document.name)
    text = Text(document.text, count_tokens)
    sections = _sections(document, outline, text.fits_within(max_tokens * 3 // 4))
    paths = [f"{document.title} › {section.heading}" for section in sections]
    pieces: list[tuple[str, Piece]] = []
    for section, count in zip(sections, count_tokens(paths), strict=True):
        taken = min(count, _MAX_HEADING_TOKENS, max_tokens // 2)
        packed = text.pack(section.blocks, max(1, max_tokens - taken))
        pieces += [(section.heading, piece) for piece in packed]
    return _passages(document, text, pieces)


def _passages(
    document: Document, text: Text, pieces: Sequence[tuple[str, Piece]]
) -> list[Passage]:
    """Return the passages of a document, whose pieces come with their headings."""
    digest = document.digest
    return [
        Passage(
            document=document.name,
            title=document.title,
            heading=heading,
            number=number,
            count=len(pieces),
            start_line=text.line(piece.start),
            end_line=text.line(max(piece.start, piece.end - 1)),
            text=text.content[piece.start : piece.end],
            digest=digest,
            source=document.source,
            metadata=document.metadata,
        )
        for number, (heading, piece) in enumerate(pieces)
    ]


def _sections(document: Document, outline: Outline, fits: Fits) -> list[_Section]:
    """Group the blocks of a document under their headings.

    A heading with nothing below it goes with the section that follows.
    """
    if document.form == "code":
        lines = document.text.split("\n")
        whole = Definition("", 0, len(lines), outline.definitions)
        return list(_definition(whole, "", lines, fits))
    sections: list[_Section] = []
    path: list[tuple[int, str]] = []
    waiting: list[Block] = []
    empty = True
    for block in outline.blocks:
        if block.level and not empty:
            sections.append(_Section(_heading(path), tuple(waiting)))
            waiting = []
        if block.level:
            path = [entry for entry in path if entry[0] < block.level]
            path.append((block.level, block.heading[:_MAX_HEADING]))
        waiting.append(block)
        empty = bool(block.level)
    if waiting:
        sections.append(_Section(_heading(path), tuple(waiting)))
    return sections


def _heading(path: list[tuple[int, str]]) -> str:
    return " › ".join(text for _, text in path)[-_MAX_PATH:]


def _definition(
    here: Definition, path: str, lines: list[str], fits: Fits
) -> Iterator[_Section]:
    """Yield a definition whole if it fits, or else what is defined in it, in order."""
    if not here.inner or (here.name and fits(here.start, here.end)):
        yield _lines_section(path, lines, here.start, here.end)
        return
    at = here.start
    for inner in here.inner:
        start = max(inner.start, at)
        if at < start:
            yield _lines_section(path, lines, at, start)
        below = " › ".join(part for part in (path, inner.name) if part)[-_MAX_PATH:]
        end = max(inner.end, start)
        while end < here.end and not lines[end].strip():
            end += 1  # blank lines go with what precedes them
        yield from _definition(replace(inner, start=start, end=end), below, lines, fits)
        at = end
    if at < here.end:
        yield _lines_section(path, lines, at, here.end)


def _lines_section(path: str, lines: list[str], start: int, end: int) -> _Section:
    begins = [
        number
        for number in range(start + 1, end)
        if lines[number].strip() and not lines[number - 1].strip()
    ]
    spans = pairwise([start, *begins, end])
    return _Section(path, tuple(Block(*span, 0, "", ()) for span in spans))
