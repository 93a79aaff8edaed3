"""Aligns the words of a sentence with those of another, in whatever order they stand.

The longest runs that both have are taken first, as Wise 1993 does to find what was
moved ("String Similarity via Greedy String Tiling"); then words that stand for others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.grounding.lists.relations import are_synonyms
from tools.grounding.support.words import Token

__all__ = ["Alignment", "align"]

_STEM = 5
"""Letters that words of one family begin with."""
_ENDINGS = frozenset(
    ["", "e", "s", "es", "d", "ed", "ing", "ion", "ions", "ation", "ations", "ment",
     "ments", "ible", "able", "ly", "al", "ally", "ive", "ance", "ence", "y", "ity",
     "de", "sible", "ility", "t", "te", "tion", "ant", "ent", "ful", "ness", "ic"]
)  # fmt: skip
"""What may follow them: endings of nouns, verbs, adjectives and adverbs."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which word of a source stands for which of a claim."""

    mine: tuple[Token, ...]
    theirs: tuple[Token, ...]
    places: tuple[int, ...]
    """For each word of the claim, the place of the source's, or -1."""
    synonyms: frozenset[int]
    """Those words of the claim for which another word stands."""

    @property
    def new(self) -> list[int]:
        """The places of the claim's words that the source lacks."""
        return [
            at
            for at, place in enumerate(self.places)
            if place < 0 and self.mine[at].is_content
        ]

    @property
    def gone(self) -> list[int]:
        """The places of the source's words that the claim lacks."""
        held = set(self.places)
        return [at for at in range(len(self.theirs)) if at not in held]

    @property
    def runs(self) -> list[list[tuple[int, int]]]:
        """The runs of words that both have, as places and those of the claim."""
        runs: list[list[tuple[int, int]]] = []
        for at, place in enumerate(self.places):
            if place < 0:
                continue
            if runs and runs[-1][-1] == (place - 1, at - 1):
                runs[-1].append((place, at))
            else:
                runs.append([(place, at)])
        return runs


def align(mine: Sequence[Token], theirs: Sequence[Token]) -> Alignment:
    """Return which word of a source stands for which of a claim."""
    places = [-1] * len(mine)
    taken = [False] * len(theirs)
    found: dict[str, list[int]] = {}
    for at, token in enumerate(theirs):
        found.setdefault(token.stem, []).append(at)
    while run := _longest(mine, theirs, places, taken, found):
        first, start, length = run
        for step in range(length):
            places[first + step] = start + step
            taken[start + step] = True
    synonyms = _pair_synonyms(mine, theirs, places, taken)
    return Alignment(tuple(mine), tuple(theirs), tuple(places), synonyms)


def _longest(
    mine: Sequence[Token],
    theirs: Sequence[Token],
    places: Sequence[int],
    taken: Sequence[bool],
    found: dict[str, list[int]],
) -> tuple[int, int, int] | None:
    """Return the longest run that both have and none has taken; the nearest of some."""
    best: tuple[int, int, int] | None = None
    score = (0, 0)
    expected = 0
    for first, token in enumerate(mine):
        if places[first] >= 0:
            expected = places[first] + 1
            continue
        for start in found.get(token.stem, ()):
            length = 0
            while (
                first + length < len(mine)
                and start + length < len(theirs)
                and places[first + length] < 0
                and not taken[start + length]
                and mine[first + length].stem == theirs[start + length].stem
            ):
                length += 1
            if (
                (length
                and (length, -abs(start - expected)) > score)
                or (length and best is None)
            ):
                best, score = (first, start, length), (length, -abs(start - expected))
    return best


def _pair_synonyms(
    mine: Sequence[Token],
    theirs: Sequence[Token],
    places: list[int],
    taken: list[bool],
) -> frozenset[int]:
    """Pair words that are left with others that may stand for them."""
    paired: set[int] = set()
    for at, token in enumerate(mine):
        if places[at] >= 0 or token.kind != "word":
            continue
        for place, other in enumerate(theirs):
            if taken[place] or other.kind != "word":
                continue
            if are_synonyms(token.stem, other.stem) or _is_derived(
                token.word, other.word
            ):
                places[at] = place
                taken[place] = True
                paired.add(at)
                break
    return frozenset(paired)


def _is_derived(word: str, other: str) -> bool:
    """Whether two words are derived from one: `divisible` and `divide`."""
    length = next(
        (
            at
            for at, (one, two) in enumerate(zip(word, other, strict=False))
            if one != two
        ),
        min(len(word), len(other)),
    )
    if length < _STEM:
        return False
    return word[length:] in _ENDINGS and other[length:] in _ENDINGS
