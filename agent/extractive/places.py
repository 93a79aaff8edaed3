"""What of a source can be quoted: its sentences, items, rows of tables and code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tools.evidence.shown import ShownSource
from tools.text.markdown import plain

__all__ = ["Kind", "Place", "places_of"]

Kind = Literal["sentence", "item", "row", "code"]

_END = re.compile(
    r"(?<=[.!?])[\"'”’)*`]*\s+(?=[\"'“‘(*`\[]*[A-Z0-9])|(?<=[。！？])"
    r"|(?<=[.!?])[\"'”’)*`]*\n"
)
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*)$")
_NOT_PROSE = re.compile(r"^\s*(?:<|\{|!\[|---|===|:::)")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^[\s|:-]+$")
_TAG = re.compile(r"<[^<>\n]{1,100}>")
_OPEN_END = re.compile(
    r"\b(?:that|to|can|by|as|follows?|includes?|are|is|of|with|from)\Z"
)
"""What a sentence ends with that only introduces a list, where it has no colon."""
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|unlimited|never|no)\b",
    re.IGNORECASE,
)
_MIN_LENGTH = 20
"""Characters; what is shorter says nothing by itself."""
_MIN_LENGTH_CJK = 8
_MAX_LENGTH = 900
_MAX_CODE_LINES = 40
_MAX_CODE = 2
"""Signs of code that a sentence may hold before it counts as code itself."""
_SEEN_OF_CODE = 300
"""Characters of code that are looked at for its meaning."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something of a source that can stand in an answer by itself."""

    source: ShownSource
    kind: Kind
    text: str
    """As it stands in the source, Markdown and all; prose on one line."""
    words: str
    """Its text alone, without marks and link targets; a row with its headers."""
    first_line: int
    """1-based line of the document where it begins."""
    last_line: int
    position: int
    """Its place among those of its source, from 0."""
    block: int
    """The number of its paragraph, list or table in the source."""
    heading: str
    """What it stands under: the headings of the source, and those within it."""
    opens: bool
    """Whether it is the first under its heading."""
    lead: str = ""
    """Of an item, what introduces its list; of a row, its table's header."""

    @property
    def has_number(self) -> bool:
        """Whether it says how many: in figures, in words, or that it is none."""
        return _NUMBER.search(self.words) is not None


@dataclass(frozen=True, slots=True)
class _Block:
    kind: Kind
    first: int
    lines: tuple[str, ...]
    list: int
    """The number of the list or table that it belongs to; its own otherwise."""
    heading: str
    opens: bool
    lead: str = ""


def places_of(source: ShownSource) -> list[Place]:
    """Return what can be quoted of a source, in order; no headings."""
    places: list[Place] = []
    for block in _blocks(source):
        for number, (text, words, first, last) in enumerate(_pieces(block)):
            places.append(
                Place(
                    source, block.kind, text, words, first, last, len(places),
                    block.list, block.heading, block.opens and number == 0, block.lead,
                )
            )  # fmt: skip
    return places


def _pieces(block: _Block) -> Iterator[tuple[str, str, int, int]]:
    """Yield the text, the words and the lines of what stands in a block."""
    if block.kind == "code":
        code = "\n".join(block.lines)
        last = block.first + len(block.lines) - 1
        yield code, code[:_SEEN_OF_CODE], block.first, last
    elif block.kind == "row":
        yield block.lines[0], _row_words(block), block.first, block.first
    else:
        yield from _sentences(block)


def _sentences(block: _Block) -> Iterator[tuple[str, str, int, int]]:
    text = "\n".join(block.lines)
    start = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        sentence = " ".join(text[start:end].split())
        if _is_telling(sentence):
            leading = len(text[start:end]) - len(text[start:end].lstrip())
            first = block.first + text.count("\n", 0, start + leading)
            last = block.first + text.count("\n", 0, len(text[:end].rstrip()))
            yield sentence, plain(sentence) or sentence, first, last
        start = end


def _row_words(block: _Block) -> str:
    """Return the cells of a row, each with the header of its column."""
    headers, cells = _cells(block.lead), _cells(block.lines[0])
    if len(headers) != len(cells):
        headers = [""] * len(cells)
    named = (
        f"{header} {cell}".strip()
        for header, cell in zip(headers, cells, strict=True)
        if cell
    )
    return ", ".join(named)


