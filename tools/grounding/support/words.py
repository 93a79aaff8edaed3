"""Reads a sentence for what it says: its words, their order, what qualifies them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from tools.grounding.lists.cues import base_of, stem_of
from tools.grounding.lists.inflections import lemma_of
from tools.grounding.support.classes import (
    BE,
    EMPTY,
    JOINTS,
    LINKS,
    NEGATIONS,
    OPENERS,
    PARTICIPLES,
    PRONOUNS,
    QUALIFIERS,
    QUANTITIES,
)
from tools.grounding.support.preparing import prepare
from tools.grounding.values.figures import canonical
from tools.grounding.values.units import units_of
from tools.grounding.wording.words import UNSPACED, find_words

__all__ = ["CELL", "LONGEST", "Said", "Token", "read_sentence"]

_TOKEN = re.compile(
    r"(?P<code>`[^`\n]{1,80}`)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<word>(?<!_)_*+[^\W\d_]\w*(?:[._/'’+#-]+\w+)*(?:\+\+|\#)?)"
    r"|(?P<break>[,;:()|—–]|\s-\s|\.\s)"
)
"""Code, a number, a word or a name, and what parts clauses. A run of `_` is tried where
it begins alone: at each of its places the rest would be read again."""
_PARTS = re.compile(r"[-/'’._+#]+")
_NAME = re.compile(r"[a-z].*[A-Z]|[A-Z].*[A-Z]|\w[\d_./+#]|[._/]\w")
_WIDTH = 60
"""Characters of a word that tell whether it is a name."""
LONGEST = 120
"""Tokens of a sentence that are held against those of another."""
_FOREIGN_WORDS = (
    "der das dem ein eine und ist sind nicht mit von zu auf wird werden im el la los "
    "las una unos es son del con para por que en le les des du et est sont dans pour "
    "sur il lo gli dei della di che non sono per os uma com não het een zijn niet"
)
_FOREIGN = frozenset(_FOREIGN_WORDS.split())
"""The commonest words of six languages (from the stop words of Snowball), but for those
that are English too."""
_CLOSED = EMPTY | JOINTS | NEGATIONS | QUANTITIES | LINKS.keys() | QUALIFIERS.keys()
"""Words that are not compared."""
_LISTED = frozenset({"no", "nor", "neither"})
"""Negations that a list repeats."""
Kind = Literal["word", "name", "number", "link", "quantity"]
"""What a token is; the last two are no content."""
CELL = 1000
"""The clauses of each cell of a table are counted from a multiple of this."""
_REACH = 1
"""Words behind a negation that it reaches for sure; how far else, negation.py tells."""
_AFTER = 3
"""Words between a form of `be` and its participle."""


class Token(NamedTuple):
    """A word that is compared, or one that says how others stand to each other."""

    stem: str
    """What is compared: a stem, a name in lower case, digits, or a link's class."""
    word: str
    """As it is written, in lower case; a number with its unit of measure."""
    kind: Kind
    part: int
    """The clause of its sentence, from 0."""
    at: int
    """Its place among all the words of its sentence."""
    left: str = ""
    """What joins it to the word before it: `of`, `by`, `and`."""
    passive: bool = False
    """Whether it is a participle behind a form of `be`, or before `by`."""
    denied: int = 0
    """1 behind a negation of its clause, 2 before one, which may reach it or not."""

    @property
    def is_content(self) -> bool:
        """Whether a source must hold it."""
        return self.kind in {"word", "name", "number"}


class Said(NamedTuple):
    """A sentence as it is weighed."""

    text: str
    """As it is written."""
    tokens: tuple[Token, ...]
    qualifiers: tuple[tuple[str, int], ...]
    """Classes of the words that qualify it, each with its clause."""
    denials: tuple[int, ...]
    """The clause of each negation."""
    refers: bool
    """Whether it begins with a word that points back."""
    english: bool
    """Whether it may be English: no other language's words stand in it alone."""


