"""The tool `final_answer`: the structured output that ends a run."""

from agents import RunContextWrapper

from tools.citations import Draft, DraftCitation, resolve
from tools.errors import ToolError
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
    run.draft = run.draft or draft
    return draft


def find_problems(draft: Draft, run: Run) -> tuple[str, ...]:
    """Return why an answer is not grounded, in words that the model can act on."""
    if not run.has_searched:
        return ("nothing was searched yet: search before you answer or give up",)
    return resolve(draft, run.evidence, run.question).problems
