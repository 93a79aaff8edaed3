"""What decides whether a document has changed."""

import pytest

from tools.documents.document import Document


@pytest.mark.parametrize(
    "other",
    [
        Document("a", "T", "other", "markdown", "s"),
        Document("a", "U", "text", "markdown", "s"),
        Document("a", "T", "text", "text", "s"),
        Document("a", "T", "text", "markdown", "s", {"k": "v"}),
    ],
)
def test_what_decides_the_passages_decides_the_digest(other: Document) -> None:
    assert Document("a", "T", "text", "markdown", "s").digest != other.digest


def test_a_document_that_moved_is_unchanged() -> None:
    here = Document("a", "T", "text", "markdown", "here", {"a": "1", "b": "2"})
    there = Document("b", "T", "text", "markdown", "there", {"b": "2", "a": "1"})
    assert here.digest == there.digest
