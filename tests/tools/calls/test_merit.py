"""Which of two answers is the better one."""

import pytest

from tools.calls.merit import Merit


def merit(
    *, problems: int = 0, checked: int = 0, grounded: bool = False, says: bool = True
) -> Merit:
    return Merit(says, grounded, problems, checked)


HALF = merit(problems=1, checked=2)


@pytest.mark.parametrize(
    ("after", "before", "better"),
    [
        (merit(grounded=True, checked=1), HALF, True),
        (merit(problems=1, checked=3), HALF, True),
        (merit(problems=0, checked=2), HALF, True),
        (HALF, HALF, False),
        (merit(problems=2, checked=3), HALF, False),
        (merit(problems=0, checked=1), HALF, False),
        (merit(grounded=True), HALF, False),
        (merit(grounded=True), merit(problems=2), True),
        (merit(grounded=True, checked=9, says=False), HALF, False),
        (merit(problems=3), merit(says=False), True),
    ],
    ids=[
        "grounded", "more is checked", "fewer problems", "the same", "more problems",
        "less is checked", "an abstention for what holds in part",
        "an abstention for what holds nowhere", "an echo", "after a blank one",
    ],
)  # fmt: skip
def test_an_answer_takes_the_place_of_another_only_if_it_is_better(
    after: Merit, before: Merit, better: bool
) -> None:
    assert after.is_better_than(before) is better
