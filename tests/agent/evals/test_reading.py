"""A suite that is wrong says where, and what was meant."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evals.judging import refuse_unfit
from agent.evals.own_schemas import own_schemas
from agent.evals.reading import read_suite
from tests.agent.evals.made import CASE, named_of, suite_of
from tests.conftest import ROOT
from tools.errors import UsageError

HEAD = "schema: citeloop.suite/1\ncases:\n- id: a\n  question: Why?\n"


def complaint(text: str, folder: Path, name: str = "suite.yaml") -> str:
    path = folder / name
    path.write_text(text)
    with pytest.raises(UsageError) as raised:
        read_suite(path)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{HEAD}  anwser: {{}}\n",
         'line 5: cases[0].anwser is no key; did you mean "answer"?'),
        (f"{HEAD}  answer:\n    cites: [a.md]\n    quotes: 1\n",
         "line 7: cases[0].answer.quotes is no key; there are cites, verdicts"),
        (f"{HEAD}  calls:\n    expect:\n    - {{tool: search}}\n    - {{tol: x}}\n",
         'line 8: cases[0].calls.expect[1].tol is no key; did you mean "tool"?'),
        (f"{HEAD}  calls: {{mode: exactly}}\n", "line 5: cases[0].calls.mode: Input"),
        (f"{HEAD}  answer: {{verdicts: {{made_up: 0}}}}\n", "line 5: cases[0].answer"),
        (f"{HEAD}  answer: {{verdicts: {{exact: 3..1}}}}\n", "3..1 ends before it"),
        (f"{HEAD}  answer: {{pattern: '('}}\n", "line 5: cases[0].answer"),
        (f"{HEAD}- id: a\n  question: Again?\n", 'cases 1 and 2 have the same id "a"'),
        (f"{HEAD}  question: Twice?\n", "line 5: the key \"question\""),
        (f"{HEAD}  group: *x\n", "line 5: an alias (*) is not taken"),
        (f"{HEAD}  group: !!python/name:os.system\n", "line 5: could not determine"),
        (f"{HEAD}  group: {'[' * 50}{']' * 50}\n", "nested deeper than 40"),
        ("schema: citeloop.suite/2\ncases: []\n", "line 1: schema: Input should be"),
        ("schema: citeloop.suite/1\n", "line 1: cases: Field required"),
        ("- a\n", "is no suite: it has no keys"),
        ("", "is no suite: it has no keys"),
        ("a: [\n", "line 2: "),
        (f"{HEAD}  group: 2026-99-99\n", "cannot be read: month must be"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(
    text: str, says: str, tmp_path: Path
) -> None:
    assert says in complaint(text, tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"schema": "citeloop.suite/1"}\n\n{"id": "a", "quetsion": "x"}\n',
         'line 3: cases[0].quetsion is no key; did you mean "question"?'),
        ('{"schema": "citeloop.suite/1"}\n[1]\n', "line 2 is no JSON object"),
        ('{"schema": "citeloop.suite/1"}\n{"id": \n', "line 2 is no JSON: "),
        ('{"schema": "citeloop.suite/1"}\n{"id": "a", "id": "b"}\n',
         'line 2 is no JSON: the key "id" is there twice'),
        ("\n", "is empty"),
    ],
)  # fmt: skip
def test_so_it_is_of_lines_of_json(text: str, says: str, tmp_path: Path) -> None:
    assert says in complaint(text, tmp_path, "suite.jsonl")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml cannot be read: No such file"):
        read_suite(tmp_path / "none.yaml")


def test_lines_of_json_say_what_yaml_says(tmp_path: Path) -> None:
    path = tmp_path / "suite.jsonl"
    path.write_text(
        '{"schema": "citeloop.suite/1", "defaults": {"mode": "in_order"}}\n'
        '{"id": "a", "question": "Why?", "calls": {"expect": [{"tool": "search"}]}}\n'
    )
    case = {
        "id": "a", "question": "Why?", "calls": {"expect": [{"tool": "search"}]},
    }  # fmt: skip
    by_yaml = named_of(tmp_path, case, defaults={"mode": "in_order"})
    assert read_suite(path).suite == by_yaml.suite


def test_the_defaults_hold_where_a_case_says_nothing_else() -> None:
    suite = suite_of(
        {**CASE, "calls": {"mode": "exact"}, "limits": {"turns": 3}, "bar": 0.5},
        {**CASE, "id": "b", "follow_ups": [{"question": "And?", "calls": {}}]},
        defaults={"mode": "in_order", "extras": "free", "limits": {"seconds": 9}},
    )
    first, second = suite.cases
    assert first.calls is not None
    assert (first.calls.mode, first.calls.extras) == ("exact", "free")
    assert (first.limits.turns, first.limits.seconds) == (3, 9)
    follow_up = second.follow_ups[0]
    assert follow_up.calls is not None
    assert (follow_up.calls.mode, follow_up.limits.seconds) == ("in_order", 9)
    assert (suite.bar_of(first), suite.bar_of(second)) == (0.5, 0.8)


@given(least=st.integers(0, 50), more=st.integers(0, 50), count=st.integers(0, 120))
def test_a_span_is_read_as_it_is_written(least: int, more: int, count: int) -> None:
    for text, inside in (
        (f"{least}..{least + more}", least <= count <= least + more),
        (f"{least}..", least <= count),
        (f"..{least}", count <= least),
        (least, count == least),
    ):
        suite = suite_of({**CASE, "answer": {"verdicts": {"exact": text}}})
        answer = suite.cases[0].answer
        assert answer is not None
        (span,) = answer.verdicts.values()
        assert (count in span) is inside


def test_any_change_of_what_is_expected_changes_the_digest() -> None:
    suites = [
        suite_of(CASE),
        suite_of({**CASE, "question": "What?"}),
        suite_of({**CASE, "answer": {"grounded": True}}),
        suite_of(CASE, defaults={"bar": 0.5}),
    ]
    assert len({suite.digest for suite in suites}) == len(suites)
    assert suite_of(CASE).digest == suites[0].digest


def test_the_suite_of_the_examples_is_one() -> None:
    assert len(read_suite(ROOT / "examples" / "suite.yaml").suite.cases) >= 4


def test_the_suite_of_the_documentation_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "eval.md").read_text()
    suite = named_of(tmp_path, text=text.split("```yaml\n")[1].split("```")[0]).suite
    refuse_unfit(suite, own_schemas())
    assert suite.cases[1].questions == (
        "What is Milvus?",
        "How does it store data?",
        "And the metadata?",
    )
