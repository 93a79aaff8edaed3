"""`citeloop library`, as a script calls it."""

from pathlib import Path

from tests.agent.cli.running import citeloop
from tests.conftest import DOCS
from tools.embedding.embedder import Embedder
from tools.library.library import Library


def test_library_tells_lists_shows_and_removes(library_file: Path) -> None:
    where = ["--library", str(library_file)]
    told = citeloop("library", *where).stdout
    assert "documents  24" in told
    assert "all-MiniLM-L6-v2 (384 dimensions)" in told
    shown = citeloop("library", *where, "show", "write-path.md", "--line", "37").stdout
    assert shown.splitlines()[0].split(maxsplit=1)[0] == "37"
    removed = citeloop("library", *where, "remove", "write-path.md")
    assert removed.stdout.startswith("removed write-path.md")
    assert "documents  23" in citeloop("library", *where).stdout
    again = citeloop("library", *where, "remove", "write-path.md")
    assert again.returncode == 5
    assert 'no document "write-path.md"' in again.stderr


def test_the_library_may_be_named_before_or_after_the_action(
    library_file: Path,
) -> None:
    before = citeloop("library", "--library", str(library_file), "list")
    after = citeloop("library", "list", "--library", str(library_file))
    assert before.stdout == after.stdout
    assert "hnsw.md" in after.stdout


def test_copy_moves_a_library_and_says_what_both_hold(
    library_file: Path, tmp_path: Path
) -> None:
    target = str(tmp_path / "copy.db")
    done = citeloop("library", "copy", str(library_file), target)
    assert done.returncode == 0
    assert "both hold the same 24 documents" in done.stdout
    again = citeloop("library", "copy", str(library_file), target)
    assert "copied 0 passages" in again.stdout
    listed = citeloop("library", "list", "--library", target)
    assert listed.stdout == (
        citeloop("library", "list", "--library", str(library_file)).stdout
    )


def test_copy_names_what_is_wrong_with_its_places(library_file: Path) -> None:
    same = citeloop("library", "copy", str(library_file), str(library_file))
    assert (same.returncode, "itself" in same.stderr) == (2, True)
    none = citeloop("library", "copy", "none.db", "other.db")
    assert (none.returncode, "no library at none.db" in none.stderr) == (5, True)
    down = citeloop("library", "copy", str(library_file), "http://127.0.0.1:9")
    assert (down.returncode, "No Milvus server answers" in down.stderr) == (5, True)


def test_verify_ends_with_5_until_repair_has_mended_the_library(
    library_file: Path, embedder: Embedder
) -> None:
    where = ["--library", str(library_file)]
    whole = citeloop("library", "verify", *where)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "Nothing is wrong." in whole.stdout
    with Library.open(str(library_file), embedder) as library:
        library.delete([library.passages("hnsw.md")[0].key])
    broken = citeloop("library", "verify", *where)
    assert broken.returncode == 5
    assert "hnsw.md: 1 passage missing" in broken.stdout
    assert "--repair" in broken.stderr
    mended = citeloop("library", "verify", "--repair", *where)
    assert (mended.returncode, DOCS.is_dir()) == (0, True)
    assert "hnsw.md: ingested again" in mended.stdout
    assert citeloop("library", "verify", *where).returncode == 0
