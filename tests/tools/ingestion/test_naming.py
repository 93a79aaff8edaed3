"""What documents are called where sources meet, overlap and change."""

import shutil
from pathlib import Path

import pytest

from tools.documents.document import Document
from tools.errors import UsageError
from tools.ingestion.ingest import ingest
from tools.ingestion.report import Outcome
from tools.ingestion.selection import Selection
from tools.library.library import Library
from tools.library.rows import DocumentSummary


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_md", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {text}\n\nThe {text} is red.\n")
    return root


def stored(found: Document) -> DocumentSummary:
    keys = (found.name,)
    return DocumentSummary(found.name, "", found.source, found.digest, 1, keys)


class Shelf:
    """Remembers what was selected, as a library does."""

    def __init__(self) -> None:
        self.known: dict[str, DocumentSummary] = {}

    def take(self, *specs: object, prune: bool = False) -> list[str]:
        """Return what is new, what has changed (~) and what was refused (!)."""
        selection = Selection(self.known.values())
        told = []
        for found in selection.select(map(str, specs)):
            if isinstance(found, Document):
                told.append(f"{'~' if found.name in self.known else ''}{found.name}")
                self.known[found.name] = stored(found)
            elif found.verb == "skipped":
                told.append(f"!{found.name}")
        if prune:
            for gone in selection.find_gone():
                del self.known[gone.name]
                told.append(f"-{gone.name}")
        return told


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_two_of_one_name_are_told_apart_by_their_folders(
    shelf: Shelf, tmp_path: Path
) -> None:
    write(tmp_path, one__README_md="gizmo", two__README_md="gadget", two__b_md="other")
    one, two = tmp_path / "one", tmp_path / "two"
    assert shelf.take(one, two) == ["README.md", "two/README.md", "b.md"]
    assert shelf.take(one, two) == []
    assert shelf.take(two, one) == []
    assert shelf.take(two) == []


def test_the_longer_name_stays_when_the_shorter_is_free(
    shelf: Shelf, tmp_path: Path
) -> None:
    write(tmp_path, one__README_md="gizmo", two__README_md="gadget")
    shelf.take(tmp_path / "one", tmp_path / "two")
    (tmp_path / "one" / "README.md").unlink()
    assert shelf.take(tmp_path / "one", tmp_path / "two", prune=True) == ["-README.md"]
    write(tmp_path, two__README_md="gadget of another kind")
    assert shelf.take(tmp_path / "two") == ["~two/README.md"]


def test_what_has_a_longer_name_is_pruned_with_its_source(
    shelf: Shelf, tmp_path: Path
) -> None:
    write(tmp_path, one__README_md="gizmo", two__README_md="gadget", two__b_md="other")
    shelf.take(tmp_path / "one", tmp_path / "two")
    (tmp_path / "two" / "README.md").unlink()
    assert shelf.take(tmp_path / "two", prune=True) == ["-two/README.md"]


def test_what_has_a_longer_name_and_cannot_be_read_is_not_pruned(
    shelf: Shelf, tmp_path: Path
) -> None:
    write(tmp_path, one__README_md="gizmo", two__README_md="gadget", two__b_md="other")
    shelf.take(tmp_path / "one", tmp_path / "two")
    (tmp_path / "two" / "README.md").write_bytes(b"\x89PNG\x00\x01")
    assert shelf.take(tmp_path / "two", prune=True) == ["!README.md"]
    assert "two/README.md" in shelf.known


@pytest.mark.parametrize("rest", [("c/x/docs",), ("c/x/docs", "d/y/docs")])
def test_folders_of_one_name_are_told_apart_by_those_above(
    shelf: Shelf, tmp_path: Path, rest: tuple[str, ...]
) -> None:
    folders = [tmp_path / "a" / "docs", tmp_path / "b" / "docs"]
    folders += [tmp_path / each for each in rest]
    for number, folder in enumerate(folders):
        write(folder, README_md=f"gizmo {number}")
    found = shelf.take(*folders)
    assert len(set(found)) == len(folders)
    assert found[:2] == ["README.md", "docs/README.md"]
    assert shelf.take(*reversed(folders)) == []


