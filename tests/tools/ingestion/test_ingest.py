import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from tools.embedding.embedder import Embedder
from tools.errors import LibraryError, UsageError
from tools.ingestion.ingest import ingest
from tools.ingestion.report import Outcome, Report
from tools.library.library import Library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.md").write_text(
        "# Lamps\n\nThe lamp is red.\n\n## Shades\n\nIt is tall.\n"
    )
    (folder / "deep" / "b.md").write_text("# Tables\n\nThe table is made of oak.\n")
    (folder / "c.txt").write_text("Chairs have four legs.\n\nStools have three.\n")
    return folder


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


def test_names_are_paths_relative_to_what_was_ingested(
    empty_library: Library, folder: Path
) -> None:
    report = ingest([str(folder)], empty_library)
    assert counts(report) == (3, 0, 0, 0)
    assert set(empty_library.names()) == {"a.md", "deep/b.md", "c.txt"}
    assert empty_library.names()["a.md"] == "Lamps"


def test_a_second_ingestion_writes_nothing(
    empty_library: Library, folder: Path
) -> None:
    ingest([str(folder)], empty_library)
    report = ingest([str(folder)], empty_library)
    assert counts(report) == (0, 0, 3, 0)
    assert report.passages == 0


def test_only_the_passages_of_an_edited_file_change(
    empty_library: Library, folder: Path
) -> None:
    ingest([str(folder)], empty_library)
    before = {name: empty_library.passages(name) for name in empty_library.names()}
    (folder / "a.md").write_text("# Lamps\n\nThe lamp is green.\n")
    report = ingest([str(folder)], empty_library)
    assert counts(report) == (0, 1, 2, 0)
    after = {name: empty_library.passages(name) for name in empty_library.names()}
    assert {name for name in after if after[name] != before[name]} == {"a.md"}
    assert [each.text for each in after["a.md"]] == ["# Lamps\n\nThe lamp is green.\n"]


def test_a_changed_document_is_found_at_every_moment(
    empty_library: Library, folder: Path
) -> None:
    ingest([str(folder)], empty_library)
    (folder / "a.md").write_text("# Lamps\n\nThe lamp is green.\n")
    found: list[bool] = []

    def look(outcome: Outcome, report: Report) -> None:
        if outcome.verb == "changed":
            found.append(bool(empty_library.passages("a.md")))

    ingest([str(folder)], empty_library, listen=look)
    assert found == [True]


def test_prune_removes_what_is_gone_from_this_source_alone(
    empty_library: Library, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nAnother source.\n")
    ingest([str(folder), str(other)], empty_library)
    (folder / "deep" / "b.md").unlink()
    assert counts(ingest([str(folder)], empty_library)) == (0, 0, 2, 0)
    assert counts(ingest([str(folder)], empty_library, prune=True)) == (0, 0, 2, 1)
    assert set(empty_library.names()) == {"a.md", "c.txt", "other.md"}


def test_prune_by_a_glob_or_a_file_touches_only_what_it_names(
    empty_library: Library, folder: Path
) -> None:
    ingest([str(folder)], empty_library)
    assert ingest([str(folder / "*.md")], empty_library, prune=True).removed == 0
    assert ingest([str(folder / "a.md")], empty_library, prune=True).removed == 0
    (folder / "a.md").unlink()
    (folder / "deep" / "b.md").unlink()
    (folder / "z.md").write_text("# Z\n\nA new one.\n")
    assert ingest([str(folder / "*.md")], empty_library, prune=True).removed == 1
    assert set(empty_library.names()) == {"c.txt", "deep/b.md", "z.md"}
    assert ingest([str(folder / "**/*.md")], empty_library, prune=True).removed == 1
    assert set(empty_library.names()) == {"c.txt", "z.md"}


def test_prune_of_an_emptied_folder_removes_all_of_it(
    empty_library: Library, folder: Path
) -> None:
    ingest([str(folder)], empty_library)
    for path in (folder / "a.md", folder / "deep" / "b.md", folder / "c.txt"):
        path.unlink()
    assert ingest([str(folder)], empty_library, prune=True).removed == 3


def test_a_source_that_cannot_be_read_in_full_is_not_pruned(
    empty_library: Library, folder: Path
) -> None:
    with ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("inside.md", "# Inside\n\nIn the archive.\n")
    ingest([str(folder)], empty_library)
    assert "more.zip/inside.md" in empty_library.names()
    (folder / "more.zip").write_bytes(b"no archive any more")
    (folder / "a.md").unlink()
    report = ingest([str(folder)], empty_library, prune=True)
    assert report.removed == 0
    assert [each.reason for each in report.unpruned] == ["more.zip cannot be read"]
    assert "more.zip/inside.md" in empty_library.names()


def test_a_file_and_its_folder_bring_the_same_document_up_to_date(
    empty_library: Library, folder: Path
) -> None:
    ingest([str(folder)], empty_library)
    (folder / "a.md").write_text("# Lamps\n\nThe lamp is green.\n")
    assert counts(ingest([str(folder / "a.md")], empty_library)) == (0, 1, 0, 0)
    assert counts(ingest([str(folder)], empty_library)) == (0, 0, 3, 0)


def test_what_cannot_be_read_is_named_and_the_rest_is_ingested(
    empty_library: Library, folder: Path
) -> None:
    (folder / "binary.md").write_bytes(b"\x89PNG\x00\x01")
    (folder / "empty.md").write_text("  \n")
    (folder / "front.md").write_text("---\ntitle: Only this\n---\n")
    report = ingest([str(folder)], empty_library)
    assert report.added == 3
    assert {each.name: each.reason for each in report.skipped} == {
        "binary.md": "binary, not text",
        "empty.md": "empty",
        "front.md": "no text besides its front matter",
    }


def test_what_was_guessed_of_a_document_is_told_when_it_is_read(
    empty_library: Library, folder: Path
) -> None:
    (folder / "latin.md").write_bytes("Café".encode("latin-1"))
    heard: list[Outcome] = []
    for _ in range(2):
        ingest(
            [str(folder)],
            empty_library,
            listen=lambda outcome, _: heard.append(outcome),
        )
    assert {each.name: each.reason for each in heard if each.reason} == {
        "latin.md": "not UTF-8; read as windows-1252, which is a guess"
    }
    assert sum(bool(each.reason) for each in heard) == 1  # unchanged, it is no news


def test_records_are_documents_by_their_ids(
    empty_library: Library, tmp_path: Path
) -> None:
    records = [
        {"_id": "d1", "title": "Lamps", "text": "The lamp is red."},
        {"_id": 2, "title": "", "text": "The table is made of oak."},
        {"_id": "d1", "title": "Again", "text": "A second of this name."},
    ]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(map(json.dumps, records)))
    report = ingest([str(path)], empty_library)
    assert set(empty_library.names()) == {"d1", "2"}
    assert [each.name for each in report.skipped] == ["d1"]
    assert empty_library.search(["lamps"], 1)[0][0].passage.title == "Lamps"


