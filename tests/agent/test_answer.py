"""The answer as JSON: what was saved once can be read for ever."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from pydantic import ValidationError

from agent.answer import Answer
from agent.events.repair import Repair
from tools.errors import ExitCode

REPAIR = {"turn": 2, "kind": "name", "before": "functions.search", "after": "search"}
SAVED: dict[str, Any] = {
    "schema": "citeloop.answer/1",
    "question": "What?",
    "answer": "That.",
    "answered": True,
    "citations": [],
    "grounded": True,
    "stop_reason": "answered",
    "model": "gpt-oss-20b",
    "depth": "medium",
    "turns": 2,
    "trajectory": [],
    "repairs": [REPAIR],
    "usage": {},
    "seconds": 1.0,
}


def test_a_saved_answer_has_its_repairs_again() -> None:
    answer = Answer.model_validate(SAVED)
    assert answer.repairs == (
        Repair(turn=2, kind="name", before="functions.search", after="search"),
    )
    dumped = answer.model_dump(mode="json")
    assert dumped["repairs"] == [REPAIR]
    assert list(dumped["repairs"][0]) == ["turn", "kind", "before", "after"]
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


def test_an_answer_that_was_kept_before_it_was_looked_at_tells_no_share() -> None:
    kept = {"text": "That.", "citations": [], "covered": False}
    answer = Answer.model_validate({**SAVED, "sentences": [kept]})
    assert answer.verified is None
    assert answer.sentences[0].support is None
    judged = Answer.model_validate({**SAVED, "verified": 0.5})
    assert judged.model_dump(mode="json")["verified"] == 0.5


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, ExitCode.ANSWERED),
        ({"missing": ["when"]}, ExitCode.ANSWERED),
        ({"answered": False}, ExitCode.NOT_FOUND),
        ({"answered": False, "missing": ["what"]}, ExitCode.NOT_FOUND),
        ({"answered": False, "grounded": False}, ExitCode.INCOMPLETE),
        ({"grounded": False}, ExitCode.INCOMPLETE),
        ({"answered": False, "stop_reason": "turn_limit"}, ExitCode.LIMIT),
        ({"answered": False, "stop_reason": "cancelled"}, ExitCode.INTERRUPTED),
    ],
)
def test_a_script_can_tell_how_it_went(changed: dict[str, Any], code: int) -> None:
    answer = Answer.model_validate({**SAVED, **changed})
    assert answer.exit_code == code


def test_an_answer_of_before_has_nothing_missing() -> None:
    assert Answer.model_validate(SAVED).missing == ()


def test_a_repair_of_another_version_is_read_as_far_as_it_is_known() -> None:
    later = {**REPAIR, "later": 1}
    assert Answer.model_validate({**SAVED, "repairs": [later]}).repairs[0].turn == 2
    earlier = {name: REPAIR[name] for name in ("kind", "before", "after")}
    assert Answer.model_validate({**SAVED, "repairs": [earlier]}).repairs[0].turn == 0


@pytest.mark.parametrize("wrong", [{"kind": "mood"}, {"turn": "two"}, {"after": None}])
def test_a_repair_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Answer.model_validate({**SAVED, "repairs": [{**REPAIR, **wrong}]})


def test_a_repair_stays_as_it_is() -> None:
    repair = Answer.model_validate(SAVED).repairs[0]
    with pytest.raises(FrozenInstanceError):
        repair.turn = 3  # type: ignore[misc]


def test_the_schema_says_what_a_repair_is() -> None:
    assert Answer.model_json_schema()["$defs"]["Repair"] == {
        "description": "What was put right in a turn that came over the wire broken, "
        "in short.",
        "properties": {
            "turn": {"default": 0, "title": "Turn", "type": "integer"},
            "kind": {
                "enum": [
                    "name", "arguments", "id", "call", "calls", "channel",
                        "token", "repeat", "finish", "sampled_again",
                ],
                "title": "Kind",
                "type": "string",
            },
            "before": {"title": "Before", "type": "string"},
            "after": {"title": "After", "type": "string"},
        },
        "required": ["kind", "before", "after"],
        "title": "Repair",
        "type": "object",
    }  # fmt: skip
