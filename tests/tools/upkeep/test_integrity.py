"""What `citeloop library verify` sees, and what it mends."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.engines import ENGINE
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.library.rows import row_of
from tools.milvus.connection import connect, release
from tools.milvus.engines import COLLECTION
from tools.upkeep.integrity import Integrity, check
from tools.upkeep.mending import Mended, mend


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.md", "deep/b.md", "c.md"):
        sections = "\n\n".join(f"## {n}\n\nText {n} of {name}." for n in range(4))
        (folder / name).write_text(f"# Title\n\n{sections}\n")
    return folder


@pytest.fixture
def filled(empty_library: Library, folder: Path) -> Library:
    ingest([str(folder)], empty_library)
    return empty_library


def troubles(integrity: Integrity) -> dict[str, list[str]]:
    return {each.name: each.troubles for each in integrity.damaged}


def mended(library: Library) -> dict[str, str]:
    done: list[Mended] = list(mend(library, check(library)))
    return {each.name: each.done for each in done}


def test_a_whole_library_has_no_damage(filled: Library) -> None:
    integrity = check(filled)
    assert (integrity.documents, integrity.passages) == (3, 12)
    assert integrity.damaged == ()


def test_missing_and_left_over_passages_are_told_apart_and_mended(
    filled: Library,
) -> None:
    texts = {name: filled.passages(name) for name in filled.names()}
    filled.delete([texts["deep/b.md"][2].key])
    last = texts["a.md"][-1]
    stale = replace(last, number=7, count=9, digest="old")
    filled.write([stale], filled.embedder.embed_passages([stale.text]))
    assert troubles(check(filled)) == {
        "a.md": ["1 passage left over from an older version"],
        "deep/b.md": ["1 passage missing"],
    }
    assert mended(filled) == {
        "a.md": "deleted what was left over",
        "deep/b.md": "ingested again",
    }
    assert check(filled).damaged == ()
    assert {name: filled.passages(name) for name in filled.names()} == texts


def test_a_document_of_two_versions_gets_its_newest(
    filled: Library, folder: Path
) -> None:
    whole = filled.passages("c.md")
    late = [replace(each, digest="older") for each in whole[2:]]
    filled.write(late, filled.embedder.embed_passages([each.text for each in late]))
    assert troubles(check(filled)) == {"c.md": ["2 passages missing"]}
    mended(filled)
    assert filled.passages("c.md") == whole


def test_a_vector_of_another_length_is_embedded_again(filled: Library) -> None:
    passage = filled.passages("a.md")[1]
    filled.write([passage], np.full((1, 384), 0.5, np.float32))
    assert troubles(check(filled)) == {
        "a.md": ["1 passage with a vector that is not of unit length"]
    }
    assert mended(filled) == {"a.md": "ingested again"}
    assert check(filled).damaged == ()


def test_a_row_under_a_wrong_key_is_found_and_mended(filled: Library) -> None:
    passage = filled.passages("a.md")[1]
    vector = filled.embedder.embed_passages([passage.text])[0]
    row = {**row_of(passage, vector, filled.identity), "key": "nonsense"}
    filled._collection.write([row])
    assert troubles(check(filled)) == {"a.md": ["1 passage under a wrong key"]}
    mended(filled)
    assert check(filled).damaged == ()


@pytest.mark.skipif(ENGINE != "lite2", reason="only the C++ engine keeps a key twice")
def test_a_key_that_two_rows_have_is_found_and_mended(filled: Library) -> None:
    passage = filled.passages("a.md")[1]
    vector = filled.embedder.embed_passages([passage.text])[0]
    client = connect(filled.uri)
    client.insert(COLLECTION, [row_of(passage, vector, filled.identity)])
    release(filled.uri, client)
    assert filled.count() == 13
    assert troubles(check(filled)) == {"a.md": ["some passage more than once"]}
    mended(filled)
    assert check(filled).damaged == ()
    assert filled.count() == 12


def test_a_document_whose_source_is_gone_is_left_and_named(
    filled: Library, folder: Path
) -> None:
    for name in ("a.md", "c.md"):
        filled.delete([filled.passages(name)[1].key])
    (folder / "c.md").unlink()
    done = mended(filled)
    assert done["a.md"] == "ingested again"
    assert "has it no more" in done["c.md"]
    assert len(filled.passages("c.md")) == 3
    folder.rename(folder.parent / "elsewhere")
    assert "is gone" in mended(filled)["c.md"]
    assert len(filled.passages("c.md")) == 3
