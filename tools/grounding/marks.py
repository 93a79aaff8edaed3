"""Finds the citation marks in an answer: `[3]`, `[3, 5]`, `[^3]`, `【3†L9-L11】`, `³`.

What people and models write besides is known too: escaped, full-width, linked, tagged
and raised marks. `[0-9]`, `[0, 1]`, `[2024]`, `rows[2]` look like marks and are none.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from tools.text.notation import is_exponent, is_index, is_list, word_before
from tools.text.prose import find_code

__all__ = ["Mark", "find_marks", "replace_marks"]

_BLANK = r"[\s\u200b\u2060\ufeff]{0,4}+"
_NAMED = (
    r"(?:sources?|src|passages?|documents?|docs?|refs?|references?|citations?|cite"
    rf"|来源|文档|资料|段落)\.?{_BLANK}[:#_]?{_BLANK}"
)
_WORD = rf"(?:{_NAMED}|#|No\.{_BLANK})?"
_NUMBERS = (
    rf"\d{{1,9}}+(?:{_BLANK}(?:[-–—,;，、；&]|and\b|und\b|et\b){_BLANK}"
    rf"\^?(?:{_NAMED})?\d{{1,9}}+)*+"
)
_MARK = re.compile(
    r"(?=[\\\[［【〔〖⟦〚&<(（¹²³⁰⁴-⁹])(?:"  # what begins none is passed over quickly
    r"(?P<open>\\?[\[［【〔〖⟦〚]|&\#0{0,4}91;|&lsqb;|&lbrack;)"
    rf"{_BLANK}(?P<note>\^)?{_WORD}(?P<numbers>{_NUMBERS})(?:\^|(?P<part>:\d{{1,9}}+))?"
    rf"(?P<tail>(?:†|,{_BLANK}(?=(?:L|lines?\s)\d))[^\[\]【】\n]{{0,200}}+)?{_BLANK}"
    r"(?P<close>\\?[\]］】〕〗⟧〛]|&\#0{0,4}93;|&rsqb;|&rbrack;)"
    r"|<(?P<tag>sup|cite|ref)\b[^<>]{0,300}+>(?:<a\b[^<>]{0,300}+>)?"
    rf"{_BLANK}\[?(?P<tagged>{_NUMBERS})\]?{_BLANK}(?:</a>)?</(?P=tag)>"
    rf"|[(（]{_BLANK}{_NAMED}(?P<told>{_NUMBERS}){_BLANK}[)）]"
    r"|(?<![¹²³⁰⁴-⁹])(?P<raised>[¹²³⁰⁴-⁹]{1,9}+(?:[,⁻˒⸴][¹²³⁰⁴-⁹]{1,9}+){0,20}+)"
    r"(?![¹²³⁰⁴-⁹]))",
    re.IGNORECASE,
)
_OWN_BRACKETS = ("【", "〔", "〖", "⟦", "〚")
"""Nothing but marks is written in them: they are gpt-oss's and their like."""
_OWN_CLOSING = ("】", "〕", "〗", "⟧", "〛")
_TARGET = re.compile(
    r"\([^()\s]{0,2000}+(?:\([^()\s]{0,2000}+\)[^()\s]{0,2000}+){0,9}+"
    r"(?:\s{1,9}+\"[^\"\n]{0,500}+\")?\)"
)
_TAG = re.compile(r"<(?:sup|a|cite)\b[^<>]{0,300}>\Z", re.IGNORECASE)
_END_OF_TAG = re.compile(r"</(?:sup|a|cite)>", re.IGNORECASE)
_LONGEST_TAG = 310
_LINES = re.compile(
    r"(?<![^\W_])(?:L|lines?\s?)(?P<first>\d{1,9})(?:\s?[-–—]\s?L?(?P<last>\d{1,9}))?"
)
_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒⸴", "0123456789-,,")
_BETWEEN = re.compile(r"[^\d\s\u200b\u2060\ufeff^–—-]+")
_LINE_START = re.compile(r"(?:^|\n)[-*+ >]{0,9}\Z")
_ADDRESS = re.compile(
    r":[ \t]{0,9}<?[^\s<>]++>?[ \t]*+(?:\"[^\"\n]*+\"[ \t]*+)?(?:\n|\Z)"
)
_MAX_RANGE = 20
_NEAR = 99
"""A number that nobody has shown may be an invented source up to this, or up to ten
times the highest that was shown; beyond, it is a year, a port or a code."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the answer that points to one source."""

    source: int
    lines: tuple[int, int] | None
    """First and last of the lines that gpt-oss's own form names, if it names any."""
    start: int
    """Offset in the answer; the marks of `[3, 5]` share one."""
    end: int
    heads: bool = False
    """Whether it heads the definition of a mark, as in `[^3]: guide.md`."""


