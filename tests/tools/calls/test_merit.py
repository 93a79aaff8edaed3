"""Which of two answers is the better one."""

import pytest

from tools.calls.merit import Merit
from tools.grounding.citation import (
    CheckedSentence,
    Citation,
    Draft,
    Resolved,
    Verdict,
)
from tools.grounding.support.finding import Support


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


def citation(id_: int, verdict: Verdict) -> Citation:
    return Citation(
        id=id_,
        document="lamps.md",
        title="Lamps",
        start_line=1,
        end_line=1,
        quote="The lamp is red.",
        verdict=verdict,
        claim="The lamp is red.",
    )


def found_in(support: Support | None, *cited: int) -> int:
    """Return how many sentences count as checked of one that cites [1], or [1][2]."""
    sentence = CheckedSentence(
        text="The lamp is red.", citations=cited, covered=True, support=support
    )
    citations = (citation(1, Verdict.EXACT), citation(2, Verdict.FABRICATED))
    resolved = Resolved(
        "The lamp is red.", citations, (sentence,), grounded=False, verified=0.0,
        problems=(),
    )  # fmt: skip
    return Merit.of(Draft(answer="The lamp is red."), resolved).checked


@pytest.mark.parametrize("support", Support)
def test_what_counts_as_checked_is_borne_out(support: Support) -> None:
    assert found_in(support, 1) == (support in {Support.STATED, Support.CLOSE})


def test_what_was_not_judged_or_cites_what_does_not_hold_is_not_checked() -> None:
    assert found_in(None, 1) == 0
    assert found_in(Support.STATED, 1, 2) == 0
