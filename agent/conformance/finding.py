"""What is to be said of a probe."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.observation import Counts, Verdict
from agent.conformance.probe import Probe
from agent.conformance.rules.rule import Violation
from agent.statistics.intervals import Interval

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be said of a probe, one way."""

    probe: Probe
    way: Way
    verdict: Verdict
    counts: Counts
    """Of all runs of the probe."""
    interval: Interval | None
    """Wilson's, of the share that passed; None but for behaviour."""
    sentence: str
    proof: tuple[Exchange, ...]
    repairs: tuple[str, ...]
    """What Citeloop does about it, where the verdict is `differs`."""
    violations: tuple[Violation, ...]
    """Of its rules, in responses of any probe; a few of each rule."""
    checked: int
    """Responses of any probe that its rules were held against."""
    violated: int
    """Of these, how many broke one."""
    repeats: int
    """How often the probe was run; 0 where its rules alone were."""
    figures: Mapping[str, float]

    @property
    def failed(self) -> bool:
        """Whether something is not as the API says."""
        return self.verdict in {"broken", "differs"}