def find_marks(answer: str, shown: Set[int] | None = None) -> list[Mark]:
    """Return the marks of an answer in order; none are in code.

    Args:
        answer: Markdown.
        shown: The numbers of the sources that were shown. What may be something else,
            as `size[2]`, a link or `word²`, is a mark only if its numbers are among
            them. None takes any number for known.
    """
    code = find_code(answer)
    starts = [start for start, _ in code]
    places = list(_MARK.finditer(answer))
    finder = _Finder(answer, shown, places)
    marks: list[Mark] = []
    for found in places:
        at = bisect_right(starts, found.start()) - 1
        if at < 0 or found.start() >= code[at][1]:
            marks += finder.marks(found)
    return marks


def replace_marks(
    answer: str,
    marks: Iterable[Mark],
    write: Callable[[str, list[Mark]], str],
    inserted: Mapping[int, str] | None = None,
) -> str:
    """Return the answer with each place replaced by what `write` says of it.

    Args:
        answer: With its marks.
        marks: Those of the answer.
        write: Is given the text of a place, and its marks.
        inserted: What is put in besides, by its offset in the answer as it was.
    """
    places: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        places.setdefault((mark.start, mark.end), []).append(mark)
    edits = [
        (*place, write(answer[slice(*place)], group)) for place, group in places.items()
    ]
    edits += [(at, at, text) for at, text in (inserted or {}).items()]
    pieces: list[str] = []
    rest = 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        link = text.endswith("]") and _TARGET.match(answer, end)
        pieces += [answer[rest:start], f"{text} " if link else text]
        rest = end
    return "".join([*pieces, answer[rest:]])


