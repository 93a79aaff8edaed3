"""Whether a run is as its case expects."""

from typing import Any

import pytest

from agent.answer import Usage
from agent.evals.citing import Share, score_citations
from agent.evals.judging import judge_run, refuse_unfit
from agent.evals.own_schemas import own_schemas
from tests.agent.evals.made import CASE, run_of, suite_of, tool_call
from tests.fakes.answers import CITATION, answered
from tools.errors import ExitCode, UsageError
from tools.grounding.citation import CheckedSentence, Verdict
from tools.grounding.support.finding import Support

FABRICATED = CITATION.model_copy(
    update={"id": 2, "document": "ivf.md", "verdict": Verdict.FABRICATED}
)


def failures(expected: dict[str, Any], **answer: Any) -> tuple[str, ...]:
    case = suite_of({**CASE, **expected}).cases[0]
    found = judge_run(case, run_of("hnsw", **answer))
    assert found.passed is not bool(found.failures)
    assert (found.score == 1) is found.passed
    return found.failures


@pytest.mark.parametrize(
    ("expected", "good", "bad", "says"),
    [
        ({"cites": ["hnsw.md"]}, {}, {"citations": ()},
         "cites: hnsw.md is not cited, but nothing"),
        ({"cites": ["hn*"]}, {}, {"citations": (FABRICATED,)},
         "cites: hn* is not cited, but nothing"),
        ({"verdicts": {"fabricated": 0}}, {}, {"citations": (CITATION, FABRICATED)},
         "verdicts: 1 citations are fabricated, expected are 0"),
        ({"verdicts": {"exact": "1..2"}}, {}, {"citations": ()},
         "verdicts: 0 citations are exact, expected are 1..2"),
        ({"grounded": True}, {}, {"grounded": False},
         "grounded: true was expected, and it is false"),
        ({"answered": True}, {}, {"answered": False},
         "answered: true was expected, and it is false"),
        ({"exit_code": 0}, {}, {"answered": False},
         "exit_code: 0 was expected, and it is 8"),
        ({"contains": ["GRAPH index"]}, {"answer": "a graph\n index"},
         {"answer": "a tree"}, 'contains: "GRAPH index" is not in "a tree"'),
        ({"not_contains": ["tree"]}, {}, {"answer": "a Tree"},
         'not_contains: "tree" is in "a Tree"'),
        ({"pattern": r"gra\w+ index"}, {"answer": "a graph index"},
         {"answer": "none"}, r'pattern: "gra\w+ index" is not in "none"'),
    ],
)  # fmt: skip
def test_what_is_expected_of_an_answer_holds_or_is_named(
    expected: dict[str, Any], good: dict[str, Any], bad: dict[str, Any], says: str
) -> None:
    assert failures({"answer": expected}, **good) == ()
    assert failures({"answer": expected}, **bad) == (says,)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"turns": 1}, "turns: 2 taken, 1 at most"),
        ({"seconds": 1}, "seconds: 1.5 taken, 1.0 at most"),
        ({"tokens": 4_000}, "tokens: 5,000 taken, 4,000 at most"),
    ],
)
def test_a_limit_that_was_passed_is_named(limits: dict[str, int], says: str) -> None:
    usage = Usage(total_tokens=5_000)
    assert failures({"limits": limits}, usage=usage) == (says,)
    doubled = {name: value * 2 for name, value in limits.items()}
    assert failures({"limits": doubled}, usage=usage) == ()


def test_calls_are_compared_with_the_defaults_of_the_tools_filled_in() -> None:
    case = suite_of(
        {**CASE, "calls": {"expect": [{"tool": "search", "arguments": {"query": "x"}}]}}
    ).cases[0]
    schemas = own_schemas()
    given = run_of("hnsw", tool_call("search", query="x", limit=None))
    assert judge_run(case, given, schemas).passed
    assert not judge_run(case, given).passed
    other = run_of("hnsw", tool_call("search", query="y"))
    found = judge_run(case, other, schemas)
    assert not found.passed
    assert 0 < found.score < 1
    assert "differs" in found.text
    assert '"y"' in found.text


