"""What a document is made of, before it is known how much of it makes a passage."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tools.documents.document import Form
from tools.text.code import Definition, read_definitions
from tools.text.markdown import Block, body_start, paragraph_starts, read_blocks
from tools.text.restructured import read_rst_blocks

__all__ = ["Outline", "outline_of_line", "read_outline"]


@dataclass(frozen=True, slots=True)
class Outline:
    """The blocks of a text, or the definitions of a program."""

    blocks: tuple[Block, ...] = ()
    """They reach from the first line with text to the end."""
    definitions: tuple[Definition, ...] = ()
    """Of a program, which has no blocks."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON can hold it, however deeply it is nested.

        Blocks are written as columns: there may be a hundred thousand of them.
        """
        return {
            "starts": [block.start for block in self.blocks],
            "ends": [block.end for block in self.blocks],
            "levels": [block.level for block in self.blocks],
            "headings": [block.heading for block in self.blocks],
            "inner": {
                n: each.inner for n, each in enumerate(self.blocks) if each.inner
            },
            "definitions": list(map(_listed, self.definitions)),
        }

    @staticmethod
    def from_record(record: dict[str, Any]) -> "Outline":
        """Return what `as_record` made JSON of."""
        columns = [record[name] for name in ("starts", "ends", "levels", "headings")]
        inner: list[tuple[tuple[int, ...], ...]] = [()] * len(columns[0])
        for number, lines in record["inner"].items():
            inner[int(number)] = tuple(map(tuple, lines))
        blocks = map(Block, *columns, inner)
        return Outline(tuple(blocks), tuple(map(_defined, record["definitions"])))


def read_outline(text: str, form: Form, name: str) -> Outline:
    """Return what a text is made of.

    Args:
        text: All of it.
        form: By which signs it is cut.
        name: Of the document; that of a program says its language.
    """
    if form == "code":
        return Outline(definitions=read_definitions(text, name))
    if form == "markdown":
        return Outline(tuple(_cover_gaps(read_blocks(text), text)))
    return Outline(tuple(read_rst_blocks(text) if form == "rst" else _paragraphs(text)))


def outline_of_line(text: str, form: Form) -> Outline | None:
    """Return the outline of one line that begins with a letter, which is a paragraph.

    None for anything else; most records of a corpus are such lines.
    """
    if form == "code" or not text[:1].isalpha() or "\n" in text.rstrip("\n"):
        return None
    return Outline((Block(0, text.count("\n") + 1, 0, "", ()),))


def _listed(each: Definition) -> tuple[Any, ...]:
    return each.name, each.start, each.end, list(map(_listed, each.inner))


def _defined(record: Iterable[Any]) -> Definition:
    name, start, end, inner = record
    return Definition(name, start, end, tuple(map(_defined, inner)))


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
    bounds = pairwise([*starts, len(lines)])
    return list(map(_stretched, blocks, bounds))


def _stretched(block: Block, bounds: tuple[int, int]) -> Block:
    if (block.start, block.end) == bounds:
        return block
    return Block(*bounds, block.level, block.heading, block.inner)


def _paragraphs(text: str) -> list[Block]:
    lines = text.split("\n")
    first = [0] if lines[0].strip() else []
    bounds = [*first, *paragraph_starts(lines), len(lines)]
    return [Block(*span, 0, "", ()) for span in pairwise(bounds)]
