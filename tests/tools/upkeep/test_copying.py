"""Moving a library between engines, by the command and by the function."""

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import DOCS, ServerPlaces
from tests.fakes.engines import ENGINE, missing_engine
from tools.embedding.embedder import Embedder
from tools.embedding.minilm import MiniLM
from tools.errors import LibraryError, UsageError
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.library.rows import StoredPassage
from tools.upkeep.copying import Place, copy_library, copy_passages

QUERIES = [
    "What seals a growing segment?", "consistency levels", "object storage",
    "harmony format", "Which index fits on disk?", "hybrid search", "recall",
    "how memory is used", "metadata", "write path",
]  # fmt: skip


class OtherEmbedder(MiniLM):
    def __init__(self) -> None:
        super().__init__()
        self.identity = "another"


def stored(library: Library) -> dict[str, StoredPassage]:
    return {each.key: each for each in library.stored()}


def assert_same(one: Library, other: Library) -> None:
    before, after = stored(one), stored(other)
    assert before.keys() == after.keys()
    for key, each in before.items():
        assert after[key].passage == each.passage
        assert np.array_equal(after[key].vector, each.vector)


def assert_same_order(one: Library, other: Library, queries: list[str]) -> None:
    for query in queries:
        before, after = (
            [hit.passage.key for hit in library.search([query], 10)[0]]
            for library in (one, other)
        )
        if ENGINE == "lite3":
            # Its BM25 weighs words by each segment alone; a copy has others.
            assert len(set(before) & set(after)) >= 5
        else:
            assert before == after


def test_a_copy_holds_every_field_and_vector(
    library: Library, empty_library: Library
) -> None:
    report = copy_passages(library, empty_library)
    assert report.written == report.passages == len(stored(library))
    assert (report.documents, report.others) == (24, 0)
    assert_same(library, empty_library)
    assert_same_order(library, empty_library, QUERIES)


def test_an_interrupted_copy_is_completed_and_what_is_there_is_not_written_again(
    library: Library, empty_library: Library
) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_passages(library, empty_library, stop)
    empty_library.delete([next(iter(stored(empty_library)))])
    report = copy_passages(library, empty_library)
    assert 0 < report.written < report.passages
    assert copy_passages(library, empty_library).written == 0
    assert_same(library, empty_library)


def test_a_copy_replaces_another_version_and_keeps_other_documents(
    own_library: Library, empty_library: Library, tmp_path: Path
) -> None:
    (tmp_path / "hnsw.md").write_text(
        "# Old\n\n" + "\n\n".join(f"## {n}\n\nOld text {n}." for n in range(40))
    )
    (tmp_path / "lamp.md").write_text("# Lamp\n\nIt is red.\n")
    ingest([str(tmp_path / "*.md")], empty_library)
    report = copy_passages(own_library, empty_library)
    assert report.others == 1
    assert empty_library.passages("hnsw.md") == own_library.passages("hnsw.md")
    assert empty_library.passages("lamp.md")


def test_a_copy_to_vectors_of_another_embedder_or_to_itself_is_refused(
    library_file: Path, tmp_path: Path
) -> None:
    other = str(tmp_path / "other.db")
    with Library.open(other, OtherEmbedder(), create=True) as library:
        library.prepare()
    with pytest.raises(LibraryError, match=r"another.*all-MiniLM"):
        copy_library(Place(str(library_file)), Place(other))
    same = library_file.parent / ".." / library_file.parent.name / library_file.name
    with pytest.raises(UsageError, match="itself"):
        copy_library(Place(str(library_file)), Place(str(same)))
    with pytest.raises(LibraryError, match="no library"):
        copy_library(Place(str(tmp_path / "none.db")), Place(other))


@pytest.mark.skipif(
    missing_engine("server") is not None, reason=str(missing_engine("server"))
)
def test_to_a_server_and_back_nothing_is_lost(
    server_places: ServerPlaces,
    library_file: Path,
    tmp_path: Path,
    embedder: Embedder,
) -> None:
    there = server_places.empty("copied")
    back = tmp_path / "back.db"
    report = copy_library(Place(str(library_file)), Place(there))
    assert report.notice is not None
    assert "no full-text search" in report.notice
    assert copy_library(Place(there), Place(str(back))).notice is None
    queries = [*QUERIES, *(each.stem.replace("-", " ") for each in DOCS.glob("*.md"))]
    queries += [f"What is {query}?" for query in queries][: 50 - len(queries)]
    with (
        Library.open(str(library_file), embedder) as before,
        Library.open(str(back), embedder) as after,
    ):
        assert_same(before, after)
        assert_same_order(before, after, queries)
