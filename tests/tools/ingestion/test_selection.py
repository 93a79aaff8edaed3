"""What is new, changed or left out, in the three ways in that ask."""

from pathlib import Path

import pytest

from tools.bulk import ray_pipeline
from tools.documents.document import Document
from tools.embedding.embedder import Embedder
from tools.errors import UsageError
from tools.ingestion.ingest import ingest
from tools.ingestion.report import Outcome, Report
from tools.ingestion.selection import Selection, cut_document, left_over, sample_texts
from tools.library.library import Library
from tools.library.rows import DocumentSummary

NO_TEXT = "no text besides its front matter"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("# Lamps\n\nThe lamp is red.\n")
    (folder / "b.md").write_bytes(b"\x89PNG\x00\x01")
    (folder / "c.md").write_text("---\ntitle: Only this\n---\n")
    (folder / "d.md").write_text("# Tables\n\nThe table is made of oak.\n")
    return folder


def summary(name: str, source: Path, digest: str = "other") -> DocumentSummary:
    return DocumentSummary(name, "", str(source), digest, passages=1, keys=("k",))


def digest_of(path: Path) -> str:
    found = next(Selection([]).select([str(path)]))
    assert isinstance(found, Document)
    return found.digest


def told(found: list[Document | Outcome]) -> list[str | Outcome]:
    return [each.name if isinstance(each, Document) else each for each in found]


def test_only_what_is_new_or_has_changed_is_selected(folder: Path) -> None:
    known = [
        summary("a.md", folder, digest_of(folder / "a.md")),
        summary("d.md", folder),
    ]
    selection = Selection(known)
    assert told(list(selection.select([str(folder)]))) == [
        Outcome("unchanged", "a.md"),
        Outcome("skipped", "b.md", "binary, not text"),
        "c.md",
        "d.md",
    ]
    assert selection.former("d.md") == known[1]
    assert selection.former("c.md") is None


def test_documents_are_read_as_they_are_asked_for(folder: Path) -> None:
    selection = Selection([])
    stream = selection.select([str(folder)])
    next(stream)
    (folder / "d.md").unlink()
    assert selection.read == (folder / "a.md").stat().st_size
    assert told(list(stream))[-1] == Outcome(
        "skipped", "d.md", "No such file or directory"
    )


def test_a_name_belongs_to_the_first_that_has_it(folder: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "a.md").write_text("# Other\n\nNot lamps.\n")
    (twin / "b.md").write_text("# Other\n\nThe first could not be read.\n")
    found = told(list(Selection([]).select([str(folder), str(twin)])))
    assert found[-2:] == ["twin/a.md", "b.md"]
    elsewhere = Selection([summary("a.md", tmp_path)])
    assert told(list(elsewhere.select([str(twin)]))) == ["twin/a.md", "b.md"]


def test_a_missing_source_is_an_error_after_what_came_before(folder: Path) -> None:
    stream = Selection([]).select([str(folder / "a.md"), str(folder / "nowhere")])
    assert told([next(stream)]) == ["a.md"]
    with pytest.raises(UsageError, match="nowhere"):
        next(stream)


def test_what_a_source_held_and_holds_no_more_is_gone(
    folder: Path, tmp_path: Path
) -> None:
    known = [
        summary("a.md", folder),
        summary("b.md", folder),  # cannot be read now, and is there
        summary("z.md", folder),
        summary("y.md", tmp_path),
    ]
    selection = Selection(known)
    list(selection.select([str(folder)]))
    assert [each.name for each in selection.find_gone()] == ["z.md"]


def test_of_a_source_that_holds_more_than_can_be_read_nothing_is_gone(
    folder: Path,
) -> None:
    (folder / "more.zip").write_bytes(b"no archive")
    selection = Selection([summary("z.md", folder)])
    list(selection.select([str(folder)]))
    assert selection.find_gone() == []
    assert selection.unsure == {str(folder.resolve()): "more.zip"}


def test_a_document_is_cut_or_left_out(folder: Path, embedder: Embedder) -> None:
    found = list(Selection([]).select([str(folder)]))
    cut = [cut_document(each, embedder) for each in found if isinstance(each, Document)]
    assert cut[1] == Outcome("skipped", "c.md", NO_TEXT)
    assert isinstance(cut[0], list)
    assert [each.text for each in cut[0]] == ["# Lamps\n\nThe lamp is red.\n"]


def test_samples_are_texts_of_documents_alone(folder: Path) -> None:
    assert len(sample_texts([str(folder)])) == 3


def test_ingestion_files_and_ray_say_the_same_of_every_document(
    folder: Path, empty_library: Library, embedder: Embedder, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow", reason="the extra `bulk` is not installed")
    pandas = pytest.importorskip("pandas", reason="the extra `ray` is not installed")
    from tools.bulk.parquet import write_parquet

    sources = [str(folder), str(folder / "a.md")]
    heard: dict[str, list[Outcome]] = {"ray": [], "files": [], "ingest": []}
    report = Report()
    cluster = ray_pipeline.Cluster(
        str(tmp_path / "by_ray.db"), None, lambda: embedder, "english"
    )
    actor = ray_pipeline._Ingesting(cluster)  # as Ray makes one, without Ray
    rows = pandas.DataFrame(list(ray_pipeline._read(sources, [])))
    for row in actor(rows).to_dict("records"):
        ray_pipeline._tell(row, report, lambda each, _: heard["ray"].append(each))
    actor._library.close()
    written = write_parquet(
        sources,
        tmp_path / "files",
        embedder,
        listen=lambda each, _: heard["files"].append(each),
    )
    ingested = ingest(
        sources, empty_library, listen=lambda each, _: heard["ingest"].append(each)
    )
    assert sorted(heard["ingest"], key=str) == [
        Outcome("added", "a.md", passages=1),
        Outcome("added", "d.md", passages=1),
        Outcome("skipped", "b.md", "binary, not text"),
        Outcome("skipped", "c.md", NO_TEXT),
    ]
    assert sorted(heard["files"], key=str) == sorted(heard["ingest"], key=str)
    assert sorted(heard["ray"], key=str) == sorted(heard["ingest"], key=str)
    for each in (report, written, ingested):
        assert (each.added, len(each.skipped), each.passages) == (2, 2, 2)


def test_what_a_shorter_version_leaves_over_is_named_by_key(embedder: Embedder) -> None:
    long = Document("a.md", "A", "# A\n\nOne.\n\n## B\n\nTwo.\n", "markdown", "here")
    short = Document("a.md", "A", "# A\n\nOne.\n", "markdown", "here")
    before, after = (cut_document(each, embedder) for each in (long, short))
    assert isinstance(before, list)
    assert isinstance(after, list)
    keys = [passage.key for passage in before]
    assert left_over(keys, after) == keys[1:]
    assert left_over([], after) == []
