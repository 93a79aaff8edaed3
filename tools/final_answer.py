"""The tool `final_answer`: the structured output that ends a run."""

from tools.calls.acceptance import SentBackError, UngroundedError, UnsearchedError
from tools.calls.run import Run
from tools.errors import ToolError
from tools.grounding.citation import Draft, DraftCitation
from tools.threads import off_loop

__all__ = ["final_answer"]

_REMEDY: dict[type[SentBackError], str] = {
    UnsearchedError: "Search before you answer or give up",
    UngroundedError: "Correct this and call final_answer again",
}
"""What to do about an answer that was not accepted."""


async def final_answer(
    run: Run,
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
    if not answer.strip():
        raise ToolError("answer: it is blank; write the answer as Markdown")
    draft = Draft(answer=answer, answered=answered, citations=tuple(citations or ()))
    try:
        return await off_loop(run.acceptance.judge, draft)
    except SentBackError as sent_back:
        remedy = _REMEDY[type(sent_back)]
        raise ToolError(
            f"the answer was not accepted: {sent_back.reason}. {remedy}"
        ) from sent_back
