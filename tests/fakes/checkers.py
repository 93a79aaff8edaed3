"""Checkers by a rule, and what they are asked to read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tools.grounding.support.finding import Pair, Reading

__all__ = ["FAR", "SEALED", "Scripted"]

SEALED = (
    "The data coordinator seals a growing segment when the segment reaches a share "
    "of the maximum segment size."
)
"""It stands in `examples/docs`."""
FAR = "Big ones are closed off"
"""So far from it that no rule can tell whether it says so."""


@dataclass
class Scripted:
    """Says what a function says of each pair; None is no reading."""

    say: Callable[[Pair], Reading | None]
    identity: str = "scripted"
    asked: list[tuple[Pair, ...]] = field(default_factory=list)
    """What it was asked, each time."""

    async def read(self, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
        self.asked.append(tuple(pairs))
        said = ((each, self.say(each)) for each in pairs)
        return {pair: reading for pair, reading in said if reading is not None}
