"""The sentences of `tests/benchmarks/support.py`: what they cite stands there."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.benchmarks.support_statements import Row, read_rows
from tests.conftest import ROOT

NOWHERE = Path("nowhere")
"""Where no document of others is: sentences about those are left out."""
MILVUS = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read_rows(NOWHERE)


def test_quotes_stand_in_their_document_letter_for_letter(rows: list[Row]) -> None:
    cited = {each for row in rows for each in row.cited}
    texts = {each.document: (ROOT / each.document).read_text() for each in cited}
    assert not [each for each in cited if each.quote not in texts[each.document]]


def test_no_sentence_is_called_both_true_and_false(rows: list[Row]) -> None:
    labels: dict[object, set[bool]] = defaultdict(set)
    for row in rows:
        labels[row.sentence, frozenset(row.cited)].add(row.label)
    assert not [each for each, several in labels.items() if len(several) > 1]


def test_a_document_belongs_to_one_half(rows: list[Row]) -> None:
    halves = {
        (each.document, row.half)
        for row in rows
        for each in row.cited
        if row.half != "C"  # an attack on the documents of both
    }
    assert max(Counter(document for document, _ in halves).values()) == 1


def test_most_are_written_by_hand_and_both_labels_are_many(rows: list[Row]) -> None:
    made = Counter(row.made for row in rows)
    labels = Counter(row.label for row in rows if row.made == "hand")
    assert made["hand"] >= made["generated"]
    assert min(labels.values()) >= 500


def test_the_generator_makes_the_same_sentences_each_time(rows: list[Row]) -> None:
    assert rows == read_rows(NOWHERE)
    assert len({row.id for row in rows}) == len(rows)
    assert not [row for row in rows if row.made == "generated" and "~" in row.sentence]


@pytest.mark.skipif(not MILVUS.is_dir(), reason="there is no ../shared/data")
def test_cited_lines_of_milvus_have_words() -> None:
    rows = [row for row in read_rows(MILVUS) if "milvus-docs" in row.cited[0].document]
    assert len(rows) >= 400
    assert not [row for row in rows if not row.cited[0].quote]
