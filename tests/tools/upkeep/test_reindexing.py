"""A library that is made anew with another analyzer, in its own place."""

from pathlib import Path

import pytest

from tools.embedding.embedder import Embedder
from tools.errors import LibraryError, UsageError
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.upkeep.copying import copy_passages
from tools.upkeep.reindexing import reindex


@pytest.fixture
def latin(tmp_path: Path, embedder: Embedder) -> Path:
    """A library of English documents that was taken for one of Latin."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in (("a", "Segments are sealed."), ("b", "Indexes were built.")):
        (docs / f"{name}.md").write_text(f"# {name}\n\n{text}\n")
    path = tmp_path / "library.db"
    with Library.open(str(path), embedder, create=True, analyzer="standard") as made:
        ingest([str(docs)], made)
    return path


def found(path: Path, embedder: Embedder, query: str) -> int:
    with Library.open(str(path), embedder) as library:
        return len(library.full_text([query], 10)[0])


def test_words_are_split_anew_and_all_else_stays(
    latin: Path, embedder: Embedder
) -> None:
    with Library.open(str(latin), embedder) as library:
        before = sorted(each.key for each in library.stored())
    assert found(latin, embedder, "segment") == 0
    reindex(str(latin), "en", "english")
    assert found(latin, embedder, "segment") == 1
    with Library.open(str(latin), embedder) as library:
        assert (library.identity.language, library.identity.analyzer) == (
            "en",
            "english",
        )
        assert sorted(each.key for each in library.stored()) == before
        assert library.identity.embedder == embedder.identity


def test_nothing_is_left_beside_it(latin: Path) -> None:
    reindex(str(latin), "en", "english")
    left = {each.name for each in latin.parent.iterdir()}
    assert not any("re" in name for name in left)
    assert {"docs", "library.db"} <= left


def test_what_a_killed_rebuild_has_left_behind_is_no_hindrance(
    latin: Path, embedder: Embedder
) -> None:
    beside = latin.with_name(".library-rebuilt.db")
    with (
        Library.open(str(beside), embedder, create=True, analyzer="standard") as made,
        Library.open(str(latin), embedder) as library,
    ):
        copy_passages(library, made)
    reindex(str(latin), "en", "english")
    assert found(latin, embedder, "segment") == 1
    assert not beside.exists()


def test_it_is_ingested_into_as_before(latin: Path, embedder: Embedder) -> None:
    reindex(str(latin), "en", "english")
    with Library.open(str(latin), embedder) as library:
        report = ingest([str(latin.parent / "docs")], library)
    assert (report.unchanged, report.added) == (2, 0)


def test_a_library_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library"):
        reindex(str(tmp_path / "none.db"), "en", "english")
    assert not list(tmp_path.glob("*.db"))


def test_a_servers_library_is_left_to_its_owner() -> None:
    with pytest.raises(UsageError, match="CITELOOP_ANALYZER"):
        reindex("http://127.0.0.1:9", "en", "english")
