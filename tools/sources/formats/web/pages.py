"""Hears the elements of a page in order and writes them as Markdown.

There is no tree: whatever is nested however deeply takes the time of its length.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tools.sources.formats.escaping import escape_starts
from tools.sources.formats.web.blocks import Blocks
from tools.sources.formats.web.code import Code
from tools.sources.formats.web.formulas import Formula
from tools.sources.formats.web.inline import Inline, Mark, clean_target
from tools.sources.formats.web.names import BLOCKS, HEADINGS, HIDDEN, MARKS
from tools.sources.formats.web.tables import Table, lines_of

__all__ = ["Page", "PageWriter"]

_XHTML = "http://www.w3.org/1999/xhtml"
_Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows."""

    text: str
    """As Markdown."""
    title: str
    """That of its window."""
    heading: str
    """Its first heading, as Markdown."""


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int
    begun: bool = False


class PageWriter:
    """A target for lxml's parser, which calls `start`, `data` and `end`."""

    def __init__(self) -> None:
        """Begin before the first element."""
        self._blocks = Blocks()
        self._inline = Inline()
        self._title: list[str] = []
        self._heading = ""
        self._titled = False
        self._hidden: list[str] = []
        self._prefixes: set[str] = set()
        self._lists: list[_List] = []
        self._tables: list[Table] = []
        self._entered: list[bool] = []
        """Of each item and quotation that is open, whether it is indented."""
        self._code: Code | None = None
        self._formula: Formula | None = None
        self._depth = 0
        """Elements within the formula."""
        self._starts: dict[str, Callable[[_Attributes], None]] = {
            "ul": self._open_list, "ol": self._open_ordered, "li": self._open_item,
            "blockquote": self._open_quotation, "pre": self._open_code,
            "table": self._open_table, "tr": self._open_row, "td": self._open_cell,
            "th": self._open_cell, "hr": self._rule, "br": self._break,
            "q": self._quote,
        }  # fmt: skip
        self._ends: dict[str, Callable[[], None]] = {
            "ul": self._close_list, "ol": self._close_list, "li": self._close_inner,
            "blockquote": self._close_inner, "pre": self._close_code,
            "table": self._close_table, "td": self._close_cell,
            "th": self._close_cell, "q": self._quote,
        }  # fmt: skip

    def start(self, tag: str, attributes: _Attributes) -> None:
        """Hear that an element begins."""
        name = self._name(tag, attributes)
        if self._formula is not None:
            self._depth += 1
            self._formula.start(name.rpartition(":")[2])
        elif self._hidden or name in HIDDEN:
            self._hidden.append(name)
        elif name == "math":
            self._formula = Formula()
        elif name in self._starts:
            self._starts[name](attributes)
        elif name in MARKS:
            self._open_mark(MARKS[name], attributes)
        elif name in HEADINGS or name in BLOCKS:
            self._open_block(name)

    def end(self, tag: str) -> None:
        """Hear that an element ends."""
        name = self._name(tag, {})
        if self._formula is not None:
            self._end_in_formula(self._formula)
        elif self._hidden:
            self._titled = self._hidden.pop() == "title" or self._titled
        elif name in self._ends:
            self._ends[name]()
        elif name in MARKS:
            self._close_mark(MARKS[name])
        elif name in HEADINGS:
            self._write_heading(HEADINGS[name])
        elif name in BLOCKS:
            self._end_block()

    def data(self, text: str) -> None:
        """Hear text."""
        if self._formula is not None:
            self._formula.data(text)
        elif self._hidden:
            if self._hidden == ["title"] and not self._titled:
                self._title.append(text)
        elif self._code is not None:
            self._code.add(text)
        else:
            self._inline.add(text)

    def close(self) -> Page:
        """Hear that the page ends, and return it."""
        while self._tables:
            self._close_table()
        self._end_block()
        title = " ".join("".join(self._title).split())
        return Page("\n".join(self._blocks.lines), title, self._heading)

    def _name(self, tag: str, attributes: _Attributes) -> str:
        """Return an element's name; XHTML may have a prefix to all of its own."""
        prefix, _, name = tag.rpartition(":")
        if prefix and attributes.get(f"xmlns:{prefix}") == _XHTML:
            self._prefixes.add(prefix)
        return name if prefix in self._prefixes else tag

    def _end_in_formula(self, formula: Formula) -> None:
        if self._depth:
            self._depth -= 1
            formula.end()
            return
        self._formula = None
        self._inline.add(formula.text())

    def _in_cell(self) -> bool:
        return bool(self._tables) and self._tables[-1].takes_text

    def _end_block(self) -> None:
        """Write the running text so far as a paragraph; of a cell it stays one line."""
        if self._in_cell():
            self._inline.add("\n")
        elif text := self._inline.take():
            self._blocks.write(escape_starts(text))

    def _open_block(self, name: str) -> None:
        if name in HEADINGS:
            self._dissolve()
        self._end_block()

    def _quote(self, _: _Attributes | None = None) -> None:
        self._inline.add('"')

    def _write_heading(self, level: int) -> None:
        text = " ".join(self._inline.take().split())
        if not text:
            return
        self._heading = self._heading or text
        closing = len(text) - len(text.rstrip("#"))
        if closing:  # signs at the end would be taken for those that close a heading
            text = f"{text[:-closing]}\\{text[-closing:]}"
        self._blocks.write(f"{'#' * level} {text}")

    def _open_mark(self, mark: Mark, attributes: _Attributes) -> None:
        if self._code is None:
            self._inline.open(mark, clean_target(attributes.get("href") or ""))
        else:
            self._code.open(mark)

    def _close_mark(self, mark: Mark) -> None:
        if self._code is None:
            self._inline.close()
        else:
            self._code.close(mark)

    def _break(self, _: _Attributes) -> None:
        if self._code is not None:
            self._code.add("\n")
        else:
            self._inline.add("\n")

    def _rule(self, _: _Attributes) -> None:
        self._end_block()
        if not self._in_cell():
            self._blocks.write("* * *")

    def _open_list(self, attributes: _Attributes) -> None:
        self._end_block()
        self._lists.append(_List("start" in attributes, _number(attributes, "start")))

    def _open_ordered(self, attributes: _Attributes) -> None:
        self._open_list(attributes)
        self._lists[-1].ordered = True

    def _close_list(self) -> None:
        self._end_block()
        if self._lists:
            self._lists.pop()

    def _open_item(self, attributes: _Attributes) -> None:
        self._end_block()
        self._entered.append(not self._in_cell())
        if self._in_cell():
            return
        around = self._lists[-1] if self._lists else _List(ordered=False, number=1)
        if around.begun or len(self._lists) > 1:
            self._blocks.keep_tight()
        around.begun = True
        sign = "- "
        if around.ordered:
            around.number = _number(attributes, "value", around.number)
            sign = f"{around.number}. "
            around.number += 1
        self._blocks.enter(sign, " " * len(sign))

    def _open_quotation(self, _: _Attributes) -> None:
        self._end_block()
        self._entered.append(not self._in_cell())
        if not self._in_cell():
            self._blocks.enter("> ", "> ")

    def _close_inner(self) -> None:
        self._end_block()
        if self._entered and self._entered.pop():
            self._blocks.leave()

    def _open_code(self, _: _Attributes) -> None:
        if self._code is None:
            self._dissolve()
            self._end_block()
            self._code = Code()

    def _close_code(self) -> None:
        if self._code is None:
            return
        block = self._code.block()
        self._code = None
        if block:
            self._blocks.write(block)

    def _open_table(self, _: _Attributes) -> None:
        self._dissolve()
        self._end_block()
        self._tables.append(Table())

    def _close_table(self) -> None:
        if not self._tables:
            return
        self._end_block()
        table = self._tables.pop()
        self._write_rows(table)

    def _write_rows(self, table: Table) -> None:
        rows = table.take()
        if lines := lines_of(rows):
            self._blocks.write("\n".join(lines))
            return
        for cell in (cell for row in rows for cell in row if cell):
            self._blocks.write(escape_starts(cell))

    def _open_row(self, _: _Attributes) -> None:
        self._end_block()
        if self._tables:
            self._tables[-1].begin_row()

    def _open_cell(self, attributes: _Attributes) -> None:
        self._end_block()
        if self._tables:
            across = _number(attributes, "colspan")
            self._tables[-1].open_cell(across, _number(attributes, "rowspan"))

    def _close_cell(self) -> None:
        if self._in_cell():
            self._tables[-1].close_cell(self._inline.take())
        else:
            self._end_block()

    def _dissolve(self) -> None:
        """Take the innermost table for what lays out a page, if it is being read."""
        if not self._in_cell():
            return
        self._tables[-1].dissolve()
        self._write_rows(self._tables[-1])
        self._end_block()


def _number(attributes: _Attributes, name: str, default: int = 1) -> int:
    value = attributes.get(name) or ""
    return int(value) if value.isdecimal() and len(value) < 9 else default
