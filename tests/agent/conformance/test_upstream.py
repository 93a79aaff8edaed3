"""Public reports of the same kind."""

import re

from agent.conformance.bugs.upstream import _rows, find_upstream
from agent.conformance.rules.wire_rules import RULES


def test_each_row_names_an_issue_and_what_finds_its_kind() -> None:
    rules = {each.name: each.probe for each in RULES}
    for row in _rows():
        assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", row.issue), row
        assert row.seen
        for name in row.rules:
            assert name in rules, row
        assert not row.rules or row.probe in {rules[name] for name in row.rules}
    issues = [(row.issue, row.probe) for row in _rows()]
    assert len(issues) == len(set(issues))


def test_a_report_of_the_same_server_comes_first() -> None:
    found = find_upstream(14, ["answered"], "llama.cpp")
    assert [each.server for each in found] == ["llama.cpp", "vllm"]
    assert found[0].url == "https://github.com/ggml-org/llama.cpp/issues/15789"


def test_a_probe_that_failed_by_what_it_asks_has_the_rows_of_its_number() -> None:
    assert [each.issue for each in find_upstream(16, [])] == [
        "ggml-org/llama.cpp#15181"
    ]
    assert find_upstream(16, ["done"]) == ()
