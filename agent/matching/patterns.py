"""Regular expressions in linear time: what an argument is looked through for.

Python's `re` tries one way after another, and `(a+)+$` keeps it busy for ever with
thirty characters. Here all ways are followed at once, character by character (K.
Thompson, CACM 11(6), 1968; R. Cox, "Regular Expression Matching Can Be Simple And
Fast", 2007): a text of n characters takes no more than n times the length of the
pattern.

Known are characters, `.`, classes, `\\d \\w \\s \\b` and their opposites, groups, `|`,
`* + ? {m,n}`, `^ $ \\A \\Z`, and `(?i)` in front. Back-references and looking ahead or
behind are refused.
"""

from collections.abc import Callable
from functools import lru_cache

from agent.matching.steps import (
    MAX_STEPS,
    Accepts,
    Holds,
    Step,
    accepting,
    alternative,
    checked,
    found,
    holding,
    joined,
    looped,
)

__all__ = ["MAX_TEXT", "read_glob", "read_pattern"]

MAX_TEXT = 10_000
"""Characters that are looked through; what comes behind them is not seen."""
_MOST_REPEATED = 1_000

_QUANTIFIERS = "*+?{"


@lru_cache(maxsize=256)
def read_pattern(pattern: str) -> Callable[[str], bool]:
    """Return what says whether a text holds the pattern.

    Raises:
        ValueError: the pattern is none, or asks for what is not supported.
    """
    steps = _Reader(pattern).read()
    return lambda text: found(steps, text[:MAX_TEXT], anchored=False)


@lru_cache(maxsize=256)
def read_glob(glob: str) -> Callable[[str], bool]:
    """Return what says whether a text is, as a whole, as a glob of `*` and `?` says."""
    steps: list[Step] = []
    for sign in glob:
        place = len(steps)
        if sign == "*":
            steps += [Step(ways=[place + 1, place + 2]), Step(ways=[place])]
            steps[place + 1].accepts = _anything
        else:
            steps.append(Step(_anything if sign == "?" else _exactly(sign), None, []))
            steps[place].ways = [place + 1]
    end = len(steps)
    steps.append(Step(holds=_at_end, ways=[end + 1]))
    return lambda text: len(text) <= MAX_TEXT and found(steps, text, anchored=True)


