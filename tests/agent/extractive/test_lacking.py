"""What of a question's words a place lacks: by meaning, but for names."""

import numpy as np
import pytest

from agent.extractive.fitting import judge_places
from agent.extractive.lacking import Lacking
from agent.extractive.places import places_of
from agent.extractive.questions import read_wanted, written_words
from tools.embedding.embedder import Embedder, Vectors
from tools.embedding.loading import EmbedderRecipe
from tools.evidence.shown import ShownSource


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return EmbedderRecipe("minilm").load()


def lacking(question: str, text: str, embedder: Embedder) -> dict[str, float]:
    source = ShownSource(1, "a.md", "", 1, 1, 0.9, False, (text,))
    places = places_of(source)
    return Lacking(question, read_wanted(question), places, embedder).signs()


@pytest.mark.parametrize(
    ("question", "text", "most"),
    [
        ("how do I delete pictures", "Remove images with rm.", 0.4),
        ("which folder keeps logs", "The directory holds the logs.", 0.3),
        ("how do I delete pictures", "You delete pictures with rm.", 0.0),
    ],
)
def test_what_is_said_in_another_word_is_hardly_missing(
    question: str, text: str, most: float, embedder: Embedder
) -> None:
    assert lacking(question, text, embedder)["missing"] <= most


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("does it run on FreeBSD", "It runs on every Linux of the last years."),
        ("what changed in release 7", "In release 5 much of it was changed."),
        ("what does banana cake need", "The pump in the hall needs oil twice a year."),
    ],
)
def test_names_numbers_and_what_nothing_is_near_to_are_missing(
    question: str, text: str, embedder: Embedder
) -> None:
    assert lacking(question, text, embedder)["missing"] >= 0.5


class Silent:
    """An embedder that must not be asked."""

    dimension, language, max_tokens, identity = 2, "en", 9, "silent"

    def embed_passages(self, texts: list[str]) -> Vectors:
        raise AssertionError(texts)

    embed_queries = embed_passages

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [0 for _ in texts]


def test_nothing_is_embedded_where_every_word_stands() -> None:
    signs = lacking(
        "how do I delete pictures", "You delete pictures with the command rm.", Silent()
    )  # type: ignore[arg-type]
    assert signs == {"missing": 0.0, "unsaid": 0.0}


def test_a_question_of_other_words_is_answered_all_the_same(embedder: Embedder) -> None:
    text = "Remove images with the command rm."
    source = ShownSource(1, "a.md", "", 1, 1, 0.9, False, (text,))
    judged = judge_places("How do I delete pictures?", places_of(source), embedder)
    assert judged.likelihood > 0.5
    other = judge_places("How do I bake bread?", places_of(source), embedder)
    assert other.likelihood < 0.1


def test_words_are_kept_as_they_were_first_written() -> None:
    assert written_words("Deleted pictures, deleting the picture's frame") == {
        "delet": "deleted",
        "pictur": "pictures",
        "fram": "frame",
    }


def test_vectors_have_unit_length(embedder: Embedder) -> None:
    """The cosines are products."""
    lengths = np.linalg.norm(embedder.embed_passages(["word", "memory"]), axis=1)
    assert np.allclose(lengths, 1.0, atol=1e-5)
