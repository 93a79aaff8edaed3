"""The answer that people and scripts get; what crosses the process boundary."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.events.repair import Repair
from agent.settings.depth import LIMITS, DepthName, LimitName
from agent.settings.modes import Mode
from tools.errors import ExitCode
from tools.grounding.citation import CheckedSentence, Citation
from tools.trajectory.tool_call import ToolCall

__all__ = ["Answer", "Citation", "StopReason", "Usage"]

StopReason = Literal["answered", "model_failed", "no_answer"] | LimitName
"""What ended the search: the model itself, its server's refusal, a turn of it that
could not be used, or a limit."""
_FAILURES: dict[StopReason, ExitCode] = {
    "model_failed": ExitCode.MODEL,
    "no_answer": ExitCode.INCOMPLETE,
}
"""What is quoted after a failure exits as the failure itself would."""


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
    run: str = Field(
        default="",
        description="Under this name `citeloop show` finds it again; blank if it was "
        "not kept.",
    )
    question: str
    answer: str = Field(description="Markdown; `[1]` points to the citation with id 1.")
    answered: bool = Field(
        description="False if the documents do not hold the answer; `answer` says so."
    )
    missing: tuple[str, ...] = Field(
        default=(),
        description="The parts of the question that the documents do not answer, as "
        "the model names them.",
    )
    citations: tuple[Citation, ...]
    sentences: tuple[CheckedSentence, ...] = Field(
        default=(), description="Those that state a fact; none where it abstains."
    )
    grounded: bool = Field(
        description="Every sentence that states a fact is `stated` or `close`: what it "
        "cites says it, in its own words or in words that no rule contradicts; and no "
        "citation is worse than `paraphrased`. That the documents hold no answer is "
        "grounded, too, if they were searched."
    )
    verified: float | None = Field(
        default=None,
        description="The share of the sentences that are `stated` or `close`, from 0 "
        "to 1. Null where none states a fact, and in an answer that was kept before "
        "this was looked at.",
    )
    extracted: bool = Field(
        default=False,
        description="Whether the model gave no answer, even in the last call, or one "
        "that is not borne out: this one is quoted from what the run had seen, and "
        "says so.",
    )
    mode: Mode = Field(
        default="agent",
        description="How the answer came about: the model searched by itself "
        "(`agent`), it answered from what Citeloop had found (`guided`), or the answer "
        "is quoted without a model (`extractive`).",
    )
    mode_reason: str = Field(
        default="", description="Why that mode; blank where nothing needs saying."
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
    def weakness(self) -> str:
        """What to say of an answer that is not grounded."""
        if self.answered or self.citations:
            return "see what is marked ⚠ and ✗, or ask more narrowly"
        if self.stop_reason != "answered":
            return "nothing was found by then"
        return "the model never searched; try another --model"

    @property
    def advice(self) -> str:
        """What to say of a search that a limit ended; blank if none did."""
        return LIMITS[self.limit].advice if self.limit else ""

    @property
    def limit(self) -> LimitName | None:
        """The limit that ended the search, None if none did."""
        reason = self.stop_reason
        if reason == "answered" or reason == "model_failed" or reason == "no_answer":  # noqa: PLR1714 (narrows the type)
            return None
        return reason

    @property
    def exit_code(self) -> ExitCode:
        """What `citeloop ask` exits with."""
        if self.stop_reason == "cancelled":
            return ExitCode.INTERRUPTED
        if self.stop_reason in _FAILURES:
            return _FAILURES[self.stop_reason]
        if self.stop_reason != "answered":
            return ExitCode.LIMIT
        if not self.grounded:
            return ExitCode.INCOMPLETE
        return ExitCode.ANSWERED if self.answered else ExitCode.NOT_FOUND
