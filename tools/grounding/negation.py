"""Tells whether a sentence denies what its source affirms, or the other way round.

Each clause is read for its negations and for the words in their reach, as NegEx does
(Chapman et al. 2001). Two clauses about the same differ if the words that one of them
denies stand affirmed in the other, and none of them denied. What stands before a
negation may be in its reach or not, so it tells nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tools.grounding.lists.cues import base_of, ends_reach, find_cues, has_cue, stem_of
from tools.grounding.wording.folding import fold_signs
from tools.grounding.wording.words import find_words

__all__ = ["CLAUSE", "Clause", "denies", "read_clause"]

CLAUSE = re.compile(
    r"[^.!?;:,。！？；：，、\n]+(?:[.,:](?=\w)[^.!?;:,。！？；：，、\n]+)*"
)
_REACH = {"denies": 6, "rarely": 6, "lacks": 3, "joined": 1, "excepts": 3, "unless": 6}
"""Words with a meaning that a negation reaches; NegEx has five of any."""
_SHARED = 0.5
"""Share of the shorter clause's words that two about the same have in common."""
_CLOSE = 0.7
"""What share of the closest clause's words in common another must reach."""
_PLAIN, _DENIED, _RARE, _UNSURE = 1, 2, 4, 8
"""How a word is said; unsure is one before a negation, that may reach it or not."""
_LEFT_OUT = {ord("_"): " ", **dict.fromkeys(map(ord, "'\u00ad\u200b\u2060"))}
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
_NO_MEANING = _EMPTY | _VERBS


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as its negations read it."""

    states: dict[str, int]
    """Of each stem, how it is said: plainly, denied, rarely, or one cannot tell."""
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
    most words with it, and half of theirs; one that says the same is enough, so one
    that stands there word for word need not be read.
    """
    mine, theirs = _words(statement), _words(source)
    if not (has_cue(mine) or has_cue(theirs)) or _repeats(mine, theirs):
        return False
    known = dict.fromkeys(CLAUSE.findall(source))
    said = [each for each in CLAUSE.findall(statement) if each not in known]
    about = [read_clause(each) for each in known] if said else []
    for clause in map(read_clause, dict.fromkeys(said)):
        closest = _closest(clause, [each for each in about if _is_about(clause, each)])
        if closest and all(_differs(clause, each) for each in closest):
            return True
    return False


def _repeats(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether words repeat all of others in a row, and deny nothing around them."""
    said, repeated = (f" {' '.join(each)} " for each in (mine, theirs))
    before, found, behind = said.partition(repeated)
    return bool(theirs and found) and not has_cue([*before.split(), *behind.split()])


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text as the lists have them: `dont`."""
    folded = fold_signs(text).casefold()
    if folded.isascii():  # quicker than a table
        return tuple(find_words(folded.replace("'", "").replace("_", " ")))
    return tuple(find_words(folded.translate(_LEFT_OUT)))


def _closest(mine: Clause, others: Sequence[Clause]) -> list[Clause]:
    shared = [len(mine.states.keys() & each.states.keys()) for each in others]
    least = _CLOSE * max(shared, default=0)
    return [each for each, count in zip(others, shared, strict=True) if count >= least]


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
    first = next((stem for stem in reach if not stem.endswith("li")), reach[0])
    if first not in both or 2 * len(both) <= len(reach):
        return False  # what is denied, adverbs apart, is not what is said
    sure = [
        (mine.states[stem], other.states[stem])
        for stem in both
        if not (mine.states[stem] | other.states[stem]) & _UNSURE
    ]
    return bool(sure) and not any(one & two for one, two in sure)


@lru_cache(maxsize=4096)
def read_clause(text: str) -> Clause:
    """Return the words of a clause with the negations that reach them."""
    words = _words(text)
    if not has_cue(words):  # as most
        return _read_plainly(words)
    reader = _Reader()
    for kind, taken in find_cues(words):
        reader.take(kind, taken)
    kinds = {each.kind for each in reader.cues}
    bases = [(base,) for word in words if (base := base_of(word))]
    return Clause(
        reader.states,
        (*(_told(each) for each in reader.cues if each.reach), *bases),
        reader.count,
        frozenset(reader.affixes),
        "excepts" in kinds,
        "unless" in kinds,
        not _ALL.isdisjoint(words),
    )


def _read_plainly(words: Sequence[str]) -> Clause:
    """Return a clause that nothing negates."""
    states = {
        stem_of(word): _PLAIN
        for word in words
        if word not in _NO_MEANING and not ends_reach(word)
    }
    is_of_all = not _ALL.isdisjoint(words)
    return Clause(states, (), 0, frozenset(), False, False, is_of_all)


class _Reader:
    """Reads a clause from its first word to its last."""

    def __init__(self) -> None:
        self.states: dict[str, int] = {}
        self.cues: list[_Cue] = []
        self.open: list[_Cue] = []
        """Those that reach further words."""
        self.before: set[str] = set()
        """The stems since the last negation."""
        self.count = 0
        self.affixes: set[str] = set()

    def take(self, kind: str, taken: Sequence[str]) -> None:
        if kind == "ends":
            self.open.clear()
        elif kind:
            self._deny(kind, taken)
        elif taken[0] in _VERBS:
            self.open = [e for e in self.open if not (e.of_verb and e.reach)]
        elif taken[0] not in _EMPTY:
            self._say(taken[0])

    def _deny(self, kind: str, taken: Sequence[str]) -> None:
        if taken[0] == "nor" and self.open:
            return  # the second half of `neither`
        if self._takes_back(kind):
            self.count -= 1
            return
        self.count += 1
        if kind == "emphasis":
            return
        if kind in {"denies", "rarely"}:
            for stem in self.before:
                self.states[stem] |= _UNSURE
            self.before.clear()
        of_verb = kind == "excepts" or taken[-1] in _OF_VERBS
        self.cues.append(_Cue(kind, _REACH[kind], of_verb))
        self.open.append(self.cues[-1])

    def _say(self, word: str) -> None:
        base = base_of(word)
        if base and self._takes_back("affix"):
            self.count -= 1
            self._note(base, _PLAIN)
            return
        self.affixes |= {base} if base else set()
        stem = base or stem_of(word)
        reached = self.open
        for each in reached:
            each.left -= 1
            each.reach.append(stem)
        self.open = [each for each in reached if each.left]
        denied = (sum(each.kind != "rarely" for each in reached) + bool(base)) % 2
        rare = any(each.kind == "rarely" for each in reached)
        self._note(stem, _RARE if rare else _DENIED if denied else _PLAIN)

    def _note(self, stem: str, said: int) -> None:
        self.states[stem] = self.states.get(stem, 0) | said
        self.before.add(stem)

    def _takes_back(self, kind: str) -> bool:
        """Whether a negation takes back the one right before it: `not impossible`."""
        last = self.open[-1] if self.open else None
        if kind in {"rarely", "excepts", "unless"} or not last or last.reach:
            return False
        if last.kind not in {"denies", "lacks"}:
            return False
        self.open.pop()
        self.cues.pop()
        return True


def _told(cue: _Cue) -> tuple[str, ...]:
    """Return what tells of a negation: of `no fee for guests` the fee alone."""
    return tuple(cue.reach[:1] if cue.kind == "lacks" else cue.reach)
