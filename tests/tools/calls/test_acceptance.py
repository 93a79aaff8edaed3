import pytest

from tools.calls.acceptance import Acceptance, UngroundedError, UnsearchedError
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Draft
from tools.trajectory.tool_call import ToolCall

SOUND = Draft(answer="The lamp is red [1].")
FALSE = Draft(answer="The lamp is made of wax and honey [1].")
BARE = Draft(answer="The lamp is of glass.")
GIVEN_UP = Draft(answer="I do not know.", answered=False)


class Seen:
    """What a run has seen, and the acceptance that judges by it."""

    def __init__(self) -> None:
        self.evidence = Evidence()
        self.shown: set[int] = set()
        self.trajectory: list[ToolCall] = []
        self.acceptance = Acceptance(
            "Which colour is the lamp?", self.evidence, self.shown, self.trajectory
        )

    def search(self, *, failed: bool = False) -> None:
        call = ToolCall(
            turn=1, name="search", arguments={}, returned="", failed=failed, ms=0
        )
        self.trajectory.append(call)

    def show(self, document: str = "lamps.md") -> None:
        source = self.evidence.show(document, "Lamps", "", 1, "The lamp is red.")
        self.shown.add(source.id)


@pytest.fixture
def seen() -> Seen:
    """A search that showed one source."""
    seen = Seen()
    seen.show()
    seen.search()
    return seen


def test_a_grounded_draft_is_taken_and_kept(seen: Seen) -> None:
    assert seen.acceptance.judge(SOUND) is SOUND
    assert seen.acceptance.draft is SOUND


def test_of_several_drafts_the_first_is_kept(seen: Seen) -> None:
    seen.acceptance.judge(SOUND)
    assert seen.acceptance.judge(GIVEN_UP) is GIVEN_UP
    assert seen.acceptance.draft is SOUND


def test_a_draft_whose_citation_does_not_hold_goes_back_once(seen: Seen) -> None:
    with pytest.raises(UngroundedError, match="does not bear out") as sent_back:
        seen.acceptance.judge(FALSE)
    assert sent_back.value.draft is FALSE
    assert seen.acceptance.draft is None
    assert seen.acceptance.judge(FALSE) is FALSE


def test_a_draft_without_a_citation_is_told_the_last_ten_sources_shown(
    seen: Seen,
) -> None:
    for number in range(2, 13):
        seen.show(f"{number}.md")
    seen.shown.remove(12)
    with pytest.raises(UngroundedError) as sent_back:
        seen.acceptance.judge(BARE)
    problem, _, names = sent_back.value.reason.partition("; the sources are ")
    assert problem.startswith('"The lamp is of glass." carries no citation; ')
    assert names.startswith("[2] 2.md lines 1-1, [3] 3.md lines 1-1, ")
    assert names.endswith(", [11] 11.md lines 1-1")


@pytest.mark.parametrize(
    "answer",
    [
        "The lamp is red.",
        "The lamp is red [2].",
        "The lamp is red. This is found in [1].",
    ],
)
def test_what_a_program_can_cite_is_not_sent_back(seen: Seen, answer: str) -> None:
    draft = Draft(answer=answer)
    assert seen.acceptance.judge(draft) is draft


def test_a_draft_before_any_search_goes_back_once() -> None:
    acceptance = Seen().acceptance
    with pytest.raises(UnsearchedError, match="nothing was searched yet"):
        acceptance.judge(GIVEN_UP)
    assert acceptance.judge(GIVEN_UP) is GIVEN_UP


def test_a_call_that_failed_is_no_search() -> None:
    seen = Seen()
    seen.search(failed=True)
    with pytest.raises(UnsearchedError):
        seen.acceptance.judge(BARE)


def test_what_is_searched_later_counts() -> None:
    seen = Seen()
    seen.search()
    assert seen.acceptance.judge(GIVEN_UP) is GIVEN_UP


def test_what_an_earlier_question_has_seen_may_be_cited_without_a_search() -> None:
    seen = Seen()
    seen.show()
    assert seen.acceptance.judge(SOUND) is SOUND


def test_what_it_does_not_bear_out_counts_as_unsearched() -> None:
    seen = Seen()
    seen.show()
    with pytest.raises(UnsearchedError):
        seen.acceptance.judge(FALSE)


def test_a_draft_goes_back_for_both_reasons_to_be_searched_for_first() -> None:
    seen = Seen()
    with pytest.raises(UnsearchedError):
        seen.acceptance.judge(BARE)
    seen.show()
    seen.search()
    with pytest.raises(UngroundedError):
        seen.acceptance.judge(BARE)
    assert seen.acceptance.judge(BARE) is BARE


def test_without_a_source_a_draft_is_not_sent_back_to_be_corrected() -> None:
    acceptance = Seen().acceptance
    with pytest.raises(UnsearchedError):
        acceptance.judge(BARE)
    assert acceptance.judge(BARE) is BARE


def test_in_the_last_turn_any_draft_is_taken() -> None:
    acceptance = Seen().acceptance
    acceptance.finishing = True
    assert acceptance.judge(BARE) is BARE
