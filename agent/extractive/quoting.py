"""Answers by quoting: the sentences that fit a question best, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.extractive.sentences import (
    Sentence,
    content_words,
    sentences_of,
    split_question,
)
from tools.embedding.embedder import Embedder
from tools.evidence.evidence import Evidence
from tools.evidence.shown import ShownSource, read_sources, write_source
from tools.grounding.citation import Draft, DraftCitation

__all__ = ["FITTING", "Fit", "best_sentences", "compose", "quote_evidence"]

FITTING = 0.5
"""What the best sentence of a part must reach to be quoted at all.

Of bars from .40 to .54 the one with the best F1 of abstaining on one half of mtrag-un's
dev queries: see `tests/benchmarks/abstention.py`.
"""
_CLOSE = 0.75
"""What another sentence must reach of the best one's merit to stand beside it."""
_MAX_SENTENCES = (5, 3, 2)
"""Sentences quoted for each part of a question of one, of two, of more parts."""
_COVERAGE_WEIGHT = 0.25
_PASSAGE_WEIGHT = 0.2
_DANGLING = (
    "therefore",
    "however",
    "then ",
    "this ",
    "these ",
    "it ",
    "they ",
    "the foll",
)
_DANGLING_COST = 0.15
"""A sentence that begins by pointing back says less when it stands alone."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A sentence that may answer a part of a question."""

    sentence: Sentence
    merit: float
    """0 to about 1: how well it answers its part."""


def quote_evidence(question: str, evidence: Evidence, embedder: Embedder) -> Draft:
    """Return the best answer that can be quoted from what a run has seen."""
    shown = [each for source in evidence for each in read_sources(write_source(source))]
    parts = split_question(question)
    best = [best_sentences(part, shown, embedder) for part in parts]
    return compose(parts, best)


def best_sentences(
    part: str,
    sources: Sequence[ShownSource],
    embedder: Embedder,
    fitting: float = FITTING,
) -> list[Fit]:
    """Return the sentences that answer a part of a question, best first.

    Merit is the cosine of meanings, the share of the part's words that a sentence or
    its headings hold, and the score of its passage. None is returned where the best
    does not reach `fitting`.
    """
    wanted = content_words(part)
    sentences = list(
        {
            each.text: each for source in sources for each in sentences_of(source)
        }.values()
    )
    if not sentences:
        return []
    vectors = embedder.embed_passages([each.words for each in sentences])
    cosines = vectors @ embedder.embed_queries([part])[0]
    best = max((source.score or 0.0 for source in sources), default=0.0) or 1.0
    fits = [
        Fit(sentence, _merit(sentence, float(cosine), wanted, best))
        for sentence, cosine in zip(sentences, np.asarray(cosines), strict=True)
    ]
    fits.sort(key=lambda fit: -fit.merit)
    bar = max(fitting, fits[0].merit * _CLOSE)
    return [fit for fit in fits[: max(_MAX_SENTENCES)] if fit.merit >= bar]


def _merit(sentence: Sentence, cosine: float, wanted: set[str], best: float) -> float:
    held = content_words(f"{sentence.source.heading} {sentence.words}")
    coverage = len(wanted & held) / len(wanted) if wanted else 0.0
    passage = (sentence.source.score or cosine) / best
    dangling = sentence.words.casefold().startswith(_DANGLING)
    return (
        (1 - _COVERAGE_WEIGHT - _PASSAGE_WEIGHT) * cosine
        + _COVERAGE_WEIGHT * coverage
        + _PASSAGE_WEIGHT * min(best, 1.0) * passage**4
        - _DANGLING_COST * dangling
    )


def compose(parts: list[str], best: list[list[Fit]]) -> Draft:
    """Return the answer that quotes the best sentences of each part."""
    paragraphs: list[str] = []
    citations: list[DraftCitation] = []
    room = _MAX_SENTENCES[min(len(parts), len(_MAX_SENTENCES)) - 1]
    missing = [part for part, fits in zip(parts, best, strict=False) if not fits]
    for part, fits in zip(parts, best, strict=False):
        if not fits:
            continue
        if len(parts) > 1:
            paragraphs.append(f"**{part[:1].upper()}{part[1:]}?**")
        for fit in _in_reading_order(fits[:room]):
            number = fit.sentence.source.id
            paragraphs.append(f"> {fit.sentence.words} [{number}]")
            citations.append(DraftCitation(source=number, quote=fit.sentence.text))
    if not citations:
        asked = "; ".join(parts)
        return Draft(
            answer="The documents hold no passage that answers this. "
            f"Searched for: {asked}.",
            answered=False,
        )
    return Draft(
        answer="\n\n".join(paragraphs),
        citations=tuple(dict.fromkeys(citations)),
        missing=tuple(missing),
    )


def _in_reading_order(fits: list[Fit]) -> list[Fit]:
    """Keep the sentences of one source together and in order; the best source first."""
    first = {fit.sentence.source.id: at for at, fit in reversed(list(enumerate(fits)))}
    return sorted(
        fits, key=lambda fit: (first[fit.sentence.source.id], fit.sentence.position)
    )
