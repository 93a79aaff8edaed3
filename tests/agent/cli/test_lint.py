"""`citeloop lint`: what is printed, written, and told to the shell."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.tool_schemas.report import LintReport
from agent.tool_schemas.tokens import missing_harmony
from tests.conftest import ROOT

LOST: dict[str, Any] = {
    "name": "book",
    "description": "Book a hotel.",
    "parameters": {
        "type": "object",
        "properties": {
            "nights": {"anyOf": [{"type": "integer", "maximum": 30}, {"type": "null"}]},
            "tags": {
                "type": "array",
                "description": "Any.",
                "items": {"type": "string", "enum": ["sea", "quiet"]},
            },
        },
    },
}
CLEAN = {
    "name": "weather",
    "description": "Tell the weather.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "Where."}},
    },
}


@pytest.fixture
def lost(tmp_path: Path) -> Path:
    path = tmp_path / "tools.json"
    path.write_text(json.dumps([LOST, CLEAN]))
    return path


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_what_the_model_sees_and_what_is_lost_are_printed(
    lost: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(lost)]) == 6
    out = printed(capsys)
    assert "    nights?: any,\n" in out
    assert "  hidden any: nights is shown without its type (anyOf)\n" in out
    assert "    write it with one type (--fix does); at /0/parameters" in out
    assert "hidden values: the constants of tags[] are not shown" in out
    assert "(the model's own template)" in out
    assert out.endswith("2 tools: 2 hidden, 1 advice\n")


def test_tools_that_lose_nothing_end_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tools.json"
    path.write_text(json.dumps([CLEAN]))
    assert main(["lint", str(path)]) == 0
    out = printed(capsys)
    assert out.startswith("weather: ")
    assert "  gpt-oss sees:\n    // Tell the weather.\n" in out
    assert out.endswith("1 tool: nothing is lost\n")


@pytest.mark.parametrize(
    ("level", "code"),
    [("broken", 0), ("hidden", 6), ("unsaid", 6), ("advice", 6), ("never", 0)],
)
def test_the_level_that_fails_can_be_chosen(
    lost: Path, level: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(lost), "--fail-on", level]) == code


def test_the_findings_of_one_renderer_can_be_asked_for(
    lost: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(lost), "--renderer", "openai"]) == 6
    out = printed(capsys)
    assert "hidden any" in out
    assert "hidden values" not in out


def test_json_is_one_object_with_the_mended_tool(
    lost: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(lost), "--json"]) == 6
    out = printed(capsys)
    report = LintReport.model_validate_json(out)
    assert json.loads(out)["schema"] == "citeloop.lint/1"
    assert not report.ok
    assert report.levels == {"hidden": 2, "advice": 1}
    assert report.rules == {"any": 1, "values": 1, "undescribed": 1}
    book, weather = report.tools
    assert weather.mended is None
    assert book.mended is not None
    properties = book.mended["function"]["parameters"]["properties"]
    assert properties["nights"] == {
        "type": "integer", "maximum": 30, "description": "At most 30."
    }  # fmt: skip
    assert properties["tags"]["description"] == (
        'Any. One of for tags[]: "sea", "quiet".'
    )


def test_what_is_fixed_lints_clean(
    lost: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fixed = tmp_path / "fixed.json"
    assert main(["lint", str(lost), "--fix", str(fixed), "--fail-on", "never"]) == 0
    assert main(["lint", str(fixed)]) == 0
    assert json.loads(fixed.read_text())[1] == CLEAN
    printed(capsys)
    assert main(["lint", str(lost), "--fix", "-"]) == 6
    assert json.loads(printed(capsys)) == json.loads(fixed.read_text())


def test_what_fixes_a_file_in_place_can_be_run_again(lost: Path) -> None:
    assert main(["lint", str(lost), "--fix", str(lost)]) == 6
    before = lost.read_text()
    assert main(["lint", str(lost), "--fix", str(lost)]) == 0
    assert lost.read_text() == before


def test_code_and_mcp_servers_are_linted_as_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["lint", "tests.agent.tool_schemas.offered:weather"]) == 0
    server = Path(__file__).parents[1] / "tool_schemas" / "offered.py"
    assert main(["lint", "--mcp", f"{sys.executable} {server}"]) == 6
    assert "nights?: any" in printed(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["tools.json", "--mcp", "server"],
        ["no/such/file.json"],
        ["no.such:thing"],
        ["--mcp", "/no/such/command"],
    ],
    ids=str,
)
def test_what_cannot_be_used_ends_with_2_and_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", *arguments]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_file_that_cannot_be_written_is_named(
    lost: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(lost), "--fix", str(tmp_path / "no" / "dir")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_two_results_for_one_output_are_refused(
    lost: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(lost), "--json", "--fix", "-"]) == 2


def test_what_a_tool_says_cannot_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tools.json"
    told = "\x1b[31mred <|end|> \ud800"
    path.write_text(json.dumps([{**CLEAN, "name": "\x1b]0;x", "description": told}]))
    assert main(["lint", str(path)]) == 6
    out = printed(capsys)
    assert "\x1b" not in out
    assert "<|end|>" not in out
    assert main(["lint", str(path), "--json"]) == 6
    assert "\x1b" not in printed(capsys)


@pytest.mark.skipif(missing_harmony() is not None, reason="tokens are estimated")
def test_the_transcripts_of_the_docs_are_what_is_printed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    docs = (ROOT / "docs" / "lint.md").read_text()
    shown = re.findall(
        r"```console\n\$ citeloop lint (\w+\.json)\n(.+?)```", docs, re.S
    )
    shown = [(name, text) for name, text in shown if not text.startswith("$")]
    monkeypatch.chdir(tmp_path)
    Path("book.json").write_text(docs.split("```json\n")[1].split("```")[0])
    main(["lint", "book.json", "--fix", "fixed.json"])
    printed(capsys)
    assert [name for name, _ in shown] == ["book.json", "fixed.json"]
    for (name, text), code in zip(shown, (6, 0), strict=True):
        assert main(["lint", name]) == code
        assert printed(capsys) == text
