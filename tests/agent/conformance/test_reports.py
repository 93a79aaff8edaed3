"""A check in each form in which it leaves."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from agent.conformance.reports.markdown import cell
from tests.fakes.correct_server import Json, Manners, correct_server
from tests.fakes.faulty_manners import AllIndexZero, TwoFinishes
from tests.fakes.rule_model import Said

EVIL = "<script>alert(1)</script>|[x](javascript:y)`\x1b[31m"


class Evil(Manners):
    """Ends with a finish reason that would like to be part of a page."""

    def think(self, request: Json) -> Said:
        return replace(super().think(request), finish=EVIL)


def check(manners: Manners, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run the command against a server, and return what came of it."""
    with correct_server(manners) as server:
        where = ["--base-url", server.base_url, "--model", "rule-model"]
        code = "from agent.cli import main; raise SystemExit(main())"
        return subprocess.run(
            [sys.executable, "-c", code, "check", *where, *flags],
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all forms of a check of a server with a hostile fault."""
    folder = tmp_path_factory.mktemp("check")
    files = [f"--{name}={folder / name}" for name in ("junit", "markdown", "html")]
    done = check(Evil(), "--probe", "5", "--json", *files)
    (folder / "json").write_text(done.stdout)
    assert done.returncode in {0, 6}, done.stderr
    return folder


def test_junit_has_a_case_for_each_probe_and_way(written: Path) -> None:
    suite = ET.fromstring((written / "junit").read_text())[0]  # noqa: S314 (ours)
    cases = suite.findall("testcase")
    record = json.loads((written / "json").read_text())
    assert len(cases) == len(record["findings"]) == int(suite.attrib["tests"])
    failures = [case for case in cases if case.find("failure") is not None]
    broken = [each for each in record["findings"] if each["verdict"] == "broken"]
    assert len(failures) == len(broken) == int(suite.attrib["failures"])
    assert "\x1b" not in (written / "junit").read_text()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]


def test_the_page_loads_and_runs_nothing_whatever_a_server_says(written: Path) -> None:
    text = (written / "html").read_text()
    page = _Tags()
    page.feed(text)
    assert "script" not in page.tags
    assert page.links == []
    assert "alert(1)" in text
    assert "default-src 'none'" in text


def test_markdown_keeps_what_a_server_says_in_its_cell(written: Path) -> None:
    lines = (written / "markdown").read_text().splitlines()
    rows = [line for line in lines if line.startswith("| 5 ")]
    assert rows
    for row in rows:
        assert row.replace("\\|", "").count("|") == 6
        assert "<script" not in row.replace("\\<", "")


@pytest.mark.parametrize("text", ["a|b", "<img>", "[x](y)", "`code`", "a\nb", "&amp;"])
def test_a_cell_is_nothing_but_text(text: str) -> None:
    shown = cell(text)
    assert "\n" not in shown
    bare = [s for at, s in enumerate(shown) if s in "|<[`&" and shown[at - 1] != "\\"]
    assert bare == []


def test_the_summary_of_a_job_is_written_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert check(Manners(), "--probe", "5").returncode == 0
    assert summary.read_text().startswith("before\n## citeloop check: rule-model")


def test_two_checks_are_shown_side_by_side(tmp_path: Path) -> None:
    places = []
    for name, manners in (("a", Manners()), ("b", TwoFinishes())):
        done = check(manners, "--group", "B", "--json", "--seed", "1")
        (tmp_path / name).write_text(done.stdout)
        places.append(str(tmp_path / name))
    code = "from agent.cli import main; raise SystemExit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "--compare", *places],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("≠"))
    assert "finish_reasons" in row
    assert "streamed" in row
    assert "1 of 11 differ" in done.stdout


@pytest.mark.parametrize("content", ["", "{}", "[1", '{"schema": "citeloop.check/2"}'])
def test_what_is_no_check_is_not_compared(content: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(content)
    place = str(tmp_path / "a")
    done = check(Manners(), "--compare", place, place)
    assert done.returncode == 2
    assert "holds no check" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_written_is_said_before_anything_is_asked(
    tmp_path: Path,
) -> None:
    with correct_server() as server:
        code = "from agent.cli import main; raise SystemExit(main())"
        done = subprocess.run(
            [sys.executable, "-c", code, "check", "--base-url", server.base_url,
             "--model", "rule-model", "--junit", str(tmp_path / "no" / "x.xml")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert server.count == 0
    assert done.returncode == 2
    assert "there is no such folder" in done.stderr


@pytest.fixture(scope="module")
def bugs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bugs")
    done = check(AllIndexZero(), "--probe", "6", "--report", str(folder))
    assert "Bug report:" in done.stdout, done.stderr
    return folder


def test_a_bug_report_has_the_smallest_request_and_the_bytes(bugs: Path) -> None:
    (place,) = bugs.iterdir()
    assert place.name == "06-call_pieces-streamed"
    request = json.loads((place / "request.json").read_text())
    assert {"model", "messages", "tools", "stream"} <= request.keys()
    assert "stream_options" not in request
    assert b'"tool_calls"' in (place / "response.bin").read_bytes()


def test_a_bug_report_says_expected_got_who_and_what_is_known(bugs: Path) -> None:
    (place,) = bugs.iterdir()
    report = (place / "report.md").read_text()
    for part in ("**Expected.**", "**Got.**", "Shrunk by", "model: `rule-model`"):
        assert part in report
    assert "https://github.com/ollama/ollama/issues/15457" in report
    assert "repair" in report


def test_the_script_of_a_bug_report_sends_the_request_and_no_key(bugs: Path) -> None:
    (place,) = bugs.iterdir()
    script = (place / "curl.sh").read_text()
    assert "${API_KEY:-none}" in script
    assert subprocess.run(["sh", "-n", place / "curl.sh"], check=False).returncode == 0


def test_a_key_that_a_server_sends_back_is_in_no_report(tmp_path: Path) -> None:
    class Echo(TwoFinishes):
        def think(self, request: Json) -> Said:
            return replace(super().think(request), content="your key is sk-planted-key")

    with correct_server(Echo()) as server:
        code = "from agent.cli import main; raise SystemExit(main())"
        subprocess.run(
            [sys.executable, "-c", code, "check", "--base-url", server.base_url,
             "--model", "rule-model", "--probe", "5", "--report", str(tmp_path)],
            capture_output=True, text=True, check=False,
            env={**os.environ, "CITELOOP_API_KEY": "sk-planted-key"},
        )  # fmt: skip
    places = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert places
    assert not any(b"sk-planted-key" in path.read_bytes() for path in places)


def test_a_check_is_recorded_and_played_again_without_the_server(
    tmp_path: Path,
) -> None:
    tape = str(tmp_path / "check.tape")
    code = "from agent.cli import main; raise SystemExit(main())"
    with correct_server(TwoFinishes()) as server:
        flags = ["--base-url", server.base_url, "--model", "rule-model", "--probe", "5"]
        recorded, played = (
            subprocess.run(
                [sys.executable, "-c", code, "check", *flags, how, tape, "--json"],
                capture_output=True, text=True, check=False,
            )
            for how in ("--record", "--replay")
        )  # fmt: skip
        first = json.loads(recorded.stdout)
        count = server.count
        second = json.loads(played.stdout)
        assert server.count == count
    assert [each["verdict"] for each in first["findings"]] == [
        each["verdict"] for each in second["findings"]
    ]
    assert first["seed"] == second["seed"] == "tape"
