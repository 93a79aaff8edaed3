"""Judges a claim in other words by the words and numbers that it shares with a text.

Words alone cannot tell what is meant. So a claim that has another number, another name
in the same place, a negation more or less, or the opposite of a word is not borne out.
"""

import re
from collections.abc import Iterator
from itertools import islice

from tools.grounding.negation import CLAUSE, Clause, denies, read_clause
from tools.grounding.values.support import (
    count_values,
    unsupported_numbers,
    without_values,
)
from tools.grounding.wording.folding import normalise
from tools.grounding.wording.quotes import find_quote, is_spliced, may_hold
from tools.grounding.wording.words import find_words

__all__ = ["bears_out", "best_lines", "telling_words"]

_OVERLAP = 0.7
"""Share of a claim's words that must stand in the passage that it points to."""
_WRAPPED = 4
"""Lines that a sentence is looked for in."""
_SHORT = 2
"""Letters of the words that say nothing by themselves."""
_RELEVANT = 0.5
"""Share of a clause's words that a claim must repeat for it to be about that clause."""
_NUMBER = re.compile(r"(?:(?<!\w)-|[<>≤≥~$€£¥]\s?)?\d+(?:[.,]\d+)*\s?[%‰°]?")
_DIGIT = re.compile(r"\d")
_NAME = re.compile(r"\b[A-Z]\w*(?:\s+[A-Z]\w*)*")
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
_VALUE = re.compile(rf"(?i:{_EITHER.pattern})|{_NAME.pattern}|{_NUMBER.pattern}")
_MOST_PLACES = 20
"""Places in which the same sentence is looked for with other values."""


def bears_out(claim: str, excerpt: str, text: str) -> bool:
    """Whether an excerpt says what a claim says, as far as words and numbers tell.

    Args:
        claim: A sentence that is no verbatim quote of the text.
        excerpt: The lines that it is about.
        text: The whole source, in which the same sentence may stand with other values.
    """
    if unsupported_numbers(claim, [excerpt]):
        return False
    wanted, held = telling_words(without_values(claim)), telling_words(excerpt)
    if any(map(_DIGIT.search, wanted - held)):
        return False  # a name such as EC2
    shared = len(wanted & held)
    values = count_values(claim)
    if not wanted or shared + values < _OVERLAP * (len(wanted) + values):
        return False
    if is_spliced(claim, text):
        return False  # an ellipsis may not join these
    return not (_has_other_values(claim, text) or _is_turned(claim, excerpt))


def best_lines(claim: str, text: str) -> tuple[int, int]:
    """Return the few lines of a text that share most words with a claim, from 0.

    A sentence may be wrapped over some lines; of equal windows the shortest is taken.
    """
    wanted = telling_words(claim)
    lines = [wanted & telling_words(line) for line in text.split("\n")]
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


def telling_words(text: str) -> frozenset[str]:
    """Return the words of a text that are compared."""
    return frozenset(
        word
        for word in find_words(text.casefold())
        if len(word) > _SHORT or not word.isascii() or _DIGIT.search(word)
    )


def _has_other_values(claim: str, text: str) -> bool:
    """Whether a text has the claim word for word but for what turns its meaning.

    That is another number or name in a place, or one word of a pair of opposites.
    """
    bare = _VALUE.sub("0", claim)
    between = max(bare.split("0"), key=len)  # stands in the text, if the rest does
    if not may_hold(text, between):
        return False
    masked = _VALUE.sub("0", text)
    values = _VALUE.findall(claim)
    for start, _ in islice(find_quote(bare, masked), _MOST_PLACES):
        first = masked.count("0", 0, start)
        found = islice(_VALUE.finditer(text), first, first + len(values))
        there = [each[0] for each in found]
        if any(not _is_same(*pair) for pair in zip(values, there, strict=False)):
            return True
    return False


def _is_same(value: str, other: str) -> bool:
    """Whether two values are written alike, or are numbers that are the same."""
    if value.casefold() == other.casefold():
        return True
    return bool(count_values(value)) and not unsupported_numbers(value, [other])


def _is_turned(claim: str, excerpt: str) -> bool:
    """Whether a claim has a negation or an opposite that its clauses have not."""
    said = CLAUSE.findall(claim)
    meant = list(_about(claim, excerpt))
    if not _may_deny_as_often(said, meant) or denies(claim, excerpt):
        return True
    mine, theirs = set(_plain(said)), set(_plain(meant))
    new, gone = mine - theirs, theirs - mine
    return any(_opposes(word, other) for word in new for other in gone)


def _may_deny_as_often(said: list[str], meant: list[str]) -> bool:
    """Whether two texts have as many negations.

    A word that a prefix negates may stand for one of what the other text denies.
    """
    mine, theirs = list(map(read_clause, said)), list(map(read_clause, meant))
    one, two = (sum(each.count for each in side) for side in (mine, theirs))
    more, others = _affixes(mine, theirs), _affixes(theirs, mine)
    return one <= two + others and two <= one + more


def _affixes(clauses: list[Clause], others: list[Clause]) -> int:
    """Return how many words that a prefix negates stand without it in other clauses."""
    bases = frozenset[str]().union(*(each.affixes for each in clauses))
    known = frozenset[str]().union(*(each.states for each in others))
    return len(bases & known - frozenset[str]().union(*(e.affixes for e in others)))


def _plain(clauses: list[str]) -> Iterator[str]:
    for clause in clauses:
        yield from find_words(normalise(clause).text)


def _about(claim: str, excerpt: str) -> Iterator[str]:
    """Yield the clauses of an excerpt that a claim is about."""
    wanted = telling_words(claim)
    for found in CLAUSE.finditer(excerpt):
        words = telling_words(found[0])
        if words and len(words & wanted) >= _RELEVANT * len(words):
            yield found[0]


def _opposes(word: str, other: str) -> bool:
    return any(
        (first.fullmatch(word) and second.fullmatch(other))
        or (second.fullmatch(word) and first.fullmatch(other))
        for first, second in _OPPOSITES
    )
