"""What is said of an answer besides it."""

from typing import Any

import pytest

from agent.output.remarks import (
    remarks_on_end,
    remarks_on_grounding,
    remarks_on_models,
    remarks_on_problems,
)
from agent.settings.depth import LIMITS, LimitName
from tests.fakes.answers import answered, checked


def test_of_a_grounded_answer_that_ended_by_itself_there_is_nothing_to_say() -> None:
    answer = answered()
    assert remarks_on_models(answer) == []
    assert remarks_on_end(answer) == []
    assert remarks_on_grounding(answer) == []
    assert remarks_on_problems(checked()) == []


def test_each_model_that_was_given_up_is_named_with_the_one_that_answered() -> None:
    answer = answered(given_up=("a: it is down.", "b: no key."))
    assert remarks_on_models(answer) == [
        "Given up, and gpt-oss-20b was asked: a: it is down.",
        "Given up, and gpt-oss-20b was asked: b: no key.",
    ]


@pytest.mark.parametrize("reason", [each for each in LIMITS if LIMITS[each].advice])
def test_what_ended_a_search_is_said_with_what_to_do(reason: LimitName) -> None:
    said = remarks_on_end(answered(stop_reason=reason))
    assert said == [f"The search was ended: {LIMITS[reason].advice}."]


def test_a_cancelled_question_has_no_advice() -> None:
    assert remarks_on_end(answered(stop_reason="cancelled")) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "see what is marked ⚠ and ✗, or ask more narrowly"),
        (
            {"answered": False, "citations": ()},
            "the model never searched; try another --model",
        ),
        (
            {"answered": False, "citations": (), "stop_reason": "turn_limit"},
            "nothing was found by then",
        ),
    ],
)
def test_an_answer_that_is_not_grounded_says_why(
    changed: dict[str, Any], said: str
) -> None:
    answer = answered(grounded=False, **changed)
    assert remarks_on_grounding(answer) == [f"Not grounded: {said}."]


def test_each_problem_of_a_checked_answer_is_said() -> None:
    found = checked(grounded=False, problems=("a is wrong", "b is wrong"))
    assert remarks_on_problems(found) == [
        "Not grounded: a is wrong.",
        "Not grounded: b is wrong.",
    ]
