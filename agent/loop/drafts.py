"""From what a model has written to a draft."""

import re
from typing import Any

from pydantic import ValidationError

from tools.errors import IncompleteError
from tools.grounding.citation import Draft
from tools.trajectory.arguments import MAX_ARGUMENTS

__all__ = ["read_draft"]

_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
_NO_ANSWER = "The model ended without an answer. Ask again, or try another --model."


def read_draft(output: Any) -> Draft:
    """Return what a model has answered in plain text, which may be a draft's JSON."""
    text = str(output or "").strip()
    if not text:
        raise IncompleteError(_NO_ANSWER)
    if len(text) > MAX_ARGUMENTS:
        raise IncompleteError(
            f"The model wrote {len(text):,} characters where an answer has "
            f"{MAX_ARGUMENTS:,} at most. Ask again, or try another --model."
        )
    fenced = _FENCED.fullmatch(text)
    try:
        draft = Draft.model_validate_json(fenced[1] if fenced else text)
    except ValidationError:
        return Draft(answer=text)
    if not draft.answer.strip():
        raise IncompleteError(_NO_ANSWER)
    return draft
