"""Tells whether a sentence denies what its source affirms, or the other way round.

Each clause is read for its negations and for the words in their reach, as NegEx does
(Chapman et al. 2001). Two clauses about the same differ if the words that one of them
denies stand affirmed in the other, and none of them denied. What stands before a
negation may be in its reach or not, so it tells nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from tools.grounding.folding import normalise
from tools.grounding.words import WORD

__all__ = ["CLAUSE", "Clause", "denies", "read_clause"]

CLAUSE = re.compile(
    r"[^.!?;:,。！？；：，、\n]+(?:[.,:](?=\w)[^.!?;:,。！？；：，、\n]+)*"
)
_FOLDER = Path(__file__).parent
_REACH = {"denies": 6, "rarely": 6, "lacks": 3, "joined": 1, "excepts": 3, "unless": 6}
"""Words with a meaning that a negation reaches; NegEx has five of any."""
_SHARED = 0.5
"""Share of the shorter clause's words that two about the same have in common."""
_PREFIXES = ("dis", "non", "un", "in", "im", "il", "ir", "de")
_INFLECTIONS = [
    ("", ""), ("s", ""), ("es", ""), ("d", ""), ("ed", ""), ("ied", "y"), ("ies", "y"),
    ("ing", ""), ("ing", "e"),
]  # fmt: skip
"""Endings of a word, and what its entry in the list has there."""
_EMPTY_WORDS = (
    "a an and any are at be been being by can could did do does ever for from had has "
    "have he her his if in into is it its may might more most must of on or our she "
    "should some such than that the their them then there these they this those to "
    "very was we were what will with would you your also only just about"
)
"""Words that say nothing by themselves."""
_VERB_WORDS = "is are was were can will has have had do does did must may"
_OF_VERB_WORDS = (
    "not never cannot cant arent couldnt didnt doesnt dont hasnt havent isnt mustnt "
    "shouldnt wasnt werent wont wouldnt"
)
_ALL_WORDS = "all always any each every everyone everything whole none"
_EMPTY, _VERBS, _OF_VERBS, _ALL = (
    frozenset(words.split())
    for words in (_EMPTY_WORDS, _VERB_WORDS, _OF_VERB_WORDS, _ALL_WORDS)
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as its negations read it."""

    states: dict[str, frozenset[str]]
    """Of each stem, how it is said: `+`, `-`, `~` for rarely; `?` tells nothing."""
    reaches: tuple[tuple[str, ...], ...]
    """The stems that each negation reaches, as far as they tell."""
    count: int
    """Negations that no other takes back."""
    affixes: frozenset[str]
    """What is negated by a prefix."""
    excepts: bool
    unless: bool
    all: bool
    """Whether something is said of all."""


@dataclass(slots=True)
class _Cue:
    kind: str
    left: int
    of_verb: bool
    """Whether it reaches no further than the next verb."""
    reach: list[str] = field(default_factory=list)


def denies(statement: str, source: str) -> bool:
    """Whether a sentence says the opposite of what its source says of the same.

    A clause of the statement is held against those clauses of the source that share
    half of their words with it; one that says the same is enough.
    """
    if not (_may_deny(statement) or _may_deny(source)):
        return False
    theirs = _clauses(source)
    for mine in _clauses(statement):
        about = [each for each in theirs if _is_about(mine, each)]
        if about and all(_differs(mine, each) for each in about):
            return True
    return False


@lru_cache(maxsize=2048)
def _may_deny(text: str) -> bool:
    """Whether a text has a word of the lists: a cheap look, for most have none."""
    words = {*WORD.findall(text.casefold().replace("’", "").replace("'", ""))}
    return not _phrases().keys().isdisjoint(words) or any(map(_base, words))


def _clauses(text: str) -> list[Clause]:
    return [read_clause(found[0]) for found in CLAUSE.finditer(text)]


def _is_about(mine: Clause, other: Clause) -> bool:
    shared = len(mine.states.keys() & other.states.keys())
    least = min(len(mine.states), len(other.states))
    return shared >= min(2, least) and shared >= _SHARED * least > 0


def _differs(mine: Clause, other: Clause) -> bool:
    if mine.all and other.all and mine.excepts != other.excepts:
        return True
    same = (mine.unless, mine.excepts) == (other.unless, other.excepts)
    if not same and mine.count + other.count > 1:
        return False  # `A unless B` is `no A if B`
    return any(
        _is_turned(reach, mine, other) for reach in (*mine.reaches, *other.reaches)
    )


def _is_turned(reach: tuple[str, ...], mine: Clause, other: Clause) -> bool:
    """Whether what a negation reaches is said in the other way alone."""
    both = [stem for stem in reach if stem in mine.states and stem in other.states]
    if 2 * len(both) <= len(reach):
        return False
    sure = [
        (mine.states[stem], other.states[stem])
        for stem in both
        if "?" not in mine.states[stem] | other.states[stem]
    ]
    return bool(sure) and all(one.isdisjoint(two) for one, two in sure)


@lru_cache(maxsize=4096)
def read_clause(text: str) -> Clause:
    """Return the words of a clause with the negations that reach them."""
    words = WORD.findall(normalise(text).text)
    reader = _Reader()
    for kind, taken in _kinds(words):
        reader.take(kind, taken)
    kinds = {each.kind for each in reader.cues}
    bases = [(base,) for word in words if (base := _base(word))]
    return Clause(
        {stem: frozenset(each) for stem, each in reader.states.items()},
        (*(_told(each) for each in reader.cues if each.reach), *bases),
        reader.count,
        frozenset(reader.affixes),
        "excepts" in kinds,
        "unless" in kinds,
        not _ALL.isdisjoint(words),
    )


class _Reader:
    """Reads a clause from its first word to its last."""

    def __init__(self) -> None:
        self.states: dict[str, set[str]] = {}
        self.cues: list[_Cue] = []
        self.count = 0
        self.affixes: set[str] = set()

    def take(self, kind: str, taken: Sequence[str]) -> None:
        if kind == "ends":
            _close(self.cues)
        elif kind:
            self._deny(kind, taken)
        elif taken[0] in _VERBS:
            _close([each for each in self.cues if each.of_verb and each.reach])
        elif taken[0] not in _EMPTY:
            self._say(taken[0])

    def _deny(self, kind: str, taken: Sequence[str]) -> None:
        if taken[0] == "nor" and any(each.left for each in self.cues):
            return  # the second half of `neither`
        if self._takes_back(kind):
            self.count -= 1
            return
        self.count += 1
        if kind in {"denies", "rarely"}:
            for each in self.states.values():
                each.add("?")
        of_verb = kind == "excepts" or taken[-1] in _OF_VERBS
        self.cues.append(_Cue(kind, _REACH[kind], of_verb))

    def _say(self, word: str) -> None:
        base = _base(word)
        if base and self._takes_back("affix"):
            self.count -= 1
            self.states.setdefault(base, set()).add("+")
            return
        self.affixes |= {base} if base else set()
        stem = base or _stem(word)
        reached = [each for each in self.cues if each.left]
        for each in reached:
            each.left -= 1
            each.reach.append(stem)
        denied = (sum(each.kind != "rarely" for each in reached) + bool(base)) % 2
        rare = any(each.kind == "rarely" for each in reached)
        state = "~" if rare else "-" if denied else "+"
        self.states.setdefault(stem, set()).add(state)

    def _takes_back(self, kind: str) -> bool:
        """Whether a negation takes back the one right before it: `not impossible`."""
        last = self.cues[-1] if self.cues else None
        if kind in {"rarely", "excepts", "unless"} or not last or last.reach:
            return False
        if not last.left or last.kind not in {"denies", "lacks"}:
            return False
        self.cues.pop()
        return True


def _told(cue: _Cue) -> tuple[str, ...]:
    """Return what tells of a negation: of `no fee for guests` the fee alone."""
    return tuple(cue.reach[:1] if cue.kind == "lacks" else cue.reach)


def _close(cues: Sequence[_Cue]) -> None:
    for each in cues:
        each.left = 0


@lru_cache(maxsize=8192)
def _base(word: str) -> str:
    """Return the stem of what a word negates by a prefix; blank if it negates none."""
    if not word.startswith(_PREFIXES):
        return ""
    for ending, lemma in _INFLECTIONS:
        if word.endswith(ending):
            base = _affixal().get(word[: len(word) - len(ending)] + lemma)
            if base:
                return base
    return ""


def _kinds(words: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the phrases of the list that stand in a row of words, and each other word.

    The longest phrase is taken. One of `no denials` is passed over.
    """
    at = 0
    while at < len(words):
        length, kind = 1, ""
        for phrase, its_kind in _phrases().get(words[at], ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                length, kind = len(phrase), its_kind
                break
        if kind != "no denials":
            yield kind, words[at : at + length]
        at += length


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return the phrases of the list and their kinds by their first words."""
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    kind = ""
    for line in _lines("negations.txt"):
        if line.startswith("["):
            kind = line.strip("[]")
            continue
        words = tuple(line.split())
        phrases.setdefault(words[0], []).append((words, kind))
    for each in phrases.values():
        each.sort(key=lambda phrase: -len(phrase[0]))
    return phrases


@lru_cache(maxsize=1)
def _affixal() -> dict[str, str]:
    """Return the words that a prefix negates, with the stems of what they negate."""
    bases: dict[str, str] = {}
    for line in _lines("affixal_negations.txt"):
        word, _, base = line.partition(" ")
        prefix = next(each for each in _PREFIXES if word.startswith(each))
        bases[word] = _stem(base or word.removeprefix(prefix))
    return bases


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    return str(snowballstemmer.stemmer("english").stemWord(word))
