"""What a check will ask, counted before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.conformance.exchanges.exchange import Way
from agent.conformance.judging import clears
from agent.conformance.observation import Counts
from agent.conformance.probe import Cost, Probe, Terms
from tools.errors import UsageError

__all__ = ["MOST_REPEATS", "Bill", "Plan", "Row", "bill", "chosen", "new_seed"]

MOST_REPEATS = 20
"""Runs of a probe of behaviour, where they go on until its interval clears the bar."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked, and how often."""

    probes: tuple[Probe, ...]
    """In the order in which they are asked."""
    seed: str
    """Of all nonces: the same seed asks the same again."""
    repeat: int | None = None
    """Runs of each probe of behaviour; None goes on until its interval clears the bar,
    or `MOST_REPEATS`."""
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class Row:
    """What one probe takes, one way."""

    probe: Probe
    way: Way
    cost: Cost
    """Of one run."""
    fewest: int
    """Runs, if each goes the same way."""
    most: int
    """Runs."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a check takes."""

    rows: tuple[Row, ...]

    @property
    def fewest_requests(self) -> int:
        """If every probe of behaviour always passes, or always fails."""
        return sum(row.fewest * row.cost.requests for row in self.rows)

    @property
    def most_requests(self) -> int:
        """Never more."""
        return sum(row.most * row.cost.requests for row in self.rows)

    @property
    def prompt_tokens(self) -> int:
        """At most."""
        return sum(row.most * row.cost.prompt_tokens for row in self.rows)

    @property
    def completion_tokens(self) -> int:
        """At most."""
        return sum(row.most * row.cost.completion_tokens for row in self.rows)


def new_seed() -> str:
    """Return a seed that nobody has had."""
    import secrets

    return secrets.token_hex(4)


def bill(plan: Plan) -> Bill:
    """Return what a plan takes, row by row."""
    return Bill(
        tuple(_row(plan, each, way) for each in plan.probes for way in each.ways)
    )


def _row(plan: Plan, probe: Probe, way: Way) -> Row:
    fewest, most = _runs(plan, probe)
    return Row(probe, way, probe.cost(plan.terms), fewest, most)


def _runs(plan: Plan, probe: Probe) -> tuple[int, int]:
    """Return how often a probe is run, at least and at most."""
    if probe.kind != "B":
        return 1, 1
    if plan.repeat is not None:
        return plan.repeat, plan.repeat
    passing = (runs for runs in range(1, MOST_REPEATS) if _is_clear(runs, probe))
    return next(passing, MOST_REPEATS), MOST_REPEATS


def _is_clear(runs: int, probe: Probe) -> bool:
    """Whether so many runs of one try each are enough, if all pass or all fail."""
    all_failed = clears(Counts(failed=runs), probe.bar)
    return clears(Counts(passed=runs), probe.bar) or all_failed


def chosen(
    probes: Sequence[Probe],
    *,
    groups: Sequence[str] = (),
    numbers: Sequence[int] = (),
    quick: bool = False,
) -> tuple[Probe, ...]:
    """Return the probes that were asked for, in their order; all if none was named.

    Raises:
        UsageError: a group or a probe is named that there is not, or none is left.
    """
    known_groups = {each.group for each in probes}
    known_numbers = {each.number for each in probes}
    wrong = [*(each for each in groups if each not in known_groups)]
    wrong += [str(each) for each in numbers if each not in known_numbers]
    if wrong:
        raise UsageError(
            f"There is no {', '.join(wrong)}: groups are "
            f"{', '.join(sorted(known_groups))}, probes are "
            f"{', '.join(map(str, sorted(known_numbers)))}."
        )
    named = bool(groups or numbers)
    found = tuple(
        each
        for each in probes
        if (not named or each.group in groups or each.number in numbers)
        and (each.is_quick or not quick)
    )
    if not found:
        raise UsageError("No probe is left: --quick asks none of those that are named.")
    return found
