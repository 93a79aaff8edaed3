import pytest

from tests.tools.grounding.checking import evidence_of
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Draft, DraftCitation, Resolved
from tools.grounding.resolving import resolve
from tools.grounding.support.finding import Support

LAMPS = "The lamp is red and 12 cm tall.\nIt was made in 1999."
TABLES = "The table is made of oak.\nIt has four legs."


def resolved(
    answer: str, *quotes: tuple[int, str], answered: bool = True, question: str = ""
) -> Resolved:
    citations = tuple(DraftCitation(source=n, quote=quote) for n, quote in quotes)
    draft = Draft(answer=answer, answered=answered, citations=citations)
    return resolve(draft, evidence_of(LAMPS, TABLES), question)


def test_an_answer_whose_sentences_are_all_borne_out_is_grounded() -> None:
    found = resolved(
        "The lamp is red [1]. The table is of oak [2].",
        (1, "The lamp is red"),
        (2, "made of oak"),
    )
    assert found.grounded
    assert found.problems == ()
    assert found.answer == "The lamp is red [1]. The table is of oak [2]."
    assert [each.citations for each in found.sentences] == [(1,), (2,)]


def test_a_sentence_without_a_citation_is_marked_and_not_grounded() -> None:
    found = resolved(
        "The lamp is red [1]. The chair is blue today.", (1, "The lamp is red")
    )
    assert not found.grounded
    assert [each.covered for each in found.sentences] == [True, False]
    assert found.answer.endswith("The chair is blue today. (⚠ no source)")
    assert found.problems == ('"The chair is blue today." carries no citation',)


def test_a_number_that_the_cited_lines_lack_is_marked_and_not_grounded() -> None:
    found = resolved("The lamp is red and 13 cm tall [1].", (1, "The lamp is red"))
    assert [each.verdict.value for each in found.citations] == ["exact"]
    assert found.sentences[0].unsupported_values == ("13 cm",)
    assert found.answer.endswith("[1]. (⚠ not in the source: 13 cm)")
    assert not found.grounded
    assert "do not hold 13" in found.problems[0]


def test_the_whole_lines_of_a_quote_bear_out_a_number() -> None:
    assert resolved("It is 12 cm tall [1].", (1, "The lamp is red")).grounded


def test_a_name_that_the_cited_lines_lack_is_marked_and_not_grounded() -> None:
    found = resolved("In Paris the lamp is red [1].", (1, "The lamp is red"))
    assert found.sentences[0].unsupported_values == ("Paris",)
    assert found.sentences[0].support is Support.UNCLEAR
    assert not found.grounded
    asked = resolved(
        "In Paris the lamp is red [1].", (1, "The lamp is red"), question="And Paris?"
    )
    assert asked.sentences[0].unsupported_values == ()


LEVELS = "Milvus has four levels of consistency; by default the level is Bounded."


@pytest.mark.parametrize(
    ("answer", "question", "grounded"),
    [
        ("The default level of consistency is Strong [1].", "", False),
        ("The default level of consistency is Bounded [1].", "", True),
        ("In Milvus, the default level of consistency is Bounded [1].", "", True),
        ("In Zilliz, the default level of consistency is Bounded [1].", "", False),
        (
            "In Zilliz, the default level of consistency is Bounded [1].",
            "Zilliz?",
            True,
        ),
        ("The default Level of Consistency is Bounded [1].", "", True),
    ],
)
def test_a_paraphrase_needs_its_names_in_the_lines_or_the_question(
    answer: str, question: str, grounded: bool
) -> None:
    found = resolve(Draft(answer=answer), evidence_of(LEVELS), question)
    assert found.grounded is grounded, found.problems
    if not grounded:
        assert "do not hold" in found.problems[0]


@pytest.mark.parametrize(
    ("source", "quote", "remark"),
    [
        (1, "Lamps are baked from cheese", "fabricated"),
        (1, "The table is made of oak", "misattributed"),
        (9, "The lamp is red", "unseen"),
    ],
)
def test_a_citation_that_does_not_hold_is_marked_where_it_stands(
    source: int, quote: str, remark: str
) -> None:
    found = resolved(f"So it is said there [{source}].", (source, quote))
    assert found.answer == f"So it is said there [1] (⚠ {remark})."
    assert not found.grounded
    assert len(found.problems) == 1


def test_an_answer_that_abstains_needs_no_sources() -> None:
    found = resolved("The moon is not mentioned at all there.", answered=False)
    assert found.grounded
    assert found.sentences == ()


def test_an_answer_without_any_statement_still_needs_a_source() -> None:
    found = resolved("Red.")
    assert not found.grounded
    assert found.problems == ("it cites no source: name and quote those it comes from",)


def test_marks_in_code_are_left_alone() -> None:
    draft = Draft(answer="Call `rows[3]` then, and see [1].")
    assert "`rows[3]`" in resolve(draft, Evidence()).answer


def test_a_mark_that_does_not_hold_is_not_lifted_by_one_that_does() -> None:
    draft = Draft(answer="The lamp is 12 cm tall and red [1][2].")
    found = resolve(draft, evidence_of(LAMPS, "Boats sail west."), attach=False)
    assert found.sentences[0].support is Support.STATED
    verdicts = [each.verdict.value for each in found.citations]
    assert verdicts == ["paraphrased", "fabricated"]
    assert not found.grounded
