"""Splits a document into passages that fit the embedder's window.

Blocks are kept whole and packed together up to the limit, never over a heading. A block
that is too long is cut between its nested blocks (list items, rows), then between
lines, then between sentences, then between words. Blank lines go with what precedes
them, so that the passages of a document together are its text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from tools.documents.document import Document
from tools.documents.packing import CountTokens, Fits, Piece, Text
from tools.documents.passage import Passage
from tools.text.code import Definition, read_definitions
from tools.text.markdown import Block, body_start, read_blocks
from tools.text.restructured import read_rst_blocks

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
    document: Document, count_tokens: CountTokens, max_tokens: int
) -> list[Passage]:
    """Split `document` into passages of at most `max_tokens` with their headings.

    Lengths are tokens of the embedder's own tokenizer. A document without a
    character that is not white space has no passages.
    """
    text = Text(document.text, count_tokens)
    passages: list[Passage] = []
    for section in _sections(document, text.fits_within(max_tokens * 3 // 4)):
        path = f"{document.title} › {section.heading}"
        taken = min(count_tokens([path])[0], _MAX_HEADING_TOKENS, max_tokens // 2)
        limit = max(1, max_tokens - taken)
        passages += [
            _passage(document, section.heading, text, piece)
            for piece in text.pack(section.blocks, limit)
        ]
    return [
        replace(passage, number=number, count=len(passages))
        for number, passage in enumerate(passages)
    ]


def _passage(document: Document, heading: str, text: "Text", piece: Piece) -> Passage:
    body = text.content[piece.start : piece.end]
    return Passage(
        document=document.name,
        title=document.title,
        heading=heading,
        number=0,
        count=0,
        start_line=text.line(piece.start),
        end_line=text.line(max(piece.start, piece.end - 1)),
        text=body,
        digest=document.digest,
        source=document.source,
        metadata=document.metadata,
    )


def _sections(document: Document, fits: Fits) -> list[_Section]:
    """Group the blocks of a document under their headings.

    A heading with nothing below it goes with the section that follows.
    """
    if document.form == "code":
        found = read_definitions(document.text, document.name)
        lines = document.text.split("\n")
        whole = Definition("", 0, len(lines), found)
        return list(_definition(whole, "", lines, fits))
    if document.form == "markdown":
        blocks = _cover_gaps(read_blocks(document.text), document.text)
    elif document.form == "rst":
        blocks = read_rst_blocks(document.text)
    else:
        blocks = _paragraphs(document.text)
    sections: list[_Section] = []
    path: list[tuple[int, str]] = []
    for block in blocks:
        if block.level:
            path = [entry for entry in path if entry[0] < block.level]
            path.append((block.level, block.heading[:_MAX_HEADING]))
        heading = " › ".join(text for _, text in path)[-_MAX_PATH:]
        last = sections[-1] if sections else None
        if last and (not block.level or all(each.level for each in last.blocks)):
            sections[-1] = _Section(heading, (*last.blocks, block))
        else:
            sections.append(_Section(heading, (block,)))
    return sections


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


def _cover_gaps(blocks: list[Block], text: str) -> list[Block]:
    """Let the blocks together reach from the first line with text to the end.

    What no block holds, such as the definitions of links, goes with its neighbour.
    """
    lines = text.split("\n")
    body = range(body_start(text), len(lines))
    first = next((number for number in body if lines[number].strip()), None)
    if first is None:
        return []
    if not blocks:
        return [Block(first, len(lines), 0, "", ())]
    starts = [first, *(block.start for block in blocks[1:])]
    return [
        replace(block, start=start, end=end)
        for block, (start, end) in zip(
            blocks, pairwise([*starts, len(lines)]), strict=True
        )
    ]


def _paragraphs(text: str) -> list[Block]:
    lines = text.split("\n")
    starts = [
        number
        for number, line in enumerate(lines)
        if line.strip() and (number == 0 or not lines[number - 1].strip())
    ]
    return [Block(*span, 0, "", ()) for span in pairwise([*starts, len(lines)])]
