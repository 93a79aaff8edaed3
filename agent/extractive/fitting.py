"""How well places answer a part of a question, and whether any of them does.

Two sums of a few signs, each with its weight. One ranks the places of one question; the
other says whether the best of them answers at all. The weights of the first were fitted
on half A of `tests/benchmarks/extractive_questions.jsonl` (a conditional logit over the
places of a question), those of the second on halves A and B (a logistic regression over
the questions); both are rounded, and reported on half C.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.extractive.lacking import Lacking, words_of_place
from agent.extractive.places import Place
from agent.extractive.questions import Wanted, content_words, read_wanted
from tools.embedding.embedder import Embedder
from tools.text.markdown import plain

__all__ = ["ANSWERING", "RANKING", "Fit", "Judged", "judge_places"]

RANKING: Mapping[str, float] = {
    "cosine": 1.0,
    "covered": 0.2,
    "under": 0.8,
    "passage": 0.55,
    "asked": 0.2,
    "misasked": -0.15,
    "defines": 0.25,
    "sides": 0.3,
    "item": 0.15,
    "code": -0.4,
    "dangling": -0.4,
    "elsewhere": -0.6,
    "question": -0.4,
    "quoted": 0.2,
}
"""What each sign adds to the merit of a place, a whole cosine being 1.

`quoted` was not fitted, for no model answers there: it counts as much as holding all
words of the question does.
"""
ANSWERING: Mapping[str, float] = {
    "bias": 0.36,
    "cosine": 4.4,
    "missing": -5.1,
    "unsaid": -5.3,
}
"""What each sign of the best place adds to the log odds that it answers."""
_GENERIC_WEIGHT = 0.25
_DEFAULT = re.compile(
    r"\bdefault|\bunless\b|\binitial(?!iz)|\benabled\b|\bcreated with\b|\btypically\b",
    re.IGNORECASE,
)
_SAYS: Mapping[str, re.Pattern[str]] = {
    "when": re.compile(
        r"\b(?:when|if|after|before|once|until|since|while|soon|release|version"
        r"|in \d{4}|suitable|suits?|recommended?|scenarios?|situations?)\b|\d\.\d",
        re.IGNORECASE,
    ),
    "why": re.compile(
        r"\b(?:because|so|since|therefore|thus|reasons?|due|leads?|causes?|for|means?"
        r"|produces?|avoids?|designed|otherwise|slows?|raises?|needs?|requires?)\b",
        re.IGNORECASE,
    ),
    "who": re.compile(r"[^.!?\s]\s+[A-Z][a-z]+"),
}
_DOES = re.compile(
    r"\b(?:set|sets|setting|call|calls|use|using|run|by|command|option|add|specify"
    r"|change|declared|must|should|follow|following|can|need|via|with)\b|\(\)|`",
    re.IGNORECASE,
)
_DANGLING = (
    "therefore", "however", "then ", "this ", "these ", "it ", "they ", "the follow",
    "in addition", "for more", "see ", "also", "for example", "in this case",
)  # fmt: skip
"""What a sentence that points back begins with: it says less by itself."""
_ELSEWHERE = re.compile(
    r"\b(?:is|are) (?:explained|described|listed|given|compared|noted) in\b|\bpage\b"
    r"|\bthis (?:topic|guide)\b|\blearn about\b",
    re.IGNORECASE,
)
"""What only says where an answer stands, or what a page is about."""
_DEFINES = re.compile(
    r"\As?(?:\s++\([^()]{1,40}\))?\s++(?:is|are|was|refers?|means?|stands?|allows?"
    r"|represents?|consists?|has|have)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\A(?:an?|the)\s+")


@dataclass(frozen=True, slots=True)
class Fit:
    """A place that may answer a part of a question."""

    place: Place
    merit: float
    """How well it fits beside the other places of the same question."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The places of a part of a question, best first."""

    fits: tuple[Fit, ...]
    likelihood: float
    """0 to 1: how likely the best of them answers."""