def test_a_longer_name_is_never_that_of_a_file_of_its_source(
    shelf: Shelf, tmp_path: Path
) -> None:
    write(tmp_path, one__a_md="first", two__a_md="second", two__two__a_md="third")
    found = shelf.take(tmp_path / "one", tmp_path / "two")
    assert len(set(found)) == 3
    assert "two/a.md" in found
    assert shelf.known["two/a.md"].source == str((tmp_path / "two").resolve())
    assert shelf.take(tmp_path / "one", tmp_path / "two") == []


def test_named_files_of_one_name_are_told_apart_too(
    shelf: Shelf, tmp_path: Path
) -> None:
    write(tmp_path, one__a_md="first", two__a_md="second")
    files = [tmp_path / "one" / "a.md", tmp_path / "two" / "a.md"]
    assert shelf.take(*files) == ["a.md", "two/a.md"]
    assert shelf.take(*files) == []


def test_so_are_the_files_of_two_archives(shelf: Shelf, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, README_md=name)
        shutil.make_archive(str(tmp_path / name), "zip", tmp_path / name)
    archives = [tmp_path / "one.zip", tmp_path / "two.zip"]
    assert shelf.take(*archives) == ["README.md", "two.zip/README.md"]
    assert shelf.take(*reversed(archives)) == []


def test_a_name_without_a_clash_stays_as_it_was(shelf: Shelf, tmp_path: Path) -> None:
    write(tmp_path, one__a_md="first", two__b_md="second", two__deep__c_md="third")
    found = shelf.take(tmp_path / "one", tmp_path / "two")
    assert found == ["a.md", "b.md", "deep/c.md"]


OVERLAPS = {
    "a folder and one in it": ["docs", "docs/sub"],
    "the inner one first": ["docs/sub", "docs"],
    "a folder and a file": ["docs", "docs/a.md"],
    "a file and its folder": ["docs/a.md", "docs"],
    "a folder twice": ["docs", "docs"],
    "two spellings": ["./docs", "docs/../docs/"],
    "a link to the folder": ["docs", "link"],
    "the link first": ["link", "docs"],
    "a glob and its folder": ["docs/*.md", "docs"],
    "two globs": ["docs/**/*.md", "docs/a*"],
    "a link to a file": ["docs", "alias.md"],
    "an archive and its folder": ["docs", "docs/more.zip"],
    "records and their folder": ["docs", "docs/rows.jsonl"],
    "a folder and its records": ["docs/rows.jsonl", "docs"],
}


@pytest.fixture
def overlapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    docs = write(tmp_path / "docs", a_md="first", sub__b_md="second")
    write(tmp_path / "packed", c_md="third")
    shutil.make_archive(str(docs / "more"), "zip", tmp_path / "packed")
    (docs / "rows.jsonl").write_text('{"_id": "r1", "text": "The row is red."}\n')
    (docs / "again.md").symlink_to("a.md")
    (tmp_path / "link").symlink_to("docs")
    (tmp_path / "alias.md").symlink_to("docs/a.md")
    monkeypatch.chdir(tmp_path)
    return docs


@pytest.mark.parametrize("specs", OVERLAPS.values(), ids=OVERLAPS)
def test_overlapping_sources_give_each_document_once(
    specs: list[str], shelf: Shelf, overlapping: Path
) -> None:
    found = shelf.take(*specs)
    assert not any(name.startswith(("!", "~")) for name in found)
    texts = [each.digest for each in shelf.known.values()]
    assert len(texts) == len(set(texts))
    assert shelf.take(*specs) == []
    if "docs" in specs or "link" in specs:
        assert len(found) == 4


