"""Aligns the words of a sentence with those of another, in whatever order they stand.

The longest runs that both have are taken first, as Wise 1993 does to find what was
moved ("String Similarity via Greedy String Tiling"), in the clauses that share most
words before all others; then words that stand for others.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from tools.grounding.lists.relations import are_synonyms
from tools.grounding.support.words import Token

__all__ = ["Alignment", "align"]

_STEM = 5
"""Letters that words of one family have in common; fewer join `port` and `portal`."""
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
    """The words of the claim."""
    theirs: tuple[Token, ...]
    """The words of the source."""
    places: tuple[int, ...]
    """For each word of the claim, the place of the source's, or -1."""
    synonyms: frozenset[int]
    """The places of the claim's words for which another word stands."""
    new: tuple[int, ...]
    """The places of the claim's words with a meaning that the source lacks."""
    gone: tuple[int, ...]
    """The places of the source's words that the claim lacks."""
    runs: tuple[tuple[tuple[int, int], ...], ...]
    """The runs of words that both have; of each word its place and the claim's."""


def align(mine: Sequence[Token], theirs: Sequence[Token]) -> Alignment:
    """Return which word of a source stands for which of a claim."""
    places = [-1] * len(mine)
    taken = [False] * len(theirs)
    lengths = _run_lengths(mine, theirs)
    clauses = _closest_clauses(mine, theirs)
    waiting = [
        (clauses[mine[at].part] != theirs[place].part, -length, at, place)
        for (at, place), length in lengths.items()
    ]
    heapify(waiting)
    while waiting:
        elsewhere, claimed, at, place = heappop(waiting)
        length = _free(-claimed, at, place, places, taken)
        if length < -claimed:
            if length:
                heappush(waiting, (elsewhere, -length, at, place))
            continue
        for step in range(length):
            places[at + step] = place + step
            taken[place + step] = True
    synonyms = _pair_synonyms(mine, theirs, places, taken)
    return Alignment(
        tuple(mine),
        tuple(theirs),
        tuple(places),
        synonyms,
        tuple(at for at, e in enumerate(mine) if places[at] < 0 and e.is_content),
        tuple(place for place, each in enumerate(taken) if not each),
        _runs(places),
    )


def _runs(places: Sequence[int]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the words that both have in one order, those together that stand so."""
    runs: list[list[tuple[int, int]]] = []
    for at, place in enumerate(places):
        if place < 0:
            continue
        if runs and runs[-1][-1] == (place - 1, at - 1):
            runs[-1].append((place, at))
        else:
            runs.append([(place, at)])
    return tuple(map(tuple, runs))


def _closest_clauses(
    mine: Sequence[Token], theirs: Sequence[Token]
) -> dict[int, int | None]:
    """Return for each clause of a claim that of the source which shares most words.

    Words that several clauses of the source have tell nothing.
    """
    parts: dict[str, set[int]] = {}
    for token in theirs:
        parts.setdefault(token.stem, set()).add(token.part)
    shared: dict[int, Counter[int]] = {each.part: Counter() for each in mine}
    for token in mine:
        of_stem = parts.get(token.stem, ())
        if len(of_stem) == 1 and token.is_content:
            shared[token.part].update(of_stem)
    return {
        part: counts.most_common(1)[0][0] if counts else None
        for part, counts in shared.items()
    }


def _run_lengths(
    mine: Sequence[Token], theirs: Sequence[Token]
) -> dict[tuple[int, int], int]:
    """Return how many words from two places on are the same, where the first are."""
    found: dict[str, list[int]] = {}
    for place, token in enumerate(theirs):
        found.setdefault(token.stem, []).append(place)
    lengths: dict[tuple[int, int], int] = {}
    for at in range(len(mine) - 1, -1, -1):
        for place in found.get(mine[at].stem, ()):
            lengths[at, place] = 1 + lengths.get((at + 1, place + 1), 0)
    return lengths


def _free(
    length: int, at: int, place: int, places: Sequence[int], taken: Sequence[bool]
) -> int:
    """Return how much of a run nothing has taken, from its beginning."""
    for step in range(length):
        if places[at + step] >= 0 or taken[place + step]:
            return step
    return length


def _pair_synonyms(
    mine: Sequence[Token],
    theirs: Sequence[Token],
    places: list[int],
    taken: list[bool],
) -> frozenset[int]:
    """Pair words that are left with others that may stand for them."""
    paired: set[int] = set()
    left = [
        place
        for place, token in enumerate(theirs)
        if not taken[place] and token.kind == "word"
    ]
    for at, token in enumerate(mine):
        if places[at] >= 0 or token.kind != "word":
            continue
        for place in left:
            other = theirs[place]
            if taken[place]:
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
    """Whether two words are derived from one: `extensible` and `extend`."""
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
