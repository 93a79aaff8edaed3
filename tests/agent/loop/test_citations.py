"""Citations that do not hold: sent back once, then marked."""

from tests.fakes.scripted import QUOTE, call, final, run, script, search
from tools.grounding.citation import Verdict
from tools.library.library import Library


async def test_an_answer_with_a_false_quote_goes_back_once(library: Library) -> None:
    false = final(citations=[{"source": 1, "quote": "Segments are sealed with wax."}])
    model = script(search(), false, final())
    answer = await run(library, model)
    assert [each.failed for each in answer.trajectory] == [False, True, False]
    assert "does not bear out" in answer.trajectory[1].returned
    assert answer.grounded


async def test_a_false_quote_that_stays_is_marked_and_not_withheld(
    library: Library,
) -> None:
    false = {"citations": [{"source": 1, "quote": "Segments are sealed with wax."}]}
    answer = await run(library, script(search(), final(**false), final(**false)))
    assert answer.citations[0].verdict is Verdict.FABRICATED
    assert answer.citations[0].claim == "Segments are sealed with wax."
    assert not answer.grounded
    assert answer.exit_code == 6
    assert answer.answer.startswith(
        "It is sealed when it reaches a share of the maximum size"
    )
    assert answer.verified == 0.0


async def test_the_share_of_the_sentences_that_are_borne_out_is_told(
    library: Library,
) -> None:
    said = f"{QUOTE} [1] Wax seals it."
    quote = [{"source": 1, "quote": QUOTE}]
    half = [final(said, citations=quote) for _ in range(2)]
    answer = await run(library, script(search(), *half))
    assert [each.support and each.support.value for each in answer.sentences][1:] == [
        "none"
    ]
    assert (answer.verified, answer.grounded) == (0.5, False)


async def test_an_invented_source_is_marked_unseen(library: Library) -> None:
    invented = [final("It is so [99].", citations=[]) for _ in range(2)]
    answer = await run(library, script(search(), *invented))
    assert [each.verdict for each in answer.citations] == [Verdict.UNSEEN]
    assert answer.citations[0].document is None
    assert not answer.grounded


async def test_an_index_in_the_answer_is_no_mark(library: Library) -> None:
    final_ = final(f"Is it like arr[0] <|end|>? {QUOTE} [1]", citations=[])
    answer = await run(library, script(search(), final_))
    assert answer.answer == f"Is it like arr[0] < |end| >? {QUOTE} [1]"
    assert answer.grounded


async def test_what_requery_found_but_did_not_show_is_unseen(library: Library) -> None:
    found = call("requery", {"queries": ["segments", "flush", "index"]})
    unseen = final("So [9].", citations=[{"source": 9, "quote": QUOTE}])
    model = script(found, unseen, final("So [9].", citations=[]))
    answer = await run(library, model)
    assert answer.trajectory[0].returned.startswith("3 new passages")
    assert "[9] is no source" in answer.trajectory[1].returned
    assert answer.citations[0].verdict is Verdict.UNSEEN


async def test_a_sentence_that_its_mark_does_not_bear_out_goes_back_once(
    library: Library,
) -> None:
    bare = [final("Segments are sealed with wax [1].", citations=[]) for _ in range(2)]
    answer = await run(library, script(search(), *bare))
    assert [each.failed for each in answer.trajectory] == [False, True, False]
    assert "does not bear out" in answer.trajectory[1].returned
    assert not answer.grounded


async def test_a_quote_with_a_word_turned_round_is_never_grounded(
    library: Library,
) -> None:
    turned = {
        "citations": [{"source": 1, "quote": QUOTE.replace("seals", "never seals")}]
    }
    answer = await run(library, script(search(), final(**turned), final(**turned)))
    assert answer.citations[0].verdict is Verdict.FABRICATED
    assert not answer.grounded
