"""Cuts what a sentence cites into sentences of the source, each with its context."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from tools.grounding.lists.cues import stem_of
from tools.grounding.support.words import Said, read_sentence
from tools.grounding.wording.pages import join_pages
from tools.grounding.wording.words import find_words
from tools.text.sentences import find_sentences

__all__ = ["Cited", "Unit", "closest", "stems_of", "units_of"]

_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*)")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_RULE = re.compile(r"[\s|:+=-]*\Z")
_QUOTE = re.compile(r"\s*>\s?")
_BREAK = re.compile(r"</?br\s?/?>", re.IGNORECASE)
_NAMED = re.compile(r"[\d_`A-Z].*[\d_`A-Z]|\d|[a-z][A-Z]")
"""A sign of a name."""
_WIDE = 3
"""Columns of a table whose cells are weighed each with its own header."""
_MAX_UNITS = 400
"""Of a citation: those that share most words with the sentence that cites it."""


@dataclass(frozen=True, slots=True)
class Cited:
    """Lines of a source that a sentence cites."""

    text: str
    """All of the source that was shown."""
    first: int
    """The first row of it that is cited, from 0."""
    last: int
    """The last one, inclusive."""
    names: str
    """What names its subject besides: its document, title and heading."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of a source, an item of a list, or a row of a table."""

    text: str
    said: Said
    context: frozenset[str]
    """Stems of what it stands under: headings, and what introduces its list."""
    before: frozenset[str]
    """Stems of the sentence before it, if it points back."""
    stems: frozenset[str]
    """Those of its own words."""
    is_row: bool
    """Whether it is a row of a table, whose cells have no order."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A unit before its words are read."""

    cells: tuple[str, ...]
    """Those of a row; a sentence is one. They are joined only where they are weighed: a
    row is cut into many pieces, each of which would copy its first cell."""
    above: tuple[str, ...]
    """Headings, what introduces its list, the header of its table; joined as late."""
    first: int
    """Its first row."""
    last: int
    """Its last one, inclusive."""
    is_row: bool

    @property
    def text(self) -> str:
        """Its cells, as a row of a table shows them."""
        return " | ".join(self.cells)


def units_of(cited: Cited, wanted: Set[str] = frozenset()) -> list[Unit]:
    """Return the sentences that some lines hold, or are part of.

    Of very many, those that hold most of some wanted stems.
    """
    pieces = _read(cited.text)
    names = stems_of(cited.names)
    places = [
        place
        for place, each in enumerate(pieces)
        if each.first <= cited.last and cited.first <= each.last
    ]
    if len(places) > _MAX_UNITS:
        places.sort(key=lambda place: -len(wanted & stems_of(pieces[place].text)))
    return [_unit(place, pieces, names) for place in places[:_MAX_UNITS]]


def _unit(place: int, pieces: Sequence[_Piece], names: frozenset[str]) -> Unit:
    piece = pieces[place]
    said = read_sentence(piece.text)
    known = stems_of(" ".join(piece.above)) | names
    before = stems_of(pieces[place - 1].text) if place and said.refers else frozenset()
    stems = frozenset(each.stem for each in said.tokens)
    return Unit(piece.text, said, known, before, stems, piece.is_row)


def _sentences(cell: str) -> Iterator[str]:
    """Yield the sentences of a cell that holds several."""
    for part in _BREAK.split(cell):
        found = list(find_sentences(part, 0, len(part)))
        if len(found) > 1 or part != cell:
            yield from (part[first:last].strip() for first, last in found)


@lru_cache(maxsize=1024)
def stems_of(text: str) -> frozenset[str]:
    """Return the stems of what a text names, and its names as they are."""
    folded = text.casefold()
    names = (each.strip("`*()[],;:|") for each in folded.split())
    return frozenset([*map(stem_of, find_words(folded)), *names])


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[_Piece, ...]:
    """Return the sentences, items and rows of a text."""
    reader = _Reader()
    row = at = 0
    for line in join_pages(text).split("\n"):
        reader.take(line, row)
        row += text.count("\n", at, at + len(line) + 1)
        at += len(line) + 1
    reader.end()
    return tuple(reader.pieces)