def judge_places(
    part: str, places: Sequence[Place], embedder: Embedder, quotes: Sequence[str] = ()
) -> Judged:
    """Return places by how well they answer a part of a question.

    Args:
        part: Of the question.
        places: Any of what was found.
        embedder: Compares them with it.
        quotes: What a model has quoted as the answer: it ranks higher.
    """
    if not places:
        return Judged((), 0.0)
    vectors = embedder.embed_passages([_meaning(each) for each in places])
    cosines = vectors @ embedder.embed_queries([part])[0]
    wanted = read_wanted(part)
    signs = _Signs(wanted, places, quotes)
    merits = [
        _sum(RANKING, signs.of(place, float(cosine)))
        for place, cosine in zip(places, cosines, strict=True)
    ]
    order = sorted(range(len(places)), key=lambda at: -merits[at])
    lacking = Lacking(part, wanted, [places[at] for at in order], embedder)
    known = {"bias": 1.0, "cosine": float(cosines[order[0]])} | lacking.signs()
    odds = _sum(ANSWERING, known)
    return Judged(
        tuple(Fit(places[at], merits[at]) for at in order), 1 / (1 + math.exp(-odds))
    )


def _meaning(place: Place) -> str:
    """Return what is embedded of a place; code says little without its heading."""
    if place.kind != "code":
        return place.words
    return f"{place.heading.rpartition('› ')[2]} {place.lead} {place.words}"


def _sum(weights: Mapping[str, float], signs: Mapping[str, float]) -> float:
    return sum(weight * signs[name] for name, weight in weights.items())


class _Signs:
    """What speaks for a place and against it, beside the others of a question."""

    def __init__(
        self, wanted: Wanted, places: Sequence[Place], quotes: Sequence[str]
    ) -> None:
        self._wanted = wanted
        self._places = places
        self._quotes = [" ".join(plain(each).casefold().split()) for each in quotes]

    def of(self, place: Place, cosine: float) -> dict[str, float]:
        wanted = self._wanted
        own = content_words(place.words)
        above = own | content_words(f"{place.heading} {place.lead}")
        above |= content_words(place.source.document)
        begun = place.words.casefold()
        asked = self._asked(place)
        return {
            "cosine": cosine,
            "covered": self._share(own),
            "under": self._share(above),
            "passage": place.source.score or 0.5,
            "asked": float(bool(asked) and all(asked)),
            "misasked": float(not all(asked)),
            "defines": self._defines(place),
            "sides": float(bool(wanted.sides) and _names_all(begun, wanted.sides)),
            "item": float(place.kind == "item"),
            "code": float(place.kind == "code"),
            "dangling": float(begun.startswith(_DANGLING)),
            "elsewhere": float(bool(_ELSEWHERE.search(place.words))),
            "question": float(begun.endswith("?")),
            "quoted": float(any(each in begun for each in self._quotes if each)),
        }

    @cached_property
    def _held(self) -> list[set[str]]:
        return list(map(words_of_place, self._places))

    @cached_property
    def _weights(self) -> dict[str, float]:
        """How telling each word of the question is: the fewer places have it."""
        weights = {}
        for word in self._wanted.words:
            held = sum(word in each for each in self._held)
            telling = math.log(1 + (len(self._places) + 1) / (held + 0.5))
            generic = word in self._wanted.generic
            weights[word] = telling * (_GENERIC_WEIGHT if generic else 1.0)
        return weights

    def _share(self, held: set[str]) -> float:
        total = sum(self._weights.values())
        found = sum(each for word, each in self._weights.items() if word in held)
        return found / total if total else 0.0

    def _asked(self, place: Place) -> list[bool]:
        """Return whether a place has what each side of the question asks for."""
        wanted, words = self._wanted, place.words
        asked = []
        if wanted.default:
            asked.append(bool(_DEFAULT.search(f"{words} {place.lead}")))
        if wanted.quantity:
            asked.append(place.has_number)
        if wanted.opening in _SAYS:
            asked.append(bool(_SAYS[wanted.opening].search(words)))
        if wanted.how:
            asked.append(place.kind == "code" or bool(_DOES.search(place.text)))
        return asked

    def _defines(self, place: Place) -> float:
        """Return how much a place looks like the definition that is asked for."""
        subject = self._wanted.subject.casefold()
        if not subject:
            return 0.0
        words = _ARTICLE.sub("", place.words.casefold())
        if words.startswith(subject):
            return 1.0 if _DEFINES.match(words[len(subject) :]) else 0.5
        heading = place.heading.casefold().rpartition("› ")[2]
        return 0.5 if place.opens and subject in heading else 0.0


def _names_all(words: str, names: Sequence[str]) -> bool:
    return all(name.casefold() in words for name in names)
