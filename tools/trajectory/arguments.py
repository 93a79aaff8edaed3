"""The arguments of a tool call: what the model sent, parsed, and what is wrong."""

import json
from typing import TYPE_CHECKING, Any

from tools.errors import ToolError
from tools.text.clean import scalar

if TYPE_CHECKING:
    from pydantic import ValidationError

__all__ = ["INVALID_ARGUMENTS", "MAX_ARGUMENTS", "parse_arguments", "say_what_is_wrong"]

MAX_ARGUMENTS = 200_000
"""Characters of the arguments of one call; an answer of 50,000 tokens is no answer."""
INVALID_ARGUMENTS = "invalid_arguments"
"""The one key of what stands for arguments that were no JSON object.

The wire writes it (`agent.wire.repairs.arguments`), for a history has to hold valid
JSON; its value says what the model sent and what is wrong with it.
"""


def parse_arguments(text: str) -> dict[str, Any]:
    """Return the arguments that the model sent as one JSON object.

    Raises:
        ToolError: they are none.
    """
    if len(text) > MAX_ARGUMENTS:
        raise ToolError(
            f"the arguments have {len(text):,} characters, and {MAX_ARGUMENTS:,} at "
            "most: call again with fewer or shorter ones"
        )
    try:
        arguments = json.loads(text or "{}")
        arguments = json.loads(scalar(json.dumps(arguments, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        raise ToolError(f"the arguments are not valid JSON: {error}") from error
    if arguments is None:
        return {}
    if not isinstance(arguments, dict):
        raise ToolError("the arguments must be one JSON object")
    if arguments.keys() == {INVALID_ARGUMENTS}:
        problem = arguments[INVALID_ARGUMENTS]
        raise ToolError(f"the arguments are not valid JSON ({problem})")
    return arguments


def say_what_is_wrong(error: "ValidationError") -> str:
    """Return what does not fit in some arguments, in words for the model."""
    problems = []
    for each in error.errors(include_url=False):
        place = ".".join(str(part) for part in each["loc"])
        problems.append(f"{place}: {each['msg']}")
    return "; ".join(problems)