class _Reader:
    """Reads a pattern from left to right; steps are numbered from where they begin."""

    def __init__(self, pattern: str) -> None:
        self.ignoring_case = pattern.startswith("(?i)")
        self.text = pattern.removeprefix("(?i)")
        self.at = 0

    def read(self) -> list[Step]:
        steps = self._either()
        if self.at < len(self.text):
            raise ValueError(f"a ) too many in {self.text!r}")
        return checked(steps)

    def _either(self) -> list[Step]:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        steps = branches.pop()
        while branches:
            steps = checked(alternative(branches.pop(), steps))
        return steps

    def _sequence(self) -> list[Step]:
        steps: list[Step] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            steps = checked(joined(steps, self._repeated(self._one())))
        return steps

    def _repeated(self, one: list[Step]) -> list[Step]:
        if not self._peek(_QUANTIFIERS):
            return one
        least, most = self._times()
        self._take("?")
        if self._peek("*+{"):
            raise ValueError(f"a repetition of a repetition in {self.text!r}")
        if len(one) * max(least, most or 0, 1) > MAX_STEPS:
            raise ValueError(f"{self.text!r} is too long, its repetitions written out")
        steps: list[Step] = []
        for _ in range(least):
            steps = joined(steps, one)
        if most is None:
            return joined(steps, looped(one))
        optional: list[Step] = []
        for _ in range(most - least):
            optional = alternative(joined(one, optional), [])
        return joined(steps, optional)

    def _times(self) -> tuple[int, int | None]:
        sign = self._next()
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        inside, closed, _ = self.text[self.at :].partition("}")
        low, comma, high = inside.partition(",")
        numbers = [each for each in (low, high) if each]
        if not closed or not low or not all(_is_number(each) for each in numbers):
            raise ValueError(f"{{ is no repetition in {self.text!r}; write \\{{")
        self.at += len(inside) + 1
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if least > _MOST_REPEATED or (most is not None and most < least):
            raise ValueError(f"{{{inside}}} cannot be")
        return least, most

    def _one(self) -> list[Step]:
        sign = self._next()
        if sign == "(":
            return self._group()
        if sign in "*+?{":
            raise ValueError(f"nothing to repeat before {sign} in {self.text!r}")
        if sign == "[":
            return accepting(self._class())
        if sign == "\\":
            return self._escaped()
        if sign == "^":
            return holding(_at_start)
        if sign == "$":
            return holding(_at_end)
        return accepting(_no_newline if sign == "." else self._cased(_exactly(sign)))

    def _group(self) -> list[Step]:
        if self._take("?") and not self._take(":"):
            raise ValueError(
                f"of groups that begin with (? only (?:...) is supported, in "
                f"{self.text!r}"
            )
        steps = self._either()
        if not self._take(")"):
            raise ValueError(f"a ) is missing in {self.text!r}")
        return steps

    def _escaped(self) -> list[Step]:
        sign = self._next()
        if sign in _CONDITIONS:
            return holding(_CONDITIONS[sign])
        return accepting(_CLASSES.get(sign) or self._cased(_exactly(self._sign(sign))))

    def _sign(self, sign: str) -> str:
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign.isalnum():
            raise ValueError(f"\\{sign} is not supported, in {self.text!r}")
        return sign

    def _class(self) -> Accepts:
        negated = self._take("^")
        parts: list[Accepts] = []
        while not (parts and self._take("]")):
            parts.append(self._cased(self._class_part()))
        return _any_of(parts, negated=negated)

    def _class_part(self) -> Accepts:
        first = self._next()
        if first == "\\":
            first = self._next()
            if first in _CLASSES:
                return _CLASSES[first]
            first = self._sign(first)
        if not self._peek("-") or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return _exactly(first)
        self.at += 1
        last = self._next()
        last = self._sign(self._next()) if last == "\\" else last
        if last < first:
            raise ValueError(f"{first}-{last} is no range, in {self.text!r}")
        return lambda sign: first <= sign <= last

    def _cased(self, accepts: Accepts) -> Accepts:
        if not self.ignoring_case:
            return accepts
        return lambda sign: accepts(sign.lower()) or accepts(sign.upper())

    def _peek(self, signs: str) -> bool:
        return self.at < len(self.text) and self.text[self.at] in signs

    def _take(self, sign: str) -> bool:
        if not self._peek(sign):
            return False
        self.at += 1
        return True

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise ValueError(f"{self.text!r} ends too early")
        self.at += 1
        return self.text[self.at - 1]


def _exactly(wanted: str) -> Accepts:
    return lambda sign: sign == wanted


def _any_of(parts: list[Accepts], *, negated: bool) -> Accepts:
    return lambda sign: any(accepts(sign) for accepts in parts) is not negated


def _anything(_sign: str) -> bool:
    return True


def _no_newline(sign: str) -> bool:
    return sign != "\n"


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _at_start(_text: str, place: int) -> bool:
    return place == 0


def _at_end(text: str, place: int) -> bool:
    return place == len(text)


def _at_border(text: str, place: int) -> bool:
    before = place > 0 and _is_word(text[place - 1])
    behind = place < len(text) and _is_word(text[place])
    return before is not behind


def _within(text: str, place: int) -> bool:
    return not _at_border(text, place)


def _opposite(accepts: Accepts) -> Accepts:
    return lambda sign: not accepts(sign)


_CONDITIONS: dict[str, Holds] = {
    "A": _at_start, "Z": _at_end, "b": _at_border, "B": _within,
}  # fmt: skip
_CLASSES: dict[str, Accepts] = {
    "d": str.isdecimal, "w": _is_word, "s": str.isspace,
    "D": _opposite(str.isdecimal), "W": _opposite(_is_word),
    "S": _opposite(str.isspace),
}  # fmt: skip
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