class _Reader:
    """Reads a sentence from its first word to its last."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.qualifiers: list[tuple[str, int]] = []
        self.left: list[str] = []
        """What joins the next word to the last one."""
        self.denials: list[int] = []
        self.first = ""
        """The first word, in lower case."""
        self.part = 0
        """The clause, from 0."""
        self.fresh = True
        """Whether the clause has no word yet."""
        self.since_be = _AFTER + 1
        """Words since a form of `be` in this clause."""
        self.words = 0
        """Words so far, also those that are not compared."""
        self.empty = 0
        """Those of them that say nothing by themselves."""
        self.previous = ""
        """The last piece, as it is written."""
        self.negation = ""
        """The last negation."""
        self.reach = 0
        """Words that it still reaches."""

    def take_break(self, mark: str = "") -> None:
        """Begin a clause, or a cell of a table."""
        if mark == "|":
            self.part += CELL - self.part % CELL
            self.fresh = True
        elif not self.fresh:
            self.part += 1
            self.fresh = True
        self.since_be = _AFTER + 1
        self.reach = 0
        if mark != ",":  # a list goes on behind one
            self.negation = ""

    def take_number(self, written: str) -> None:
        """Take a number in digits: `1,000` is `1000`."""
        digits = canonical(written.replace(",", "")) if "," in written else written
        self.words += 1
        self._add(digits, written, "number")

    def take_word(self, written: str, *, code: bool = False) -> None:
        """Take a word, or a name; code is always one."""
        word = written.casefold()
        self.words += 1
        if not code and (self._goes_on_number(word) or self._says_little(word)):
            return
        is_name = code or (not written.islower() and self._is_name(written))
        is_name = is_name or not word.isalpha()
        stem, denies = (
            _stem(word) if written.isalpha() or not is_name else (word, False)
        )
        if denies:
            self.denials.append(self.part)
        passive = self.since_be <= _AFTER and _is_participle(word)
        self._add(stem, word, "name" if is_name else "word", passive=passive)

    def _is_name(self, written: str) -> bool:
        """Whether a word with a capital is a name: not if it begins a sentence."""
        begins = self.words == 1 or self.previous in {".", ":"}
        return not begins or bool(_NAME.search(written[:_WIDTH]))

    def _goes_on_number(self, word: str) -> bool:
        """Take the unit of the number before it."""
        last = self.tokens[-1] if self.tokens else None
        if last is None or last.kind != "number" or last.at + 1 != self.words:
            return False
        if not units_of(word):
            return False
        self.tokens[-1] = last._replace(word=f"{last.word} {word}")
        return True

    def _says_little(self, word: str) -> bool:
        """Take a word for what it says of others; return whether that is all."""
        if word in OPENERS:
            self.take_break()
        self.first = self.first or word
        self.fresh = False
        self.since_be = 0 if word in BE else self.since_be + 1
        if word not in _CLOSED:
            return False
        self._qualify(word)
        self.empty += word in EMPTY
        if word in JOINTS or word in LINKS:
            self.left.append(word)
        return True

    def _qualify(self, word: str) -> None:
        """Take what a word does to others."""
        if kind := QUALIFIERS.get(word):
            self.qualifiers.append((kind, self.part))
        if word in NEGATIONS:
            self._deny(word)
        elif word in LINKS:
            self._add(LINKS[word], word, "link")
        elif word in QUANTITIES:
            self._add(word, word, "quantity")
        elif word == "by" and self.tokens and _is_participle(self.tokens[-1].word):
            self.tokens[-1] = self.tokens[-1]._replace(passive=True)

    def _deny(self, word: str) -> None:
        """Begin the reach of a negation; what is before it in its clause is unsure."""
        joined = word == "nor" or self.previous in {",", "and", "or"}
        listed = joined and word in _LISTED and self.negation in _LISTED
        self.negation = word
        if listed:
            return
        self.denials.append(self.part)
        self.reach = _REACH
        for at in range(len(self.tokens) - 1, -1, -1):
            if self.tokens[at].part != self.part or self.tokens[at].denied:
                break
            self.tokens[at] = self.tokens[at]._replace(denied=2)

    def _add(self, stem: str, word: str, kind: Kind, *, passive: bool = False) -> None:
        self.fresh = False
        left, self.left = " ".join(self.left), []
        if len(self.tokens) < LONGEST:
            denied = int(self.reach > 0)
            self.reach -= denied
            self.tokens.append(
                Token(stem, word, kind, self.part, self.words, left, passive, denied)
            )


@lru_cache(maxsize=8192)
def _stem(word: str) -> tuple[str, bool]:
    """Return the stem of a word, and whether a prefix negates it: that of the rest."""
    base = base_of(word)
    return (base, True) if base else (stem_of(lemma_of(word)), False)


def _is_participle(word: str) -> bool:
    """Whether a word may be one by its form: so is `open`, and only `be` tells."""
    return word in PARTICIPLES or word.endswith(("ed", "en"))


@lru_cache(maxsize=4096)
def read_sentence(text: str) -> Said:
    """Return the words of a sentence as they are weighed."""
    reader = _Reader()
    for kind, written in _pieces(prepare(text)):
        if kind == "break":
            reader.take_break(written)
        elif kind == "number":
            reader.take_number(written)
        else:
            reader.take_word(written, code=kind == "code")
        reader.previous = written
    return Said(
        text,
        tuple(reader.tokens),
        tuple(reader.qualifiers),
        tuple(reader.denials),
        reader.first in PRONOUNS,
        reader.empty > 0 or not _is_foreign(text),
    )


def _is_foreign(text: str) -> bool:
    """Whether a text has words of other languages, or is mostly of other letters."""
    if not text.isascii() and UNSPACED.search(text):
        return True
    words = find_words(text.casefold())
    letters = sum(not each.isascii() for each in words)
    return not _FOREIGN.isdisjoint(words) or 2 * letters > len(words)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text is made of, each with its kind: code, number, word, break."""
    for found in _TOKEN.finditer(text):
        kind, written = found.lastgroup or "", found[0]
        if kind == "code":
            inner = list(_pieces(written.strip("`")))
            one_word = len(inner) == 1 and inner[0][0] == "word"
            yield from [("code", inner[0][1])] if one_word else inner
        elif kind != "word":
            yield kind, written.strip()
        elif written.isalpha() or _NAME.search(written[:_WIDTH]):
            yield "word", written.strip("_") or written
        else:
            yield from (("word", each) for each in _PARTS.split(written) if each)
