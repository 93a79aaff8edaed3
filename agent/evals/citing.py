"""What a suite says of citations and refusals: counts, with what they are of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.answer import Answer
from agent.evals.judging import sound_documents
from agent.evals.results import RunRecord
from agent.evals.suite import Case, Step
from agent.matching.patterns import read_glob

__all__ = ["CitationScores", "Share", "score_citations"]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """From 0 to 1, None of nothing."""
        return self.count / self.total if self.total else None

    def __str__(self) -> str:
        """Return it with its denominator."""
        if self.value is None:
            return "none"
        return f"{self.value:.2f} ({self.count} of {self.total})"


@dataclass(frozen=True, slots=True)
class CitationScores:
    """How the answers of some runs stand to their sources; runs without one are out."""

    gold_precision: Share
    """Documents cited that are among those the case names."""
    gold_recall: Share
    """Documents the case names that are cited."""
    quotes_verified: Share
    """Citations that are `exact`, `relocated` or `paraphrased`."""
    attributed: Share
    """Sentences that state a fact and carry a citation."""
    borne_out: Share
    """Sentences that state a fact and are `stated` or `close`."""
    refusal_precision: Share
    """Refusals where the case expects one, of all refusals."""
    refusal_recall: Share
    """Refusals where the case expects one, of all runs of such cases."""


def score_citations(runs: Iterable[tuple[Case, RunRecord]]) -> CitationScores:
    """Return the scores over some runs; each answer counts with what it has."""
    judged = [
        pair
        for case, run in runs
        if not run.is_unavailable
        for pair in zip(case.steps, run.answers[len(case.history) :], strict=False)
    ]
    answers = [answer for _, answer in judged]
    citations = [each for answer in answers for each in answer.citations]
    sentences = [each for answer in answers for each in answer.sentences]
    answered = list(_answered(judged))
    return CitationScores(
        gold_precision=_share(_cited_that_are_gold(judged)),
        gold_recall=_share(_gold_that_is_cited(judged)),
        quotes_verified=_share(each.verdict.is_sound for each in citations),
        attributed=_share(bool(each.citations) for each in sentences),
        borne_out=_share(
            each.support is not None and each.support.bears_out for each in sentences
        ),
        refusal_precision=_share(not due for due, given in answered if not given),
        refusal_recall=_share(not given for due, given in answered if not due),
    )


def _share(held: Iterable[bool]) -> Share:
    each = list(held)
    return Share(sum(each), len(each))


def _cited_that_are_gold(judged: Iterable[tuple[Step, Answer]]) -> Iterator[bool]:
    for step, answer in judged:
        if step.answer and step.answer.cites:
            for document in sound_documents(answer):
                yield any(read_glob(gold)(document) for gold in step.answer.cites)


def _gold_that_is_cited(judged: Iterable[tuple[Step, Answer]]) -> Iterator[bool]:
    for step, answer in judged:
        for gold in step.answer.cites if step.answer else ():
            yield any(map(read_glob(gold), sound_documents(answer)))


def _answered(judged: Iterable[tuple[Step, Answer]]) -> Iterator[tuple[bool, bool]]:
    """Yield whether an answer is expected, where that is said, and whether it came.

    A case that names documents to cite expects one.
    """
    for step, answer in judged:
        if step.answer is None:
            continue
        expected = step.answer.answered
        if expected is None and step.answer.cites:
            expected = True
        if expected is not None:
            yield expected, answer.answered