class _Reader:
    """Reads a text line by line: what a line stands under, what it goes on with."""

    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self.heading = ""
        self.introduction = ""
        """The sentence that ends with a colon before a list."""
        self.header: list[str] = []
        """The cells of the first row of a table."""
        self.names = ""
        """These, joined."""
        self.unnamed = ""
        """Those of them that are no names, joined."""
        self.lines: list[str] = []
        """Of the paragraph or the item that is read."""
        self.start = 0
        """The row of the first of them."""
        self.listed = False
        """Whether the last line was of a list."""

    def take(self, line: str, row: int) -> None:
        """Take the next line; a blank one ends what stands before it."""
        line = _QUOTE.sub("", line, count=1)
        if heading := _HEADING.match(line):
            self.end()
            self.heading = heading[1]
            self.introduction, self.header = "", []
        elif not line.strip():
            self.end()
            self.header = []
        elif line.lstrip().startswith("|"):
            self._take_row(line, row)
        else:
            self._take_prose(line, row)

    def _take_row(self, line: str, row: int) -> None:
        self.end()
        cells = [each.strip() for each in line.strip().strip("|").split("|")]
        if _RULE.match(line):
            return
        if not self.header:
            self._begin_table(cells)
        above = (self.heading, self.introduction)
        is_header = self.header == cells
        named = [] if is_header else list(zip(self.header, cells, strict=False))[1:]
        sentences = [(name, each) for name, cell in named for each in _sentences(cell)]
        for name, sentence in sentences:
            self._add((sentence,), (*above, cells[0], name), row, row)
        if sentences:
            return
        whole = self.names
        if len(cells) >= _WIDE:  # the name of one column says nothing of another
            for name, cell in named:
                self._add((cells[0], name, cell), above, row, row, is_row=True)
            whole = self.unnamed
        context = above if is_header else (*above, whole)
        self._add(tuple(cells), context, row, row, is_row=True)

    def _begin_table(self, header: list[str]) -> None:
        """Join the names of columns once: a table may have many, and many rows."""
        self.header = header
        self.names = " ".join(header)
        self.unnamed = " ".join(each for each in header if not _NAMED.search(each))

    def _take_prose(self, line: str, row: int) -> None:
        if item := _ITEM.match(line):
            self.end()
            self.listed = True
            line = line[item.end() :]
        elif self.listed and not self.lines:
            self.listed = line.startswith((" ", "\t"))
            if not self.listed:
                self.introduction = ""
        if not self.lines:
            self.start = row
        self.lines.append(line)

    def end(self) -> None:
        """End a paragraph or an item."""
        text = "\n".join(self.lines)
        self.lines = []
        if not text.strip():
            return
        context = (self.heading, self.introduction if self.listed else "")
        sentence = ""
        row, counted = self.start, 0
        for first, last in find_sentences(text, 0, len(text)):
            said = text[first:last].rstrip()
            sentence = " ".join(said.split())
            row, counted = row + text.count("\n", counted, first), first
            self._add((sentence,), context, row, row + said.count("\n"))
        if text.rstrip().endswith(":") and not self.listed:
            self.introduction = sentence

    def _add(
        self,
        cells: tuple[str, ...],
        above: tuple[str, ...],
        first: int,
        last: int,
        *,
        is_row: bool = False,
    ) -> None:
        self.pieces.append(_Piece(cells, above, first, last, is_row))


def closest(claim: Said, units: Sequence[Unit], count: int) -> Iterator[Unit]:
    """Yield the units that share most of a claim's words, the best first.

    Of equal ones, that which is as long comes first.
    """
    wanted = {each.stem for each in claim.tokens if each.is_content}
    length = len(claim.tokens)
    shares = [
        (-len(wanted & unit.stems), abs(len(unit.said.tokens) - length), at)
        for at, unit in enumerate(units)
    ]
    for _, _, at in sorted(shares)[:count]:
        yield units[at]
