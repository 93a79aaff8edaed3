"""A library in memory: the same product without an engine."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fakes.engines import ENGINE
from tools.embedding.embedder import Embedder
from tools.embedding.minilm import MiniLM
from tools.errors import LibraryError
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.milvus.in_memory import InMemoryCollection
from tools.upkeep.copying import copy_passages
from tools.upkeep.integrity import check

QUERIES = [
    "What seals a growing segment?", "consistency levels", "object storage",
    "Which index fits on disk?", "harmony format",
]  # fmt: skip

WITHOUT_MILVUS = """
import sys
sys.modules.update(dict.fromkeys(("pymilvus", "milvus_lite", "grpc")))
from tools.embedding.minilm import MiniLM
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.milvus.in_memory import InMemoryCollection
library = Library(InMemoryCollection(), MiniLM())
ingest([sys.argv[1]], library)
print(library.search(["lamp"], 1)[0][0].passage.document)
"""


class OtherEmbedder(MiniLM):
    def __init__(self) -> None:
        super().__init__()
        self.identity = "another"


def test_documents_are_ingested_searched_read_and_removed(
    memory_library: Library, tmp_path: Path
) -> None:
    place = tmp_path / "a.md"
    place.write_text("# Lamps\n\nThe lamp is red.\n")
    assert not memory_library.is_made
    assert ingest([str(place)], memory_library).added == 1
    place.write_text("# Lamps\n\nThe lamp is green.\n")
    assert ingest([str(place)], memory_library).changed == 1
    assert memory_library.names() == {"a.md": "Lamps"}
    assert memory_library.search(["lamp"], 1)[0][0].passage.text == place.read_text()
    memory_library.delete(memory_library.summaries()[0].keys)
    with pytest.raises(LibraryError, match="The library in memory holds no documents"):
        memory_library.search(["lamp"], 1)


def test_neither_milvus_nor_its_client_is_needed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The lamp is red.")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_MILVUS, str(tmp_path / "a.md")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("a.md\n", "")


def test_what_one_library_wrote_another_finds_in_the_same_collection(
    embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("The lamp is red.")
    collection = InMemoryCollection()
    with Library(collection, embedder) as library:
        ingest([str(tmp_path / "a.md")], library)
    assert Library(collection, embedder).search(["lamp"], 1)[0]
    with pytest.raises(LibraryError, match=r"all-MiniLM-L6-v2.*another"):
        Library(collection, OtherEmbedder())


def test_it_ranks_the_same_documents_much_as_milvus_does(
    library: Library, memory_library: Library
) -> None:
    copy_passages(library, memory_library)
    assert check(memory_library).damaged == ()
    assert memory_library.count() == library.count()
    here, there = (each.nearest(QUERIES, 20) for each in (memory_library, library))
    for mine, theirs in zip(here, there, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-4)
    here, there = (each.full_text(QUERIES, 10) for each in (memory_library, library))
    for mine, theirs in zip(here, there, strict=True):
        if ENGINE == "lite2":  # the others have no BM25, or weigh words by segments
            assert mine == pytest.approx(theirs, rel=0.1)
    found = [each.search(QUERIES, 3) for each in (memory_library, library)]
    tops = [[hits[0].passage.document for hits in each] for each in found]
    if ENGINE == "lite2":
        assert tops[0] == tops[1]
