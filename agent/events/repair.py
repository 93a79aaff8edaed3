"""What was put right in a turn."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Repair", "RepairKind"]

RepairKind = Literal[
    "name",
    "arguments",
    "id",
    "call",
    "calls",
    "channel",
    "token",
    "repeat",
    "finish",
    "sampled_again",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What was put right in a turn that came over the wire broken, in short."""

    turn: int = 0
    """The turn that was repaired, from 1; 0 before a run has taken note of it."""
    kind: RepairKind
    """`call` is a call that stood in the text, `calls` more of them than a turn can
    have, `channel` a channel of the protocol or reasoning that leaked into it, `repeat`
    what was sent twice, `finish` a turn without a finish reason that was taken for
    whole; `sampled_again` is a turn that had to be asked for again."""
    before: str
    """What came, shortened."""
    after: str
    """What was made of it; blank if it was left out."""
