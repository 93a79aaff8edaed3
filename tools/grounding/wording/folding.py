"""The form in which a quote is compared with its source, and the way back.

White space, quotation marks, dashes, Markdown marks, the encoding of accents and case
are made equal. Every character keeps its offset in the text that it came from, so that
what is given back is the document's own text.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Literal

from tools.grounding.wording.layout import (
    LETTERED,
    SKIPPED,
    Layout,
    find_layout,
    numbers_items,
)
from tools.grounding.wording.words import UNSPACED, in_word
from tools.text.clean import INVISIBLE, INVISIBLE_RANGES

__all__ = ["CLUSTER", "ENTITY", "Normal", "bones", "fold_signs", "normalise"]

_FOLDED: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full width
    **dict.fromkeys(map(ord, "‘’‚‛′`´｀"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″«»"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
}
_FOLDED_SIGN = re.compile(f"[{re.escape(''.join(map(chr, _FOLDED)))}]")
_MARKS = f"*_~'\"\ufffd\\\\{INVISIBLE_RANGES}"
"""Of Markdown and of quotations; and what is invisible, as it is and as tools show it.
The backtick is folded to a quotation mark."""
_EMPHASIS = frozenset("*_~")
_COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-"
    "\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0901-\u0903\u093c-\u094d\u0951-"
    "\u0957\u09bc\u09be-\u09cd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1161-\u11ff\u1ab0-"
    "\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe0e\ufe0f\ufe20-"
    "\ufe2f"
)
"""What is of one sign with the character before it."""
CLUSTER = re.compile(f".[{_COMBINING}]*", re.DOTALL)
_PIECE = re.compile(
    r"(?P<plain>[A-Za-z0-9.,:;!?()\[\]{}<>/=+%$#@^-]+"
    r"(?: [A-Za-z0-9.,:;!?()\[\]{}<>/=+%$#@^-]+)*(?=[\x00-\x7f]|\Z))"
    r"|(?P<space>[\s|]+)"
    rf"|(?P<marks>[{_MARKS}]+)"
    r"|(?P<entity>&(?:amp;)+(?:(?:lt|gt|quot|nbsp|apos|\#39);)?"
    r"|&(?:lt|gt|quot|nbsp|apos|\#39);)"
    rf"|(?P<other>.[{_COMBINING}]*)",
    re.DOTALL,
)
ENTITY = re.compile(r"&(?:amp;)*(?:(?:amp|lt|gt|quot|nbsp|apos|#39);)")
_MEANING = frozenset({"<super>", "<sub>", "<fraction>"})
"""Compatibility forms that are not the same as the plain digits: 10⁶ is not 106."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in the form that is compared."""

    text: str
    offsets: Sequence[int]
    """Where each character of it begins in the text that it came from."""


class _Bones(dict[int, str]):
    """Maps a character to its bare letters and digits, each worked out once."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()
        bare = unicodedata.normalize("NFKD", plain)
        kept = [each for each in bare if each.isalnum() and each not in INVISIBLE]
        return self.setdefault(code, "".join(kept))


_BONES = _Bones()
_ASCII = bytes(range(0x80))
_ASCII_LOWER = bytes(range(0x100)).lower()
_ASCII_SIGNS = bytes(code for code in _ASCII if not chr(code).isalnum())
_SAME_KIND = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")


@lru_cache(maxsize=8192)
def bones(text: str, layout: Layout) -> str:
    """Return a text's letters and digits: the same wherever its normal form is."""
    folded = fold_signs(text)
    if layout is Layout.MARKED:  # its marks are no letters
        return bones(text, Layout.PLAIN)
    if layout is Layout.RENDERED and not any(map(folded.__contains__, LETTERED)):
        return bones(text, Layout.PLAIN)
    if layout is Layout.UNNUMBERED and not numbers_items(folded):
        return bones(text, Layout.RENDERED)
    if layout:
        folded = SKIPPED[layout].sub("", folded)
    if "&" in folded:
        folded = ENTITY.sub("", folded)
    if folded.isascii():
        return _bare(folded)
    return "".join(map(_bare, _SAME_KIND.findall(folded)))


