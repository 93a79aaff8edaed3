"""An answer that is there already, with somebody who reads what is unclear."""

from collections.abc import Sequence

from tests.fakes.checkers import FAR, SEALED
from tools.grounding.support.finding import Pair, Reading, Support
from tools.library.library import Library
from tools.verification.answers import GivenAnswer, Verification, verify_in_library

SAME = SEALED[:-1]


def given(*sentences: str) -> GivenAnswer:
    citation = {"id": 1, "document": "write-path.md", "quote": SEALED}
    text = " ".join(f"{each} [1]." for each in sentences)
    return GivenAnswer.model_validate({"answer": text, "citations": [citation]})


class Reader:
    """Finds that everything is stated."""

    def __init__(self) -> None:
        self.asked: list[Pair] = []

    def __call__(self, pairs: Sequence[Pair]) -> dict[Pair, Reading]:
        self.asked += pairs
        return {each: Reading("states", "a growing segment") for each in pairs}


def supports(found: Verification) -> list[Support | None]:
    return [each.support for each in found.sentences]


def test_a_reader_lifts_what_is_unclear_in_an_answer(library: Library) -> None:
    reader = Reader()
    assert not verify_in_library(given(FAR), library).grounded
    found = verify_in_library(given(FAR, SAME), library, read=reader)
    assert (found.grounded, supports(found)[0]) == (True, Support.CLOSE)
    assert [each.sentence for each in reader.asked] == [f"{FAR}.", f"{SAME}."]


def test_a_reader_is_not_asked_of_what_is_clear(library: Library) -> None:
    reader = Reader()
    assert verify_in_library(given(SAME), library, read=reader).grounded
    assert reader.asked == []


def test_strictly_what_is_stated_alone_is_grounded(library: Library) -> None:
    found = verify_in_library(given(FAR), library, strict=True, read=Reader())
    assert not found.grounded
    assert any("is a paraphrase of what it cites" in each for each in found.problems)
    assert verify_in_library(given(SAME), library, strict=True).grounded
