"""Counts how the tries of a probe went, and keeps what shows it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.reading import Reading
from agent.conformance.exchanges.repaired_reading import passing
from agent.conformance.observation import Counts, Observation
from agent.conformance.rules.wire_rules import violations_of

__all__ = ["Tally"]

_KEPT = 4
"""Exchanges that are kept as a proof."""


@dataclass(frozen=True, slots=True)
class _Note:
    """A try that is worth a word."""

    rank: int
    what: str
    exchanges: tuple[Exchange, ...]


class Tally:
    """Takes the tries of one run of a probe."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts = Counts()
        self._notes: list[_Note] = []
        self._passes: list[Exchange] = []
        self._repairs: dict[str, None] = {}
        self._figures: dict[str, float] = {}

    def judge(
        self,
        exchange: Exchange,
        test: Callable[[Reading], bool],
        otherwise: str,
        *,
        may_refuse: bool = False,
    ) -> bool:
        """Count an answer that must pass a test, by a bare client or with our repairs.

        Where a response needs a repair because it breaks a rule, the probe of that rule
        says so, and this one has passed.

        Args:
            exchange: What came.
            test: Of what was read.
            otherwise: What to say if it does not pass.
            may_refuse: Whether a 4xx is allowed.

        Returns:
            Whether it passed.
        """
        if not self.arrived(exchange, may_refuse=may_refuse):
            return False
        return self.count(self.passes(exchange, test), otherwise, exchange)

    def passes(self, exchange: Exchange, test: Callable[[Reading], bool]) -> bool:
        """Whether an answer passes a test as `judge` has it, without counting it.

        For a try that is several answers. What the pass needed is noted.
        """
        seen = passing(exchange, test)
        if seen.sight == "mended" and not violations_of(exchange):
            self._repairs.update(dict.fromkeys(seen.repairs))
        return seen.sight != "failed"

    def arrived(
        self, exchange: Exchange, what: str = "", *, may_refuse: bool = False
    ) -> bool:
        """Return whether an answer came; what else came is counted.

        Only what is no answer is counted, so that the answer can be looked at.

        Args:
            exchange: What came.
            what: Was asked, in words.
            may_refuse: Whether a 4xx is allowed.
        """
        asked = f"{what}: " if what else ""
        if exchange.outcome == "answered":
            return True
        if exchange.outcome == "failed":
            why = f"{asked}no answer: {exchange.why_failed}"
            self._note(Counts(unavailable=1), why, exchange)
        elif may_refuse:
            said = f"{asked}refused with {exchange.status}"
            self._note(Counts(refused=1), said, exchange)
        else:
            said = f"{asked}refused with {exchange.status}, which no server should"
            self._note(Counts(failed=1), said, exchange)
        return False

    def count(self, passed: bool, otherwise: str, *exchanges: Exchange) -> bool:
        """Count a try; return whether it passed.

        Args:
            passed: Whether it did.
            otherwise: What to say if not.
            exchanges: What shows it.
        """
        if passed:
            self._counts += Counts(passed=1)
            self._passes += exchanges
        else:
            self._note(Counts(failed=1), otherwise, *exchanges)
        return passed

    def unclear(self, why: str, *exchanges: Exchange) -> None:
        """Count a try that does not show what was looked for."""
        self._note(Counts(unclear=1), why, *exchanges)

    def needs(self, *repairs: str) -> None:
        """Note what of Citeloop's a pass needed."""
        self._repairs.update(dict.fromkeys(repairs))

    def cope(self, what: str, repair: str, *exchanges: Exchange) -> None:
        """Count a try that passes as Citeloop reads it alone, and say what was seen."""
        self._repairs[repair] = None
        self._note(Counts(passed=1), what, *exchanges)

    def measure(self, name: str, value: float) -> None:
        """Note a figure by its name, which ends in its unit."""
        self._figures[name] = value

    def _note(self, counts: Counts, what: str, *exchanges: Exchange) -> None:
        self._counts += counts
        self._notes.append(_Note(_rank(counts), what, exchanges))

    def observation(self, passed: str) -> Observation:
        """Return what was seen.

        Args:
            passed: What to say if every try passed.
        """
        notes = sorted(self._notes, key=lambda each: each.rank)
        shown = [each for note in notes for each in note.exchanges]
        return Observation(
            self._counts,
            notes[0].what if notes else passed,
            tuple((shown or self._passes)[:_KEPT]),
            tuple(self._repairs),
            dict(self._figures),
        )

    def as_one(self, passed: str) -> Observation:
        """Return what was seen as one try, which passes if none of its parts failed.

        For behaviour that is made of several requests: a rate of its parts would hide
        the one that always fails.

        Args:
            passed: What to say if it passed.
        """
        seen, counts = self.observation(passed), self._counts
        if counts.failed:
            one = Counts(failed=1)
        elif counts.unavailable:
            one = Counts(unavailable=1)
        elif counts.unclear:
            one = Counts(unclear=1)
        else:
            one = Counts(passed=1) if counts.passed else Counts(refused=1)
        return replace(seen, counts=one)


def _rank(counts: Counts) -> int:
    """Return which try is told of first: what failed, what never came, the rest."""
    if counts.failed:
        return 0
    return 1 if counts.unavailable else 2
