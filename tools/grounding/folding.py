"""The form in which a quote is compared with its source, and the way back.

White space, quotation marks, dashes, Markdown marks, the encoding of accents and case
are made equal. Every character keeps its offset in the text that it came from, so that
what is given back is the document's own text.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from html import unescape
from typing import Literal

__all__ = [
    "NEGATIONS",
    "WORD",
    "Normal",
    "Reading",
    "find_quote",
    "may_hold",
    "normalise",
]

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
"""A word, or a character of a script that does not part words."""
NEGATIONS = frozenset(
    [
        "arent", "cannot", "cant", "couldnt", "didnt", "doesnt", "dont", "hasnt",
        "havent", "isnt", "mustnt", "neither", "never", "no", "nobody", "none", "nor",
        "not", "nothing", "shouldnt", "wasnt", "werent", "without", "wont", "wouldnt",
        "不", "没", "無", "无", "未", "非", "勿",
    ]
)  # fmt: skip
"""Words that turn a sentence round, as they are normalised."""

_LINE_MARK = re.compile(r"^L\d+:[ \t]?", re.MULTILINE)
_ELLIPSIS = re.compile(r"\.{3,}|…")
_FOLDED: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full width
    **dict.fromkeys(map(ord, "‘’‚‛′`´｀"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″«»"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
}
_MARKS = "*_~'\"\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffd\\\\"
"""Of Markdown and of quotations; and what is invisible, as it is and as tools show it.
The backtick is folded to a quotation mark."""
_EMPHASIS = frozenset("*_~")
_UNSPACED_RANGES = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff"
)
_UNSPACED = re.compile(f"[{_UNSPACED_RANGES}]")
"""Thai, Lao, Burmese, Khmer, Japanese kana and Chinese characters: space between them
is layout."""
_COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-"
    "\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0901-\u0903\u093c-\u094d\u0951-"
    "\u0957\u09bc\u09be-\u09cd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1160-\u11ff\u1ab0-"
    "\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-"
    "\ufe2f"
)
"""What is of one sign with the character before it."""
_CLUSTER = re.compile(f".[{_COMBINING}]*", re.DOTALL)
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
_ENTITY = re.compile(r"&(?:amp;)*(?:(?:amp|lt|gt|quot|nbsp|apos|#39);)")
_LAST_ENTITY = re.compile(r"&(?:amp;)*[#\w]{1,8};\Z")
_HEAD = r"^[ \t]*(?:>[ \t]?|\#{1,6}[ \t]+|[-*+][ \t]+)+"
"""What Markdown puts before a line: marks of a quote, a heading, a list item."""
_TARGETS = (
    r"!?\[(?=(?:[^\[\]\n]|\[[^\[\]\n]*\])+\]\()"
    r"|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)"
    r"|</?(?:br|p|b|i|u|em|strong|code|pre|kbd|a|span|div|ul|ol|li|table|thead|tbody"
    r"|tr|th|td|h[1-6])(?:\s[^<>\n]*)?/?>"
    r"|^[ \t]*(?:'{3,}|~{3,})[^'\n]*$|^(?=[^\n]*[-=]{2})[-=|:+ \t]+$"
)
"""Links without their text, HTML's commonest tags, fences, rules of tables."""
_BLOCK = re.compile(r"</?(?:br|p|div|ul|ol|li|table|thead|tbody|tr|th|td|h[1-6])\b")
"""Those tags that part words."""
_NUMBERED = _HEAD.replace(r"[-*+]", r"(?:[-*+]|\d{1,3}[.)])")
_LETTERED = ("](", "<", "'''", "~~~")
"""Where none of them stands, rendering leaves every letter."""
_NUMBER_OF_ITEM = re.compile(r"^[ \t>#*+-]*\d{1,3}[.)][ \t]", re.MULTILINE)
_BREAK = re.compile(
    r"(?<=[^\W\d_])[-\u00ad][ \t]*\n[ \t]*(?:>[ \t]?)*(?=[^\W\d_])", re.MULTILINE
)
"""A hyphen at the end of a line, inside a word."""
_LETTERS = re.compile(r"[^\W\d_]+")
_MEANING = frozenset({"<super>", "<sub>", "<fraction>"})
"""Compatibility forms that are not the same as the plain digits: 10⁶ is not 106."""
_IN_NUMBER = frozenset(".,:/")
_MIN_QUOTE = 8
_MIN_QUOTE_UNSPACED = 4
"""Normalised characters; a shorter quote would be found in any text."""
_MIN_PART = 4
"""Of a part beside an ellipsis."""
_SENTENCE_END = re.compile(
    r"[.!?][\"'”’)*_`]*\s+(?=[\"'“‘(*_`\[]*[A-Z])|[。！？]|\n[ \t]*\n"
    r"|[\[\]{}();\"][ \t]*\n"
)
"""Of prose, of a paragraph, and of a line of code."""
_CLOSING = (".", ",", ";", ":", "。", "、", "，", "；", "：")
"""Signs that a quote may end with although its source goes on: `!` and `?` are none."""
_MAX_GAP = 400
"""Characters that an ellipsis may leave out."""

