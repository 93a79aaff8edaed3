"""Runs a test several times, each with fixtures of its own, and reports it once.

All tries run in the process that got the test, so pytest-xdist has nothing to merge.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from agent.statistics.passing import pass_hat_k
from agent.testing.marking import Mark, read_mark
from agent.testing.measuring import summed

__all__ = ["run_once", "run_repeatedly"]

_MOST_K = 10
"""pass^k is recorded for k up to this."""
_MOST_SHOWN = 20
"""Tries whose failure is told in a line."""

Try = list[pytest.TestReport]
"""The reports of one try: of its set-up, its call, its teardown."""


def run_repeatedly(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test as often as its marker says; None where that is once."""
    mark = read_mark(item)
    if mark.repeat == 1:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in _summed_up(mark, *_tries(item, nextitem, mark.repeat)):
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def run_once(item: pytest.Item, nextitem: pytest.Item | None) -> Try:
    """Run set-up, call and teardown of a test, which may have run before.

    `_pytest.runner.runtestprotocol` is private; pytest-rerunfailures stands on it as
    well, and it is the same in pytest 8.0 and 9.2.
    """
    from _pytest.runner import runtestprotocol

    return runtestprotocol(item, log=False, nextitem=nextitem)


def _tries(
    item: pytest.Item, nextitem: pytest.Item | None, repeat: int
) -> tuple[list[Try], list[tuple[str, object]]]:
    """Return the reports of each try, and what all of them measured."""
    own, measured, printed = len(item.user_properties), [], 0
    tries: list[Try] = []
    for left in reversed(range(repeat)):
        # A parent in place of the next test: all but the test's own stays set up.
        behind: Any = item.parent if left else nextitem
        reports = run_once(item, behind)
        measured += item.user_properties[own:]
        del item.user_properties[own:]
        for report in reports:
            report.sections = report.sections[printed:]
            report.user_properties = list(item.user_properties)
        printed += len(reports[-1].sections)
        tries.append(reports)
        if any(report.skipped for report in reports) or item.session.shouldstop:
            break
    return tries, measured


def _summed_up(
    mark: Mark, tries: Sequence[Try], measured: Sequence[tuple[str, object]]
) -> Try:
    """Return the reports of the first try that ended as the test does, with the rest.

    A test that is skipped, or that fails as `xfail` says, is not repeated.
    """
    passes = [not any(each.failed for each in reports) for reports in tries]
    if any(report.skipped for report in tries[-1]):
        return tries[-1]
    good = sum(passes) >= mark.at_least
    chosen = tries[passes.index(good)]
    for at, report in enumerate(chosen):
        report.user_properties += [*summed(measured), *_shares(sum(passes), len(tries))]
        if not good:
            report.sections.insert(0, ("citeloop", _told(mark, tries, passes)))
        report.duration = sum(reports[at].duration for reports in tries if reports[at:])
    return chosen


def _shares(passes: int, tries: int) -> Iterator[tuple[str, object]]:
    yield "citeloop_passes", f"{passes} of {tries}"
    for k in range(1, min(tries, _MOST_K) + 1):
        yield f"citeloop_pass^{k}", round(float(pass_hat_k(passes, tries, k)), 6)


def _told(mark: Mark, tries: Sequence[Try], passes: Sequence[bool]) -> str:
    count = f"{sum(passes)} of {len(tries)} tries passed"
    lines = [f"{count}, and {mark.at_least} have to; the first that failed is shown"]
    failed = [number for number, passed in enumerate(passes) if not passed]
    for number in failed[:_MOST_SHOWN]:
        report = next(each for each in tries[number] if each.failed)
        crash = getattr(report.longrepr, "reprcrash", None)
        words = str(getattr(crash, "message", report.longrepr)).splitlines()
        lines.append(f"try {number + 1}: {words[0] if words else report.when}")
    return "\n".join(lines)
