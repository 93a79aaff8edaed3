"""Splits a document into passages that fit the embedder's window.

Blocks are kept whole and packed together up to the limit, never over a heading. A block
that is too long is cut between its nested blocks (list items, rows), then between
lines, then between sentences, then between words. Blank lines go with what precedes
them, so that the passages of a document together are its text.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tools.documents.document import Document, Passage
from tools.text.code import Definition, read_definitions
from tools.text.markdown import Block, body_start, read_blocks, without_targets
from tools.text.restructured import read_rst_blocks

__all__ = ["CountTokens", "split_document"]

CountTokens = Callable[[Sequence[str]], list[int]]
"""The number of tokens in each of several texts, by the embedder's own tokenizer."""

_MAX_CHARACTERS = 4000
"""A word of over 100 characters is one token to MiniLM: tokens alone bound nothing."""
_MAX_PATH = 400
"""Characters of all headings above a passage; the nearest ones stay."""
_MAX_HEADING = 200
"""Characters; what is longer is a paragraph that looks like a heading."""
_MAX_HEADING_TOKENS = 100
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])")
_WORD_END = re.compile(r"(?<=\s)(?=\S)")


_Fits = Callable[[int, int], bool]
"""Whether the lines from one up to another may be one passage."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the text that is not cut further."""

    start: int
    """Offset of its first character."""
    end: int
    tokens: int


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
    text = _Text(document.text, count_tokens)
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


def _passage(document: Document, heading: str, text: "_Text", piece: _Piece) -> Passage:
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


def _sections(document: Document, fits: _Fits) -> list[_Section]:
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
    here: Definition, path: str, lines: list[str], fits: _Fits
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


class _Text:
    """A text with the offsets and the token counts of its lines."""

    def __init__(self, content: str, count_tokens: CountTokens) -> None:
        lines = content.split("\n")
        self.content = content
        self._count = count_tokens
        self._tokens = count_tokens([without_targets(line) for line in lines])
        self._offsets = [0]
        for line in lines:
            self._offsets.append(self._offsets[-1] + len(line) + 1)
        self._offsets[-1] -= 1

    def line(self, offset: int) -> int:
        """Return the 1-based line that holds the character at `offset`."""
        last = len(self._offsets) - 1
        return min(bisect_right(self._offsets, offset), last)

    def fits_within(self, limit: int) -> _Fits:
        return lambda start, end: self._fits(self._lines(start, end), limit)

    def pack(self, blocks: Sequence[Block], limit: int) -> list[_Piece]:
        pieces: list[_Piece] = []
        for block in blocks:
            pieces += self._cut(block.start, block.end, block.inner, limit)
        return self._join(pieces, limit)

    def _cut(
        self, start: int, end: int, inner: Sequence[frozenset[int]], limit: int
    ) -> list[_Piece]:
        """Cut the lines from `start` up to `end` as seldom as the limit allows."""
        whole = self._lines(start, end)
        if self._fits(whole, limit):
            return [whole]
        if end - start == 1:
            return self._cut_line(whole, limit)
        starts = {line for line in (inner[0] if inner else ()) if start < line < end}
        if not inner:
            starts = set(range(start + 1, end))
        bounds = [start, *sorted(starts), end]
        pieces: list[_Piece] = []
        for first, last in pairwise(bounds):
            pieces += self._cut(first, last, inner[1:], limit)
        return self._join(pieces, limit)

    def _cut_line(self, line: _Piece, limit: int) -> list[_Piece]:
        text = self.content[line.start : line.end]
        pieces: list[_Piece] = []
        for sentence in self._spans(text, line.start, _SENTENCE_END):
            if self._fits(sentence, limit):
                pieces.append(sentence)
                continue
            body = self.content[sentence.start : sentence.end]
            for word in self._spans(body, sentence.start, _WORD_END):
                pieces += self._cut_word(word, limit)
        return self._join(pieces, limit)

    def _cut_word(self, word: _Piece, limit: int) -> list[_Piece]:
        if self._fits(word, limit):
            return [word]
        step = min(limit, _MAX_CHARACTERS)
        bounds = [*range(word.start, word.end, step), word.end]
        return [_Piece(*span, limit) for span in pairwise(bounds)]

    def _spans(self, text: str, offset: int, end: re.Pattern[str]) -> list[_Piece]:
        bounds = [0, *(found.end() for found in end.finditer(text)), len(text)]
        spans = [span for span in pairwise(bounds) if span[0] < span[1]]
        tokens = self._count(
            [without_targets(text[start:stop]) for start, stop in spans]
        )
        return [
            _Piece(offset + start, offset + stop, count)
            for (start, stop), count in zip(spans, tokens, strict=True)
        ]

    def _lines(self, start: int, end: int) -> _Piece:
        tokens = sum(self._tokens[start:end])
        return _Piece(self._offsets[start], self._offsets[end], tokens)

    def _join(self, pieces: Sequence[_Piece], limit: int) -> list[_Piece]:
        """Join neighbours while they fit, and what is blank in any case."""
        joined: list[_Piece] = []
        for piece in pieces:
            if joined:
                last = joined[-1]
                both = _Piece(last.start, piece.end, last.tokens + piece.tokens)
                blank = not self.content[piece.start : piece.end].strip()
                if blank or self._fits(both, limit):
                    joined[-1] = both
                    continue
            joined.append(piece)
        return [each for each in joined if self.content[each.start : each.end].strip()]

    @staticmethod
    def _fits(piece: _Piece, limit: int) -> bool:
        return piece.tokens <= limit and piece.end - piece.start <= _MAX_CHARACTERS
