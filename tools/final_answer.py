"""The tool `final_answer`: the structured output that ends a run."""

from agents import RunContextWrapper

from tools.calls.run import Run
from tools.errors import ToolError
from tools.grounding.citation import Draft, DraftCitation
from tools.grounding.resolving import resolve

__all__ = ["MAX_REJECTIONS", "final_answer", "find_problems", "is_unsearched"]

_NAMED = 10
"""Sources that an answer without a citation is told of."""
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
    unsearched = is_unsearched(draft, run)
    if unsearched and not (run.finishing or run.sent_to_search):
        run.sent_to_search = True
        raise ToolError(
            "the answer was not accepted: nothing was searched yet. Search before you "
            "answer or give up"
        )
    problems = () if unsearched or run.finishing else find_problems(draft, run)
    if problems and run.rejections < MAX_REJECTIONS:
        run.rejections += 1
        raise ToolError(
            "the answer was not accepted: " + "; ".join(problems) + ". "
            "Correct this and call final_answer again"
        )
    run.draft = run.draft or draft
    return draft


def find_problems(draft: Draft, run: Run) -> tuple[str, ...]:
    """Return why an answer is not grounded, in words that the model can act on."""
    resolved = resolve(draft, run.evidence, run.question)
    if draft.answered and not resolved.citations and run.shown:
        return (*resolved.problems, f"the sources are {_names(run)}")
    return resolved.problems


def is_unsearched(draft: Draft, run: Run) -> bool:
    """Whether an answer stands on nothing: no search, nor a source seen before."""
    if run.has_searched:
        return False
    cited = resolve(draft, run.evidence, run.question).citations
    return not any(each.verdict.is_sound for each in cited)


def _names(run: Run) -> str:
    """Return the numbers of sources that the run has shown, each with its place."""
    shown = [each for each in run.evidence if each.id in run.shown]
    return ", ".join(
        f"[{each.id}] {each.document} lines {each.start_line}-{each.end_line}"
        for each in shown[-_NAMED:]
    )
