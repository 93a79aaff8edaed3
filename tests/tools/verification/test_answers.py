from pathlib import Path

import pytest

from agent import CitedPassage, DraftCitation, verify
from tests.conftest import DOCS
from tools.library.library import Library
from tools.verification.answers import GivenAnswer, verify_in_library

SEALED = (
    "The data coordinator seals a growing segment when the segment reaches a share of "
    "the maximum segment size."
)
PASSAGES = [
    CitedPassage(document="lamps.md", text="The lamp is red.\nIt is 12 cm tall."),
    CitedPassage(document="tables.md", text="The table is made of oak.", start_line=7),
]


def line_of(text: str, document: str) -> int:
    lines = (DOCS / document).read_text().split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


def given(
    *citations: dict[str, object],
    answer: str = "It is sealed when it reaches a share of the maximum size [1].",
) -> GivenAnswer:
    return GivenAnswer.model_validate({"answer": answer, "citations": citations})


def verdicts(library: Library, *citations: dict[str, object]) -> list[str]:
    found = verify_in_library(given(*citations), library)
    return [each.verdict.value for each in found.citations]


def test_an_answer_of_another_system_is_checked_against_its_passages() -> None:
    quotes = [DraftCitation(source=1, quote="The lamp is red.")]
    found = verify(
        "The lamp is red [1]. The table is made of oak [2].", PASSAGES, quotes
    )
    assert found.grounded
    assert [(each.document, each.start_line) for each in found.citations] == [
        ("lamps.md", 1),
        ("tables.md", 7),
    ]
    false = verify("The lamp is green [1]. It stands on the floor.", PASSAGES)
    assert [each.verdict.value for each in false.citations] == ["fabricated"]
    assert [each.covered for each in false.sentences] == [True, False]
    assert not false.grounded


@pytest.mark.parametrize(
    ("answer", "verified"),
    [
        ("The lamp is red [1]. The table is made of oak [2].", 1.0),
        ("The lamp is red [1]. The table is made of oak.", 0.5),
        ("The lamp is red and 13 cm tall [1].", 0.0),
        ("Which lamp is meant?", None),
    ],
)
def test_the_share_of_the_sentences_that_are_borne_out_is_told(
    answer: str, verified: float | None
) -> None:
    found = verify(answer, PASSAGES)
    assert found.verified == verified
    borne_out = [each.support is not None and each.support.bears_out
                 for each in found.sentences]  # fmt: skip
    assert borne_out.count(True) == len(borne_out) * (verified or 0)


def test_remarks_of_an_earlier_check_are_no_part_of_an_answer() -> None:
    answer = (
        "The lamp is red and 13 cm tall [1]. It was made by three sisters [2]. "
        "A chair stands there."
    )
    quotes = [DraftCitation(source=1, quote="The lamp is red.")]
    first = verify(answer, PASSAGES, quotes)
    for remark in ("not in the source: 13 cm", "fabricated", "no source"):
        assert f" (⚠ {remark})" in first.answer
    again = verify(first.answer, PASSAGES, quotes)
    assert again.answer == first.answer
    assert again.sentences == first.sentences


def test_words_in_the_lines_that_are_named_are_exact(library: Library) -> None:
    line = line_of(SEALED, "write-path.md")
    place = {"document": "write-path.md", "start_line": line, "end_line": line}
    assert verdicts(library, {**place, "quote": SEALED}) == ["exact"]


def test_words_in_other_lines_of_the_document_are_relocated(library: Library) -> None:
    place = {"document": "write-path.md", "start_line": 1, "end_line": 3}
    found = verify_in_library(given({**place, "quote": SEALED}), library)
    assert found.citations[0].verdict.value == "relocated"
    assert found.citations[0].start_line == line_of(SEALED, "write-path.md")


def test_a_document_that_is_named_without_lines_is_taken_whole(
    library: Library,
) -> None:
    assert verdicts(library, {"document": "write-path.md", "quote": SEALED}) == [
        "exact"
    ]


def test_words_of_another_document_of_the_library_are_found(library: Library) -> None:
    found = verify_in_library(given({"document": "hnsw.md", "quote": SEALED}), library)
    assert found.citations[0].verdict.value == "misattributed"
    assert found.citations[0].document == "write-path.md"


def test_words_that_stand_nowhere_are_fabricated_and_unknown_documents_unseen(
    library: Library,
) -> None:
    wax = {"document": "hnsw.md", "quote": "Segments are sealed with red wax."}
    assert verdicts(library, wax) == ["fabricated"]
    assert verdicts(library, {"document": "none.md", "quote": SEALED}) == ["unseen"]


def test_passages_of_the_file_come_before_the_library(library: Library) -> None:
    record = {
        "answer": "The lamp is red [1].",
        "passages": [{"document": "lamps.md", "text": "The lamp is red."}],
    }
    found = verify_in_library(GivenAnswer.model_validate(record), library)
    assert found.grounded
    assert Path(str(found.citations[0].document)).name == "lamps.md"


@pytest.mark.parametrize(
    ("said", "missing"),
    [(["when"], ("when",)), ("when", ("when",)), (True, ()), ({"a": 1}, ()), ([7], ())],
)
def test_what_an_answer_file_says_is_missing_is_kept(
    library: Library, said: object, missing: tuple[str, ...]
) -> None:
    record = {"answer": "It is not known.", "answered": False, "missing": said}
    found = verify_in_library(GivenAnswer.model_validate(record), library)
    assert found.missing == missing


def test_no_citation_is_attached_to_an_answer_that_is_judged() -> None:
    for answer in ("The lamp is red.", "The lamp is red [2]."):
        assert not verify(answer, PASSAGES).grounded


def test_of_a_citation_that_was_attached_the_sentence_is_checked(
    library: Library,
) -> None:
    line = line_of(SEALED, "write-path.md")
    place = {"document": "write-path.md", "start_line": line, "end_line": line + 2}
    answer = f"{SEALED[:-1]} [1]."
    attached = {**place, "claim": f"{SEALED[:-1]} [7].", "attached_by": "citeloop"}
    assert verify_in_library(given(attached, answer=answer), library).grounded
    other = {**attached, "start_line": 1, "end_line": 2}
    found = verify_in_library(given(other, answer=answer), library)
    assert [each.verdict.value for each in found.citations] == ["relocated"]
    false = answer.replace("a share", "80 %")
    assert not verify_in_library(given(attached, answer=false), library).grounded
