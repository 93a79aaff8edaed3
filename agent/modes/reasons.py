"""Why a model needs guiding, and what that says of it."""

from enum import StrEnum

import openai
from agents.exceptions import ModelTimeoutError

from agent.endpoints.statuses import refuses_tools, speaks_of_request
from agent.wire.verdict import FaultKind, FaultyTurnError
from tools.errors import ModelError

__all__ = ["ModeLeftError", "Reason", "is_gone", "reason_of"]


class Reason(StrEnum):
    """What a model did, so that its question is guided."""

    NO_CALL = "no_call"
    WRITTEN_CALL = "written_call"
    DEBRIS = "debris"
    INVALID_CALLS = "invalid_calls"
    UNGROUNDED = "ungrounded"
    TOOLS_REFUSED = "tools_refused"
    FAILED = "failed"

    @property
    def said(self) -> str:
        """What it did, in words that follow the model's name."""
        return _SAID[self]


_SAID: dict[Reason, str] = {
    Reason.NO_CALL: "made no tool call in its first turn",
    Reason.WRITTEN_CALL: "wrote a tool call among its words",
    Reason.DEBRIS: "sent the same debris of a tool format twice",
    Reason.INVALID_CALLS: "made two invalid tool calls in a row",
    Reason.UNGROUNDED: "gave an answer whose citations failed, also after its repair",
    Reason.TOOLS_REFUSED: "is given no tools by its server",
    Reason.FAILED: "gave no answer that could be used",
}
_FAULTS: dict[FaultKind, Reason] = {
    "written_call": Reason.WRITTEN_CALL,
    "debris": Reason.DEBRIS,
    "mixed": Reason.DEBRIS,
    "no_call": Reason.DEBRIS,
}


class ModeLeftError(Exception):
    """The question is to go on in the next mode."""

    def __init__(self, reason: Reason) -> None:
        """Say why."""
        super().__init__(reason.said)
        self.reason = reason


def reason_of(error: BaseException) -> Reason:
    """Return why an error ends the agent mode."""
    if isinstance(error, ModeLeftError):
        return error.reason
    if isinstance(error, FaultyTurnError):
        return _FAULTS.get(error.kind, Reason.FAILED)
    if isinstance(error, openai.APIError) and refuses_tools(error):
        return Reason.TOOLS_REFUSED
    return Reason.FAILED


def is_gone(error: BaseException) -> bool:
    """Whether an error says that the server answers nobody, in whatever mode.

    It cannot be reached, does not let us in, has no such model, or fails; what it
    refuses of one request, and what its model writes, says nothing of the next.
    """
    if isinstance(error, openai.APIError):
        return not speaks_of_request(error)
    return isinstance(error, ModelError | ModelTimeoutError | openai.OpenAIError)
