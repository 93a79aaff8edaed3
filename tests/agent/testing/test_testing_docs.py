"""`docs/testing.md` names what is there, and shows the example as it is."""

import subprocess
import sys

import pytest

from agent.testing import asserts, plugin
from agent.testing.playing import PLAYABLE
from tests.agent.testing.pytest_runs import loading
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "testing.md").read_text()
WITHOUT_KIND = PAGE.replace("AssertionError: ", "")
EXAMPLE = ROOT / "examples" / "test_an_agent.py"


def fixtures() -> list[str]:
    kind = type(plugin.no_network)
    return [name for name, each in vars(plugin).items() if isinstance(each, kind)]


def test_it_names_every_fixture_and_assertion() -> None:
    assert len(fixtures()) > 5
    names = [*fixtures(), *asserts.__all__]
    assert [name for name in names if f"`{name}" not in PAGE] == []


def test_it_shows_the_example_line_by_line() -> None:
    shown = PAGE.partition("```python\n")[2].partition("```")[0]
    code = EXAMPLE.read_text()
    missing = [line for line in shown.splitlines() if line not in code]
    assert missing == []
    assert len(code.splitlines()) <= 32


def test_each_family_of_faults_has_its_row() -> None:
    families = {name.partition("-")[0] for name in PLAYABLE}
    ranges = {f"F{number:02}" for number in range(1, 42)}
    named = {each for each in families - ranges if f"`{each}`" in PAGE}
    assert families - ranges - named == set()
    assert f"{len(PLAYABLE)} of them" in PAGE


def test_the_example_passes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *loading(), "-q", str(EXAMPLE)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("text", ["expected le 3, got 5", "score 0.667 (2/3)"])
def test_the_failure_that_it_shows_is_what_is_printed(text: str) -> None:
    calls = [{"name": "weather", "arguments": {"city": "Bergen", "days": 5}}]
    wanted = ("weather", {"city": "Bergen", "days": {"le": 3}})
    with pytest.raises(AssertionError) as failed:
        asserts.assert_calls(calls, [wanted])
    assert text in str(failed.value)
    for line in str(failed.value).splitlines():
        assert (
            f"E   {line}".rstrip() in PAGE.replace("E       ", "E   ") or line in PAGE
        )
