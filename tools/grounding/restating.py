"""Tells whether a sentence says again what one of a source says, word by word.

This is stricter than a comparison of words, for here a program puts the two together
and no model vouches for it: both are read in their order, and a word that stands in
another's place is another fact, whatever the words are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from tools.grounding.lists.cues import base_of, stem_of
from tools.grounding.values.support import count_values, unsupported_numbers
from tools.grounding.wording.folding import fold_signs
from tools.grounding.wording.layout import BREAK
from tools.grounding.wording.words import NEGATIONS, UNSPACED, WORD

__all__ = ["restates", "stems_of", "without_framing"]

_TOKEN = re.compile(rf"\d+(?:[.,:/-]\d+)*|{WORD.pattern}")
_NOT = re.compile(r"(?:n't|(?<=can)not)\b")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_OPENING = " \t\n>#*_`\"'([-"
"""What may stand before the first word of a sentence."""
_LEAD = re.compile(r"\A[^,，:：\n]{1,80}[,，]\s*")
"""What a sentence may begin with and be none of its fact."""
_CLAUSE = re.compile(r"[,;:.!?，。；：！？、()\n—–]|\s-\s")
_EMPTY_WORDS = (
    "a an the is are was were be been being am do does did done doing has have had "
    "having it its they them their he she his her we our us you your i me my this that "
    "these those there here which who whom whose what of to in on at by for with as "
    "and but so then than can will ca wo s t d ll re ve"
)
"""Words that say nothing by themselves."""
_FRAMING_WORDS = (
    "according documentation documents document docs source sources passage passages "
    "guide text note notes addition additionally also furthermore moreover short "
    "summary means stated states described namely specifically however therefore thus "
    "hence overall"
)
"""Words that say how a sentence is put, and nothing of what it is about."""
_TURNING_WORDS = (
    "only unless except if or may might could would should hardly rarely seldom barely "
    "less least few former false failed fails lacks lack"
)
"""Words that may not be left out of a sentence, nor be put in; as negations may not."""
_ADJUNCT_WORDS = "in of for with on about"
"""Words that lead to the name of what is spoken of: `in Milvus`."""
_LIMITING_WORDS = "only unless except"
"""Words that begin a clause without which the one before it says too much."""
_ARTICLE_WORDS = "a an the this these our your"
_EMPTY, _FRAMING, _TURNING, _ADJUNCT, _LIMITING, _ARTICLES = (
    frozenset(words.split())
    for words in (
        _EMPTY_WORDS,
        _FRAMING_WORDS,
        _TURNING_WORDS,
        _ADJUNCT_WORDS,
        _LIMITING_WORDS,
        _ARTICLE_WORDS,
    )
)
_LEAST, _LONGEST = 3, 100
"""Words of a sentence that is compared."""
_MOVED = 0.25
"""Share of a claim's words that may stand in another order; names never do."""


@dataclass(frozen=True, slots=True)
class _Token:
    stem: str
    word: str
    name: bool
    """Whether it is a number, has a capital behind the first word, or is a sign of a
    script that has no capitals."""
    led: bool
    """Whether a word such as `in` stands before it."""
    opens: bool
    """Whether a sign that parts clauses stands before it."""


