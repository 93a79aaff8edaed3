"""The blocks of a page as lines of Markdown, within lists and quotations."""

from dataclasses import dataclass

__all__ = ["Blocks"]

_MAX_DEPTH = 12
"""Lists and quotations in each other that are indented; deeper ones would be all
indentation."""


@dataclass(slots=True)
class _Container:
    first: str
    """What stands before its first line: `- `, `1. `, `> `."""
    rest: str
    begun: bool = False


class Blocks:
    """Lines so far, and the lists and quotations that are open."""

    def __init__(self) -> None:
        """Begin with no line."""
        self.lines: list[str] = []
        self._open: list[_Container] = []
        self._deeper = 0
        self._tight = False

    def enter(self, first: str, rest: str) -> None:
        """Begin a quotation or an item of a list."""
        if len(self._open) < _MAX_DEPTH:
            self._open.append(_Container(first, rest))
        else:
            self._deeper += 1

    def leave(self) -> None:
        """End the innermost."""
        if self._deeper:
            self._deeper -= 1
        elif self._open:
            self._open.pop()

    def keep_tight(self) -> None:
        """Have no empty line before the next block."""
        self._tight = True

    def write(self, text: str) -> None:
        """Add a block, with an empty line before it."""
        if self.lines and not self._tight:
            gap = "".join(each.rest for each in self._open if each.begun)
            self.lines.append(gap.rstrip())
        self._tight = False
        if not self._open:
            self.lines.extend(map(str.rstrip, text.split("\n")))
            return
        first = "".join(each.rest if each.begun else each.first for each in self._open)
        rest = "".join(each.rest for each in self._open)
        for each in self._open:
            each.begun = True
        for number, line in enumerate(text.split("\n")):
            self.lines.append(((rest if number else first) + line).rstrip())
