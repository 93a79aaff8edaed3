"""What the command line takes: the table of commands, and the flags of each."""

import json
import subprocess
import sys
from importlib import import_module

import pytest

from agent.cli import COMMANDS, read_flags

_LOADED = (
    "import json, sys\n"
    "from agent.cli import read_flags\n"
    "try:\n    read_flags(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
    "print(json.dumps([m for m in sys.modules if m.startswith('agent.cli.')]))\n"
)


def loaded_for(*arguments: str) -> set[str]:
    """Return the modules of the command line that are imported for these words."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_of_the_table_has_flags_with_examples_and_what_it_runs(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(import_module(f"agent.cli.{command}").run)
    with pytest.raises(SystemExit) as ended:
        read_flags([command, "--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"\n  citeloop {command}" in told.partition("examples:")[2]
    assert "--library URI" in told
    assert "--debug" not in told


def test_help_lists_all_commands_in_their_order_with_what_they_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        read_flags(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    places = [told.index(f" {name} {what}") for name, what in COMMANDS.items()]
    assert places == sorted(places)


def test_only_the_flags_of_the_command_are_loaded() -> None:
    assert loaded_for("--help") == set()
    assert loaded_for("nonsense") == set()
    assert loaded_for("show", "2") == {
        "agent.cli.flags",
        "agent.cli.flags.groups",
        "agent.cli.flags.groups.shared",
        "agent.cli.flags.show",
    }


@pytest.mark.parametrize(
    ("given", "command"),
    [([], "chat"), (["--model", "m"], "chat"), (["ask", "x"], "ask")],
)
def test_without_a_command_it_is_the_chat(given: list[str], command: str) -> None:
    assert read_flags(given).command == command


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", ""])
def test_a_number_of_a_flag_counts_from_1(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_flags(["search", "x", f"--limit={number}"])
    assert ended.value.code == 2
    assert f'"{number}" is not a number from 1' in capsys.readouterr().err
