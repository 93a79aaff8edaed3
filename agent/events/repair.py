"""What was put right in a turn."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Repair", "RepairKind"]

RepairKind = Literal[
    "name", "arguments", "id", "call", "channel", "token", "sampled_again"
]


class Repair(BaseModel):
    """What was put right in a turn that came over the wire broken, in short."""

    model_config = ConfigDict(frozen=True)

    turn: int = 0
    """The turn that was repaired, from 1; 0 before a run has taken note of it."""
    kind: RepairKind
    """`call` is a call that stood in the text, `channel` a channel of the protocol
    that leaked into it; `sampled_again` is a turn that had to be asked for again."""
    before: str
    """What came, shortened."""
    after: str
    """What was made of it; blank if it was left out."""