def _bare(run: str) -> str:
    """Return the letters and digits of characters that are all ASCII, or none is."""
    if run.isascii():  # ten times as quick as a table of characters
        return run.encode().translate(_ASCII_LOWER, _ASCII_SIGNS).decode()
    return run.translate(_BONES)


@lru_cache(maxsize=4096)
def fold_signs(text: str) -> str:
    """Return a text of the same length with its quotation marks and dashes alike."""
    if text.isascii():
        return text.replace("`", "'")
    return _FOLDED_SIGN.sub(_fold_sign, text)


def _fold_sign(found: re.Match[str]) -> str:
    return found[0].translate(_FOLDED)


@lru_cache(maxsize=1024)
def normalise(
    text: str,
    layout: Layout = Layout.MARKED,
    hyphens: frozenset[int] | None = None,
) -> Normal:
    """Return a text in the form that is compared.

    Args:
        text: As it stands in a document or in a quote.
        layout: What of it is layout.
        hyphens: The offsets of those hyphens at line ends that stay; the words at all
            others are joined. None leaves every line end as it is.
    """
    folded = fold_signs(text)
    writer = _Writer()
    at = 0
    for start, end, sign in find_layout(folded, layout, hyphens):
        if start < at:
            continue
        _write(folded, at, start, writer)
        if sign == " ":
            writer.space(start)
        elif sign:
            writer.put(sign, [start])
        at = end
    _write(folded, at, len(folded), writer)
    return Normal("".join(writer.chunks), writer.offsets)


class _Writer:
    """Collects what is left, with one space between words and none at the ends."""

    def __init__(self) -> None:
        self.chunks: list[str] = []
        self.offsets: list[int] = []
        self._space: int | None = None

    def space(self, offset: int) -> None:
        if self._space is None:
            self._space = offset

    def put(self, chunk: str, offsets: Sequence[int]) -> None:
        if self._space is not None and self.chunks:
            beside = self.chunks[-1][-1] + chunk[0]
            if beside.isascii() or not UNSPACED.search(beside):
                self.chunks.append(" ")
                self.offsets.append(self._space)
        self._space = None
        self.chunks.append(chunk)
        self.offsets.extend(offsets)


def _write(folded: str, start: int, end: int, writer: _Writer) -> None:
    for found in _PIECE.finditer(folded, start, end):
        at, stop = found.span()
        match found.lastgroup:
            case "plain":
                writer.put(found.group().lower(), range(at, stop))
            case "space":
                writer.space(at)
            case "marks":
                for offset in _meant(folded, at, stop):
                    writer.put(folded[offset], [offset])
            case "entity":
                sign = unescape(unescape(found.group()))
                _put_folded(sign.strip("'\""), at, writer)
            case _:
                _put_folded(found.group(), at, writer)


def _put_folded(cluster: str, offset: int, writer: _Writer) -> None:
    for each in _fold(cluster):
        if each.isspace():
            writer.space(offset)
        else:
            writer.put(each, [offset])


def _meant(text: str, start: int, end: int) -> list[int]:
    """Return those of a run of marks that are part of what is said.

    An emphasis stands at the edge of a word; `x_1`, `a*b` and `~30` are meant, and so
    is whatever stands between two digits. A backslash before a letter is the text's.
    """
    after = text[end : end + 1]
    own = text[end - 1] == "\\" and (not after or after.isalnum() or after.isspace())
    tail = [end - 1] if own else []
    run = [at for at in range(start, end - own) if text[at] != "\\"]
    left = _fold(text[start - 1])[-1:] if start else ""
    right = "\\" if own else _fold(after)[:1] if after else ""
    if left.isdigit() and right.isdigit():
        return run + tail
    signs = [at for at in run if text[at] in _EMPHASIS]
    inside = in_word(left or " ") and in_word(right or " ")
    single = len(signs) == 1 and (inside or text[signs[0]] == "~")
    return (signs if single else []) + tail


@lru_cache(maxsize=4096)
def _fold(cluster: str) -> str:
    """Return a character with its accents in one form; exponents stay what they are."""
    kind = unicodedata.decomposition(cluster[0]).split(" ", 1)[0]
    form: Literal["NFC", "NFKC"] = "NFC" if kind in _MEANING else "NFKC"
    folded = unicodedata.normalize(form, cluster).casefold()
    return " " if folded.isspace() or folded == "|" else folded
