"""The tool `final_answer`: the structured output that ends a run."""

from agents import RunContextWrapper

from tools.citations import Draft, DraftCitation
from tools.errors import ToolError
from tools.evidence import Evidence
from tools.grounding import Verdict, verify_citation
from tools.marks import Mark, find_marks, sentence_at
from tools.run import Run

__all__ = ["MAX_REJECTIONS", "final_answer", "find_problems"]

MAX_REJECTIONS = 1
"""How often an answer goes back to the model; after that it is marked instead."""


async def final_answer(
    context: RunContextWrapper[Run],
    answer: str,
    answered: bool = True,
    citations: list[DraftCitation] | None = None,
) -> Draft:
    """Give the final answer. This ends the work on the question.

    Args:
        answer: The answer in Markdown. Each sentence that states a fact ends with the
            number of its source, for example [3] or 【3†L9-L11】.
        answered: False if the documents do not hold the answer; say then in `answer`
            what you searched for and what is missing.
        citations: For each source used, a short quote copied from its lines.
    """
    run = context.context
    if not answer.strip():
        raise ToolError("answer: it is blank; write the answer as Markdown")
    draft = Draft(answer=answer, answered=answered, citations=tuple(citations or ()))
    problems = find_problems(draft, run)
    if problems and not run.finishing and run.rejections < MAX_REJECTIONS:
        run.rejections += 1
        raise ToolError(
            "the answer was not accepted: " + "; ".join(problems) + ". "
            "Correct this and call final_answer again"
        )
    return draft


def find_problems(draft: Draft, run: Run) -> list[str]:
    """Return what is wrong with the quotes, and with the marks that have none."""
    problems = [_judge_quote(citation, run.evidence) for citation in draft.citations]
    quoted = {citation.source for citation in draft.citations}
    marks = find_marks(draft.answer)
    problems += [
        _judge_sentence(sentence_at(draft.answer, mark, marks), mark, run.evidence)
        for mark in marks
        if mark.source not in quoted
        and not (mark.attached and run.evidence.get(mark.source) is None)
    ]
    if draft.answered and not draft.citations and not marks:
        problems.append("it cites no source: name and quote those it comes from")
    if not draft.answered and not run.trajectory:
        problems.append("nothing was searched yet: search before you give up")
    return list(dict.fromkeys(problem for problem in problems if problem))


def _judge_quote(citation: DraftCitation, evidence: Evidence) -> str | None:
    verified = verify_citation(citation.quote, citation.source, evidence)
    if verified.verdict is Verdict.UNSEEN:
        return f"source {citation.source} was shown by no tool"
    if verified.verdict in {Verdict.EXACT, Verdict.RELOCATED}:
        return None
    problem = f'the quote "{citation.quote[:80]}" does not stand in source '
    if verified.verdict is Verdict.MISATTRIBUTED:
        return f"{problem}{citation.source}; it stands in {verified.document}"
    return f"{problem}{citation.source} word for word"


def _judge_sentence(sentence: str, mark: Mark, evidence: Evidence) -> str | None:
    verified = verify_citation(sentence, mark.source, evidence, mark.lines)
    if verified.verdict is Verdict.UNSEEN:
        return f"[{mark.source}] is no source that a tool has shown"
    if verified.verdict.is_sound:
        return None
    return f'source {mark.source} does not bear out "{sentence[:80]}": quote from it'
