"""How a ranking asks its collection; what it makes of the scores is in test_fusion."""

from collections.abc import Iterable, Sequence

import pytest

from tools.documents.passage import Passage
from tools.embedding.embedder import Embedder
from tools.errors import LibraryError
from tools.library.library import Library
from tools.library.where import Condition, Where
from tools.milvus.collection import Row, Scores, Vectors
from tools.milvus.in_memory import InMemoryCollection


class Watched(InMemoryCollection):
    """Notes what it is asked; `lost` is a row that is deleted between two calls."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.lost = ""

    def search_vectors(
        self, vectors: Vectors, limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        self.asked.append(f"vectors of {len(vectors)}, {limit}")
        return super().search_vectors(vectors, limit, documents)

    def search_words(
        self, queries: Sequence[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[Scores]:
        self.asked.append(f"words of {', '.join(queries)}, {limit}")
        return super().search_words(queries, limit, documents)

    def rows(self, keys: Iterable[str], fields: Sequence[str]) -> list[Row]:
        self.asked.append(f"{'vectors' if 'dense' in fields else 'texts'} of rows")
        return super().rows(set(keys) - {self.lost}, fields)


@pytest.fixture
def collection() -> Watched:
    return Watched()


@pytest.fixture
def lamps(collection: Watched, embedder: Embedder) -> Library:
    """A library of five lamps in a collection that is watched."""
    library = Library(collection, embedder)
    texts = [f"The lamp number {number} is red." for number in range(5)]
    passages = [
        Passage(f"{number}.md", "Lamps", "", 0, 1, 1, 1, text)
        for number, text in enumerate(texts)
    ]
    library.write(passages, embedder.embed_passages(texts))
    return library


def test_both_routes_are_asked_and_the_vectors_once_more(
    lamps: Library, collection: Watched
) -> None:
    assert len(lamps.search(["Where is a lamp?", "red"], 2)[0]) == 2
    assert collection.asked == [
        "vectors of 2, 150",
        "words of is a lamp, red, 150",
        "vectors of rows",
        "vectors of 2, 150",
        "texts of rows",
    ]


def test_where_no_words_are_found_the_vectors_are_asked_once(
    lamps: Library, collection: Watched
) -> None:
    assert lamps.search(["zqx"], 200)[0]
    assert collection.asked == [
        "vectors of 1, 200",
        "words of zqx, 200",
        "texts of rows",
    ]


def test_a_passage_that_was_deleted_since_it_was_ranked_is_left_out(
    lamps: Library, collection: Watched
) -> None:
    first, second, *_ = lamps.search(["lamp number 3"], 5)[0]
    collection.lost = first.passage.key
    found = lamps.search(["lamp number 3"], 5)[0]
    assert len(found) == 4
    assert first.passage not in [hit.passage for hit in found]
    assert second.passage in [hit.passage for hit in found]


def test_what_no_document_fits_is_not_searched(
    lamps: Library, collection: Watched
) -> None:
    nowhere = Where((Condition("document", "faq/*"),))
    assert lamps.search(["lamp", "red"], 3, nowhere) == [[], []]
    assert collection.asked == []


def test_a_collection_without_rows_is_never_asked_for_words(
    embedder: Embedder, collection: Watched
) -> None:
    with pytest.raises(LibraryError, match="holds no documents"):
        Library(collection, embedder).search(["lamp"], 3)
    assert collection.asked == ["vectors of 1, 150"]
