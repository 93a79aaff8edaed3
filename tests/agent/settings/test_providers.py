"""The table of providers, and every place that names them all."""

import re

import pytest

from agent.cli import main
from agent.endpoints.endpoint import DEFAULT_MODEL
from agent.endpoints.resolving import resolve_endpoint
from agent.settings.providers import PROVIDERS
from agent.settings.settings import Settings
from tests.conftest import ROOT
from tools.errors import UsageError


def listed(text: str) -> list[str]:
    """The names of a list such as `a, b or c`, quoted or not."""
    return [name.strip("'") for name in re.split(", | or ", text)]


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_of_the_table_can_be_named(name: str) -> None:
    assert Settings.load({"provider": name}).provider == name


@pytest.mark.parametrize("name", ["nonsense", "Ollama", "ollama ", 3, ["ollama"], {}])
def test_any_other_is_refused_with_the_names_there_are(name: object) -> None:
    with pytest.raises(UsageError) as caught:
        Settings.load({"provider": name})
    said = re.fullmatch(
        r"The setting provider \(--provider\) is wrong: Input should be (.*)\.",
        str(caught.value),
    )
    assert said
    assert listed(said[1]) == list(PROVIDERS)


def test_the_help_names_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ask", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    said = re.search(r"--provider NAME (.*?): fills in", shown)
    assert said
    assert listed(said[1]) == list(PROVIDERS)


def test_a_message_names_the_first_of_them() -> None:
    with pytest.raises(UsageError) as caught:
        resolve_endpoint(Settings.load({"model": "gpt-oss-20b"}))
    said = re.search(r"or --provider \((.*)…\)\.", str(caught.value))
    assert said
    assert listed(said[1]) == list(PROVIDERS)[:5]


def test_the_readme_has_a_row_for_each() -> None:
    rows = [
        (
            f"| `{name}` | `{each.base_url}` | "
            f"{f'`{each.key_variable}` ' if each.key_variable else ''}"
            f"| `{each.models[DEFAULT_MODEL]}` |"
        )
        for name, each in PROVIDERS.items()
    ]
    table = (ROOT / "README.md").read_text().split("| `--provider` |")[1]
    assert table.split("\n\n")[0].splitlines()[2:] == rows
