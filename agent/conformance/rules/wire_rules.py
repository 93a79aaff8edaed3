"""Every rule of every response, and who breaks which.

A rule is of one probe. Where a response of any probe breaks it, that probe fails, and
the one that asked does not: so a server with one fault fails one probe.
"""

from functools import lru_cache

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.repaired_reading import repaired_reading
from agent.conformance.rules.calls import CALL_RULES
from agent.conformance.rules.endings import ENDING_RULES
from agent.conformance.rules.envelope import ENVELOPE_RULES
from agent.conformance.rules.rule import Rule, Violation
from agent.conformance.rules.texts import TEXT_RULES

__all__ = ["RULES", "violations_of", "was_checked"]

RULES: tuple[Rule, ...] = (*ENVELOPE_RULES, *ENDING_RULES, *CALL_RULES, *TEXT_RULES)
"""In the order of what they read: around an answer, its end, its calls, its texts."""
_CUT_BY_LIMIT = "length"
_KEPT = 32
"""Responses: who asked looks again at what the ledger has looked at."""


@lru_cache(maxsize=_KEPT)
def violations_of(exchange: Exchange) -> tuple[Violation, ...]:
    """Return the rules that a response breaks, each with the first place."""
    found = []
    for rule in RULES:
        if not rule.applies(exchange):
            continue
        breach = next(rule.breaches(exchange), None)
        if breach is not None:
            mended = bool(rule.mend) and _is_usable(exchange)
            found.append(Violation(rule, exchange, breach, mended))
    return tuple(found)


def was_checked(exchange: Exchange, probe: int) -> bool:
    """Whether any rule of a probe applies to a response."""
    return any(rule.applies(exchange) for rule in RULES if rule.probe == probe)


def _is_usable(exchange: Exchange) -> bool:
    """Whether Citeloop reads a response; what a limit cut off is read as cut off."""
    if exchange.outcome != "answered":
        return True
    return repaired_reading(exchange).fault in {"", _CUT_BY_LIMIT}
