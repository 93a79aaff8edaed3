"""The forms in which an identifier is searched besides its words.

An analyzer splits `DEC-0054`, `2,000` and `a.b@c.org` at their signs, drops `IT` as a
stop word, and sees nothing at all in `🚀`. Each of them is indexed, and looked for, in
one more form that is a single word: `DEC0054`, `2000`, `abcdcorg`, `itit`, `u1f680`. So
the one passage that holds it has a word that no other has.
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
_COMPOUND = re.compile(rf"{_START}[^\W_]++(?:[-_./:@#'’+&~‐‑–,]{{1,2}}[^\W_]++)++")
"""Words that signs join without a space."""
_TELLING = re.compile(r"[\d@_/]")
"""What makes a compound an identifier; `state-of-the-art` is none."""
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})*")
_POINT = re.compile(r"(?<=\d)[.,](?=\d)")
_SPACE = r"[ \u00a0\u2009\u202f]"
_GROUPED = re.compile(rf"{_START}[^\W_]{{0,20}}\d(?:{_SPACE}\d{{2,}}){{1,8}}")
"""A number, or a code, in groups: `2 000`, `49 30 1234567`, `DE12 3456 7890`."""
_SIGNED = re.compile(r"(?<!\w)(?:\.[A-Za-z]\w*+|[A-Za-z]\w?(?:\+\+|[#*]))(?![\w*#+])")
"""A name of a letter and a sign (`C++`, `C#`, `A*`), or one behind a dot (`.NET`)."""
_SIGNS = {"+": "plus", "#": "sharp", "*": "star", ".": "dot"}
_SEGMENT = re.compile(rf"[{_CJK}]++|[^\W_{_CJK}]++")
_ACRONYM = re.compile(rf"{_START}[A-Z]{{2,6}}(?![^\W_])")
_SHOUTED = 3
"""Words from which on a line that has most of them in capitals is no name."""
_FRAMES = range(0x2500, 0x2600)
"""Lines and blocks that tables are drawn with."""
_LONGEST = 64
"""Characters of a form: those of a SHA-256 in hexadecimal digits."""


def forms(text: str) -> list[str]:
    """Return one word for each identifier of a text, each once.

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

    In a line that is in capitals throughout, a capital says nothing.
    """
    for line in text.split("\n"):
        found = [word for word in _ACRONYM.findall(line) if word.lower() in _DROPPED]
        if found and not _is_shouted(line):
            yield from found


def _is_shouted(line: str) -> bool:
    words = [word for word in _WORD.findall(line) if word.isalpha() and len(word) > 1]
    capitals = sum(word.isupper() for word in words)
    return capitals >= _SHOUTED and 2 * capitals > len(words)


def _joined(text: str) -> Iterator[str]:
    for found in _COMPOUND.finditer(text):
        compound = found.group()
        if _TELLING.search(compound):
            yield _join(compound)
    for found in _GROUPED.finditer(text):
        yield _join(found.group())
    for found in _SIGNED.finditer(text):
        yield "".join(_SIGNS.get(sign, sign) for sign in found.group())


def _join(compound: str) -> str:
    """Return a compound as one word; `1.10.2` is not `11.02`, but 2,000 is 2000."""
    if not _THOUSANDS.fullmatch(compound):
        compound = _POINT.sub("d", compound)
    return "".join(_WORD.findall(compound))


def _symbols(text: str) -> Iterator[str]:
    """Yield a word for each emoji, which no analyzer takes for one."""
    if text.isascii():
        return
    for sign in text:
        if unicodedata.category(sign) == "So" and ord(sign) not in _FRAMES:
            yield f"u{ord(sign):x}"


def _normal(text: str) -> Iterator[str]:
    """Yield words of compatible signs as usual ones, and what stands between Chinese.

    `４７１１` is 4711, and `订单4711号` holds it.
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
