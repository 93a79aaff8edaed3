"""Spells the words of a question as the library does.

A word that neither English (the embedder's word list) nor the library knows is likely
to be misspelt: it is replaced by the word of the library that is nearest to it. Most
questions have no such word, and cost nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from agent.extractive.questions import question_words
from tools.embedding.weights import known_words
from tools.library.library import Library

__all__ = ["Respelt", "Spelling"]

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST_KNOWN = 4
_WORDS = re.compile(r"[^\W_]{2,}")
_SHORTEST = 5
"""Letters; shorter words are near to too many others, but for two that are swapped."""
_LONG = 6
"""Letters from which on two may be wrong, of which the first is not one."""
_MAX_PASSAGES = 20_000
"""Whose words are read, within a second or two; of more, the first ones."""


@dataclass(frozen=True, slots=True)
class Respelt:
    """A question in the library's spelling."""

    text: str
    changed: dict[str, str] = field(default_factory=dict)
    """The words that were respelt, as they stood, and what was read."""


class Spelling:
    """Knows the words of a library; they are read when one is first missed."""

    def __init__(self, library: Library) -> None:
        """Take an open library."""
        self._library = library
        self._read: tuple[int, Counter[str]] | None = None

    def correct(self, question: str) -> Respelt:
        """Return a question with the words that nobody knows spelt as the library's."""
        changed: dict[str, str] = {}
        for word in dict.fromkeys(_WORD.findall(question)):
            if self._is_suspect(word) and (right := self._nearest(word.casefold())):
                changed[word] = right
        text = _WORD.sub(lambda found: changed.get(found[0], found[0]), question)
        return Respelt(text, changed)

    def shared(self, question: str) -> list[str]:
        """Return the words of a question in another language that the library has.

        Short ones are left out, for they mean something else there; names are kept.
        """
        return [
            word
            for word in dict.fromkeys(_WORDS.findall(question))
            if word.isascii()
            and word.casefold() in self._words()
            and (
                len(word) >= _SHORTEST_KNOWN or not question.isascii() or word.isupper()
            )
        ]

    def _is_suspect(self, word: str) -> bool:
        folded = word.casefold()
        if len(word) < _SHORTEST - 1 or not word.isascii() or _is_coined(word):
            return False
        if any(each in _english() for each in _forms(folded)):
            return False
        return not any(each in self._words() for each in _forms(folded))

    def _nearest(self, word: str) -> str | None:
        """Return the most frequent of the library's words that are nearest to one."""
        near: dict[str, int] = {}
        most = 2 if len(word) >= _LONG else 1
        for other in self._words():
            if abs(len(other) - len(word)) > most or other in _forms(word):
                continue
            steps = _distance(word, other, most)
            swapped = sorted(word) == sorted(other)
            near_enough = steps == 1 or other[0] == word[0]
            if steps <= most and near_enough and (swapped or len(word) >= _SHORTEST):
                near[other] = steps
        return min(near, key=lambda each: self._rank(word, each, near), default=None)

    def _rank(
        self, word: str, other: str, near: Mapping[str, int]
    ) -> tuple[int, bool, int]:
        """Return what to prefer: few letters wrong, none replaced, a frequent word."""
        return near[other], not _is_within(word, other), -self._words()[other]

    def _words(self) -> Counter[str]:
        count = self._library.count()
        if self._read is None or self._read[0] != count:
            texts = islice(self._library.texts(), _MAX_PASSAGES)
            self._read = count, _count_words(texts)
            self._read[1].update(question_words())
        return self._read[1]


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return known_words()


def _count_words(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in _WORDS.findall(text.casefold()))


def _forms(word: str) -> Iterator[str]:
    """Yield a word, and what it may be a form of: `ingesting`, `shards`."""
    yield word
    for ending in ("s", "es", "d", "ed", "ing", "ly", "er"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST - 1:
            yield word.removesuffix(ending)
            yield f"{word.removesuffix(ending)}e"


def _is_coined(word: str) -> bool:
    """Whether capitals within it show a name as it is meant: `PostgreSQL`."""
    return not word.isupper() and not word[1:].islower()


def _is_within(word: str, other: str) -> bool:
    """Whether a word is another with letters left out."""
    rest = iter(other)
    return all(letter in rest for letter in word)


def _distance(word: str, other: str, most: int) -> int:
    """Return how many letters are wrong, missing, too many or swapped.

    Of more than `most` it returns one more (Damerau and Levenshtein, with the rows that
    a swap of neighbours needs).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        after = [at]
        for to, another in enumerate(other, 1):
            steps = min(row[to] + 1, after[-1] + 1, row[to - 1] + (letter != another))
            if before and to > 1 and word[at - 2 : at] == other[to - 2 : to][::-1]:
                steps = min(steps, before[to - 2] + 1)
            after.append(steps)
        if min(after) > most:
            return most + 1
        before, row = row, after
    return row[-1]
