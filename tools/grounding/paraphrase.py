"""Judges a claim in other words by the words and numbers that it shares with a text.

Words alone cannot tell what is meant. So a claim that has another number, another name
in the same place, a negation more or less, or the opposite of a word is not borne out.
"""

import re
from collections.abc import Iterator

from tools.grounding.folding import normalise
from tools.grounding.quotes import find_quote, may_hold
from tools.grounding.words import NEGATIONS, WORD

__all__ = ["bears_out", "best_lines"]

_OVERLAP = 0.7
"""Share of a claim's words that must stand in the passage that it points to."""
_WRAPPED = 4
"""Lines that a sentence is looked for in."""
_SHORT = 2
"""Letters of the words that say nothing by themselves."""
_RELEVANT = 0.5
"""Share of a clause's words that a claim must repeat for it to be about that clause."""
_NUMBER = re.compile(r"(?:(?<!\w)-|[<>≤≥~$€£¥]\s?)?\d+(?:[.,]\d+)*\s?[%‰°]?")
_NAME = re.compile(r"\b[A-Z]\w*(?:\s+[A-Z]\w*)*")
_COUNTS = dict(
    zip(
        [
            "zero", "two", "three", "four", "five", "six", "seven", "eight", "nine",
            "ten", "eleven", "twelve",
        ],
        ["0", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
        strict=True,
    )
)  # fmt: skip
"""`one` is left out: it is seldom a number."""
_CLAUSE = re.compile(
    r"[^.!?;:,。！？；：，、\n]+(?:[.,:](?=\w)[^.!?;:,。！？；：，、\n]+)*"
)
_SAYS_NO = NEGATIONS - {"nor"}  # the second half of `neither`
_ENDINGS = "|s|e|es|ed|d|ing|er|r|ly|ally|y|ied|ies|st|est|en|n"
_PAIRS = [
    "above/below", "accept/reject", "active/inactive", "add/remove", "all/none",
    "allow/den", "allow/disallow", "allow/prohibit", "always/never",
    "ascend/descend", "automatic/manual", "available/unavailable", "before/after",
    "begin/end", "born/died", "connect/disconnect", "creat/delet", "dynamic/static",
    "east/west", "enabl/disabl", "encrypt/decrypt", "even/odd", "expand/collaps",
    "fast/slow", "first/last", "grant/revok", "high/low", "import/export",
    "includ/exclud", "increas/decreas", "input/output", "inside/outside",
    "install/uninstall", "internal/external", "large/small", "left/right",
    "major/minor", "many/few", "maximum/minimum", "more/less", "new/old",
    "north/south", "old/young", "on/off", "online/offline", "open/close",
    "optional/mandatory", "optional/required", "positive/negative",
    "primary/secondary", "public/private", "push/pull", "same/different",
    "send/receiv", "short/long", "show/hid", "single/multiple", "start/stop",
    "strong/weak", "succe/fail", "true/false", "up/down", "upgrad/downgrad",
    "upper/lower", "valid/invalid", "won/lost", "write/read",
]  # fmt: skip
_OPPOSITES = [
    tuple(re.compile(f"{stem}(?:{_ENDINGS})") for stem in pair.split("/"))
    for pair in _PAIRS
]
"""Stems of words that turn a sentence round when one is put for the other."""
_EITHER = re.compile(
    rf"\b(?:{'|'.join(_PAIRS).replace('/', '|')})(?:{_ENDINGS})\b", re.IGNORECASE
)
_PREFIXES = ("un", "non")


def bears_out(claim: str, excerpt: str, text: str) -> bool:
    """Whether an excerpt says what a claim says, as far as words and numbers tell.

    Args:
        claim: A sentence that is no verbatim quote of the text.
        excerpt: The lines that it is about.
        text: The whole source, in which the same sentence may stand with other values.
    """
    wanted, held = _words(claim), _words(excerpt)
    if not wanted or len(wanted & held) < _OVERLAP * len(wanted):
        return False
    if not _numbers(claim) <= _numbers(excerpt):
        return False
    return not (_has_other_values(claim, text) or _is_turned(claim, excerpt))


def best_lines(claim: str, text: str) -> tuple[int, int]:
    """Return the few lines of a text that share most words with a claim, from 0.

    A sentence may be wrapped over some lines; of equal windows the shortest is taken.
    """
    wanted = _words(claim)
    lines = [wanted & _words(line) for line in text.split("\n")]
    windows = [
        (start, end)
        for start in range(len(lines))
        for end in range(start + 1, min(start + _WRAPPED, len(lines)) + 1)
    ]
    start, end = max(
        windows,
        key=lambda window: (
            len(frozenset[str]().union(*lines[slice(*window)])),
            window[0] - window[1],
        ),
    )
    return start, end - 1


def _words(text: str) -> frozenset[str]:
    return frozenset(
        _COUNTS.get(word, word)
        for word in WORD.findall(text.casefold())
        if len(word) > _SHORT or word.isdigit() or not word.isascii()
    )


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text with the signs and units that stand at them."""
    figures = {"".join(found.split()) for found in _NUMBER.findall(text)}
    spelled = {
        _COUNTS[word] for word in WORD.findall(text.casefold()) if word in _COUNTS
    }
    return figures | spelled


def _has_other_values(claim: str, text: str) -> bool:
    """Whether a text has the claim word for word but for what turns its meaning.

    That is another number or name in a place, or one word of a pair of opposites.
    """
    bare = _without_values(claim)
    between = max(bare.split("0"), key=len)  # stands in the text, if the rest does
    return may_hold(text, between) and any(find_quote(bare, _without_values(text)))


def _without_values(text: str) -> str:
    return _NUMBER.sub("0", _NAME.sub("0", _EITHER.sub("0", text)))


def _is_turned(claim: str, excerpt: str) -> bool:
    """Whether a claim has a negation or an opposite that its clauses have not."""
    said = WORD.findall(normalise(claim).text)
    meant = [word for clause in _about(claim, excerpt) for word in clause]
    if sum(map(_SAYS_NO.__contains__, said)) != sum(map(_SAYS_NO.__contains__, meant)):
        return True
    new, gone = set(said) - set(meant), set(meant) - set(said)
    return any(_opposes(word, other) for word in new for other in gone)


def _about(claim: str, excerpt: str) -> Iterator[list[str]]:
    """Yield the clauses of an excerpt that a claim is about, as words."""
    wanted = _words(claim)
    for found in _CLAUSE.finditer(excerpt):
        words = _words(found[0])
        if words and len(words & wanted) >= _RELEVANT * len(words):
            yield WORD.findall(normalise(found[0]).text)


def _opposes(word: str, other: str) -> bool:
    for prefix in _PREFIXES:
        if prefix + word == other or prefix + other == word:
            return True
    return any(
        (first.fullmatch(word) and second.fullmatch(other))
        or (second.fullmatch(word) and first.fullmatch(other))
        for first, second in _OPPOSITES
    )
