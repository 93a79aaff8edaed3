from dataclasses import fields
from typing import get_args

import pytest

from agent.settings.depth import DEPTHS, LIMITS, Depth, LimitName
from agent.settings.settings import Settings

PRESET_ALONE = {"name", "search_limit"}


def test_each_limit_is_set_by_itself() -> None:
    settings = Settings.load({"effort": "high", "max_cost": 1.5})
    depth = DEPTHS["low"].limited(settings)
    assert (depth.effort, depth.max_cost, depth.max_turns) == ("high", 1.5, 6)


def test_settings_that_set_no_limit_leave_the_preset_as_it_is() -> None:
    for preset in DEPTHS.values():
        assert preset.limited(Settings.load({})) == preset


def test_each_limit_of_a_depth_is_a_setting_without_a_default() -> None:
    limits = {each.name for each in fields(Depth)} - PRESET_ALONE
    assert limits <= Settings.model_fields.keys()
    assert not PRESET_ALONE & Settings.model_fields.keys()
    assert {Settings.model_fields[name].default for name in limits} == {None}


def test_whatever_can_end_a_search_has_a_row() -> None:
    assert set(get_args(LimitName)) == LIMITS.keys()


def test_of_each_limit_but_the_persons_own_wish_it_is_said_what_to_do() -> None:
    assert [name for name, each in LIMITS.items() if not each.advice] == ["cancelled"]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("turn_limit", "all but the last of 12 turns are used"),
        ("tool_limit", "all 20 tool calls are made"),
        ("token_limit", "the limit of 300,000 prompt tokens is near"),
        ("time_limit", "the time of 900 s is almost over"),
        ("cost_limit", "the limit of $0.1 is near"),
    ],
)
def test_a_limit_is_explained_with_the_number_of_its_depth(
    limit: LimitName, said: str
) -> None:
    assert DEPTHS["medium"].explain(limit) == said