_Tokens = tuple[_Token, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    new: _Tokens
    """What a claim has here."""
    gone: _Tokens
    """What a source has here."""
    before: bool
    """Whether the claim has words before it that the source has, too."""
    behind: bool

    @property
    def inside(self) -> bool:
        """Whether both go on before and behind it."""
        return self.before and self.behind


def restates(claim: str, sentence: str, context: str = "") -> bool:
    """Whether a sentence of a source says what a claim says, in its words and order.

    Args:
        claim: A sentence of an answer.
        sentence: One of a source.
        context: What may name the subject besides: its title and heading.
    """
    mine, theirs = _tokens(claim), _tokens(sentence)
    if len(mine) < _LEAST or max(len(mine), len(theirs)) > _LONGEST:
        return False
    changes = list(_changes(mine, theirs))
    if sum(len(each.gone) for each in changes if each.inside) > len(mine):
        return False  # most of what stands between its words is left out
    moved = _moved(changes)
    names = {each.stem for each in (*mine, *theirs) if each.name}
    if not names.isdisjoint(moved) or moved.total() > _MOVED * len(mine):
        return False
    known = frozenset(stems_of(context))
    return all(_is_harmless(each, moved.keys(), known) for each in changes)


def without_framing(text: str) -> str:
    """Return a sentence without a beginning such as `According to the guide,`."""
    lead = _LEAD.match(text)
    said = _tokens(lead[0]) if lead else ()
    framed = bool(said) and all(each.word in _FRAMING for each in said)
    return text[lead.end() :] if lead and framed else text


def stems_of(text: str) -> list[str]:
    """Return the stems of the words of a text that say something."""
    return [each.stem for each in _tokens(text)]


def _changes(mine: _Tokens, theirs: _Tokens) -> Iterator[_Change]:
    """Yield where a claim and a sentence differ, between what both have in order."""
    matcher = SequenceMatcher(
        None, [e.stem for e in theirs], [e.stem for e in mine], autojunk=False
    )
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            before, behind = first > 0, last < len(mine)
            yield _Change(mine[first:last], theirs[start:end], before, behind)


def _moved(changes: Iterable[_Change]) -> Counter[str]:
    """Return the words that both have, in different places."""
    left = Counter(token.stem for each in changes for token in each.gone)
    new = Counter(token.stem for each in changes for token in each.new)
    return left & new


def _is_harmless(change: _Change, moved: Set[str], known: Set[str]) -> bool:
    """Whether a claim says nothing else than a sentence where they differ.

    What it has besides may be words that put it, or the name of what the source is
    about; none of them may stand in the place of another word.
    """
    left_out = _left_out(change)
    if _turns(change.new) != _turns(left_out):
        return False
    if (
        not change.before
        and not change.new
        and not _FRAMING.issuperset(
            each.word for each in left_out if each.stem not in moved
        )
    ):
        return False  # it begins in the middle of a clause, behind its subject
    gone = [each for each in change.gone if each.stem not in moved]
    new = [
        each
        for each in change.new
        if each.stem not in moved and not _counts_as(each, gone)
    ]
    if not new:
        return True
    if gone:
        return False
    named = not change.before or new[0].led
    return all(e.word in _FRAMING or (named and e.stem in known) for e in new)


def _left_out(change: _Change) -> _Tokens:
    """Return what of a change is of the clause that the claim is taken from."""
    gone = change.gone
    if change.inside or change.new:
        return gone
    opens = [at for at, each in enumerate(gone) if each.opens]
    if change.behind:
        return gone[opens[-1] :] if opens else gone
    if opens and gone[opens[0]].word not in _LIMITING:
        return gone[: opens[0]]
    return gone


def _turns(tokens: Iterable[_Token]) -> int:
    return sum(
        each.word in _TURNING | NEGATIONS or bool(base_of(each.word)) for each in tokens
    )


def _counts_as(token: _Token, gone: Iterable[_Token]) -> bool:
    """Whether a number in words stands for one in digits, or the other way round."""
    others = [each.word for each in gone if each.word.isalpha() != token.word.isalpha()]
    if not others or not count_values(token.word):
        return False
    return not unsupported_numbers(token.word, [" ".join(others)])


@lru_cache(maxsize=8192)
def _tokens(text: str) -> _Tokens:
    plain = _NOT.sub(" not", BREAK.sub("", fold_signs(text)))
    first = len(plain) - len(plain.lstrip(_OPENING))
    found: list[_Token] = []
    led, at = False, 0
    for match in _TOKEN.finditer(plain):
        word = match[0].casefold()
        if word in _EMPTY:
            led = word in _ADJUNCT or (led and word in _ARTICLES)
            continue
        if _GROUPED.fullmatch(word):
            word = word.replace(",", "")
        capital = match[0] != match[0].lower() and match.start() > first
        unspaced = bool(UNSPACED.match(word))
        name = word[0].isdigit() or capital or unspaced
        opens = bool(_CLAUSE.search(plain, at, match.start()))
        found.append(_Token(stem_of(word), word, name, led, opens))
        led, at = False, match.end()
    return tuple(found)
