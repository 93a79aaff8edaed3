"""The plainest way of writing a text, and the way back: a last, weaker reading.

`&deg;` and `°`, `>=` and `≥`, `CO₂` and `CO2`, `naïve` and `naive`, `œuvre` and
`oeuvre` are made equal. Words that differ may become the same by it, so what is found
in this way only is no quote.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from tools.text.clean import INVISIBLE

__all__ = ["Plain", "plain_signs"]

_OPERATORS = {
    ">=": "≥", "=>": "⇒", "<=": "≤", "=<": "≤", "!=": "≠", "/=": "≠", "<>": "≠",
    "->": "→", "-->": "→", "<-": "←", "+/-": "±", "+-": "±", "~=": "≈", "==": "=",
    "(c)": "", "(r)": "", "(tm)": "",
}  # fmt: skip
_SIGNS = {
    "⩾": "≥", "≧": "≥", "⩽": "≤", "≦": "≤", "⟶": "→", "➔": "→", "➜": "→", "⟹": "⇒",
    "×": "x", "✕": "x", "⨯": "x", "÷": "/", "∕": "/", "⁄": "/", "−": "-", "∗": "*",
    "⋅": "·", "∙": "·", "•": "·", "º": "°", "˚": "°", "µ": "u", "μ": "u", "Ω": "Ω",
    "©": "", "®": "", "™": "", "℠": "", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE",
    "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n",
    "∼": "~", "≃": "≈", "≅": "≈", "‹": "'", "›": "'", "′": "'", "″": '"',
    "□": "\ufffd",
}  # fmt: skip
_ENTITY = re.compile(
    r"&(?:amp;){0,4}(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_PLACE = re.compile(
    r"(?=[-+>=<!/~(^_& \t]|[^\x00-\x7f])(?:"  # first of all, what most of a text is not
    r"(?P<operator>(?:-->|\+/-|>=|=>|<=|=<|!=|/=|<>|->|<-|\+-|~=|==)"
    r"|\((?:[cCrR]|[tT][mM])\))"
    r"|(?P<raised><sup>[-−+]?\w{1,9}</sup>|(?<=\d)\^\{?[-−]?\d{1,9}\}?"
    r"|[⁺⁻]?[⁰¹²³⁴-⁹]{1,9})"
    r"|(?P<lowered><sub>[-−+]?\w{1,9}</sub>|(?<=[A-Za-z])_\{?\d{1,3}\}?(?!\w))"
    r"|(?P<blank>(?<![ \t\u00a0\u202f\u2009])[ \t\u00a0\u202f\u2009]++"
    r"(?=[,;:!?)\]%°»”]|\.(?!\w))|(?<=[(\[«“])[ \t\u00a0\u202f\u2009]++)"
    r"|(?P<both>(?<=[ ])&(?=[ ]))"
    r"|(?P<other>[^\x00-\x7f][\u0300-\u036f]{0,8}))"
)
_TAGS = re.compile(r"</?su[bp]>|[\^_{}]")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "0123456789+--")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text as plainly as it can be written; its lines are those of the text."""

    text: str
    starts: Sequence[int]
    """Where what each of its characters stands for begins in the text."""
    ends: Sequence[int]
    """Where that ends."""


@lru_cache(maxsize=512)
def plain_signs(text: str) -> Plain:
    """Return a text in plain signs: entities, accents, ligatures, operators, indices.

    An exponent of a number is none of its digits: `10⁶` becomes `10^6`.
    """
    if "&" not in text:
        return _rewrite(text, _PLACE, _plain)
    decoded = _rewrite(text, _ENTITY, _decode)
    plain = _rewrite(decoded.text, _PLACE, _plain)
    starts = [decoded.starts[at] for at in plain.starts]
    ends = [decoded.ends[at - 1] for at in plain.ends]
    return Plain(plain.text, starts, ends)


def _rewrite(
    text: str, pattern: re.Pattern[str], write: Callable[[re.Match[str]], str]
) -> Plain:
    """Return a text with each place that a pattern finds written anew."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, written in [
        *((*found.span(), write(found)) for found in pattern.finditer(text)),
        (len(text), len(text), ""),
    ]:
        pieces += [text[at:start], written]
        starts += [*range(at, start), *[start] * len(written)]
        ends += [*range(at + 1, start + 1), *[end] * len(written)]
        at = end
    return Plain("".join(pieces), starts, ends)


def _decode(found: re.Match[str]) -> str:
    meant = unescape(unescape(found[0]))
    if meant == found[0] or len(meant) > _LONGEST:
        return found[0]
    return " " if meant.isspace() else meant


def _plain(found: re.Match[str]) -> str:
    sign = found[0]
    before = found.string[found.start() - 1 : found.start()]
    match found.lastgroup:
        case "operator":
            return _OPERATORS[sign.lower()]
        case "raised":
            digits = _TAGS.sub("", sign).translate(_DIGITS)
            return f"^{digits}" if before.isdigit() else digits
        case "lowered":
            return _TAGS.sub("", sign)
        case "blank":
            return ""
        case "both":
            return "and"
        case _:
            return _letter(sign, after_digit=before.isdigit())


_LONGEST = 4
"""Characters that one entity stands for, at most."""


@lru_cache(maxsize=4096)
def _letter(sign: str, *, after_digit: bool = False) -> str:
    """Return a character without its accents, a ligature as its letters."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign[0] in INVISIBLE:
        return ""
    kind = unicodedata.decomposition(sign[0]).split(" ", 1)[0]
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", sign))
    bare = unicodedata.normalize(
        "NFC", "".join(_SIGNS.get(each, each) for each in bare)
    )
    bare = " " if bare.isspace() else bare
    return f" {bare}" if kind == "<fraction>" and after_digit else bare
