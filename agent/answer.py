"""The answer that people and scripts get; what crosses the process boundary."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.depth import DepthName, LimitName
from tools.errors import ExitCode
from tools.grounding import Verdict
from tools.run import Repair, ToolCall

__all__ = ["ADVICE", "Answer", "Citation", "StopReason", "Usage"]

StopReason = Literal["answered"] | LimitName

ADVICE: dict[StopReason, str] = {
    "turn_limit": "its turns are used; raise them with --max-turns or --depth high",
    "tool_limit": "its tool calls are made; raise them with --max-tool-calls",
    "token_limit": "its prompt tokens are used; raise them with --max-tokens",
    "time_limit": "its time is over; raise it with --max-seconds",
    "cost_limit": "its money is spent; raise it with --max-cost",
    "no_progress": "it found nothing new; ask more narrowly, or in other words",
    "repeated_call": "the model repeated itself; ask again, or try another --model",
}
"""What to say of a search that did not end by itself."""


class Citation(BaseModel):
    """A mark in the answer, resolved to the lines of a document."""

    model_config = ConfigDict(frozen=True)

    id: int = Field(description="The number that the answer's mark `[1]` shows.")
    document: str | None = Field(description="Null if the verdict is `unseen`.")
    title: str | None
    start_line: int | None = Field(description="1-based, of the document.")
    end_line: int | None = Field(description="Inclusive.")
    quote: str = Field(description="The document's own text at these lines.")
    verdict: Verdict
    claim: str = Field(
        description="The words that were checked: the model's quote, or its sentence."
    )


class Usage(BaseModel):
    """What the model's calls took, as far as the provider reports it."""

    model_config = ConfigDict(frozen=True)

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    cost: float | None = Field(
        default=None, description="US dollars; null where no provider reports it."
    )


class Answer(BaseModel):
    """The answer to one question, with its checked citations and its trajectory."""

    model_config = ConfigDict(
        frozen=True, serialize_by_alias=True, validate_by_name=True
    )

    schema_version: Literal["citeloop.answer/1"] = Field(
        default="citeloop.answer/1", alias="schema"
    )
    question: str
    answer: str = Field(description="Markdown; `[1]` points to the citation with id 1.")
    answered: bool = Field(
        description="False if the documents do not hold the answer; `answer` says so."
    )
    citations: tuple[Citation, ...]
    grounded: bool = Field(
        description="Every citation stands in its document, and an answer has at least "
        "one; that the documents hold no answer is grounded, too."
    )
    stop_reason: StopReason
    model: str = Field(description="The one that answered.")
    given_up: tuple[str, ...] = Field(
        default=(),
        description="The `models` that were asked before and failed, with the reasons.",
    )
    depth: DepthName
    turns: int
    trajectory: tuple[ToolCall, ...]
    repairs: tuple[Repair, ...] = Field(
        default=(), description="What had to be put right in what the server sent."
    )
    usage: Usage
    seconds: float

    @property
    def exit_code(self) -> ExitCode:
        """What `citeloop ask` exits with."""
        if self.stop_reason == "cancelled":
            return ExitCode.INTERRUPTED
        if self.stop_reason != "answered":
            return ExitCode.LIMIT
        return ExitCode.ANSWERED if self.grounded else ExitCode.INCOMPLETE