@pytest.mark.parametrize("specs", OVERLAPS.values(), ids=OVERLAPS)
def test_so_they_do_one_after_the_other(
    specs: list[str], shelf: Shelf, overlapping: Path
) -> None:
    for spec in (*specs, *specs):
        assert not any(name.startswith("!") for name in shelf.take(spec))
    texts = [each.digest for each in shelf.known.values()]
    assert len(texts) == len(set(texts))


def test_what_was_ingested_twice_before_stays_up_to_date(
    shelf: Shelf, overlapping: Path
) -> None:
    inner = overlapping / "sub"
    twice = Document("b.md", "second", "older", "markdown", str(inner.resolve()))
    shelf.take(overlapping)
    shelf.known["b.md"] = stored(twice)
    assert shelf.take(overlapping, inner) == ["~b.md"]
    assert shelf.take(overlapping, inner) == []
    assert shelf.take(overlapping, inner, prune=True) == ["-b.md"]


def test_one_source_with_two_of_one_name_says_so(shelf: Shelf, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"_id": "a", "text": "one"}\n{"_id": "a", "text": "two"}\n')
    assert shelf.take(rows) == ["a", "!a"]


def test_both_are_searched(empty_library: Library, tmp_path: Path) -> None:
    write(tmp_path, one__README_md="gizmo", two__README_md="gadget")
    report = ingest([str(tmp_path / "one"), str(tmp_path / "two")], empty_library)
    assert (report.added, report.skipped) == (2, [])
    assert set(empty_library.names()) == {"README.md", "two/README.md"}
    hit = empty_library.search(["gadget"], 1)[0][0]
    assert hit.passage.document == "two/README.md"


@pytest.mark.parametrize(
    "name",
    ["library.db", "library.db-wal", "library.db-journal", ".library.db.lock"],
)
def test_the_librarys_own_files_are_no_documents(name: str, tmp_path: Path) -> None:
    write(tmp_path, a_md="first", library__b_md="second", library_db__c_md="third")
    (tmp_path / "library_db").rename(tmp_path / "library-db")
    if name != "library.db":
        (tmp_path / name).write_text("of the engine")
    own = Owner(tmp_path / "library.db")
    found = list(Selection([], leave=own).select([str(tmp_path), f"{tmp_path}/**/*"]))
    names = {each.name for each in found}
    assert names == {"a.md", "library/b.md", "library-db/c.md"}


def test_nor_is_the_folder_of_the_python_engine(tmp_path: Path) -> None:
    write(tmp_path / "docs", a_md="first")
    inner = tmp_path / "docs" / "library.db" / "collections"
    inner.mkdir(parents=True)
    (inner / "manifest.json").write_text("{}")
    own = Owner(tmp_path / "docs" / "library.db")
    for spec in (tmp_path / "docs", tmp_path / "docs" / "**" / "*"):
        found = list(Selection([], leave=own).select([str(spec)]))
        assert [each.name for each in found] == ["a.md"]


def test_an_ingestion_of_the_folder_that_holds_its_library_has_nothing_to_skip(
    empty_library: Library,
) -> None:
    folder = Path(empty_library.uri).parent
    write(folder, a_md="first")
    for _ in range(2):
        report = ingest([f"{folder}/a.md", f"{folder}/*"], empty_library)
        assert (report.documents, report.skipped) == (1, [])


def test_a_source_that_is_missing_is_still_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        list(Selection([]).select([str(tmp_path / "nowhere")]))


def test_a_binary_file_that_is_not_the_librarys_is_still_skipped(
    tmp_path: Path,
) -> None:
    (tmp_path / "other.db").write_bytes(b"SQLite format 3\x00")
    own = Owner(tmp_path / "library.db")
    (found,) = Selection([], leave=own).select([str(tmp_path)])
    assert isinstance(found, Outcome)
    assert found.verb == "skipped"


class Owner:
    """Owns what a library at a path does."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, path: Path) -> bool:
        from tools.milvus.engines import belongs_to

        return belongs_to(path, str(self._path))
