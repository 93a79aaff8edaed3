"""When an acceptance asks its checker, what for, and what becomes of the answer."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.fakes.checkers import FAR, SEALED, Scripted
from tools.calls.acceptance import Acceptance, UngroundedError
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Draft, DraftCitation
from tools.grounding.support.finding import Pair, Reading, Support
from tools.trajectory.tool_call import ToolCall

QUOTES = (DraftCitation(source=1, quote=SEALED),)
SAME = Draft(answer=f"{SEALED[:-1]} [1].", citations=QUOTES)
UNCLEAR = Draft(answer=f"{FAR} [1].", citations=QUOTES)
BOTH = Draft(answer=f"{FAR} [1]. {SEALED[:-1]} [1].", citations=QUOTES)
SEARCHED = ToolCall(
    turn=1, name="search", arguments={}, returned="", failed=False, ms=0
)


def accepting(
    say: Callable[[Pair], Reading | None], *, strict: bool = False
) -> tuple[Acceptance, Scripted]:
    evidence = Evidence()
    source = evidence.show("segments.md", "Segments", "", 1, SEALED)
    acceptance = Acceptance(
        "What seals a segment?", evidence, {source.id}, [SEARCHED], strict=strict
    )
    checker = Scripted(say)
    acceptance.checker = checker
    return acceptance, checker


def states(pair: Pair) -> Reading:
    del pair
    return Reading("states", "seals a growing segment")


def contradicts(pair: Pair) -> Reading:
    del pair
    return Reading("contradicts", "a growing segment")


def nothing(pair: Pair) -> None:
    del pair


async def test_nobody_is_asked_where_nothing_is_unclear() -> None:
    acceptance, checker = accepting(contradicts)
    assert await acceptance.take(SAME) is SAME
    assert checker.asked == []


async def test_an_unclear_sentence_that_the_checker_finds_stated_is_close() -> None:
    acceptance, checker = accepting(states)
    assert await acceptance.take(UNCLEAR) is UNCLEAR
    assert [[each.sentence for each in pairs] for pairs in checker.asked] == [
        [f"{FAR}."]
    ]
    (sentence,) = acceptance.resolve(UNCLEAR).sentences
    assert (sentence.support, sentence.support_by) == (Support.CLOSE, "checker")
    assert acceptance.resolve(UNCLEAR).grounded


async def test_what_is_borne_out_is_asked_too_and_may_be_lowered() -> None:
    acceptance, checker = accepting(contradicts)
    with pytest.raises(UngroundedError, match="says otherwise, a growing segment"):
        await acceptance.take(BOTH)
    assert len(checker.asked[0]) == 2
    supports = {each.support for each in acceptance.resolve(BOTH).sentences}
    assert supports == {Support.CONTRADICTED}


async def test_without_a_reading_the_rules_verdict_stays() -> None:
    acceptance, _ = accepting(nothing)
    with pytest.raises(UngroundedError, match="does not clearly say it"):
        await acceptance.take(UNCLEAR)


async def test_nothing_is_asked_twice_in_a_run() -> None:
    acceptance, checker = accepting(nothing)
    with pytest.raises(UngroundedError):
        await acceptance.take(UNCLEAR)
    assert await acceptance.take(BOTH) is BOTH
    assert [len(pairs) for pairs in checker.asked] == [1]


async def test_strictly_a_lifted_sentence_is_not_enough() -> None:
    acceptance, _ = accepting(states, strict=True)
    with pytest.raises(UngroundedError, match="is a paraphrase of what it cites"):
        await acceptance.take(UNCLEAR)
    assert await acceptance.take(SAME) is SAME
    assert acceptance.resolve(SAME).grounded


async def test_what_a_checker_says_of_other_sentences_is_nothing() -> None:
    class Talkative(Scripted):
        async def read(self, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
            return await super().read([*pairs, *other])

    acceptance, _ = accepting(nothing)
    other = acceptance.resolve(SAME).pairs
    acceptance.checker = Talkative(contradicts)
    with pytest.raises(UngroundedError):
        await acceptance.take(UNCLEAR)
    assert len(other) == 1
    assert acceptance.resolve(SAME).grounded


async def test_without_a_checker_a_draft_is_judged_by_the_rules() -> None:
    acceptance, _ = accepting(states)
    acceptance.checker = None
    with pytest.raises(UngroundedError):
        await acceptance.take(UNCLEAR)
