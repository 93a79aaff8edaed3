"""The forms in which what is searched for exactly is found besides its words.

Most identifiers are found by the words that an analyzer makes of them (`DEC-0054` has
`dec` and `0054`). Some are not: `2,000` has no 2000, `IT` is dropped as a stop word,
`订单4711号` is one word, `🚀` is none, and the parts of `1.10.2` are in many others.
They are indexed, and looked for, in one more form that is a word: `2000`, `itit`,
`4711`, `u1f680`, `1d10d2`.

No more than that is added. A form for every compound made texts so much longer that of
the benchmark's sets the codebase and the FAQ lost .01 each (nDCG@10); with these none
lost anything.
"""

import re
import unicodedata
from collections.abc import Iterator

from tools.milvus.stemming import STOP_WORDS

__all__ = ["QUESTION_WORDS", "acronyms", "forms"]

_LISTED = """
what which who whom whose when where why how do does did doing done can could should
would shall may might must i me my mine we us our ours you your yours he him his she
her hers its them theirs am were been being have has had having from about any some
than too very just also so only own same both each few more most other between through
during before after above below up down out off over under again further once here all
because until while s t don
"""
QUESTION_WORDS = frozenset(_LISTED.split())
"""Snowball's English stop words beyond those of Lucene, which the analyzers drop."""
_DROPPED = QUESTION_WORDS | STOP_WORDS

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_START = r"(?<![^\W_])"
_WORD = re.compile(r"[^\W_]++")
_SPACES = r" \u00a0\u2009\u202f"
_THOUSANDS = re.compile(
    rf"(?<![\w.,])[1-9]\d{{0,2}}(?:([.,'’{_SPACES}])\d{{3}})(?:\1\d{{3}}){{0,6}}"
    r"(?!\w|[.,]\d)"
)
"""A number from a thousand on, whichever sign parts its digits."""
_VERSION = re.compile(r"(?<![\w.])v?\d++(?:\.\d++){2,8}(?![\w])")
"""A version, or an address: its parts are in many others too."""
_GROUPED = re.compile(
    rf"{_START}[A-Z]{{0,2}}\d++(?:[-‐‑–{_SPACES}]\d++){{1,8}}(?:-?X)?(?!\w)"
)
"""A number, or a code, in groups: an ISBN, a telephone's number, an IBAN."""
_DIGITS = 8
"""Of a number in groups, at least: fewer are found by their groups."""
_SIGNED = re.compile(r"(?<!\w)(?:[A-Za-z]\+\+|[A-Z][#*]|[cf]#)(?![\w*#+])")
"""A name of a letter and a sign: `C++`, `C#`, `A*`."""
_SIGNS = {"+": "plus", "#": "sharp", "*": "star"}
_SEGMENT = re.compile(rf"[{_CJK}]++|[^\W_{_CJK}]++")
_ACRONYM = re.compile(rf"{_START}[A-Z]{{2,3}}(?![^\W_])")
_SHOUTED = 3
"""Words from which on a line that has most of them in capitals is no name."""
_EMOJI = 0x2600
"""From here on symbols are pictures; below are those of units, frames and keys."""
_LONGEST = 64
"""Characters of a form: those of a SHA-256 in hexadecimal digits."""


def forms(text: str) -> list[str]:
    """Return the forms of what a text's own words do not tell, each once.

    What it takes is in proportion to the length of the text.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = [
        *_joined(plain),
        *(f"{word}{word}".lower() for word in acronyms(plain)),
        *_symbols(text),
        *_normal(text),
    ]
    return list(dict.fromkeys(each for each in found if len(each) <= _LONGEST))


def acronyms(text: str) -> Iterator[str]:
    """Yield the words that are usually dropped, written as names are: `IT`, `WHO`.

    In a line that is in capitals throughout, a capital says nothing, nor does it in two
    such words one after the other (`AS IS`).
    """
    for line in text.split("\n"):
        if not _ACRONYM.search(line) or _is_shouted(line):
            continue
        words = _WORD.findall(line)
        named = [word.isupper() and word.lower() in _DROPPED for word in words]
        beside = zip([False, *named], [*named[1:], False], strict=False)
        for word, is_named, others in zip(words, named, beside, strict=True):
            if is_named and _ACRONYM.fullmatch(word) and not any(others):
                yield word


def _is_shouted(line: str) -> bool:
    words = [word for word in _WORD.findall(line) if word.isalpha() and len(word) > 1]
    capitals = len([word for word in words if word.isupper()])
    return capitals > max(_SHOUTED - 1, len(words) / 2)


def _joined(text: str) -> Iterator[str]:
    for found in _THOUSANDS.finditer(text):
        yield _join(found.group())
    for found in _VERSION.finditer(text):
        yield found.group().lstrip("v").replace(".", "d")
    for found in _GROUPED.finditer(text):
        word = _join(found.group())
        if len(word) >= _DIGITS:
            yield word
    for found in _SIGNED.finditer(text):
        yield "".join(_SIGNS.get(sign, sign) for sign in found.group())


def _join(groups: str) -> str:
    return "".join(_WORD.findall(groups))


def _symbols(text: str) -> Iterator[str]:
    """Yield a word for each emoji, which no analyzer takes for one."""
    if text.isascii():
        return
    for sign in text:
        if ord(sign) >= _EMOJI and unicodedata.category(sign) == "So":
            yield f"u{ord(sign):x}"


def _normal(text: str) -> Iterator[str]:
    """Yield words of compatible signs as usual ones, and what stands between Chinese.

    Digits of full width are digits, and `订单4711号` holds 4711.
    """
    if text.isascii():
        return
    for found in _WORD.finditer(text):
        word = unicodedata.normalize("NFKC", found.group())
        parts = _SEGMENT.findall(word)
        if len(parts) > 1:
            yield from parts
        elif word != found.group():
            yield word
