"""From what a probe saw to its verdict."""

from collections.abc import Sequence

from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.finding import Finding
from agent.conformance.ledger import Ledger
from agent.conformance.observation import (
    WORST_FIRST,
    Counts,
    Observation,
    Verdict,
)
from agent.conformance.probe import Probe
from agent.conformance.rules.rule import Violation
from agent.statistics.intervals import Interval, wilson

__all__ = ["clears", "judge", "worst"]

_KEPT = 4


def clears(counts: Counts, bar: float) -> bool:
    """Whether the interval of what passed is on one side of a bar."""
    if not counts.tries:
        return False
    found = wilson(counts.passed, counts.tries)
    return found.low >= bar or found.high < bar


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict of several findings; `inconclusive` if there is none."""
    found = (each for each in WORST_FIRST if each in verdicts)
    return next(found, "inconclusive")


def judge(
    probe: Probe, way: Way, observations: Sequence[Observation], ledger: Ledger
) -> Finding:
    """Return the finding of a probe, one way, from its runs and from its rules.

    Args:
        probe: Which one.
        way: Streamed, whole, or both compared.
        observations: Of each of its runs; none where its rules alone were broken.
        ledger: What became of its rules in all responses.
    """
    counts = sum((each.counts for each in observations), Counts())
    violations = ledger.violations(probe.number, way)
    own = _of_runs(probe, counts, observations) if observations else "ok"
    verdicts = [own, *(_of_rule(each) for each in violations)]
    verdict = worst(verdicts)
    repairs = [each.rule.mend for each in violations if each.mended]
    repairs += [name for each in observations for name in each.repairs]
    return Finding(
        probe=probe,
        way=way,
        verdict=verdict,
        counts=counts,
        interval=_interval(probe, counts),
        sentence=_sentence(observations, violations, own, verdict),
        proof=_proof(observations, violations, own),
        repairs=tuple(dict.fromkeys(repairs)) if verdict == "differs" else (),
        violations=violations,
        checked=_total(ledger.checked, probe, way),
        violated=_total(ledger.violated, probe, way),
        repeats=len(observations),
        figures=_figures(observations),
    )


def _of_runs(
    probe: Probe, counts: Counts, observations: Sequence[Observation]
) -> Verdict:
    """Return the verdict of a probe's own runs."""
    if counts.tries and counts.refused == counts.tries:
        return "refused"
    own = _of_rate(counts, probe.bar) if probe.kind == "B" else _of_all(probe, counts)
    needs = any(each.repairs for each in observations)
    return "differs" if own == "ok" and needs else own


def _of_rate(counts: Counts, bar: float) -> Verdict:
    if not clears(counts, bar):
        return "inconclusive"
    return "ok" if wilson(counts.passed, counts.tries).low >= bar else "broken"


def _of_all(probe: Probe, counts: Counts) -> Verdict:
    """Return the verdict where each try must pass; a report only tells."""
    if probe.kind != "report" and (counts.failed or counts.unavailable):
        return "broken"
    return "ok" if counts.passed else "inconclusive"


def _of_rule(violation: Violation) -> Verdict:
    return "differs" if violation.mended else "broken"


def _interval(probe: Probe, counts: Counts) -> Interval | None:
    if probe.kind != "B" or not counts.tries:
        return None
    return wilson(counts.passed, counts.tries)


def _sentence(
    observations: Sequence[Observation],
    violations: Sequence[Violation],
    own: Verdict,
    verdict: Verdict,
) -> str:
    """Return what was seen that the verdict comes from."""
    if own != verdict or not observations:
        shown = (each for each in violations if _of_rule(each) == verdict)
        return next((each.sentence for each in shown), "")
    worst_first = sorted(observations, key=lambda each: each.counts.passed)
    failing = (each for each in worst_first if each.counts.passed < each.counts.tries)
    return next(failing, worst_first[0]).sentence


def _proof(
    observations: Sequence[Observation], violations: Sequence[Violation], own: Verdict
) -> tuple[Exchange, ...]:
    """Return the exchanges that show it, those of a failure first."""
    seen = [
        exchange
        for each in sorted(observations, key=lambda one: one.counts.passed)
        for exchange in each.proof
    ]
    broken = [each.exchange for each in violations]
    shown = [*broken, *seen] if own == "ok" else [*seen, *broken]
    return tuple({id(each): each for each in shown}.values())[:_KEPT]


def _total(counted: dict[tuple[int, Way], int], probe: Probe, way: Way) -> int:
    ways: tuple[Way, ...] = ("streamed", "whole") if way == "both" else (way,)
    return sum(counted.get((probe.number, each), 0) for each in ways)


def _figures(observations: Sequence[Observation]) -> dict[str, float]:
    """Return the mean of each figure over the runs that have it."""
    names = {name: None for each in observations for name in each.figures}
    means = {}
    for name in names:
        several = [each.figures[name] for each in observations if name in each.figures]
        means[name] = sum(several) / len(several)
    return means
