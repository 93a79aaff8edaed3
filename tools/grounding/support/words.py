"""Reads a sentence for what it says: its words, their order, and what turns them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tools.grounding.lists.cues import base_of, stem_of
from tools.grounding.lists.inflections import lemma_of
from tools.grounding.support.classes import (
    BE,
    CLASSES,
    EMPTY,
    JOINTS,
    LINKS,
    NEGATIONS,
    OPENERS,
    PARTICIPLES,
    PRONOUNS,
    QUANTITIES,
)
from tools.grounding.values.figures import canonical
from tools.grounding.values.number_words import find_spelled
from tools.grounding.values.units import units_of
from tools.text.signs import plain_signs

__all__ = ["CELL", "Said", "Token", "read_sentence"]

_TARGET = re.compile(r"\]\([^()\s]*\)")
_TOKEN = re.compile(
    r"`([^`\n]{1,80})`"
    r"|(\d+(?:[.,:]\d+)*)"
    r"|([^\W\d_][\w]*(?:[._/'’+#-]+\w+)*(?:\+\+|\#)?)"
    r"|([,;:()|—–]|\s-\s|\.\s)"
)
"""Code, a number, a word or a name, and what parts clauses."""
_NAME = re.compile(r"[a-z].*[A-Z]|[A-Z].*[A-Z]|\w[\d_./+#]|[._/]\w")
_NOT = re.compile(r"(?:(?<=\bca)|(?<=\bwo)|(?<=[a-z]))n['’]t\b")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?(?!\w)")
_TAG = re.compile(r"<(/?br|/?[a-z]{1,10})\s?/?>")
_LEAD = re.compile(
    r"\A\s*(?:according to|as|per|in|the|these|this|its|our|official|Milvus)?[\w\s]{0,30}"
    r"\b(?:documentation|docs?|documents?|sources?|passages?|guide|text|page)"
    r"(?:,| (?:say|state|note|explain|mention|describe|specif(?:ie|y))s?,?(?: that)?) ",
    re.IGNORECASE,
)
"""What says where something stands, before it is said."""
_NO_MORE = re.compile(
    r"\b(?:no|not) (more|greater|larger|higher|longer|less|fewer|smaller"
    r"|lower|shorter) than\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:at (?:the )?(?:most|least)|(?:more|less|greater|fewer|larger|smaller|higher|lower) than"
    r"|up to|under|over|below|above|beyond|exceed(?:s|ing)?|not exceed(?:ing)?"
    r"|(?:a )?(?:maximum|minimum) of|or (?:more|less|fewer|higher|lower|above|below))"
    r"(?=\s(?:[\w,.%$€-]+\s)?\d)",
    re.IGNORECASE,
)
"""The bound of a number, which the reader of values has looked at."""
_LONGEST = 200
"""Tokens of a sentence that are held against those of another."""
_LISTED = frozenset({"no", "nor", "neither"})
"""Negations that a list repeats."""
CELL = 1000
"""The clauses of each cell of a table are counted from a multiple of this."""
_REACH = 1
"""Words behind a negation that it reaches for sure; how far else, negation.py tells."""
_AFTER = 3
"""Words between a form of `be` and its participle."""


class Token(NamedTuple):
    """A word that is compared, or one that says how others stand to each other."""

    stem: str
    word: str
    kind: str
    """`word`, `name`, `number`, `link` or `quantity`; the last two are no content."""
    part: int
    """The clause of its sentence, from 0."""
    at: int
    """Its place among all the words of its sentence."""
    left: str = ""
    """What joins it to the word before it: `of`, `by`, `and`."""
    passive: bool = False
    denied: int = 0
    """1 behind a negation of its clause, 2 before one, which may reach it or not."""

    @property
    def is_content(self) -> bool:
        """Whether a source must hold it."""
        return self.kind in {"word", "name", "number"}


class Said(NamedTuple):
    """A sentence as it is weighed."""

    tokens: tuple[Token, ...]
    turns: tuple[tuple[str, int], ...]
    """Classes of words that turn a sentence, each with its clause."""
    denials: tuple[int, ...]
    """The clause of each negation."""
    refers: bool
    """Whether it begins with a word that points back."""
    english: bool
    """Whether it holds one of the commonest words of English."""


class _Reader:
    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.turns: list[tuple[str, int]] = []
        self.left: list[str] = []
        self.denials: list[int] = []
        self.first = ""
        self.part = 0
        self.fresh = True
        """Whether the clause has no word yet."""
        self.since_be = _AFTER + 1
        self.words = 0
        self.empty = 0
        self.previous = ""
        self.denied = ""
        self.reach = 0

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

    def take_number(self, written: str) -> None:
        digits = canonical(written.replace(",", "")) if "," in written else written
        self.words += 1
        self._add(digits, written, "number")

    def take_word(self, written: str, *, code: bool = False) -> None:
        written = written.strip("_")
        word = written.casefold()
        self.words += 1
        if not code and self._is_unit(word):
            last = self.tokens[-1]
            self.tokens[-1] = last._replace(word=f"{last.word} {written}")
            return
        if not code:
            if word in OPENERS:
                self.take_break()
            self.first = self.first or word
            self.fresh = False
            if self._takes_turn(word):
                return
        is_name = (
            code
            or bool(_NAME.search(written))
            or (written[:1].isupper() and self.words > 1 and not self._begins)
        )
        kind = "name" if is_name else "word"
        stem = word if is_name and not written.isalpha() else stem_of(lemma_of(word))
        if base := base_of(word):
            self.denials.append(self.part)
            stem = base
        passive = self.since_be <= _AFTER and _is_participle(word)
        self._add(stem, word, kind, passive=passive)

    def _is_unit(self, word: str) -> bool:
        """Whether a word is the unit of the number before it."""
        last = self.tokens[-1] if self.tokens else None
        beside = last and last.kind == "number" and last.at + 1 == self.words
        return bool(beside) and bool(units_of(word))

    @property
    def _begins(self) -> bool:
        return self.previous in {".", ":"}

    def _takes_turn(self, word: str) -> bool:
        """Take a word that says nothing by itself; return whether that is all."""
        self.since_be = 0 if word in BE else self.since_be + 1
        if word in NEGATIONS:
            listed = word in _LISTED and self.denied in _LISTED
            if not listed:
                self._deny()
            self.denied = word
            if word in JOINTS:
                self.left.append(word)
            return True
        if kind := CLASSES.get(word):
            self.turns.append((kind, self.part))
        if word == "by" and self.tokens and _is_participle(self.tokens[-1].word):
            self.tokens[-1] = self.tokens[-1]._replace(passive=True)
        if word in LINKS:
            self._add(LINKS[word], word, "link")
            self.left.append(word)
            return True
        if word in QUANTITIES:
            self._add(word, word, "quantity")
            return True
        self.empty += word in EMPTY
        if word in JOINTS:
            self.left.append(word)
        return word in EMPTY or bool(kind)

    def _deny(self) -> None:
        """Begin the reach of a negation; what is before it in its clause is unsure."""
        self.denials.append(self.part)
        self.reach = _REACH
        for at in range(len(self.tokens) - 1, -1, -1):
            if self.tokens[at].part != self.part or self.tokens[at].denied:
                break
            self.tokens[at] = self.tokens[at]._replace(denied=2)

    def _add(self, stem: str, word: str, kind: str, *, passive: bool = False) -> None:
        self.fresh = False
        left, self.left = " ".join(self.left), []
        if len(self.tokens) < _LONGEST:
            denied = int(self.reach > 0)
            self.reach -= denied
            self.tokens.append(
                Token(stem, word, kind, self.part, self.words, left, passive, denied)
            )


def _is_participle(word: str) -> bool:
    return word in PARTICIPLES or word.endswith(("ed", "en"))


@lru_cache(maxsize=4096)
def read_sentence(text: str) -> Said:
    """Return the words of a sentence as they are weighed."""
    plain = _NOT.sub(" not ", _TARGET.sub(" ", plain_signs(text).text))
    plain = _POSSESSIVE.sub("", _TAG.sub(_break_or_blank, plain))
    plain = _in_digits(_LEAD.sub("", plain, count=1))
    plain = _BOUND.sub(" ", _NO_MORE.sub(_as_bound, plain))
    reader = _Reader()
    for kind, written in _pieces(plain):
        if kind == "break":
            reader.take_break(written)
        elif kind == "number":
            reader.take_number(written)
        else:
            reader.take_word(written, code=kind == "code")
        reader.previous = written
    return Said(
        tuple(reader.tokens),
        tuple(reader.turns),
        tuple(reader.denials),
        reader.first in PRONOUNS,
        reader.empty > 0 or reader.words < _AFTER,
    )


def _break_or_blank(tag: re.Match[str]) -> str:
    return " ; " if "br" in tag[1] else " "


def _as_bound(found: re.Match[str]) -> str:
    """Return `no more than` as `at most`."""
    less = found[1].lower() in {"less", "fewer", "smaller", "lower", "shorter"}
    return "at least" if less else "at most"


def _in_digits(text: str) -> str:
    """Return a text with its numbers in digits."""
    for found in reversed(list(find_spelled(text))):
        if found.value.denominator == 1 and text[found.start : found.end] not in _ONE:
            text = f"{text[: found.start]}{found.value}{text[found.end :]}"
    return text


_ONE = frozenset({"one", "One", "first", "First", "second", "zero"})


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        code, number, word, mark = found.groups()
        if code is not None:
            if " " in code:
                yield from _pieces(code)
            else:
                yield "code", code.removesuffix("()")
        elif number:
            yield "number", number
        elif mark:
            yield "break", mark.strip()
        elif _NAME.search(word):
            yield "word", word
        else:
            for each in re.split(r"[-/'’._]+", word):
                if each:
                    yield "word", each