Span = tuple[int, int]


class Reading(IntEnum):
    """What of a text is taken for layout; a quote may have kept it or left it out."""

    PLAIN = 0
    """Nothing: a dash at the start of a line is the text's own."""
    MARKED = 1
    """Marks before a line: of a quotation, a heading, a list item."""
    RENDERED = 2
    """Besides, the targets of links, common HTML tags, fences and rules of tables."""
    UNNUMBERED = 3
    """Besides, the numbers of list items. A quote's own numbers always count."""


_SKIPPED = {
    Reading.MARKED: re.compile(_HEAD, re.MULTILINE),
    Reading.RENDERED: re.compile(f"{_HEAD}|{_TARGETS}", re.MULTILINE),
    Reading.UNNUMBERED: re.compile(f"{_NUMBERED}|{_TARGETS}", re.MULTILINE),
}


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
        return self.setdefault(code, "".join(filter(str.isalnum, bare)))


_BONES = _Bones()


def find_quote(quote: str, text: str) -> Iterator[Span]:
    """Yield where a quote stands in a text: first offset, and the one after its last.

    It may leave out words of the text where it has an ellipsis: its parts stand in
    order and not far from each other, what is left out does not negate them, and none
    but the first begins in the middle of another sentence. A cheap look at letters and
    digits alone comes first, for most texts hold no such words at all.
    """
    wordings = _wordings(quote)
    seen: set[Span] = set()
    sought = [_bones(part, Reading.PLAIN) for part in wordings[-1]]
    held: str | None = None
    fits = False
    for reading in Reading:
        own = min(reading, Reading.MARKED)
        before, held = held, _bones(text, reading)
        if held is not before:  # most texts read the same in every way
            fits = all(part in held for part in sought)
        if not fits:
            continue
        for parts in wordings:
            for span in _find_in(parts, own, text, reading):
                if span not in seen:
                    seen.add(span)
                    yield span


def may_hold(text: str, part: str) -> bool:
    """Whether a text has the letters and digits of a part in a row: a cheap look."""
    sought = _bones(part, Reading.PLAIN)
    return any(sought in _bones(text, reading) for reading in Reading)


@lru_cache(maxsize=1024)
def _wordings(quote: str) -> list[list[str]]:
    """Return the parts that are looked for, first of all the quote as it stands.

    Then without the sign that closes it, and then parted by its ellipses.
    """
    whole = _LINE_MARK.sub("", quote).strip()
    wordings = [[whole]]
    entity = _LAST_ENTITY.search(whole)
    if whole.endswith(_CLOSING) and whole[-2:-1].isalnum() and not entity:
        wordings.append([whole[:-1]])
    parts = _ELLIPSIS.split(whole)
    return [*wordings, parts] if len(parts) > 1 else wordings


def _find_in(
    parts: list[str], own: Reading, text: str, reading: Reading
) -> Iterator[Span]:
    normal = normalise(text, reading)
    wanted = [normalise(part, own).text for part in parts]
    yield from _find_parts(wanted, normal, text)
    if not any(_BREAK.search(_signs_folded(each)) for each in (text, *parts)):
        return
    said = " ".join(wanted)
    joined = [
        normalise(part, own, _hyphens(part, normal.text)).text
        for part in parts
    ]  # fmt: skip
    yield from _find_parts(joined, normalise(text, reading, _hyphens(text, said)), text)


def _hyphens(text: str, other: str) -> frozenset[int]:
    """Return which hyphens at the end of a line are the word's own.

    Those are the ones that the other text, normalised, writes in one line.
    """
    kept = set()
    for found in _BREAK.finditer(_signs_folded(text)):
        start = found.start()
        while start and text[start - 1].isalpha():
            start -= 1
        after = _LETTERS.match(text, found.end())
        word = f"{text[start : found.start()]}-{after[0] if after else ''}"
        if normalise(word, Reading.PLAIN).text in other:
            kept.add(found.start())
    return frozenset(kept)


def _find_parts(parts: list[str], normal: Normal, text: str) -> Iterator[Span]:
    """Find the parts around an ellipsis: in this order, not far from each other."""
    parts = [part for part in parts if part]
    least = _MIN_QUOTE_UNSPACED if any(map(_UNSPACED.search, parts)) else _MIN_QUOTE
    if sum(map(len, parts)) < least or min(map(len, parts), default=0) < _MIN_PART:
        return
    for first in _find_words(parts[0], normal.text, 0):
        position: int | None = first + len(parts[0])
        for part in parts[1:]:
            position = position and _go_on(part, normal, position, text)
        if position:
            last = normal.offsets[position - 1]
            end = _ENTITY.match(text, last) or _CLUSTER.match(text, last)
            yield normal.offsets[first], end.end() if end else last + 1


