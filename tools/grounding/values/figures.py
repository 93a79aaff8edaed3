"""Reads numbers and versions in figures, with their signs, scales and units.

quantulum3 0.10 was tried. It needs 50 s for 20 kB, takes `5-10 s` for 7.5 s, `1'000`
for 1 and `30 seconds` for an angle.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple
from unicodedata import decimal as decimal_of

from tools.grounding.values.near import find_near
from tools.grounding.values.units import CURRENCIES, unit_at, units_of

__all__ = ["Figure", "decimal", "find_figures", "shifted"]

_SPACES = "\u00a0\u202f\u2009\u2007"
_SIGN = r"[-−](?=[\d$€£¥])|\b(?:minus|negative)\s"
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅛": "0.125"}
_SCALES = {
    "k": 3, "thousand": 3, "thsd": 3, "m": 6, "mn": 6, "mio": 6, "mln": 6, "million": 6,
    "millions": 6, "b": 9, "bn": 9, "bln": 9, "billion": 9, "billions": 9, "tn": 12,
    "trillion": 12, "lakh": 5, "crore": 7, "万": 4, "亿": 8,
}  # fmt: skip
"""By how many places the point moves."""
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_FIGURE = re.compile(
    rf"(?<![\w.])(?P<sign>{_SIGN})?(?P<money>{CURRENCIES})?\s?"
    r"(?P<digits>"
    r"(?:\d+(?:\.\d+)?\s?[x×·*]\s?)?10(?:(?:\^|\*\*)-?\d{1,2}|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})"
    rf"|\d{{1,3}}(?P<sep>[,'’ {_SPACES}])\d{{3}}(?:(?P=sep)\d{{3}})*(?![\d])(?:\.\d+)?"
    r"|\d{1,2}(?:,\d{2}){1,6},\d{3}(?!\d)(?:\.\d+)?"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d{1,3})(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?![.\d])"
    r"|\d{0,9}[½¼¾⅛]|\d{1,3}/\d{1,3}(?![/\d])"
    r"|\d+(?:\.\d+)?[eE][+-]?\d{1,2}"
    r"|\d+(?:\.\d+|,\d{1,2}(?![\d,]))?)"
    r"(?:(?:st|nd|rd|th)\b)?"
    rf"(?P<scale>[ {_SPACES}-]?(?:thousand|millions?|mio|mln|mn|billions?|bln|bn"
    r"|trillion|tn|lakh|crore)\b|[kKMBmb]\b|\s?[万亿])?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[\d½¼¾⅛]")
_OF_VERSION = re.compile(r"[vV]\d|\d\.(?:\d+|[xX])\.")
_OF_GERMAN = re.compile(r"\d[.,]\d")
_LONGEST = 40
"""Digits of a version's first part."""
_MOST_BEFORE = 16
"""Characters before the first digit of a figure: `negative US$ 5`."""
_GOES_ON = re.compile(r"\w|\.\d")
"""What no number ends before, unless it is a unit."""
_VERSION = re.compile(
    r"(?<![\w.])(?:v(?P<marked>\d+(?:\.(?:\d+|x))*)|(?P<plain>\d+(?:\.(?:\d+|x)){2,}))"
    r"(?P<stage>-?(?:rc|alpha|beta|a|b)\.?\d*)?(?![\w])",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")
"""Three figures each: a German number, and no version."""
_CALLED = re.compile(r"\b(?:versions?|releases?|ver\.?|v\.?)\s\Z", re.IGNORECASE)
_GERMAN = re.compile(
    r"(?<![\w.,])\d{1,3}(?:(?:\.\d{3}){2,}|(?:\.\d{3})*,\d{1,2})(?![\w.,])"
)
_POWER = re.compile(
    r"(?:(?P<mantissa>[\d.]+)\s?[x×·*]\s?)?10(?:\^|\*\*|(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]))"
    r"(?P<places>[-⁻\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
)
_EXPONENT = re.compile(r"(?P<mantissa>[\d.]+)e(?P<places>[+-]?\d+)", re.IGNORECASE)
_COMMA = re.compile(r"\d+,\d{1,2}|\d{1,3}(?:\.\d{3})+,\d{1,3}")
"""A decimal comma, behind dots between thousands or not."""
_DOTTED = re.compile(r"[1-9]\d{0,2}\.(\d{3})")
"""1.000 is a thousand to a German, and one to others."""
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_PARTED = re.compile(r"\d{1,3} [1-9]\d{2}|\d+,\d{1,2}|\d+/\d+")
_LOOK = 12


class Figure(NamedTuple):
    """A number in figures, as it may be meant."""

    start: int
    end: int
    text: str
    amounts: tuple[str, ...]
    """Without separators, with the scale worked in: `1.5k` is `1500`."""
    units: tuple[str, ...] = ()
    scale: int = 0
    version: str = ""
    """What is a version, as it is written, without `v`."""
    more: bool = False
    """Whether a plus sign stands behind it."""
    parts: tuple[str, ...] = ()
    """What `3 400` and `3,5` are if they are two numbers."""


def find_figures(text: str) -> Iterator[Figure]:
    """Yield the numbers and versions of a text in order of their kind."""
    for found in find_near(_VERSION, _OF_VERSION, _LONGEST, text):
        digits = (found["marked"] or found["plain"]).removesuffix(".x")
        if found["plain"] and _GROUPS.fullmatch(digits):
            continue
        form = digits + (found["stage"] or "").lstrip("-").lower()
        yield Figure(found.start(), found.end(), found.group(), (), version=form)
    german = any(True for _ in find_near(_GERMAN, _OF_GERMAN, 2, text))
    for found in find_near(_FIGURE, _DIGIT, _MOST_BEFORE, text):
        if figure := _figure(found, text, german=german):
            yield figure


def _figure(found: re.Match[str], text: str, *, german: bool) -> Figure | None:
    behind, end = unit_at(text, found.end())
    more = text.startswith("+", end)
    if _GOES_ON.match(text, end + more):
        return None
    written = _in_ascii(found["digits"])
    scale = (found["scale"] or "").strip(f" -{_SPACES}")
    sign = "-" if found["sign"] else ""
    amounts = tuple(sign + each for each in _amounts(written, german=german))
    units = units_of(found["money"] or "") + behind
    places = _SCALES.get(scale.lower(), 0)
    if scale == "m":  # a million, a metre, a minute
        units = ("m", "min", *units)
        amounts = (*amounts, *(shifted(each, places) for each in amounts))
    elif scale == "B":  # a billion, or bytes
        units = ("byte", *units)
        amounts = (*amounts, *(shifted(each, places) for each in amounts))
    elif places:
        amounts = tuple(shifted(each, places) for each in amounts)
    called = _CALLED.search(text, max(0, found.start() - _LOOK), found.start())
    plain = called and _PLAIN.fullmatch(written)
    return Figure(
        found.start(),
        end + more,
        text[found.start() : end + more].strip(),
        amounts,
        units,
        places,
        written if plain and not (units or places) else "",
        more,
        _parts(written) if not (units or places or sign) else (),
    )


def _in_ascii(written: str) -> str:
    """Return digits of any script as those of ASCII; exponents stay what they are."""
    if written.isascii():
        return written
    digits = [decimal_of(each, None) for each in written]
    pairs = zip(written, digits, strict=True)
    return "".join(each if digit is None else str(digit) for each, digit in pairs)


def _parts(written: str) -> tuple[str, ...]:
    """Return the numbers that a gap or a comma may part."""
    if _PARTED.fullmatch(written):
        return tuple(canonical(each) for each in re.split(r"[ ,/]", written))
    return ()


@lru_cache(maxsize=4096)
def _amounts(written: str, *, german: bool) -> tuple[str, ...]:
    """Return how digits may be meant, without their separators."""
    if "/" in written:
        return (_divided(*written.split("/")),)
    if written[-1] in _FRACTIONS:
        return (canonical((written[:-1] or "0") + _FRACTIONS[written[-1]][1:]),)
    if found := _POWER.fullmatch(written) or _EXPONENT.fullmatch(written):
        power = int(found["places"].translate(_SUPERSCRIPTS))
        return (shifted(found["mantissa"] or "1", power),)
    if _COMMA.fullmatch(written) or _GROUPS.fullmatch(written):
        return (canonical(written.replace(".", "").replace(",", ".")),)
    plain = canonical(re.sub(rf"[,'’\s{_SPACES}]", "", written))
    dotted = _DOTTED.fullmatch(written)
    if dotted and (german or dotted[1] == "000"):
        return plain, canonical(written.replace(".", ""))
    return (plain,)


def _divided(above: str, below: str) -> str:
    """Return a fraction as a decimal, where it is one; else reduced."""
    return decimal(Fraction(int(above), int(below))) if int(below) else above


def decimal(value: Fraction) -> str:
    """Return a fraction as a decimal, where it ends; else as it is."""
    if value.denominator == 1 or 10**9 % value.denominator:
        return str(value)
    places = 10**9 // value.denominator * value.numerator
    whole, rest = divmod(places, 10**9)
    return canonical(f"{whole}.{rest:09d}".rstrip("0"))


def canonical(digits: str) -> str:
    """Return digits without zeros before them; 7.0 is 7, but 2.10 stays 2.10."""
    whole, _, rest = digits.partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{rest}" if rest.strip("0") else whole


def shifted(digits: str, places: int) -> str:
    """Return a number with its point moved: exact, however long it is."""
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, rest = digits.partition(".")
    if places >= 0:
        rest = rest.ljust(places, "0")
        moved = f"{whole}{rest[:places]}.{rest[places:]}"
    else:
        whole = whole.rjust(1 - places, "0")
        moved = f"{whole[:places]}.{whole[places:]}{rest}"
    return (
        sign + canonical(moved).rstrip("0").rstrip(".")
        if "." in canonical(moved)
        else sign + canonical(moved)
    )
