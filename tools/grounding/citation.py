"""A draft with its quotes, and what its check makes of it: the records."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.grounding.marks import Mark

__all__ = [
    "CheckedSentence",
    "Citation",
    "Claim",
    "Draft",
    "DraftCitation",
    "Resolved",
    "Statement",
    "Verdict",
]


class Verdict(StrEnum):
    """How a citation stands to its source, best first."""

    EXACT = "exact"
    """The quote stands where it points: in the lines it names, if it names any."""
    RELOCATED = "relocated"
    """It stands elsewhere in that source or document; the pointer is corrected."""
    PARAPHRASED = "paraphrased"
    """No verbatim quote, but its words and numbers stand in the source."""
    MISATTRIBUTED = "misattributed"
    """It stands in another document, which is named."""
    FABRICATED = "fabricated"
    """It stands nowhere in what was shown."""
    UNSEEN = "unseen"
    """It names a source that no tool has shown."""

    @property
    def is_sound(self) -> bool:
        """Whether a citation of this verdict grounds what it is cited for."""
        return self in {Verdict.EXACT, Verdict.RELOCATED, Verdict.PARAPHRASED}


class DraftCitation(BaseModel):
    """A quote that supports the answer."""

    model_config = ConfigDict(frozen=True)

    source: int = Field(description="The number of a source that a tool has shown.")
    quote: str = Field(
        description="A short passage of it, copied letter for letter, without L marks."
    )


class Draft(BaseModel):
    """An answer as the model gave it, before its citations are resolved."""

    model_config = ConfigDict(frozen=True)

    answer: str
    answered: bool = True
    citations: Annotated[
        tuple[DraftCitation, ...], BeforeValidator(lambda given: given or ())
    ] = ()
    """Null is none, as it is for `final_answer`."""

    def __str__(self) -> str:
        """Return it as JSON, for it becomes a tool output in the history."""
        return self.model_dump_json()


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
        description="The words that were checked: the model's quote, or its sentence. "
        "Of one that Citeloop attached: the sentence as the model wrote it, with its "
        "own marks, which count the sources of the run, and its quotes that failed."
    )
    attached_by: Literal["citeloop"] | None = Field(
        default=None,
        description="Who cited it, where it was not the model: its own mark was "
        "missing or did not hold, and these lines were found to bear out the sentence.",
    )


class CheckedSentence(BaseModel):
    """A sentence of the answer that states a fact, and what bears it out."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="Without its marks.")
    citations: tuple[int, ...] = Field(description="The ids of those it carries.")
    covered: bool = Field(
        description="Whether it carries a citation, and says nothing behind its last."
    )
    unsupported_values: tuple[str, ...] = Field(
        default=(),
        description="Numbers, dates, versions and names that its cited lines lack.",
    )
    contradicted: bool = Field(
        default=False,
        description="Whether it denies what its quotes affirm, or the other way round.",
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """What some marks side by side are cited for."""

    marks: tuple[Mark, ...]
    wordings: tuple[str, ...]
    """Each of the marks must bear out one of them; the first that it can is meant."""
    parts: tuple[str, ...]
    """The clauses, each of which one mark bears out where none bears out a wording."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer that states a fact."""

    text: str
    """The sentence without its marks, in one line."""
    start: int
    """Offset in the answer of its first character."""
    end: int
    """Offset after its last character or mark."""
    marks: tuple[Mark, ...]
    """Those that it carries. Where it has none of its own, it has those that stand
    alone behind it, an item of a list those of what introduces the list, and a
    quotation those that stand anywhere in it."""
    tail: str = ""
    """What it says behind the last of its own marks, if that is a clause."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """An answer whose marks are the ids of its citations."""

    answer: str
    """Behind what is not borne out stands why, as `(⚠ no source)`."""
    citations: tuple[Citation, ...]
    sentences: tuple[CheckedSentence, ...]
    grounded: bool
    problems: tuple[str, ...]
    """What keeps it from being grounded, as the model is told."""
