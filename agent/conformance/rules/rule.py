"""What a rule of every response is, and what is said where one is broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.conformance.exchanges.exchange import Exchange

__all__ = ["Breach", "Rule", "Violation"]


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a response does not keep a rule."""

    found: str
    """What is there, in words; text of the server is not shortened or escaped yet."""
    place: int = 0
    """In bytes from the start of the body."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What every response must keep that it applies to."""

    name: str
    probe: int
    """The probe that it is of: this one fails where it is broken, and no other."""
    expected: str
    """What is right, in words."""
    applies: Callable[[Exchange], bool]
    breaches: Callable[[Exchange], Iterator[Breach]]
    mend: str = ""
    """What of Citeloop copes with it: a kind of repair, or what else reads over it.
    Blank where nothing does."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a response broke."""

    rule: Rule
    exchange: Exchange
    breach: Breach
    mended: bool
    """Whether Citeloop reads the response all the same, tried on these bytes."""

    @property
    def sentence(self) -> str:
        """What was expected, and what came."""
        return f"{self.rule.expected}; {self.breach.found}"
