"""Every form of a report says the same, and whatever a model wrote stays text."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evals.evaluation import Evaluation, evaluate
from agent.evals.reports.json_report import json_report
from agent.evals.reports.junit import write_evaluation
from agent.evals.reports.markdown import add_to_summary, markdown_report
from agent.evals.reports.page import html_page
from agent.evals.reports.terminal import terminal_report
from agent.evals.variants import read_variants
from agent.settings.settings import Settings
from tests.agent.evals.made import (
    grounded_case,
    passes_and_fails,
    results_of,
    run_of,
    suite_of,
    tool_call,
)
from tools.errors import ExitCode, UsageError

EVIL = '</pre><script>alert(1)</script> | `x` <b onload="y">\x1b[31m'


def evaluation(answer: str = EVIL, name: str = "index suite") -> Evaluation:
    suite = suite_of(
        grounded_case("good"),
        grounded_case("flaky", bar=0.5),
        grounded_case("down"),
        grounded_case("later", calls={"expect": [{"tool": "search"}]}),
        grounded_case("wrong", calls={"expect": [{"tool": "search"}]}),
    )
    runs = [
        *passes_and_fails("good", 2, 0),
        *passes_and_fails("flaky", 1, 1, answer=answer),
        run_of("down", failed=ExitCode.MODEL),
        run_of("wrong", tool_call("serch", query=answer), answer=answer),
    ]
    return evaluate(suite, name, results_of(runs))


def test_the_terminal_is_told_what_fails_and_the_flaky_first() -> None:
    text = terminal_report(evaluation())
    assert text.startswith("index suite: 2 passed, 2 failed, 1 undecided")
    order = ["flaky flaky: 1 of 2", "failed down: 0 of 1", "failed wrong: 0 of 1",
             "undecided later: not asked"]  # fmt: skip
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert "good" not in text
    assert "end to end 0.38 (mean over 4 of 5 cases" in text
    assert "unavailable 1 of 6 runs, which count as failed; 0.50 where the" in text
    assert "missing" in text
    assert "\x1b" not in text


def test_junit_has_one_test_case_for_each_case(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    write_evaluation(path, evaluation())
    suite = parse(path).getroot()[0]  # noqa: S314 (written above)
    outcomes = {
        case.attrib["name"]: [each.tag for each in case if each.tag != "properties"]
        for case in suite
    }
    assert outcomes == {
        "good": [],
        "flaky": [],
        "down": ["error"],
        "later": ["skipped"],
        "wrong": ["failure"],
    }
    assert {case.attrib["classname"] for case in suite} == {"index suite"}
    (failure,) = suite.iter("failure")
    assert "missing" in (failure.text or "")
    flaky = next(case for case in suite if case.attrib["name"] == "flaky")
    properties = {p.attrib["name"]: p.attrib["value"] for p in flaky.iter("property")}
    assert properties["passes"] == "1 of 2"
    assert properties["flaky"] == "true"


class Page(HTMLParser):
    """Which elements a page has, and with what attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.shown = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.shown += data


@given(text=st.one_of(st.just(EVIL), st.text(min_size=1, max_size=80)))
def test_the_page_has_nothing_but_what_it_is_made_of(text: str) -> None:
    plain, given_page = (
        Page(html_page(evaluation("x", "s"))),
        Page(html_page(evaluation(text, text))),
    )
    assert [tag for tag, _ in given_page.found] == [tag for tag, _ in plain.found]
    names = {name for _, attributes in given_page.found for name in attributes}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class"}
    assert "script" not in {tag for tag, _ in given_page.found}


def test_the_page_forbids_what_is_not_in_it_and_shows_what_was_written() -> None:
    text = html_page(evaluation())
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text
    assert "http://" not in text
    assert "https://" not in text
    assert "<script>alert(1)</script>" in Page(text).shown
    assert text.index("<th>flaky") < text.index("<th>down") < text.index("<th>good")


@given(text=st.one_of(st.just(EVIL), st.text(max_size=80)))
def test_the_summary_is_one_table_whatever_a_case_is_called(text: str) -> None:
    report = markdown_report(evaluation(text, text))
    rows = [line for line in report.split("\n") if line.startswith("| ")]
    assert len(rows) == 6
    assert "<script" not in report.replace("\\<", "")


def test_the_summary_of_a_job_is_added_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    add_to_summary(evaluation())
    assert path.read_text() == "before\n"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    add_to_summary(evaluation())
    assert path.read_text() == f"before\n{markdown_report(evaluation())}"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    with pytest.raises(UsageError, match="which cannot be written"):
        add_to_summary(evaluation())


def test_json_says_what_the_terminal_does() -> None:
    line = json_report(evaluation())
    assert "\n" not in line
    assert line.isascii()
    report = json.loads(line)
    (variant,) = report["variants"]
    assert (variant["runs"], variant["passes"], variant["unavailable"]) == (6, 3, 1)
    assert variant["results"][0]["case"] == "flaky"
    assert report["exit_code"] == 6


def test_settings_that_are_compared_are_named_by_what_differs() -> None:
    low, other = read_variants(["depth=low", "depth=high,max-turns=3"], Settings.load)
    assert (low.name, low.settings.depth) == ("depth=low", "low")
    assert (other.settings.depth, other.settings.max_turns) == ("high", 3)
    assert other.kept.settings["max_turns"] == 3


def test_no_key_is_kept_with_the_settings() -> None:
    keys = {name: "sk-secret" for name in Settings.model_fields if "key" in name}
    settings = {**keys, "base_url": "http://h/v1", "library_token": "sk-secret"}
    (variant,) = read_variants([], lambda given: Settings.load({**settings, **given}))
    assert "sk-secret" not in variant.kept.model_dump_json()
