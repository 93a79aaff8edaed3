"""A draft with its quotes, and what its check makes of it: the records."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.grounding.marks import Mark
from tools.grounding.support.finding import Pair, Support
from tools.text.clean import neutralise_control_tokens, scalar

__all__ = [
    "CheckedSentence",
    "Citation",
    "Claim",
    "Draft",
    "DraftCitation",
    "Resolved",
    "Statement",
    "Verdict",
    "read_quotes",
    "read_texts",
]

_NUMBERED = re.compile(
    r"\A\s*+(?:[\[(【]\s*+(\d{1,9})(?:†[^\])】]{0,40}+)?\s*+[\])】]\s*+[:：]?+"
    r"|(?:source\s++)?(\d{1,9})\s*+[:：](?!\d))\s*+",
    re.IGNORECASE,
)
"""The number that a quote begins with: `3:`, or in the form of a mark."""
_BARE = re.compile(r"\A\s*+\d{1,9}\s*+\Z")
_ENCLOSED = re.compile(r"\A[\"“„«]([^\"“”„«»]++)[\"”“»]\Z")
_PAIR = 2
_MAX_TEXTS = 20
_LONGEST_TEXT = 300
"""Characters; the parts of a question are short, and a model may run on."""
_SHOWN = 60
"""Characters of a quote that a message repeats."""


class Verdict(StrEnum):
    """How a citation stands to its source, best first."""

    EXACT = "exact"
    """The quote stands where it points: in the lines it names, if it names any."""
    RELOCATED = "relocated"
    """It stands elsewhere in that source or document; the pointer is corrected."""
    PARAPHRASED = "paraphrased"
    """No verbatim quote, but its words and numbers stand in the source; or a checker
    finds it stated there."""
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


def read_quotes(given: Any) -> Any:
    """Return quotes, in whatever form a model gives them, as `DraftCitation` has them.

    The form that it is told is a list of texts, `3: copied words`. Objects with
    `source` and `quote`, pairs, one object with the quotes of each number, a single one
    of all these, and null are taken as well. A number without a quote is a mark, and
    those stand in the answer.
    """
    if isinstance(given, str | int) or (isinstance(given, dict) and "source" in given):
        given = [given]
    if isinstance(given, dict):
        given = [
            (number, quote)
            for number, several in given.items()
            for quote in (several if isinstance(several, list) else [several])
        ]
    if not isinstance(given, list | tuple):
        return given or ()
    return tuple(each for one in given if (each := _read_quote(one)) is not None)


def _read_quote(given: Any) -> Any:
    """Return a quote as an object, None where there is only a number, or nothing."""
    if isinstance(given, list | tuple) and len(given) == _PAIR:
        return {"source": _number(given[0]), "quote": given[1]}
    if isinstance(given, int) or given is None:
        return None
    if not isinstance(given, str):
        return given
    if not given.strip() or _BARE.match(given):
        return None
    numbered = _NUMBERED.match(given)
    if numbered is None:
        raise ValueError(f'"{given[:_SHOWN]}" begins with no number of a source')
    quote = _ENCLOSED.sub(r"\1", given[numbered.end() :].strip())
    return {"source": numbered[1] or numbered[2], "quote": quote} if quote else None


def _number(given: Any) -> Any:
    """Return the number of a source without the signs of a mark around it."""
    return given.strip("[]【】 ") if isinstance(given, str) else given


def read_texts(given: Any) -> Any:
    """Return short texts, made safe: a single one is one, null and blanks are none."""
    several = [given] if isinstance(given, str) else given
    if not isinstance(several, list | tuple):
        return several or ()
    texts = [_one_line(each) if isinstance(each, str) else each for each in several]
    return tuple(dict.fromkeys(each for each in texts if each))[:_MAX_TEXTS]


def _one_line(text: str) -> str:
    line = neutralise_control_tokens(" ".join(scalar(text).split()))
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"


class Draft(BaseModel):
    """An answer as the model gave it, before its citations are resolved."""

    model_config = ConfigDict(frozen=True)

    answer: str
    answered: bool = True
    citations: Annotated[tuple[DraftCitation, ...], BeforeValidator(read_quotes)] = ()
    """In any of the forms that `final_answer` takes."""
    missing: Annotated[tuple[str, ...], BeforeValidator(read_texts)] = ()
    """The parts of the question that the documents do not answer."""

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
    support: Support | None = Field(
        default=None,
        description="How the cited sentences bear it out: `stated` (in its own words), "
        "`close` (a paraphrase that no rule contradicts), `unclear`, `contradicted` or "
        "`none`. Null in an answer that was kept before this was looked at.",
    )
    support_reason: str = Field(
        default="", description="The words that decide, if it is not borne out."
    )
    nearest: str = Field(
        default="",
        description="The cited sentence that shares most with it, if it is not borne "
        "out and one is at hand.",
    )
    support_by: Literal["rules", "checker"] = Field(
        default="rules",
        description="Whose word `support` is: that of the rules, or of a checker that "
        "changed it.",
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
    verified: float | None
    """Share of the sentences that are stated or close; None where there are none."""
    problems: tuple[str, ...]
    """What keeps it from being grounded, as the model is told."""
    pairs: tuple[Pair, ...] = ()
    """What a checker may be asked: what is unclear, then what is borne out."""
