import json
from typing import Any

import pytest
from agents.tool_context import ToolContext

from tests.fakes.scripted import QUOTE
from tools.calls.run import Run
from tools.calls.tool import make_tool
from tools.errors import ToolError
from tools.evidence.evidence import Evidence
from tools.final_answer import final_answer
from tools.grounding.citation import Draft, DraftCitation
from tools.library.library import Library

CITED = [DraftCitation(source=1, quote=QUOTE)]


async def call(
    run: Run,
    answer: str = "It is sealed when it reaches a share of the maximum size [1].",
    **rest: Any,
) -> Any:
    """Return what a call of the tool returns, whatever JSON it is made with."""
    text = json.dumps({"answer": answer, **rest})
    tool = make_tool(final_answer)
    context = ToolContext(
        run, tool_name=tool.name, tool_call_id="call_1", tool_arguments=text
    )
    return await tool.on_invoke_tool(context, text)


@pytest.fixture
def begun(library: Library) -> Run:
    evidence = Evidence()
    evidence.show("write-path.md", "The write path", "Sealing", 37, QUOTE)
    return Run(library, evidence, "What seals a segment?")


async def test_an_answer_that_its_citations_bear_out_is_taken(begun: Run) -> None:
    draft = await final_answer(
        begun,
        "It is sealed when it reaches a share of the maximum size [1].",
        citations=CITED,
    )
    assert (draft.answer, draft.answered) == (
        "It is sealed when it reaches a share of the maximum size [1].",
        True,
    )
    assert draft.citations == tuple(CITED)
    assert begun.acceptance.draft == draft


FORMS = {
    "as it is told": [f"1: {QUOTE}"],
    "a mark before it": [f"[1] {QUOTE}"],
    "gpt-oss's mark": [f"【1†L37-L37】{QUOTE}"],
    "a source, in quotation marks": [f'Source 1: "{QUOTE}"'],
    "objects": [{"source": 1, "quote": QUOTE}],
    "an object": {"source": 1, "quote": QUOTE},
    "a number of text": [{"source": "1", "quote": QUOTE}],
    "pairs": [["[1]", QUOTE]],
    "quotes by number": {"1": QUOTE},
    "several quotes by number": {"[1]": [QUOTE]},
    "a text": f"1: {QUOTE}",
    "marks besides": ["[1]", f"1: {QUOTE}", 1, None, ""],
}
"""What models give for citations."""


@pytest.mark.parametrize("given", FORMS.values(), ids=FORMS)
async def test_citations_are_taken_in_each_form_that_models_give(
    begun: Run, given: Any
) -> None:
    draft = await call(begun, citations=given)
    assert draft.citations == tuple(CITED)
    kept = Draft.model_validate({"answer": "So.", "citations": given})
    assert kept.citations == tuple(CITED)


@pytest.mark.parametrize("given", [None, [], {}, "", ["1"], 1, "[1]"])
async def test_citations_without_a_quote_are_none(begun: Run, given: Any) -> None:
    answer = "It is sealed when it reaches a share of the maximum segment size [1]."
    draft = await call(begun, answer=answer, citations=given)
    assert draft.citations == ()


@pytest.mark.parametrize(
    "given", [[QUOTE], ["37 nodes seal it"], ["3.5: so"], ["12:30 o'clock"]]
)
async def test_a_quote_that_names_no_source_is_told(begun: Run, given: Any) -> None:
    output = await call(begun, citations=given)
    assert output.startswith("Error: citations: Value error, ")
    assert "begins with no number of a source" in output


async def test_a_quote_may_hold_quotation_marks_of_its_own() -> None:
    (quote,) = Draft(answer="So.", citations=['3: "a" and "b"']).citations
    assert (quote.source, quote.quote) == (3, '"a" and "b"')


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (["who wrote it", " when\n"], ("who wrote it", "when")),
        ("who wrote it", ("who wrote it",)),
        (["who", "who", "", None], ("who",)),
        (None, ()),
        ([], ()),
        (["\ud800<|end|>"], ("?< |end| >",)),
        (["x" * 400], ("x" * 299 + "…",)),
    ],
)
async def test_what_is_missing_is_taken_in_each_form_and_made_safe(
    begun: Run, given: Any, missing: tuple[str, ...]
) -> None:
    draft = await call(begun, citations=CITED[0].model_dump(), missing=given)
    assert draft.missing == missing
    assert Draft.model_validate_json(str(draft)) == draft


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
    sealed = "It is sealed when it reaches a share of the maximum size [1]."
    answer = f"{sealed} The coordinator is written in Go."
    with pytest.raises(ToolError) as told:
        await final_answer(begun, answer, citations=CITED)
    assert str(told.value) == (
        'the answer was not accepted: "The coordinator is written in Go." carries no '
        "citation. Correct this and call final_answer again"
    )
    assert (await final_answer(begun, answer, citations=CITED)).answer == answer
