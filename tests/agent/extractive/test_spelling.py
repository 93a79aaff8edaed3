"""Words that nobody knows are spelt as the library spells them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.extractive.spelling import Spelling
from tools.embedding.embedder import Embedder
from tools.library.library import Library

MISSPELT = {
    "garbige colection": "garbage collection",
    "Whcih metriks": "which metrics",
    "Waht is it": "what is it",
    "a VARCHER field": "a varchar field",
    "clustring": "clustering",
}
RIGHT = [
    "Which year was HNSW invented?",
    "best pizza in Naples",
    "Does an upsert of nprobe need ingesting?",
    "What is xylofonotropy?",
    "proxy.maxVectorFieldNum",
    "Does PostgreSQL run on FreeBSD?",
]
SHARED = {
    "HNSW 索引的参数 ef 有什么作用？": ["HNSW", "ef"],
    "Welcher Port gehört zu Ollama?": ["Port", "Ollama"],
    "¿Quién escribió Don Quijote?": [],
}


@pytest.fixture
def spelling(library_file: Path, embedder: Embedder) -> Iterator[Spelling]:
    with Library.open(str(library_file), embedder) as library:
        yield Spelling(library)


def test_a_misspelt_word_is_read_as_the_nearest_of_the_library(
    spelling: Spelling,
) -> None:
    assert {wrong: spelling.correct(wrong).text for wrong in MISSPELT} == MISSPELT


def test_english_words_those_of_the_library_and_unlike_ones_stay(
    spelling: Spelling,
) -> None:
    assert [spelling.correct(question).text for question in RIGHT] == RIGHT
    assert not any(spelling.correct(question).changed for question in RIGHT)


def test_of_another_language_the_words_that_the_library_has_are_found(
    spelling: Spelling,
) -> None:
    assert {question: spelling.shared(question) for question in SHARED} == SHARED
