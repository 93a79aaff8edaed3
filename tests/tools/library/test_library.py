import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.fakes.engines import ENGINE
from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.documents.splitting import split_document
from tools.embedding.embedder import Embedder
from tools.embedding.minilm import MiniLM
from tools.errors import LibraryError
from tools.library.library import Library
from tools.library.where import Condition, Where
from tools.milvus.connection import _open_here
from tools.milvus.lite_file import has_cpp_engine

HOLD_OPEN = """
import sys
from tools.embedding.loading import EmbedderRecipe
from tools.library.library import Library
from tools.milvus.lite_file import has_cpp_engine
library = Library.open(sys.argv[1], EmbedderRecipe('minilm').load())
print('open', flush=True)
sys.stdin.read()
library.close()
"""


def only(field: str, pattern: str) -> Where:
    return Where((Condition(field, pattern),))


class OtherEmbedder(MiniLM):
    def __init__(self) -> None:
        super().__init__()
        self.identity = "another"


class WiderEmbedder(MiniLM):
    dimension = 512


def passages_of(name: str, text: str, embedder: Embedder) -> list[Passage]:
    document = Document(name, name, text, "markdown", "here")
    return split_document(document, embedder.count_tokens, embedder.max_tokens)


def write(library: Library, name: str, text: str) -> list[Passage]:
    passages = passages_of(name, text, library.embedder)
    vectors = library.embedder.embed_passages([each.text for each in passages])
    library.write(passages, vectors)
    return passages


def test_the_best_passage_comes_first_with_document_lines_and_score(
    library: Library,
) -> None:
    hits = library.search(["What seals a growing segment?"], 5)[0]
    assert hits[0].passage.document == "write-path.md"
    assert hits[0].passage.start_line <= hits[0].passage.end_line
    assert [hit.score for hit in hits] == sorted(
        (hit.score for hit in hits), reverse=True
    )
    assert all(-1.001 <= hit.cosine <= 1.001 for hit in hits)


def test_words_that_vectors_do_not_know_are_found_by_bm25(
    empty_library: Library,
) -> None:
    write(empty_library, "a.md", "The setting zqx_frobnicate turns the lamp off.")
    for number in range(60):
        write(empty_library, f"{number}.md", f"The lamp number {number} is turned off.")
    hits = empty_library.search(["zqx_frobnicate"], 3)[0]
    assert hits[0].passage.document == "a.md"


def test_several_queries_at_once_give_what_each_gives_alone(library: Library) -> None:
    queries = ["consistency levels", "object storage", "harmony format"]
    together = library.search(queries, 4)
    alone = [library.search([query], 4)[0] for query in queries]
    assert [[hit.passage for hit in hits] for hits in together] == [
        [hit.passage for hit in hits] for hits in alone
    ]


def test_a_search_can_be_restricted_to_documents(library: Library) -> None:
    hits = library.search(["memory"], 5, only("document", "h*.md"))[0]
    assert hits
    assert {hit.passage.document for hit in hits} <= {"hnsw.md", "hybrid-search.md"}
    assert library.search(["memory"], 5, only("title", "no such title")) == [[]]


@pytest.mark.parametrize(
    "pattern", ['" or number >= 0 or document == "', "\\", "%", "x'; --", '*"*']
)
def test_what_looks_like_a_filter_is_taken_literally(
    library: Library, pattern: str
) -> None:
    assert library.search(["memory"], 5, only("document", pattern)) == [[]]
    assert library.search(["memory"], 1)[0]  # the engine is still alive


@pytest.mark.parametrize(
    "name", ['a "quoted" name.md', "back\\slash.md", "中文/文档.md", "a'b%_*.md"]
)
def test_a_document_may_have_any_name(empty_library: Library, name: str) -> None:
    write(empty_library, name, "# Lamps\n\nThe lamp is on the table.")
    assert [each.text for each in empty_library.passages(name)]
    assert empty_library.search(["lamp"], 1, only("document", name))[0]


def test_a_document_is_read_back_letter_for_letter(empty_library: Library) -> None:
    text = "# Lamps\n\nOne.\n\n" + "\n\n".join(
        f"## L{n}\n\nLamp {n}." for n in range(9)
    )
    write(empty_library, "lamps.md", text)
    passages = empty_library.passages("lamps.md")
    assert "".join(each.text for each in passages) == text
    assert [each.number for each in passages] == list(range(len(passages)))


def test_a_blank_text_is_never_embedded(embedder: Embedder) -> None:
    with pytest.raises(ValueError, match="blank"):
        embedder.embed_passages(["lamp", "  \n"])


def test_lone_surrogates_and_very_long_texts_are_embedded(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["a\ud800b", "lamp " * 40_000])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_similar_texts_have_near_vectors(embedder: Embedder) -> None:
    lamp, light, tax = embedder.embed_passages(
        ["turn the lamp on", "switch on the light", "the tax office is closed"]
    )
    assert lamp @ light > lamp @ tax + 0.2


