"""Answers in plain text, or as the JSON of a draft: taken, repaired, or sent back."""

import json

import pytest
from agents.testing import assistant_message

from tests.fakes.scripted import DEEP, QUOTE, final, last_prompt, run, script, search
from tools.grounding.citation import Verdict
from tools.library.library import Library


@pytest.mark.parametrize("stream", [True, False])
async def test_text_before_any_search_is_sent_back_to_search(
    library: Library, stream: bool
) -> None:
    model = script(assistant_message("Let me search for it."), search(), final())
    answer = await run(library, model, stream=stream)
    again = model.calls[1]
    assert "You have not searched" in json.dumps(again.input)
    assert "Let me search for it." in json.dumps(again.input)
    assert "search" in {tool.name for tool in again.tools}
    assert answer.grounded
    assert answer.turns == 3


async def test_a_text_is_kept_if_the_model_has_nothing_more_to_say(
    library: Library,
) -> None:
    model = script(
        assistant_message("It is sealed when it reaches a share of the maximum size."),
        assistant_message(""),
    )
    answer = await run(library, model)
    assert (
        answer.answer
        == "It is sealed when it reaches a share of the maximum size. (⚠ no source)"
    )
    assert answer.exit_code == 6


async def test_the_json_of_an_answer_may_have_null_for_its_citations(
    library: Library,
) -> None:
    text = '{"answer": "They do not say.", "answered": false, "citations": null}'
    answer = await run(library, script(search(), assistant_message(text)))
    assert (answer.answered, answer.exit_code) == (False, 8)


@pytest.mark.parametrize("stream", [True, False])
async def test_a_text_that_only_abstains_after_a_search_is_no_answer(
    library: Library, stream: bool
) -> None:
    model = script(search(), assistant_message("I cannot find it in the documents."))
    answer = await run(library, model, stream=stream)
    assert len(model.calls) == 2, "it is not sent back for a missing citation"
    assert (answer.answered, answer.grounded, answer.exit_code) == (False, True, 8)
    assert answer.answer == "I cannot find it in the documents."


async def test_a_text_that_abstains_before_any_search_goes_back_to_search(
    library: Library,
) -> None:
    idle = [assistant_message("I cannot find it.") for _ in range(2)]
    answer = await run(library, script(*idle))
    assert (answer.grounded, answer.exit_code) == (False, 6)


async def test_what_stands_beside_a_cited_fact_leaves_it_an_answer(
    library: Library,
) -> None:
    text = f"{QUOTE} [1] I cannot find when."
    answer = await run(library, script(search(), assistant_message(text)))
    assert (answer.answered, answer.grounded, answer.exit_code) == (True, True, 0)


async def test_an_uncited_fact_beside_an_abstention_is_sent_back(
    library: Library,
) -> None:
    text = "The documents do not say, but it is the data node."
    model = script(search(), assistant_message(text), assistant_message(text))
    answer = await run(library, model, depth=DEEP)
    assert len(model.calls) == 3
    assert (answer.answered, answer.exit_code) == (True, 6)


@pytest.mark.parametrize("blank", ['{"answer": " "}', '```json\n{"answer": ""}\n```'])
async def test_the_json_of_a_blank_answer_is_no_answer(
    library: Library, blank: str
) -> None:
    answer = await run(library, script(search(), assistant_message(blank)))
    assert (answer.extracted, answer.mode, answer.exit_code) == (True, "extractive", 6)
    assert "without an answer" in answer.mode_reason


async def test_text_without_a_search_goes_back_once_and_no_more(
    library: Library,
) -> None:
    model = script(*[assistant_message("I simply know.") for _ in range(2)])
    await run(library, model)
    model.assert_complete()
    assert len(model.calls) == 2


async def test_a_citation_problem_after_that_is_still_repaired(
    library: Library,
) -> None:
    model = script(
        assistant_message("I know."), search(), assistant_message("So."), final()
    )
    answer = await run(library, model)
    assert "not accepted" in json.dumps(model.calls[3].input)
    assert answer.grounded


async def test_plain_text_with_gpt_oss_marks_is_an_answer(library: Library) -> None:
    model = script(search(), assistant_message(f"{QUOTE} 【1†L37-L37】"))
    answer = await run(library, model)
    assert answer.answer == f"{QUOTE} [1]"
    assert answer.citations[0].verdict is Verdict.EXACT
    assert answer.citations[0].start_line == 37
    assert answer.grounded


@pytest.mark.parametrize("form", ["{}", "```json\n{}\n```", "```\n{}\n```"])
async def test_plain_text_that_is_the_json_of_an_answer_is_read_as_one(
    library: Library, form: str
) -> None:
    given = {"answer": "By size [1].", "citations": [{"source": 1, "quote": QUOTE}]}
    text = form.replace("{}", json.dumps(given))
    answer = await run(library, script(search(), assistant_message(text)))
    assert answer.answer == "By size [1]."
    assert answer.grounded


async def test_plain_text_without_a_citation_is_not_grounded(library: Library) -> None:
    model = script(*[assistant_message("I simply know.") for _ in range(2)])
    answer = await run(library, model)
    assert (answer.answered, answer.grounded, answer.exit_code) == (True, False, 6)


async def test_an_answer_in_plain_text_goes_back_once(library: Library) -> None:
    wax = assistant_message("Segments are sealed with wax [1].")
    model = script(search(), wax, final())
    answer = await run(library, model, depth=DEEP)
    assert (answer.stop_reason, answer.turns) == ("answered", 3)
    assert answer.grounded
    assert "does not bear out" in last_prompt(model)


async def test_a_text_before_any_search_is_repaired_if_the_search_ends_in_nothing(
    library: Library,
) -> None:
    wax = assistant_message("Segments are sealed with wax [1].")
    model = script(wax, search(), assistant_message(""), final())
    answer = await run(library, model)
    assert "does not bear out" in last_prompt(model)
    assert answer.grounded
