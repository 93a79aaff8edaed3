"""A question is read in the embedder's language, as far as it can be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.extractive.reading import read_question
from agent.extractive.spelling import Spelling
from tools.embedding.embedder import Embedder
from tools.library.library import Library

TRANSLATED = {
    "Was ist ein Upsert?": "What is Upsert",
    "¿Qué es DiskANN?": "What is DiskANN",
    "Qu'est-ce que HNSW ?": "What is HNSW",
    "什么是 DiskANN？": "What is DiskANN",
    "DiskANN 是什么？": "What is DiskANN",
}
LEFT_ALONE = [
    "Was ist der Unterschied zwischen HNSW und DiskANN?",
    "Milvus 的默认一致性级别是什么？",
    "Was ist HNSW? Und wer hat es erfunden?",
    "¿Qué es la mitología?",
]


@pytest.fixture
def spelling(library_file: Path, embedder: Embedder) -> Iterator[Spelling]:
    with Library.open(str(library_file), embedder) as library:
        yield Spelling(library)


def test_what_is_x_is_read_in_other_languages_where_x_is_a_word_of_the_library(
    spelling: Spelling,
) -> None:
    for question, english in TRANSLATED.items():
        read = read_question(question, "", "en", spelling)
        assert read.parts == [(english, english)]
        assert read.answerable
        assert read.note == f"This is read as “{english}?”"


def test_what_else_is_asked_in_another_language_is_not_translated(
    spelling: Spelling,
) -> None:
    for question in LEFT_ALONE:
        assert "read as" not in read_question(question, "", "en", spelling).note