def test_a_vector_that_is_not_a_number_is_refused(memory_library: Library) -> None:
    passages = passages_of("a.md", "The lamp.", memory_library.embedder)
    with pytest.raises(LibraryError, match="not a number"):
        memory_library.write(passages, np.full((len(passages), 384), np.nan))


def test_a_library_opens_again_in_a_second_process(library_uri: str) -> None:
    code = (
        "import sys\n"
        "from tools.embedding.loading import EmbedderRecipe\n"
        "from tools.library.library import Library\n"
        "with Library.open(sys.argv[1], EmbedderRecipe('minilm').load()) as library:\n"
        "    hit = library.search(['What seals a growing segment?'], 1)[0][0]\n"
        "    print(hit.passage.document, len(library.names()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, library_uri],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["write-path.md", "24"]
    assert done.stderr == ""


def test_a_missing_library_says_how_to_make_one(
    tmp_path: Path, embedder: Embedder
) -> None:
    with pytest.raises(LibraryError, match="citeloop ingest"):
        Library.open(str(tmp_path / "none.db"), embedder)
    assert not (tmp_path / "none.db").exists()


def test_another_embedder_is_named_with_the_stored_one(
    library_uri: str, embedder: Embedder
) -> None:
    with pytest.raises(LibraryError, match=r"all-MiniLM-L6-v2.*another"):
        Library.open(library_uri, OtherEmbedder())
    with pytest.raises(LibraryError, match=r"384.*512"):
        Library.open(library_uri, WiderEmbedder())
    Library.open(library_uri, embedder).close()


@pytest.mark.skipif(ENGINE == "server", reason="a server goes on for others")
def test_a_library_of_another_embedder_is_let_go(library_file: Path) -> None:
    with pytest.raises(LibraryError, match="another"):
        Library.open(str(library_file), OtherEmbedder())
    assert not _open_here[str(library_file.resolve())]


def test_a_locked_and_a_foreign_file_have_texts_of_their_own(
    library_file: Path, tmp_path: Path, embedder: Embedder
) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"SQLite format 3\x00" + b"no database at all" * 100)
    foreign = tmp_path / "foreign.db"
    foreign.mkdir()
    (foreign / "notes.json").write_text("{}")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, str(library_file)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(LibraryError, match="open in another process"):
            Library.open(str(library_file), embedder)
        assert holder.stdin is not None
        holder.stdin.close()
    before = garbage.read_bytes()
    for place in (garbage, foreign):
        with pytest.raises(LibraryError, match="not a Milvus Lite library"):
            Library.open(str(place), embedder, create=True)
    assert garbage.read_bytes() == before
    assert [each.name for each in foreign.iterdir()] == ["notes.json"]
    Library.open(str(library_file), embedder).close()


def test_a_library_of_the_other_embedded_engine_says_what_it_is_and_how_to_open_it(
    tmp_path: Path, embedder: Embedder
) -> None:
    other = tmp_path / "other.db"
    if has_cpp_engine():
        (other / "collections").mkdir(parents=True)
        names = r"Python engine of Milvus Lite 3 .* folder.*milvus-lite>=3\.2\.2"
    else:
        with closing(sqlite3.connect(other)) as database:
            database.execute("CREATE TABLE collection_meta (a)")
        names = r"C\+\+ engine of Milvus Lite 2\.5 .* file.*milvus-lite==2\.5\.1"
    with pytest.raises(LibraryError, match=names):
        Library.open(str(other), embedder, create=True)


def test_an_empty_library_says_how_to_fill_it(empty_library: Library) -> None:
    with pytest.raises(LibraryError, match="holds no documents"):
        empty_library.search(["lamp"], 3)


def test_a_library_opens_where_no_home_is_named(
    library_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME")
    with Library.open(str(library_file), MiniLM()) as library:
        assert library.search(["storage"], 1)[0]


def test_two_users_of_one_file_in_one_process_share_it(
    library_uri: str, embedder: Embedder
) -> None:
    first = Library.open(library_uri, embedder)
    second = Library.open(library_uri, embedder)
    first.close()
    assert second.search(["storage"], 1)[0]
    second.close()


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("http://127.0.0.1:9", "No Milvus server answers at http://127.0.0.1:9"),
        ("notes.txt", r"neither an address .* nor a file"),
        ("a" * 60 + ".db", r"at most 36"),
    ],
)
def test_a_place_that_is_no_library_is_named(
    tmp_path: Path, embedder: Embedder, uri: str, says: str
) -> None:
    with pytest.raises(LibraryError, match=says):
        Library.open(uri, embedder, create=True)