class _Finder:
    """Tells marks from what looks like them; it goes through an answer once."""

    def __init__(
        self,
        answer: str,
        shown: Set[int] | None,
        places: Iterable[re.Match[str]],
    ) -> None:
        self._answer = answer
        self._shown = shown
        self._nearest = max(_NEAR, 10 * max(shown or (), default=0))
        self._indexed: set[str] = set()
        """Words at which an index stood that no source can be."""
        self._refused = -1
        """The end of the last index that was refused."""
        self._array = len(answer)
        """The end of the last list in a list that was refused."""
        self._addresses: set[int] = set()
        """The numbers that name the address of a link, as in `[3]: https://…`."""
        for found in places:
            self._look_ahead(found)

    def _look_ahead(self, found: re.Match[str]) -> None:
        if not found["numbers"]:
            return
        numbers = _expand(found["numbers"])
        if word := word_before(self._answer, found.start()):
            if not numbers or not all(map(self._is_known, numbers)):
                self._indexed.add(word)
        elif not found["note"] and self._heads(found):
            self._addresses.update(numbers)

    def marks(self, found: re.Match[str]) -> list[Mark]:
        """Return the marks of one place, none if it is something else."""
        start, end = found.span()
        if found["told"]:
            numbers = _expand(found["told"])
            numbers = numbers if self._are_known(numbers) else []
        elif found["raised"] or found["tagged"]:
            numbers = self._raised(found)
        elif found["open"].startswith(_OWN_BRACKETS):
            numbers = self._own(found)
        else:
            numbers = self._square(found)
            if numbers:
                start, end, linked = self._widen(start, end)
                image = self._answer[start - 1 : start] == "!"
                if linked and (image or not self._are_known(numbers)):
                    return []
        heads = bool(found["open"]) and self._heads(found)
        lines = _lines(found["tail"])
        return [Mark(each, lines, start, end, heads) for each in numbers]

    def _own(self, found: re.Match[str]) -> list[int]:
        closed = found["close"].startswith(_OWN_CLOSING)
        return _expand(found["numbers"]) if closed else []

    def _raised(self, found: re.Match[str]) -> list[int]:
        """Return the sources of `²,³`; `¹²` is two of them if there is no twelfth."""
        if is_exponent(self._answer, *found.span()):
            return []
        text = (found["raised"] or found["tagged"]).translate(_PLAIN_DIGITS)
        numbers = _expand(text)
        if not self._are_known(numbers) and found["raised"] and text.isdigit():
            numbers = [int(each) for each in text]
        return numbers if self._are_known(numbers) else []

    def _square(self, found: re.Match[str]) -> list[int]:
        """Return the sources of `[3]` and `[3, 5]`, none for an index or a list."""
        answer, (start, end) = self._answer, found.span()
        numbers = _expand(found["numbers"])
        if found["part"] or found["close"].startswith(_OWN_CLOSING) or not numbers:
            return []
        before = answer[start - 1 : start] if start else ""
        if before.isalnum() or before == "_" or start == self._refused:
            known = self._are_known(numbers) and start != self._refused
            if not known or is_index(answer, start, end, self._indexed):
                self._refused = end
                return []
        named = before == "]" and not answer[start - 2 : start - 1].isdigit()
        if named and self._addresses.issuperset(numbers):
            return []  # [the guide][3], with [3]: https://… somewhere
        target = _TARGET.match(answer, end)
        after = target.end() if target else end
        nested = before == "[" and answer[after : after + 1] != "]"
        if nested or answer[self._array : start] in {",", ", "}:
            self._array = end
            return []  # [[1, 2], [3, 4]]
        return numbers if self._is_meant(found, numbers) else []

    def _is_meant(self, found: re.Match[str], numbers: Sequence[int]) -> bool:
        """Whether numbers in square brackets are those of sources."""
        near = all(self._is_known(each) or self._is_near(each) for each in numbers)
        if found["tail"] or found["note"] or len(numbers) == 1:
            return near
        ranged = any(sign in found["numbers"] for sign in "-–—")
        if is_list(self._answer, *found.span(), ranged=ranged):
            return False
        return (
            self._are_known(numbers)
            if ranged
            else (near and any(map(self._is_known, numbers)))
        )

    def _widen(self, start: int, end: int) -> tuple[int, int, bool]:
        """Return the place of a mark with the link around it; and whether one is."""
        answer, linked = self._answer, False
        for _ in range(3):
            target = _TARGET.match(answer, end)
            if target and answer[end - 2 : end - 1] != "\\":
                end, linked = target.end(), True
            if answer[start - 1 : start] == "[" and answer[end : end + 1] == "]":
                start, end = start - 1, end + 1
            opening = _TAG.search(answer, max(0, start - _LONGEST_TAG), start)
            closing = _END_OF_TAG.match(answer, end)
            if opening and closing:
                start, end = opening.start(), closing.end()
        return start, end, linked

    def _heads(self, found: re.Match[str]) -> bool:
        """Whether a definition follows: a footnote's text, or the address of a link."""
        answer, (start, end) = self._answer, found.span()
        if answer[end : end + 1] != ":":
            return False
        if not _LINE_START.search(answer, max(0, start - 10), start):
            return False
        return bool(found["note"] or _ADDRESS.match(answer, end))

    def _is_known(self, number: int) -> bool:
        return number > 0 and (self._shown is None or number in self._shown)

    def _is_near(self, number: int) -> bool:
        return 0 < number <= self._nearest

    def _are_known(self, numbers: Sequence[int]) -> bool:
        return bool(numbers) and all(map(self._is_known, numbers))


def _lines(tail: str | None) -> tuple[int, int] | None:
    found = _LINES.search(tail) if tail else None
    return (
        (int(found["first"]), int(found["last"] or found["first"])) if found else None
    )


def _expand(several: str) -> list[int]:
    """Return the numbers of `3, 5` and of `3-5`; an endless range is its two ends.

    Nothing is returned for what numbers of sources never are: `2024-05-01`, `007`.
    """
    numbers: list[int] = []
    for part in _BETWEEN.split(several):
        texts = re.findall(r"\d+", part)
        ends = [int(each) for each in texts]
        if len(ends) > 2 or any(len(each) > 1 and int(each[0]) == 0 for each in texts):
            return []
        if len(ends) == 2 and 0 < ends[1] - ends[0] < _MAX_RANGE:
            ends = list(range(ends[0], ends[1] + 1))
        numbers += ends
    return numbers
