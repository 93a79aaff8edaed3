"""What became of the rules in all responses of a check."""

from collections import Counter, defaultdict

from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.rules.rule import Violation
from agent.conformance.rules.wire_rules import RULES, violations_of, was_checked

__all__ = ["Ledger"]

_KEPT = 3
"""Violations of one rule, one way, that are kept with all their bytes."""
_OWNERS = sorted({rule.probe for rule in RULES})
Place = tuple[int, Way]
"""A probe and a way."""


class Ledger:
    """Holds every response against every rule."""

    def __init__(self) -> None:
        """Begin with none."""
        self.checked: Counter[Place] = Counter()
        """Responses that a rule of the probe applies to."""
        self.violated: Counter[Place] = Counter()
        """Of these, how many broke one."""
        self._kept: dict[Place, list[Violation]] = defaultdict(list)
        self._seen: Counter[tuple[str, Way]] = Counter()

    def note(self, exchange: Exchange) -> None:
        """Take note of a response."""
        way: Way = "streamed" if exchange.streamed else "whole"
        for owner in _OWNERS:
            self.checked[owner, way] += was_checked(exchange, owner)
        found = violations_of(exchange)
        for owner in {each.rule.probe for each in found}:
            self.violated[owner, way] += 1
        for each in found:
            self._seen[each.rule.name, way] += 1
            if self._seen[each.rule.name, way] <= _KEPT:
                self._kept[each.rule.probe, way].append(each)

    def violations(self, probe: int, way: Way) -> tuple[Violation, ...]:
        """Return some violations of a probe's rules; `both` is either way."""
        ways: tuple[Way, ...] = ("streamed", "whole") if way == "both" else (way,)
        return tuple(each for one in ways for each in self._kept[probe, one])

    def owners(self) -> set[Place]:
        """Return where a rule was broken."""
        return {place for place, count in self.violated.items() if count}
