"""Runs pytest with the plugin over a test file that a test writes."""

from importlib.metadata import entry_points
from typing import Any

import pytest

__all__ = ["QUIET", "loading", "run_tests"]

QUIET = ("-p", "no:cacheprovider", "-p", "no:asyncio", "-W", "error")


def loading() -> tuple[str, ...]:
    """Return the arguments that load the plugin, none where it is installed."""
    named = {each.name for each in entry_points(group="pytest11")}
    return () if "citeloop" in named else ("-p", "agent.testing.plugin")


def run_tests(pytester: Any, code: str, *arguments: str) -> pytest.RunResult:
    """Run a file of tests in a process of its own."""
    pytester.makepyfile(test_it=code)
    result: pytest.RunResult = pytester.runpytest_subprocess(
        *loading(), *QUIET, *arguments
    )
    return result
