"""Whether an answer holds well enough to stand, or gives way to quotes."""

from collections.abc import Sequence

from agent.extractive.plan import find_subjects
from agent.extractive.quoting import FITTING, likelihood
from agent.guided.named import cited_sources, find_unnamed
from tools.calls.run import Run
from tools.grounding.citation import Citation, Draft
from tools.text.language import question_language

__all__ = ["NOT_BORNE_OUT", "quotes_of", "why_not_held"]

NOT_BORNE_OUT = "what the model answered is not borne out by what it saw"
_BESIDE = "what the model cites hardly says anything of what was asked"
_OTHER = "what the model cites does not name {names}"
_NAMED = 3
"""Names that are told of one answer."""


def why_not_held(run: Run, draft: Draft, before: str | None = None) -> str:
    """Return why an answer gives way to quotes; blank if it stands.

    One gives way of which fewer than half of the sentences are borne out. That of a
    guided model, which is a weak one, also does if what it cites is about something
    else: it lacks a name, a number or a date of the question, or is no likelier to
    answer it than what is quoted without a model has to be (`FITTING`). Nothing is said
    of a question in a language that the embedder does not read.

    Args:
        run: What was asked and seen.
        draft: The answer.
        before: The question before it, blank if there is none, where the model was
            guided; None where it was not.
    """
    if not run.acceptance.half_holds(draft):
        return NOT_BORNE_OUT
    if before is None or not draft.answered:
        return ""
    language = run.library.embedder.language
    if language and question_language(run.question) != language:
        return ""
    citations = run.acceptance.resolve(draft).citations
    return _why_beside(run, citations, before)


def _why_beside(run: Run, citations: Sequence[Citation], before: str) -> str:
    cited = cited_sources(citations, run.evidence)
    if not cited:
        return ""
    names = find_unnamed(run.question, cited, run.evidence)
    if names:
        return _OTHER.format(names=", ".join(names[:_NAMED]))
    parts = [query for _, query in find_subjects(run.question, before)]
    fits = likelihood(parts, cited, run.library.embedder) >= FITTING
    return "" if fits else _BESIDE


def quotes_of(run: Run, draft: Draft) -> list[str]:
    """Return what a model has quoted, in an answer that was sent back for it too."""
    sent_back = run.acceptance.sent_back
    drafts = [sent_back.draft, draft] if sent_back else [draft]
    return [quote.quote for each in drafts for quote in each.citations if quote.quote]
