"""What the findings of a check come to: by group, in words, and as an exit code."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.conformance.finding import Finding
from agent.conformance.judging import worst
from agent.conformance.observation import Verdict
from agent.conformance.probe import GROUPS
from agent.conformance.running import Check
from tools.errors import ExitCode

__all__ = ["GroupVerdict", "Summary", "exit_code", "group_verdicts", "summarise"]

_READ_BY_ALL = frozenset({4, 5, 7, 12, 13, 14, 37})
"""Probes without which no answer can be read, in whatever mode: frames, endings,
characters, what is reasoning and what is not, and prompts that are read whole."""
_CALLS = frozenset({6, 11, 19, 23, 24, 31, 32, 33})
"""Besides, where the model itself calls the tools: calls and their values, and that a
result is read."""
_NAMED = 6
"""Probes that a sentence names before it counts the rest."""


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """What is to be said of a group."""

    group: str
    """One letter of `GROUPS`."""
    title: str
    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a check comes to."""

    bare: bool
    """Whether a client that mends nothing can use the server."""
    mode: Literal["agent", "guided"] | None
    """The mode of Citeloop's that suits; None if none does."""
    repairs: tuple[str, ...]
    """What Citeloop puts right, each once."""
    sentence: str
    """All this in words, with what is not known."""


def group_verdicts(findings: Sequence[Finding]) -> tuple[GroupVerdict, ...]:
    """Return the verdict of each group that was asked, the worst of its findings."""
    found = []
    for group, title in GROUPS.items():
        own = tuple(each for each in findings if each.probe.group == group)
        if own:
            verdict = worst([each.verdict for each in own])
            found.append(GroupVerdict(group, title, verdict, own))
    return tuple(found)


def summarise(check: Check) -> Summary:
    """Return what a check comes to."""
    cases = [each for each in check.findings if each.probe.is_case]
    findings = [each for each in check.findings if not each.probe.is_case]
    broken = {each.probe.number for each in findings if each.verdict == "broken"}
    bare = not any(each.failed for each in findings)
    repairs = tuple(
        dict.fromkeys(name for each in check.findings for name in each.repairs)
    )
    mode = _mode(broken)
    words = [_usable(mode, repairs, bare=bare)] if findings else []
    words += _of_cases(cases)
    if broken:
        words.append(f"broken: {_named(findings, 'broken')}")
    rest = [each for each in findings if each.probe.number not in broken]
    if any(each.verdict == "inconclusive" for each in rest):
        words.append(f"inconclusive: {_named(rest, 'inconclusive')}")
    words += _limits(check)
    return Summary(bare, mode, repairs, "; ".join(words))


def _of_cases(cases: Sequence[Finding]) -> list[str]:
    """Return how the cases of a benchmark went; they are the model's as well."""
    if not cases:
        return []
    counted = Counter(each.verdict for each in cases)
    several = ", ".join(f"{count} {verdict}" for verdict, count in counted.items())
    return [f"{len(cases)} cases, streamed and whole: {several}"]


def _mode(broken: set[int]) -> Literal["agent", "guided"] | None:
    if broken & _READ_BY_ALL:
        return None
    return "guided" if broken & _CALLS else "agent"


def _usable(mode: str | None, repairs: Sequence[str], *, bare: bool) -> str:
    if mode is None:
        return "not usable, neither with Citeloop nor with a bare client"
    suits = f"the mode {mode} suits"
    if bare:
        return f"usable with a bare client and with Citeloop; {suits}"
    count = len(repairs)
    several = f"{count} repair{'' if count == 1 else 's'} needed"
    named = f"{several}: {', '.join(repairs)}" if repairs else "no repair needed"
    return f"usable with Citeloop ({named}), not with a bare client; {suits}"


def _named(findings: Sequence[Finding], verdict: Verdict) -> str:
    names = dict.fromkeys(
        f"{each.probe.number} {each.probe.name}"
        for each in findings
        if each.verdict == verdict
    )
    shown = list(names)[:_NAMED]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def _limits(check: Check) -> list[str]:
    """Return what says that the verdict is of a part alone."""
    unavailable = sum(each.counts.unavailable for each in check.findings)
    tries = sum(each.counts.tries for each in check.findings)
    words = []
    if unavailable:
        words.append(f"{unavailable} of {tries} tries had no answer")
    asked = {each.number for each in check.plan.probes if not each.is_case}
    if asked and not asked >= _READ_BY_ALL | _CALLS:
        words.append(f"this is of {len(asked)} probes alone")
    if check.gone:
        words.append("the server stopped to answer before the end")
    if check.interrupted:
        words.append("interrupted: this is of what was asked until then")
    return words


def exit_code(check: Check) -> ExitCode:
    """Return what the command tells the shell."""
    verdicts = {each.verdict for each in check.findings}
    if check.interrupted:
        return ExitCode.INTERRUPTED
    if check.gone:
        return ExitCode.MODEL
    if "broken" in verdicts:
        return ExitCode.INCOMPLETE
    if "inconclusive" in verdicts or not verdicts:
        return ExitCode.NOT_FOUND
    return ExitCode.ANSWERED
