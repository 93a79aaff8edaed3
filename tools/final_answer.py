"""The tool `final_answer`: the structured output that ends a run."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from tools.calls.acceptance import SentBackError, UngroundedError, UnsearchedError
from tools.calls.run import Run
from tools.errors import ToolError
from tools.grounding.citation import Draft, DraftCitation, read_quotes, read_texts

__all__ = ["final_answer"]

_REMEDY: dict[type[SentBackError], str] = {
    UnsearchedError: "Search before you answer or give up",
    UngroundedError: "Correct this and call final_answer again",
}
"""What to do about an answer that was not accepted."""


_Quotes = Annotated[
    tuple[DraftCitation, ...],
    BeforeValidator(read_quotes),
    WithJsonSchema({"type": "array", "items": {"type": "string"}}),
]
"""Told as a list of texts: gpt-oss's chat template shows one of objects as `any[]`."""
_Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(read_texts),
    WithJsonSchema({"type": "array", "items": {"type": "string"}}),
]


async def final_answer(
    run: Run,
    answer: str,
    answered: bool = True,
    citations: _Quotes = (),
    missing: _Texts = (),
) -> Draft:
    """Give the final answer.

    Args:
        answered: False if the documents answer nothing.
        citations: For each source used: its number, a colon, and a short quote, copied
            letter for letter without the `L12:` marks.
        missing: Parts of the question that the documents do not answer.
    """
    if not answer.strip():
        raise ToolError("answer: it is blank; write the answer as Markdown")
    draft = Draft(
        answer=answer, answered=answered, citations=citations, missing=missing
    )
    try:
        return await run.acceptance.take(draft)
    except SentBackError as sent_back:
        remedy = _REMEDY[type(sent_back)]
        raise ToolError(
            f"the answer was not accepted: {sent_back.reason}. {remedy}"
        ) from sent_back