def _go_on(part: str, normal: Normal, position: int, text: str) -> int | None:
    """Return where a part ends that follows after an ellipsis, None if it does not.

    What is left out may not negate the rest. Nor may the rest be of another sentence,
    unless it is from its start: else a new subject would be put to it.
    """
    at = next(_find_words(part, normal.text, position), None)
    if at is None or at - position > _MAX_GAP:
        return None
    left_out = normal.text[position:at]
    if not NEGATIONS.isdisjoint(WORD.findall(left_out)):
        return None
    start, end = normal.offsets[position - 1], normal.offsets[at]
    ends = [found.end() for found in _SENTENCE_END.finditer(text[: end + 1], start)]
    joined = bool(ends) and any(map(str.isalnum, text[ends[-1] : end]))
    return None if joined else at + len(part)


def _find_words(part: str, text: str, position: int) -> Iterator[int]:
    """Find `part` where it neither begins nor ends inside a word or a number."""
    while (at := text.find(part, position)) >= 0:
        if not _splits(text, at) and not _splits(text, at + len(part)):
            yield at
        position = at + 1


def _splits(text: str, at: int) -> bool:
    """Whether a cut at `at` parts a word, or a number from its decimals or its sign."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _in_word(before) and _in_word(after):
        return True
    if before.isdigit() and after in _IN_NUMBER:
        return text[at + 1 : at + 2].isdigit()
    if not after.isdigit():
        return False
    further = text[at - 2 : at - 1] if at > 1 else ""
    if before == "-":
        return not further or further.isspace()
    return before in _IN_NUMBER and further.isdigit()


def _in_word(character: str) -> bool:
    """Whether a character is of a word; scripts without spaces have no such bounds."""
    return character.isalnum() and not _UNSPACED.match(character)


@lru_cache(maxsize=8192)
def _bones(text: str, reading: Reading) -> str:
    """Return a text's letters and digits: the same wherever its normal form is."""
    folded = _signs_folded(text)
    if reading is Reading.MARKED:  # its marks are no letters
        return _bones(text, Reading.PLAIN)
    if reading is Reading.RENDERED and not any(map(folded.__contains__, _LETTERED)):
        return _bones(text, Reading.PLAIN)
    if reading is Reading.UNNUMBERED and not _NUMBER_OF_ITEM.search(folded):
        return _bones(text, Reading.RENDERED)
    if reading:
        folded = _SKIPPED[reading].sub("", folded)
    if "&" in folded:
        folded = _ENTITY.sub("", folded)
    return folded.translate(_BONES)


@lru_cache(maxsize=4096)
def _signs_folded(text: str) -> str:
    """Return a text of the same length with its quotation marks and dashes alike."""
    return text.replace("`", "'") if text.isascii() else text.translate(_FOLDED)


@lru_cache(maxsize=1024)
def normalise(
    text: str,
    reading: Reading = Reading.MARKED,
    hyphens: frozenset[int] | None = None,
) -> Normal:
    """Return a text in the form that is compared.

    Args:
        text: As it stands in a document or in a quote.
        reading: What of it is layout.
        hyphens: The offsets of those hyphens at line ends that stay; the words at all
            others are joined. None leaves every line end as it is.
    """
    folded = _signs_folded(text)
    writer = _Writer()
    at = 0
    for start, end, sign in _skips(folded, reading, hyphens):
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


def _skips(
    folded: str, reading: Reading, hyphens: frozenset[int] | None
) -> list[tuple[int, int, str]]:
    """Return the spans that are layout, and the sign that stands for each."""
    skips: list[tuple[int, int, str]] = []
    if reading:
        for found in _SKIPPED[reading].finditer(folded):
            sign = " " if _BLOCK.match(found[0]) else ""
            skips.append((*found.span(), sign))
    if hyphens is not None:
        for found in _BREAK.finditer(folded):
            sign = "-" if found.start() in hyphens else ""
            skips.append((*found.span(), sign))
    return sorted(skips)


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
            beside = (self.chunks[-1][-1], chunk[0])
            if not any(map(_UNSPACED.match, beside)):
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
    inside = _in_word(left or " ") and _in_word(right or " ")
    single = len(signs) == 1 and (inside or text[signs[0]] == "~")
    return (signs if single else []) + tail


@lru_cache(maxsize=4096)
def _fold(cluster: str) -> str:
    """Return a character with its accents in one form; exponents stay what they are."""
    kind = unicodedata.decomposition(cluster[0]).split(" ", 1)[0]
    form: Literal["NFC", "NFKC"] = "NFC" if kind in _MEANING else "NFKC"
    folded = unicodedata.normalize(form, cluster).casefold()
    return " " if folded.isspace() or folded == "|" else folded
