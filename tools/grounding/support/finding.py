"""What is found of a sentence and what it cites, and what a checker may change."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

__all__ = ["Finding", "Pair", "Reading", "Says", "Support", "lowered_or_lifted"]

Says = Literal["states", "contradicts", "silent"]
"""What quotes do to a sentence, as a checker finds it."""


class Support(StrEnum):
    """How what a sentence cites bears it out, best first."""

    STATED = "stated"
    """Its content stands in one cited sentence, or in neighbours that it joins, in its
    own words or their plain variants."""
    CLOSE = "close"
    """A paraphrase that no rule contradicts."""
    UNCLEAR = "unclear"
    """Too few words shared to tell, or said in another way."""
    CONTRADICTED = "contradicted"
    """A value, a name, a negation, an opposite, a role or a bound is another there."""
    NONE = "none"
    """It cites nothing that holds."""

    @property
    def bears_out(self) -> bool:
        """Whether a sentence of this support is borne out."""
        return self in {Support.STATED, Support.CLOSE}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found of one sentence."""

    support: Support
    reason: str = ""
    """The words that decide; blank where it is stated or close."""
    nearest: str = ""
    """The cited sentence that shares most with it, as it stands in the document."""
    liftable: bool = False
    """Whether a checker that finds it stated makes a paraphrase of what is unclear."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a checker is asked: a sentence, and the text that it cites, alone."""

    sentence: str
    quotes: str
    """The lines that it cites; all that was shown of a source it shares little with."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a checker says of a pair."""

    says: Says
    words: str = ""
    """The words of the quotes that decide; blank if it names none."""


def lowered_or_lifted(finding: Finding, reading: Reading | None) -> Finding:
    """Return a finding as a checker leaves it.

    It may lower what is borne out, and lift what is unclear to a paraphrase. What a
    rule says against a sentence is never overruled, and nobody makes it `stated`.
    """
    if reading is None or finding.support in {Support.CONTRADICTED, Support.NONE}:
        return finding
    if reading.says == "contradicts":
        reason = reading.words or "the checker finds it denied"
        return replace(finding, support=Support.CONTRADICTED, reason=reason)
    if reading.says == "silent" and finding.support.bears_out:
        reason = "the checker does not find it there"
        return replace(finding, support=Support.UNCLEAR, reason=reason)
    if reading.says == "states" and finding.liftable:
        return replace(finding, support=Support.CLOSE, reason="")
    return finding
