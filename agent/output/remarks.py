"""What is said of a result besides it, by the command and by the chat."""

from typing import TYPE_CHECKING

from agent.answer import Answer

if TYPE_CHECKING:
    from tools.verification.answers import Verification

__all__ = [
    "remarks_on_end",
    "remarks_on_grounding",
    "remarks_on_models",
    "remarks_on_problems",
]


def remarks_on_models(answer: Answer) -> list[str]:
    """Name the models that were asked before the one that answered."""
    return [
        f"Given up, and {answer.model} was asked: {each}" for each in answer.given_up
    ]


def remarks_on_end(answer: Answer) -> list[str]:
    """Say what ended a search that did not end by itself, and what to do."""
    return [f"The search was ended: {answer.advice}."] if answer.advice else []


def remarks_on_grounding(answer: Answer) -> list[str]:
    """Say why an answer is not grounded."""
    return [] if answer.grounded else [_not_grounded(answer.weakness)]


def remarks_on_problems(found: "Verification") -> list[str]:
    """Say what is wrong with an answer that was checked."""
    return [_not_grounded(problem) for problem in found.problems]


def _not_grounded(reason: str) -> str:
    return f"Not grounded: {reason}."
