"""Finds what negates in a row of words, by the lists that lie beside it."""

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import snowballstemmer

__all__ = ["base_of", "ends_reach", "find_cues", "has_cue", "stem_of"]

_OF_THREAD = threading.local()
_FOLDER = Path(__file__).parent
_PREFIXES = ("dis", "non", "un", "in", "im", "il", "ir", "de")
_INFLECTIONS = [
    ("", ""), ("s", ""), ("es", ""), ("d", ""), ("ed", ""), ("ied", "y"), ("ies", "y"),
    ("ing", ""), ("ing", "e"),
]  # fmt: skip
"""Endings of a word, and what its entry in the list has there."""


def has_cue(words: Sequence[str]) -> bool:
    """Whether a phrase that may deny stands in a row of words, or a negated word."""
    if not _negated().keys().isdisjoint(words):
        return True
    openers = _openers()
    return not openers.isdisjoint(words) and any(
        word in openers and _begins_phrase(words, at) for at, word in enumerate(words)
    )


def _begins_phrase(words: Sequence[str], at: int) -> bool:
    """Whether a phrase that may deny stands at a place: `in no way`, not any `in`."""
    return any(
        kind != "ends" and tuple(words[at : at + len(phrase)]) == phrase
        for phrase, kind in _phrases()[words[at]]
    )


def ends_reach(word: str) -> bool:
    """Whether a word ends what a negation before it reaches: `but`, `which`."""
    return ((word,), "ends") in _phrases().get(word, ())


def base_of(word: str) -> str:
    """Return the stem of what a word negates by a prefix; blank if it negates none."""
    return _negated().get(word, "")


def find_cues(words: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
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
def _openers() -> frozenset[str]:
    """Return the first words of all phrases but those that end a reach."""
    return frozenset(
        word
        for word, phrases in _phrases().items()
        if any(kind != "ends" for _, kind in phrases)
    )


@lru_cache(maxsize=1)
def _negated() -> dict[str, str]:
    """Return the words that a prefix negates, inflected, with the stems of the rest."""
    bases: dict[str, str] = {}
    for line in _lines("affixal_negations.txt"):
        word, _, base = line.partition(" ")
        prefix = next(each for each in _PREFIXES if word.startswith(each))
        bases[word] = stem_of(base or word.removeprefix(prefix))
    inflected: dict[str, str] = {}
    for ending, lemma in _INFLECTIONS:
        for word, base in bases.items():
            if word.endswith(lemma):
                inflected.setdefault(word.removesuffix(lemma) + ending, base)
    return inflected


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=8192)
def stem_of(word: str) -> str:
    """Return the stem of an English word; other words stay as they are."""
    stemmer = getattr(_OF_THREAD, "stemmer", None)
    if stemmer is None:  # to make one takes ten times as long as to use it
        stemmer = _OF_THREAD.stemmer = snowballstemmer.stemmer("english")
    return str(stemmer.stemWord(word))
