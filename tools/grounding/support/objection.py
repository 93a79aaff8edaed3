"""What speaks against a claim: the record."""

from typing import NamedTuple

__all__ = ["Objection"]


class Objection(NamedTuple):
    """What speaks against a claim."""

    contradicts: bool
    """Whether the source says otherwise; else one cannot tell."""
    reason: str
