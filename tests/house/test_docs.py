"""What the documentation says is so."""

import re
from pathlib import Path

import pytest

from agent.answer import Answer
from agent.cli import read_flags
from agent.settings.providers import PROVIDERS
from agent.settings.settings import Settings
from tests.agent.cli.running import citeloop
from tests.conftest import DOCS, ROOT
from tools.errors import ExitCode
from tools.grounding.citation import CheckedSentence, Citation, Verdict
from tools.grounding.support.finding import Support
from tools.sources.formats.table import FORMATS
from tools.trajectory.tool_call import ToolCall

README = (ROOT / "README.md").read_text()
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize(
    "path",
    [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"],
    ids=lambda path: path.name,
)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for target in _LINK.findall(_FENCED.sub("", path.read_text())):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_there_are_enough_documents_and_they_refer_to_each_other() -> None:
    documents = sorted(DOCS.glob("*.md"))
    assert 20 <= len(documents) <= 30
    for path in documents:
        assert any(t.endswith(".md") for t in _LINK.findall(path.read_text())), path


def test_the_readme_names_every_setting_field_verdict_and_provider() -> None:
    names = [
        *Settings.model_fields,
        *(name for name in Answer.model_fields if name != "schema_version"),
        *Citation.model_fields,
        *CheckedSentence.model_fields,
        *ToolCall.model_fields,
        *Verdict,
        *Support,
        *PROVIDERS,
    ]
    assert [name for name in names if f"`{name}`" not in README] == []
    for provider in PROVIDERS.values():
        assert provider.base_url in README


def test_each_exit_code_stands_in_each_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        read_flags(["--help"])
    tables = {
        "README": README.partition("\nExit codes: ")[2].partition("\n\n")[0],
        "help": capsys.readouterr().out.partition("Exit codes: ")[2],
        "library": (DOCS / "citeloop.md").read_text().partition("## Exit codes")[2],
    }
    for code in ExitCode:
        for name, table in tables.items():
            assert re.search(rf"(?<!\d){code}\b", table), (name, code)


def test_the_transcript_of_the_readme_is_what_is_printed(library_file: Path) -> None:
    command = "verify examples/answer.json"
    shown = re.search(
        rf"```console\n\$ citeloop {command}[^\n]*\n(.*?)```", README, re.S
    )
    done = citeloop(
        "verify", str(ROOT / "examples/answer.json"), "--library", str(library_file)
    )
    assert shown is not None
    assert shown[1] == done.stdout
    assert {f"({verdict})" for verdict in Verdict} <= set(
        re.findall(r"\(\w+\)", shown[1])
    )


def test_every_command_line_of_the_readme_is_understood() -> None:
    lines = re.findall(r"^(?:\.venv/bin/)?citeloop (\w[^#\n]+)", README, re.M)
    assert len(lines) >= 6
    import shlex

    for line in lines:
        read_flags(shlex.split(line))


def test_the_makefile_has_what_the_readme_and_ci_call() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M)
    called = set(re.findall(r"^make (\w+)", README, re.M))
    called |= set(re.findall(r"^make (\w+)", (ROOT / ".ci" / "run").read_text(), re.M))
    assert {"demo", "test"} <= called <= set(targets)


NAMES_OF_FORMATS = {
    ".html": "HTML", ".md": "Markdown", ".rst": "reStructuredText", ".pdf": "PDF",
    ".docx": "Word", ".pptx": "PowerPoint", ".xlsx": "Excel", ".epub": "EPUB",
    ".ipynb": "notebooks",
}  # fmt: skip


def test_the_readme_names_every_format_and_which_need_the_extra() -> None:
    text = " ".join(README.split("## Formats")[1].split("\n## ")[0].split())
    built_in, _, rest = text.partition(" are read out of the box; ")
    extra = re.search(
        r"\. ([^.]*) need the extra: `pip install 'citeloop\[formats\]'`", rest
    )
    assert extra is not None
    assert set(re.split(", | and ", built_in)) == {
        *(NAMES_OF_FORMATS[each.suffixes[0]] for each in FORMATS if not each.packages),
        "plain text",
        "source code",
    }
    assert re.split(", | and ", extra[1]) == [
        NAMES_OF_FORMATS[each.suffixes[0]] for each in FORMATS if each.packages
    ]