def test_an_interrupted_ingestion_is_completed_by_the_next(
    empty_library: Library, folder: Path
) -> None:
    ingest([str(folder)], empty_library)
    whole = empty_library.passages("a.md")
    empty_library.delete([whole[1].key])  # as a crash in the middle leaves it
    damaged = {each.name for each in empty_library.summaries() if not each.digest}
    assert damaged == {"a.md"}
    assert counts(ingest([str(folder)], empty_library)) == (0, 1, 2, 0)
    assert empty_library.passages("a.md") == whole


def test_passages_left_over_from_a_longer_version_are_repaired(
    empty_library: Library, folder: Path
) -> None:
    long = "# Lamps\n\n" + "\n\n".join(f"## L{n}\n\nLamp {n}." for n in range(5))
    (folder / "a.md").write_text(long)
    ingest([str(folder)], empty_library)
    stale = empty_library.passages("a.md")[-1]
    (folder / "a.md").write_text("# Lamps\n\nShort.\n")
    ingest([str(folder)], empty_library)
    vector = empty_library.embedder.embed_passages([stale.text])
    empty_library.write([stale], vector)  # as a crash before the deletion leaves it
    ingest([str(folder)], empty_library)
    assert [each.text for each in empty_library.passages("a.md")] == [
        "# Lamps\n\nShort.\n"
    ]


def test_a_document_of_another_source_is_never_replaced_silently(
    empty_library: Library, folder: Path, tmp_path: Path
) -> None:
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "a.md").write_text("# Not lamps\n\nSomething else.\n")
    ingest([str(folder)], empty_library)
    report = ingest([str(twin)], empty_library)
    assert (report.added, report.skipped) == (1, [])
    assert empty_library.names()["twin/a.md"] == "Not lamps"
    assert empty_library.names()["a.md"] == "Lamps"


def test_a_folder_that_has_moved_replaces_its_documents(
    empty_library: Library, folder: Path, tmp_path: Path
) -> None:
    ingest([str(folder)], empty_library)
    moved = folder.rename(tmp_path / "moved")
    (moved / "a.md").write_text("# Lamps\n\nThe lamp is blue.\n")
    assert counts(ingest([str(moved)], empty_library)) == (0, 1, 2, 0)


def test_a_missing_source_is_an_error_and_what_came_before_stays(
    empty_library: Library, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        ingest([str(folder), str(tmp_path / "nowhere")], empty_library)
    assert set(empty_library.names()) == {"a.md", "deep/b.md", "c.txt"}


def test_every_passage_fits_the_embedders_window(
    library: Library, embedder: Embedder
) -> None:
    for name in library.names():
        for passage in library.passages(name):
            assert embedder.count_tokens([passage.text])[0] <= embedder.max_tokens + 40


def test_a_library_that_fails_is_named(empty_library: Library, folder: Path) -> None:
    empty_library.close()
    with pytest.raises(LibraryError, match=re.escape(empty_library.uri)):
        ingest([str(folder)], empty_library)
