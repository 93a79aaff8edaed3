"""Splits a document into passages that fit the embedder's window.

Blocks are kept whole and packed together up to the limit, never over a heading. A block
that is too long is cut between its nested blocks (list items, rows), then between
lines, then between sentences, then between words. Blank lines go with what precedes
them, so that the passages of a document together are its text.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.documents.document import Document
from tools.documents.outline import Outline, read_outline
from tools.documents.packing import CountTokens, Fits, Piece, Text
from tools.documents.passage import Passage
from tools.text.code import Definition
from tools.text.markdown import Block, paragraph_starts

__all__ = ["split_document"]

_MAX_PATH = 400
"""Characters of all headings above a passage; the nearest ones stay."""
_MAX_HEADING = 200
"""Characters; what is longer is a paragraph that looks like a heading."""
_MAX_HEADING_TOKENS = 100


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str
    blocks: Sequence[Block]
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
    packed = _packed(document.title, sections, text, count_tokens, max_tokens)
    pieces = [
        (section.heading, piece)
        for section, several in zip(sections, packed, strict=True)
        for piece in several
    ]
    return _passages(document, text, pieces)


def _packed(
    title: str,
    sections: Sequence[_Section],
    text: Text,
    count_tokens: CountTokens,
    max_tokens: int,
) -> list[list[Piece]]:
    """Return the pieces of each section, which fit together with its headings.

    Headings are not counted where the section fits whatever they take.
    """
    most = min(_MAX_HEADING_TOKENS, max_tokens // 2)
    least = max(1, max_tokens - most)
    packed = [text.whole(section.blocks, least) for section in sections]
    large = [
        section
        for section, whole in zip(sections, packed, strict=True)
        if whole is None
    ]
    paths = [f"{title} › {section.heading}" for section in large]
    counts = iter(count_tokens(paths) if paths else [])
    return [
        text.pack(section.blocks, max(1, max_tokens - min(next(counts), most)))
        if whole is None
        else whole
        for section, whole in zip(sections, packed, strict=True)
    ]


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
        return list(_Program(document.text.split("\n"), fits).sections(outline))
    sections: list[_Section] = []
    path: list[tuple[int, str]] = []
    waiting: list[Block] = []
    empty = True
    for block in outline.blocks:
        level = block.level
        if level:
            if not empty:
                sections.append(_Section(_heading(path), waiting))
                waiting = []
            path = [entry for entry in path if entry[0] < level]
            path.append((level, block.heading[:_MAX_HEADING]))
        waiting.append(block)
        empty = level > 0
    if waiting:
        sections.append(_Section(_heading(path), waiting))
    return sections


def _heading(path: list[tuple[int, str]]) -> str:
    return " › ".join([text for _, text in path])[-_MAX_PATH:]


class _Program:
    """The lines of a program, which are grouped by its definitions."""

    def __init__(self, lines: list[str], fits: Fits) -> None:
        self._lines = lines
        self._fits = fits
        self._begins = paragraph_starts(lines)

    def sections(self, outline: Outline) -> Iterator[_Section]:
        """Yield its sections, each under the names of its definitions."""
        whole = Definition("", 0, len(self._lines), outline.definitions)
        return self._sections(whole, 0, len(self._lines), "")

    def _sections(
        self, here: Definition, start: int, end: int, path: str
    ) -> Iterator[_Section]:
        """Yield a definition whole if it fits, or else what is defined in it, in order.

        It reaches from `start` up to `end`, with the blank lines below it.
        """
        if not here.inner or (here.name and self._fits(start, end)):
            yield self._section(path, start, end)
            return
        at = start
        for inner in here.inner:
            first = max(inner.start, at)
            if at < first:
                yield self._section(path, at, first)
            below = (
                f"{path} › {inner.name}" if path and inner.name else path or inner.name
            )
            at = self._end(max(inner.end, first), end)
            yield from self._sections(inner, first, at, below[-_MAX_PATH:])
        if at < end:
            yield self._section(path, at, end)

    def _end(self, line: int, end: int) -> int:
        """Return the line after the blank ones: they go with what precedes them."""
        while line < end and not self._lines[line].strip():
            line += 1
        return line

    def _section(self, path: str, start: int, end: int) -> _Section:
        """Return lines that are cut between paragraphs if at all."""
        first, last = bisect_right(self._begins, start), bisect_left(self._begins, end)
        return _Section(
            path, (Block(start, end, 0, "", (tuple(self._begins[first:last]),)),)
        )
