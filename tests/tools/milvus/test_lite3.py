"""What only the Python engine of Milvus Lite does, and what makes up for it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fakes.engines import ENGINE
from tools.embedding.embedder import Embedder
from tools.errors import LibraryError
from tools.library.library import Library
from tools.milvus.stemming import stemmed

only_lite3 = pytest.mark.skipif(ENGINE != "lite3", reason="about Milvus Lite 3 alone")

FULL_DISK = """
import resource, sys
from tools.embedding.loading import EmbedderRecipe
from tools.errors import LibraryError
from tools.ingestion.ingest import ingest
from tools.library.library import Library
library = Library.open(sys.argv[1], EmbedderRecipe('minilm').load())
passages = library.passages('hnsw.md')
vectors = library.embedder.embed_passages([each.text for each in passages])
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
for attempt in range(2):
    try:
        library.write(passages, vectors)
    except LibraryError as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
"""


def test_stems_meet_whatever_form_a_word_has() -> None:
    assert stemmed("The Lamps were BURNING") == stemmed("a lamp were burned")
    assert stemmed("the of") == "the of"
    assert stemmed("zqx_frobnicate 中文") == "zqx frobnic 中文"  # as Milvus splits


@only_lite3
def test_another_form_of_a_word_is_found_by_full_text(library: Library) -> None:
    assert library.full_text(["segments sealing"], 3)[0]


@only_lite3
@pytest.mark.parametrize("cut", [False, True])
def test_a_lost_segment_or_a_cut_manifest_is_named_and_nothing_is_touched(
    library_file: Path, embedder: Embedder, cut: bool
) -> None:
    manifest = next(library_file.glob("collections/*/manifest.json"))
    if cut:
        manifest.write_text(manifest.read_text()[:100])
    else:
        name, files = next(iter(json.loads(manifest.read_text())["partitions"].items()))
        (manifest.parent / "partitions" / name / files["data_files"][0]).unlink()
    before = sorted(library_file.rglob("*"))
    with pytest.raises(LibraryError, match=r"damaged.*(manifest\.json|\.parquet)"):
        Library.open(str(library_file), embedder)
    assert sorted(library_file.rglob("*")) == before


@only_lite3
def test_after_a_write_that_failed_no_other_is_taken(library_file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(library_file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = done.stdout.splitlines()
    assert "failed" in first
    assert "takes no more" in second