def test_a_hallucinated_argument_never_passes() -> None:
    case = suite_of(
        {**CASE, "calls": {"mode": "subset", "expect": [{"tool": "search"}]}}
    ).cases[0]
    call = tool_call("search", query="x", delete_database=True)
    assert not judge_run(case, run_of("hnsw", call), own_schemas()).passed


def test_an_expectation_that_no_run_could_meet_is_refused_before_any() -> None:
    expect = [{"tool": "search", "arguments": {"q": "x"}}]
    suite = suite_of({**CASE, "calls": {"expect": expect}})
    with pytest.raises(UsageError, match=r"The case hnsw: .*no argument q"):
        refuse_unfit(suite, own_schemas())


@pytest.mark.parametrize(
    ("code", "unavailable"),
    [
        (ExitCode.MODEL, True),
        (ExitCode.CREDENTIALS, True),
        (ExitCode.LIBRARY, True),
        (ExitCode.INCOMPLETE, False),
        (ExitCode.USAGE, False),
    ],
)
def test_a_failure_is_no_pass_and_a_transports_is_told_apart(
    code: ExitCode, unavailable: bool
) -> None:
    found = judge_run(suite_of(CASE).cases[0], run_of("hnsw", failed=code))
    assert (found.passed, found.unavailable, found.score) == (False, unavailable, 0)
    assert found.failures == ("It is down.",)


def test_what_is_quoted_after_the_servers_failure_is_no_answer_of_the_model() -> None:
    run = run_of("hnsw", stop_reason="model_failed")
    found = judge_run(suite_of(CASE).cases[0], run)
    assert (found.passed, found.unavailable) == (False, True)


def test_each_question_of_a_conversation_is_judged_by_its_own_step() -> None:
    follow_up = {"question": "And IVF?", "answer": {"cites": ["ivf.md"]}}
    case = suite_of(
        {**CASE, "history": ["Hello?"], "answer": {"cites": ["hnsw.md"]},
         "follow_ups": [follow_up]}
    ).cases[0]  # fmt: skip
    ivf = CITATION.model_copy(update={"document": "ivf.md"})
    answers = (answered(citations=()), answered(), answered(citations=(ivf,)))
    run = run_of().model_copy(update={"answers": answers})
    assert judge_run(case, run).passed
    swapped = run.model_copy(update={"answers": (answers[0], answers[2], answers[1])})
    found = judge_run(case, swapped)
    assert [text.partition(":")[0] for text in found.failures] == [
        '"What is HNSW?"',
        '"And IVF?"',
    ]
    cut = run.model_copy(update={"answers": answers[:2]})
    assert judge_run(case, cut).failures == ("2 of 3 questions were asked",)


def test_citations_and_refusals_are_counted_with_what_they_are_of() -> None:
    suite = suite_of(
        {**CASE, "answer": {"cites": ["hnsw.md", "metrics.md"]}},
        {"id": "no", "question": "Who won?", "answer": {"answered": False}},
        {"id": "free", "question": "What?"},
    )
    gold, refusal, free = suite.cases
    sentences = (
        CheckedSentence(text="a", citations=(1,), covered=True, support=Support.STATED),
        CheckedSentence(text="b", citations=(), covered=False, support=Support.NONE),
    )
    other = CITATION.model_copy(update={"document": "ivf.md"})
    runs = [
        (gold, run_of(citations=(CITATION, other, FABRICATED), sentences=sentences)),
        (gold, run_of(citations=(), answered=False)),
        (gold, run_of(failed=ExitCode.MODEL)),
        (refusal, run_of("no", citations=(), answered=False)),
        (refusal, run_of("no", citations=())),
        (free, run_of("free", citations=(), answered=False)),
    ]
    scores = score_citations(runs)
    assert scores.gold_precision == Share(1, 2)
    assert scores.gold_recall == Share(1, 4)
    assert scores.quotes_verified == Share(2, 3)
    assert scores.attributed == scores.borne_out == Share(1, 2)
    assert scores.refusal_precision == Share(1, 2)
    assert scores.refusal_recall == Share(1, 2)
    assert str(scores.gold_recall) == "0.25 (1 of 4)"
