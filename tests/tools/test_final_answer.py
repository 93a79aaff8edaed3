import pytest

from tests.fakes.scripted import QUOTE
from tools.calls.run import Run
from tools.errors import ToolError
from tools.evidence.evidence import Evidence
from tools.final_answer import final_answer
from tools.grounding.citation import DraftCitation
from tools.library.library import Library

CITED = [DraftCitation(source=1, quote=QUOTE)]


@pytest.fixture
def begun(library: Library) -> Run:
    evidence = Evidence()
    evidence.show("write-path.md", "The write path", "Sealing", 37, QUOTE)
    return Run(library, evidence, "What seals a segment?")


async def test_an_answer_that_its_citations_bear_out_is_taken(begun: Run) -> None:
    draft = await final_answer(begun, "It is sealed by size [1].", citations=CITED)
    assert (draft.answer, draft.answered) == ("It is sealed by size [1].", True)
    assert draft.citations == tuple(CITED)
    assert begun.acceptance.draft == draft


async def test_a_blank_answer_is_told_and_not_judged(begun: Run) -> None:
    with pytest.raises(ToolError) as told:
        await final_answer(begun, " \n")
    assert str(told.value) == "answer: it is blank; write the answer as Markdown"
    assert begun.acceptance.draft is None


async def test_giving_up_before_any_search_goes_back(begun: Run) -> None:
    with pytest.raises(ToolError) as told:
        await final_answer(begun, "I do not know.", answered=False)
    assert str(told.value) == (
        "the answer was not accepted: nothing was searched yet. Search before you "
        "answer or give up"
    )


async def test_an_answer_that_goes_back_is_told_each_problem(begun: Run) -> None:
    answer = "It is sealed by size [1]. The coordinator is written in Go."
    with pytest.raises(ToolError) as told:
        await final_answer(begun, answer, citations=CITED)
    assert str(told.value) == (
        'the answer was not accepted: "The coordinator is written in Go." carries no '
        "citation. Correct this and call final_answer again"
    )
    assert (await final_answer(begun, answer, citations=CITED)).answer == answer