def _cells(row: str) -> list[str]:
    words = _TAG.sub(" ", row.strip().strip("|"))
    return [plain(cell.strip()) if cell.strip() else "" for cell in words.split("|")]


def _blocks(source: ShownSource) -> Iterator[_Block]:
    """Yield paragraphs, items, rows and code of a source with what they stand under."""
    reader = _Reader(source.heading)
    headers = {row for row, after in enumerate(source.lines[1:]) if _RULE.match(after)}
    for row, line in enumerate(source.lines):
        if row in headers and _ROW.match(line):
            yield from reader.close()
            reader.begin_table(line)
        else:
            yield from reader.read(source.start_line + row, line)
    yield from reader.close()


class _Reader:
    """Reads a source line by line; what is open ends where something else begins."""

    def __init__(self, heading: str) -> None:
        self._heading = heading
        self._opens = bool(heading)
        self._kind: Kind | None = None
        self._lines: list[str] = []
        self._first = 0
        self._fenced = False
        self._lead = ""
        self._header = ""
        self._number = 0
        self._listed = False
        self._tabled = False

    def begin_table(self, header: str) -> None:
        """Take the header of a table."""
        self._header, self._tabled = header, False

    def read(self, number: int, line: str) -> Iterator[_Block]:
        if _FENCE.match(line):
            yield from self.close()
            self._fenced = not self._fenced
            self._listed = False
        elif self._fenced:
            self._open("code", number, line)
        else:
            yield from self._read_text(number, line)

    def _read_text(self, number: int, line: str) -> Iterator[_Block]:
        if not line.strip():
            yield from self.close()
            self._header, self._tabled = "", False
        elif found := _HEADING.match(line):
            yield from self.close()
            self._head(found[2])
        elif _ROW.match(line):
            yield from self._row(number, line)
        elif _NOT_PROSE.match(line):
            yield from self.close()
        elif _ITEM.match(line):
            yield from self.close()
            if not self._listed:
                self._number += 1
            self._listed = True
            self._open("item", number, _ITEM.sub("", line))
        else:
            self._open(self._kind or "sentence", number, line)

    def _head(self, words: str) -> None:
        words = plain(words.strip("# ")) or words
        if words and words not in self._heading:
            self._heading = f"{self._heading} › {words}".removeprefix(" › ")
        self._opens = True
        self._listed = False
        self._lead = ""

    def _row(self, number: int, line: str) -> Iterator[_Block]:
        yield from self.close()
        self._listed = False
        if _RULE.match(line):
            return
        if not self._tabled:
            self._tabled = True
            self._number += 1
        yield _Block("row", number, (line.strip(),), self._number, self._heading,
                     self._opens, self._header)  # fmt: skip
        self._opens = False

    def _open(self, kind: Kind, number: int, line: str) -> None:
        if self._kind is None:
            self._kind, self._first = kind, number
            if kind != "item":
                self._listed = False
                self._number += 1
        self._lines.append(line)

    def close(self) -> Iterator[_Block]:
        """Yield what is open."""
        kind, lines = self._kind, self._lines
        self._kind, self._lines = None, []
        if kind is None:
            return
        if kind == "code" and not 0 < len(lines) <= _MAX_CODE_LINES:
            return
        yield _Block(kind, self._first, tuple(lines), self._number, self._heading,
                     self._opens, self._lead)  # fmt: skip
        self._opens = False
        if kind == "sentence":
            self._lead = _last_sentence(lines)


def _last_sentence(lines: Sequence[str]) -> str:
    text = " ".join(" ".join(lines).split())
    starts = [found.end() for found in _END.finditer(text) if found.end() < len(text)]
    return plain(text[starts[-1] if starts else 0 :])


def _is_telling(sentence: str) -> bool:
    code = sum(map(sentence.count, "{}<>=\\")) + 2 * sentence.count("\\n")
    if len(sentence) > _MAX_LENGTH or code > _MAX_CODE or '",' in sentence:
        return False
    ascii_ = sum(character.isascii() for character in sentence)
    needed = _MIN_LENGTH if ascii_ * 2 > len(sentence) else _MIN_LENGTH_CJK
    introduces = sentence.endswith((":", "?", "：")) or _OPEN_END.search(sentence)
    return len(sentence) >= needed and not introduces
