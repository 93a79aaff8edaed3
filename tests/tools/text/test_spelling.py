import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.documents.passage import Passage
from tools.embedding.context import embed_passages
from tools.embedding.embedder import Embedder
from tools.library.library import Library
from tools.text.spelling import composed, same_name

PAIRS = [
    ("Zürich.md", "Zu\u0308rich.md"),
    ("résumé/été.md", "re\u0301sume\u0301/e\u0301te\u0301.md"),
    ("Å.md", "A\u030a.md"),
    ("が.md", "か\u3099.md"),
    ("한글.md", "\u1112\u1161\u11ab\u1100\u1173\u11af.md"),
    ("naïve é.md", "nai\u0308ve é.md"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_name_is_found_however_its_accents_are_written(one: str, other: str) -> None:
    assert same_name(one, ["a.md", other]) == other
    assert same_name(other, ["a.md", one]) == one
    assert same_name(one, ["a.md"]) is None


@given(st.text(), st.text())
def test_only_names_of_one_composed_form_are_the_same(one: str, other: str) -> None:
    found = same_name(one, [other])
    assert (
        (found == other)
        if not one.isascii() and composed(one) == composed(other)
        else found is None
    )


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_document_is_opened_by_either_name(
    one: str, other: str, empty_library: Library, embedder: Embedder
) -> None:
    passages = [Passage(other, "", "", 0, 1, 1, 1, "The lamp is red.")]
    empty_library.write(passages, embed_passages(embedder, passages))
    assert empty_library.passages(one)[0].document == other
    assert empty_library.passages(other)[0].document == other
    assert empty_library.passages(f"x{one}") == []
