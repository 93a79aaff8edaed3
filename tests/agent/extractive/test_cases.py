"""The evaluation set: in halves that no answer decides, its golds in the documents."""

from pathlib import Path

import pytest

from tests.benchmarks.extractive_cases import half_of, read_cases
from tests.conftest import DOCS, ROOT

MILVUS = ROOT.parent / "shared" / "data" / "milvus-docs" / "en"


def missing(library: str, folder: Path) -> list[str]:
    """Return the golds whose words do not stand in their document."""
    golds = [
        gold
        for case in read_cases()
        if case.library == library
        for part in case.parts
        for gold in part
    ]
    return [
        f"{gold.document}: {gold.words}"
        for gold in golds
        if gold.words not in (folder / gold.document).read_text()
    ]


def test_a_hash_of_the_question_decides_its_half() -> None:
    cases = read_cases()
    assert all(case.half in ("C", half_of(case.text)) for case in cases)
    assert all(case.unseen for case in cases if case.half == "C")
    assert len(cases) >= 150
    assert sum(case.unseen for case in cases) >= 75
    assert 0.2 <= sum(not case.parts for case in cases) / len(cases) <= 0.3


def test_golds_are_short_and_stand_in_the_examples() -> None:
    """Those of half C are whole sentences, as its writer gave them."""
    golds = [
        (gold, 12 if case.half != "C" else 30)
        for case in read_cases()
        for part in case.parts
        for gold in part
    ]
    assert all(len(gold.words.split()) <= limit for gold, limit in golds)
    assert not missing("examples", DOCS)


@pytest.mark.skipif(not MILVUS.is_dir(), reason="needs ../shared/data/milvus-docs")
def test_golds_stand_in_the_documentation_of_milvus() -> None:
    assert not missing("milvus", MILVUS)
