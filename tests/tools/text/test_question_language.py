"""The language of a question, which is much shorter than a document."""

import pytest

from tools.text.language import question_language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is the default consistency level?", "en"),
        ("maximun lenght of a VARCHER field", "en"),
        ("illegal instruction", "en"),
        ("best pizza in Naples", "en"),
        ("Was ist ein Upsert?", "de"),
        ("¿Cuánto cuesta Milvus?", "es"),
        ("Quel est le niveau de cohérence par défaut ?", "fr"),
        ("什么是 Knowhere？", "zh"),
    ],
)
def test_the_language_of_a_question_is_told(question: str, language: str) -> None:
    assert question_language(question) == language
