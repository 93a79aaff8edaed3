"""Running text with its marks: emphasis, code, links, exponents and indices."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from tools.sources.formats.escaping import escape_signs
from tools.sources.formats.web.formulas import lowered, raised

__all__ = ["Inline", "Mark", "clean_target"]

Mark = Literal["", "strong", "em", "del", "code", "a", "sup", "sub"]
_SIGNS = {"strong": "**", "em": "*", "del": "~~"}
_MAX_RAISED = 4
"""Exponents of exponents; of all other marks one within itself means nothing."""
_MAX_TARGET = 2000
_SPACES = re.compile(r"[\t\r\f]|[ \n][ \n]")
"""What is not one space or one line end already."""
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAKS = re.compile(r"[\t\r\n\f\v]+")
_TICKS = re.compile(r"`+")
_FRACTION = re.compile(r"(\d?)\^\(?(\d{1,9})\)?[/⁄]([₀-₉]{1,9})")
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NO_PLACE = re.compile(r"(?i)\s*(?:javascript|data|vbscript):")


@dataclass(slots=True)
class _Frame:
    """A mark that is open, and what stands in it so far."""

    mark: Mark
    target: str = ""
    pieces: list[str] = field(default_factory=list)
    noted: bool = False
    """Whether it is the mark of a note: a link that is raised."""
    bare: bool = False
    """Whether the last piece is an exponent without brackets."""

    def add(self, piece: str) -> None:
        if self.bare and piece[:1].isalnum():
            self.pieces[-1] = f"^({self.pieces[-1][1:]})"
        self.bare = False
        if piece:
            self.pieces.append(piece)

    @property
    def last(self) -> str:
        return self.pieces[-1][-1:] if self.pieces else ""

    def is_blank(self) -> bool:
        return not any(map(str.strip, self.pieces))


class Inline:
    """Collects the text of one block; each mark is open once at most."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._frames = [_Frame("")]
        self._taken: list[bool] = []
        """Of each mark that is open, whether it is written."""
        self._raw: list[str] = []

    def add(self, text: str) -> None:
        """Take text as it stands."""
        self._raw.append(text)

    def open(self, mark: Mark, target: str = "") -> None:
        """Begin a mark."""
        taken = self._takes(mark, target)
        self._taken.append(taken)
        if not taken:
            return
        self._settle(more=True)
        top = self._frames[-1]
        if mark == "a" and top.mark == "sup":
            top.noted = True
        noted = mark == "sup" and top.mark == "a" and top.is_blank()
        top.noted = top.noted or noted
        self._frames.append(_Frame(mark, target, noted=noted))

    def close(self) -> None:
        """End the mark that was begun last."""
        if self._taken and self._taken.pop():
            self._settle()
            self._collapse()

    def take(self) -> str:
        """Return what was collected and begin anew, with the same marks open."""
        if self._is_empty():
            return ""
        self._settle()
        again = [(frame.mark, frame.target) for frame in self._frames[1:]]
        while len(self._frames) > 1:
            self._collapse()
        text = "".join(self._frames[0].pieces)
        self._frames = [_Frame(""), *(_Frame(*each) for each in again)]
        if "^" in text:
            text = _FRACTION.sub(_in_a_line, text)
        return _tidied(text).strip()

    def _is_empty(self) -> bool:
        return not self._raw and not any(frame.pieces for frame in self._frames)

    def _takes(self, mark: Mark, target: str) -> bool:
        marks = [frame.mark for frame in self._frames]
        if mark in {"sup", "sub"}:
            return marks.count("sup") + marks.count("sub") < _MAX_RAISED
        return (
            mark not in marks and "code" not in marks and (mark != "a" or target != "")
        )

    def _settle(self, *, more: bool = False) -> None:
        """Write the text that waits; a sign is known by what stands beside it.

        Args:
            more: Whether a mark follows; with nothing in it, a bracket behind it
                would stand beside one before it.
        """
        if not self._raw:
            return
        text = "".join(self._raw)
        self._raw.clear()
        if not any(frame.mark == "code" for frame in self._frames):
            text = escape_signs(_tidied(text))
            if more and text.endswith("]"):
                text = f"{text[:-1]}\\]"
        self._frames[-1].add(text)

    def _collapse(self) -> None:
        frame = self._frames.pop()
        below = self._frames[-1]
        text = _tidied("".join(frame.pieces))
        match frame.mark:
            case "sup" if not frame.noted:
                text = raised(text, below.last)
            case "sub":
                text = lowered(text)
            case "code":
                text = _coded(text)
            case "a":
                text = _linked(text, frame.target, frame.noted or below.noted)
            case "strong" | "em" | "del":
                text = _marked(text, _SIGNS[frame.mark])
        below.add(text)
        below.bare = frame.mark == "sup" and text.startswith("^") and text[1:2] != "("


def _tidied(text: str) -> str:
    """Return text with one space or one line end where there are several."""
    return _SPACE.sub(_one_space, text) if _SPACES.search(text) else text


def _one_space(found: re.Match[str]) -> str:
    return "\n" if "\n" in found[0] else " "


def _parts(text: str) -> tuple[str, str, str]:
    """Return the space before, the text and the space after it."""
    core = text.strip()
    if not core:
        return text, "", ""
    start = text.index(core)
    return text[:start], core, text[start + len(core) :]


def _marked(text: str, sign: str) -> str:
    before, core, after = _parts(text)
    return f"{before}{sign}{core}{sign}{after}" if core else text


def _coded(text: str) -> str:
    before, core, after = _parts(text)
    if not core:
        return text
    ticks = max(map(len, _TICKS.findall(core)), default=0)
    fence = "`" * (ticks + 1)
    room = " " if ticks else ""
    return f"{before}{fence}{room}{core}{room}{fence}{after}"


def _linked(text: str, target: str, noted: bool) -> str:
    """Return a link; the mark of a note stands in brackets, or it would be a digit."""
    before, core, after = _parts(text)
    if not core:
        return text
    if noted and not core.startswith(("[", "\\[")):
        core = f"\\[{core}\\]"
    if target.startswith("#") and not noted and not any(map(str.isalnum, core)):
        return before or after  # the sign beside a heading that leads to itself
    if core == target and ":" in target:
        return f"{before}<{target}>{after}"
    return f"{before}[{core}]({target}){after}"


def clean_target(href: str) -> str:
    """Return where a link leads as Markdown writes it; empty if to no place."""
    target = _BREAKS.sub("", href.strip()).replace(" ", "%20")
    if _NO_PLACE.match(target) or len(target) > _MAX_TARGET:
        return ""
    return quote(target, safe="!#$%&'*+,/:;=?@[]~-._") if _odd(target) else target


def _odd(target: str) -> bool:
    return any(sign in target for sign in '()<>\\"`|')


def _in_a_line(found: re.Match[str]) -> str:
    """Return a fraction of a raised and a lowered number, apart from a whole one."""
    whole, above, below = found.groups()
    return f"{whole}{' ' if whole else ''}{above}/{below.translate(_DIGITS)}"
