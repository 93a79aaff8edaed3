"""Makes untrusted text safe to print and safe to send to a model.

Documents, model output and file names may hold terminal control sequences, invisible
characters and the control tokens of gpt-oss's chat format. Every character is judged
by itself, a joiner by the one before it, so a sequence that is split over two stream
deltas is caught like any other.
"""

import re
from itertools import groupby

__all__ = [
    "INVISIBLE",
    "INVISIBLE_RANGES",
    "neutralise_control_tokens",
    "scalar",
    "visible",
]

_KEPT = "\t\n"
_C0_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in _KEPT}
_HIDDEN = [
    0x00AD,  # soft hyphen
    0x034F,  # combining grapheme joiner
    0x061C,  # Arabic letter mark
    *range(0x115F, 0x1161),  # Hangul fillers
    *range(0x17B4, 0x17B6),  # Khmer inherent vowels
    *range(0x180B, 0x1810),  # Mongolian variation selectors and vowel separator
    0x200B,  # zero-width space
    *range(0x200E, 0x2010),  # left-to-right and right-to-left marks
    *range(0x2028, 0x202F),  # line separators, directional embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, invisible operators, isolates
    0x2800,  # blank of Braille
    0x3164,  # Hangul filler
    *range(0xFE00, 0xFE0E),  # variation selectors but those of text and of emoji
    0xFEFF,  # zero-width no-break space
    0xFFA0,  # half-width Hangul filler
    *range(0xFFF0, 0xFFFC),  # unassigned, interlinear annotations
    *range(0x1BCA0, 0x1BCA4),  # controls of shorthand
    *range(0x1D173, 0x1D17B),  # controls of musical notation
    *range(0xE0000, 0xE1000),  # tag characters, more variation selectors
]
"""What shows as nothing or turns the direction of text: Default_Ignorable_Code_Point of
Unicode's DerivedCoreProperties.txt but for joiners, with Bidi_Control, line separators,
annotations and a blank that is no space."""
INVISIBLE = frozenset(map(chr, [*_HIDDEN, 0x200C, 0x200D]))
"""The characters that show as nothing, joiners too."""


def _in_ranges(characters: frozenset[str]) -> str:
    """Return characters as a class of an expression has them: each row as its ends.

    4,096 of them lie beyond U+FFFF, where an expression compares one by one.
    """
    codes = sorted(map(ord, characters))
    rows = groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0])
    ends = ([code for _, code in row] for _, row in rows)
    return "".join(f"{chr(row[0])}-{chr(row[-1])}" for row in ends)


INVISIBLE_RANGES = _in_ranges(INVISIBLE)
"""The same, for a class of an expression."""
_ASTRAY = re.compile(
    "(?<![^\\x00-\x7f\u200c\u200d\ufffd])[\u200c\u200d]"
    "|(?<![#*0-9\xa9\xae\u203c-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]"
)
"""A joiner that joins nothing of the scripts that have some, as between two letters of
English; a selector of how an emoji looks behind anything else."""
_TABLE = (
    _C0_PICTURES
    | {0x7F: 0x2421}
    | dict.fromkeys([*range(0x80, 0xA0), *_HIDDEN], 0xFFFD)
    | dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)  # lone surrogates
)
_CONTROL_TOKEN = re.compile(r"<(?=\|)|(?<=\|)>")


def visible(text: str) -> str:
    """Return `text` with everything a terminal could obey replaced by a visible sign.

    C0 controls become their pictures (ESC is `␛`), C1 controls, directional overrides
    and invisible characters become `�`; tabs and newlines stay, and so do joiners and
    selectors of emoji where emoji and several scripts need them. CR LF is a newline.
    """
    shown = text.replace("\r\n", "\n").translate(_TABLE)
    return shown if shown.isascii() else _ASTRAY.sub("\ufffd", shown)


def scalar(text: str) -> str:
    """Return `text` without lone surrogates, which no encoding and no engine takes.

    They come from file names that are not UTF-8 and from `\\ud800` in JSON.
    """
    return text.encode("utf-8", "replace").decode()


def neutralise_control_tokens(text: str) -> str:
    """Return `text` in which no `<|…|>` control token of the harmony format stands.

    A space is put inside the brackets, so that the text stays readable and a server
    that renders it into a prompt sees ordinary characters.
    """
    if "|" not in text:
        return text
    return _CONTROL_TOKEN.sub(
        lambda found: "< " if found.group() == "<" else " >", text
    )
