"""What of a question's words no place says, and how far from it the nearest word is.

A question about `pictures` is answered by a place that says `images`, so a word counts
as missing by how far in meaning the nearest of the words there is. A name, a number or
a setting has to stand there itself: what is said of Linux is not said of FreeBSD.
"""

from collections.abc import Iterable, Mapping, Sequence

from agent.extractive.places import Place
from agent.extractive.questions import Wanted, content_words, written_words
from tools.embedding.embedder import Embedder, Vectors

__all__ = ["Lacking", "words_of_place"]

_NAME_WEIGHT = 2.0
"""What a name or a number counts for, beside another word, where it is missing."""
_UNRELATED, _SAME = 0.35, 0.75
"""Cosines of two words up to which one says nothing of the other, and from which on it
says the same. With 0.3 and 0.7, 0.4 and 0.8, 0.45 and 0.75 the verdicts on halves A and
B of `tests/benchmarks/extractive_questions.jsonl` (ten-fold) were nearly as good."""
_NEAREST = 12
"""Places, best first, whose words are compared besides those of the best passage."""


def words_of_place(place: Place) -> set[str]:
    """Return the stems of what a place says, of where it stands included."""
    return content_words(_said(place)) | content_words(place.source.document)


class Lacking:
    """The words of a part of a question that its places lack."""

    def __init__(
        self, part: str, wanted: Wanted, places: Sequence[Place], embedder: Embedder
    ) -> None:
        """Compare a part with its places, which stand best first."""
        self._wanted = wanted
        self._core = wanted.words - wanted.generic
        best = places[0].source.id
        passage = [each for each in places if each.source.id == best]
        self._anywhere, self._said = _held(places), _held(passage)
        self._far = self._distances(
            part, _written(passage), _written(places[:_NEAREST]), embedder
        )

    def signs(self) -> dict[str, float]:
        """Return what share of the question's own words nobody says, 0 to 1.

        `missing` are those that none of the places has, `unsaid` those that the passage
        of the best one has not.
        """
        return {
            "missing": self._lost(self._anywhere, 0),
            "unsaid": self._lost(self._said, 1),
        }

    def _lost(self, held: set[str], at: int) -> float:
        names = self._wanted.names
        weights = {each: _NAME_WEIGHT if each in names else 1.0 for each in self._core}
        gone = self._core - held
        lost = sum(weights[each] * self._far.get(each, (1.0, 1.0))[at] for each in gone)
        return lost / sum(weights.values()) if weights else 0.0

    def _distances(
        self, part: str, passage: set[str], others: set[str], embedder: Embedder
    ) -> Mapping[str, tuple[float, float]]:
        """Return how far words are from the nearest one there, 0 to 1.

        That is from those of the best places, and from those of the passage alone.
        """
        written = written_words(part)
        asked = sorted(self._core - self._wanted.names - self._said)
        near = sorted(passage | others)
        if not asked or not passage:
            return {}
        vectors = embedder.embed_passages([*(written.get(e, e) for e in asked), *near])
        cosines = vectors[: len(asked)] @ vectors[len(asked) :].T
        inside = [at for at, word in enumerate(near) if word in passage]
        return {
            word: (_distance(row), _distance(row[inside]))
            for word, row in zip(asked, cosines, strict=True)
        }


def _distance(cosines: Vectors) -> float:
    share = (_SAME - float(cosines.max())) / (_SAME - _UNRELATED)
    return min(1.0, max(0.0, share))


def _held(places: Iterable[Place]) -> set[str]:
    return set().union(*map(words_of_place, places))


def _written(places: Iterable[Place]) -> set[str]:
    """Return the words of some places as they are written."""
    words = (word for each in places for word in written_words(_said(each)).values())
    return {word for word in words if word.isalpha()}


def _said(place: Place) -> str:
    return f"{place.words} {place.heading} {place.lead}"
