"""The plugin itself: what it costs everybody, and which pytest it works under."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.llm.llama_server import MissingError, pip_command

MOST_MILLISECONDS = 5.0
_IMPORTED = re.compile(r"import time:\s*(\d+) \|\s*\d+ \| *(\S+)")


def python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
        timeout=120,
        check=False,
    )


def test_the_package_names_it_as_a_plugin_of_pytest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = project["entry-points"]["pytest11"]
    assert named == {"citeloop": "agent.testing.plugin"}


def test_it_imports_pytest_and_nothing_else() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import agent.testing.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = python("-c", code)
    assert done.stdout.split() == ["agent", "agent.testing", "agent.testing.plugin"]


def test_its_import_takes_less_than_five_milliseconds() -> None:
    """Of five, the fastest: the others say how busy the machine is."""
    code = "import pytest, agent.testing.plugin"
    took = []
    for _ in range(5):
        done = python("-X", "importtime", "-c", code)
        ours = [
            int(microseconds) / 1000
            for microseconds, name in _IMPORTED.findall(done.stderr)
            if name.split(".")[0] == "agent"
        ]
        assert len(ours) == 3, done.stderr
        took.append(sum(ours))
    assert min(took) < MOST_MILLISECONDS


def test_citeloop_works_where_pytest_is_not_installed() -> None:
    code = (
        "import sys; sys.modules['pytest'] = sys.modules['_pytest'] = None\n"
        "from agent.testing.asserts import assert_called\n"
        "from agent.testing.playing import faulty\n"
        "from agent.testing.scripts import scripted\n"
        'assert_called([\'{"name": "search", "arguments": {}}\'], \'search\')\n'
        "from agent.cli import main\n"
        "sys.exit(main(['--version']))"
    )
    done = python("-c", code)
    assert done.returncode == 0, done.stderr
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not any(each.startswith("pytest") for each in project["dependencies"])


def test_nothing_of_it_is_autouse_and_a_plain_test_loads_nothing_of_ours(
    tmp_path: Path,
) -> None:
    code = (
        "import sys\n"
        "def test_it(request):\n"
        "    assert request.fixturenames == ['request']\n"
        "    ours = [each for each in sys.modules if each.split('.')[0] == 'agent']\n"
        "    assert {'agent.testing.plugin'} <= set(ours) and len(ours) == 3\n"
    )
    done = run_under(tmp_path, code)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def run_under(folder: Path, code: str, *found: str) -> subprocess.CompletedProcess[str]:
    """Run a test file, other plugins left out, with these folders before the path."""
    (folder / "test_it.py").write_text(code)
    path = os.pathsep.join([*found, str(ROOT), os.environ.get("PYTHONPATH", "")])
    return python(
        "-W", "error", "-m", "pytest", "-p", "agent.testing.plugin", "-p",
        "no:cacheprovider", "--strict-markers", "--rootdir", str(folder), "-rA", "-s",
        str(folder / "test_it.py"),
        PYTHONPATH=path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )  # fmt: skip


EVERYTHING = """
import urllib.request

import pytest
from agent.testing.asserts import assert_calls

tries = []
print("under", pytest.__version__)


@pytest.mark.citeloop(repeat=3, at_least=2)
def test_marked(chat_server, no_network, record_property):
    url = chat_server([]).base_url
    assert b"gpt-oss" in urllib.request.urlopen(f"{url}/models").read()
    tries.append(url)
    assert len(tries) != 2
    assert_calls([{"name": "search", "arguments": {}}], ["search"])


@pytest.mark.citeloop(repeat=2)
def test_that_fails():
    assert_calls([{"name": "search", "arguments": {}}], ["fetch"])


def test_tries():
    assert len(set(tries)) == 3
"""


def assert_all_works(done: subprocess.CompletedProcess[str], version: str) -> None:
    assert re.search(rf"^under {version}", done.stdout, re.MULTILINE), done.stdout
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "0 of 2 tries passed, and 2 have to" in done.stdout
    assert "the calls are not those that were expected" in done.stdout


def test_it_works_under_this_pytest(tmp_path: Path) -> None:
    done = run_under(tmp_path, EVERYTHING)
    assert_all_works(done, re.escape(pytest.__version__))


@pytest.mark.parametrize(
    ("wanted", "version"),
    [
        ("pytest==8.0.0", "8[.]0[.]0"),
        pytest.param("pytest", "[0-9]", marks=pytest.mark.nightly),
    ],
    ids=["the oldest", "the newest"],
)
def test_it_works_under_the_oldest_and_the_newest_pytest(
    tmp_path: Path, wanted: str, version: str
) -> None:
    target = tmp_path / "site"
    try:
        pip = pip_command()
    except MissingError as error:
        pytest.skip(str(error))
    quiet = ["--quiet", "--disable-pip-version-check", "--target", str(target)]
    done = subprocess.run(
        [*pip, "install", *quiet, wanted], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"{wanted} cannot be had here: {done.stderr.strip()[-200:]}")
    assert_all_works(run_under(tmp_path, EVERYTHING, str(target)), version)
