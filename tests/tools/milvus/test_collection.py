"""What a collection does, whatever holds it: Milvus, or this process alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes.engines import ENGINE
from tools.documents.document import document_key
from tools.errors import LibraryError
from tools.milvus.collection import Collection, Row
from tools.milvus.milvus_collection import MilvusCollection, stored_identity
from tools.milvus.schema import Identity

A, B = document_key("a.md"), document_key("b.md")


def make_row(document: str, number: int = 0, **fields: Any) -> Row:
    """Return a row as `tools.library.rows` makes them."""
    row = Row(
        key=f"{document_key(document)}_{number:06d}",
        document_key=document_key(document),
        document=document,
        title="A title",
        heading="A heading",
        number=number,
        count=number + 1,
        start_line=1,
        end_line=2,
        text="A text.",
        digest="0f",
        source="here",
        metadata={},
        dense=[1.0, 0.0],
        indexed="nothing",
    )
    row.update(fields)  # type: ignore[typeddict-item] (a test names only ours)
    return row


def write(collection: Collection, *rows: Row) -> list[str]:
    """Write rows as the identity wants them, and return their keys."""
    assert collection.identity is not None
    if not collection.identity.full_text:
        for row in rows:
            del row["indexed"]
    collection.write(rows)
    return [row["key"] for row in rows]


def near(collection: Collection, *vector: float, **rest: Any) -> list[str]:
    """Return the keys of the rows nearest to a vector, best first."""
    limit: int = rest.pop("limit", 10)
    found = collection.search_vectors(np.array([vector], np.float32), limit, **rest)
    return sorted(found[0], key=lambda key: -found[0][key])


def worded(collection: Collection, query: str, **rest: Any) -> list[str]:
    """Return the keys of the rows that have a query's words, best first."""
    limit: int = rest.pop("limit", 10)
    found = collection.search_words([query], limit, **rest)
    return sorted(found[0], key=lambda key: -found[0][key])


def keys_of(rows: Any) -> list[str]:
    return sorted(row["key"] for row in rows)


def needs_words(collection: Collection) -> None:
    if not collection.has_full_text():
        pytest.skip("this engine has no full-text search")


def test_one_that_is_not_made_holds_nothing_and_takes_nothing(
    unmade: Collection,
) -> None:
    assert unmade.identity is None
    assert unmade.count() == 0
    assert near(unmade, 1, 0) == []
    assert worded(unmade, "lamp") == []
    assert unmade.rows(["a"], ["key"]) == []
    assert unmade.rows_of(A, ["key"]) == []
    assert list(unmade.scan(["key"])) == []
    unmade.delete(["a"])
    with pytest.raises(LibraryError, match=r"no library at .* yet"):
        unmade.write([make_row("a.md")])


def test_what_it_is_made_with_is_its_identity(unmade: Collection) -> None:
    identity = Identity("mine", 2, full_text=False, analyzer="standard", language="de")
    unmade.make(identity)
    assert unmade.identity == identity
    assert unmade.count() == 0


def test_milvus_keeps_the_identity_for_whoever_opens_it_next(tmp_path: Path) -> None:
    uri = str(tmp_path / "kept.db")
    opened = MilvusCollection.open(uri, create=True)
    opened.make(Identity("mine", 2))
    opened.close()
    assert stored_identity(uri) == Identity("mine", 2)
    with pytest.raises(LibraryError, match="citeloop ingest"):
        stored_identity(str(tmp_path / "none.db"))


def test_a_row_is_read_back_as_it_was_written_with_the_fields_asked_for(
    collection: Collection,
) -> None:
    row = make_row(
        'a "b" \\ 中文.md',
        3,
        text="Ein\n\tText – 文",
        metadata={"lang": "de", "é": '"'},
    )
    write(collection, row)
    fields = [name for name in row if name != "indexed"]
    for found in (
        collection.rows([row["key"]], fields),
        collection.rows_of(row["document_key"], fields),
        list(collection.scan(fields)),
    ):
        assert [{**each} for each in found] == [{each: row[each] for each in fields}]  # type: ignore[literal-required] (its own)
    assert collection.rows([row["key"]], ["number"])[0]["number"] == 3
    assert "text" not in collection.rows([row["key"]], ["number"])[0]


def test_what_was_read_can_be_changed_without_changing_the_collection(
    collection: Collection,
) -> None:
    [key] = write(collection, make_row("a.md", metadata={"lang": "de"}))
    collection.rows([key], ["metadata"])[0]["metadata"]["lang"] = "en"  # type: ignore[index] (that is the point)
    assert collection.rows([key], ["metadata"])[0]["metadata"] == {"lang": "de"}


def test_the_nearest_vectors_are_found_with_their_cosines(
    collection: Collection,
) -> None:
    right, up, left = write(
        collection,
        make_row("a.md", 0, dense=[2.0, 0.0]),
        make_row("a.md", 1, dense=[0.6, 0.8]),
        make_row("b.md", 0, dense=[-1.0, 0.0]),
    )
    found = collection.search_vectors(np.array([[3, 0], [0, 1]], np.float32), 10)
    assert found[0] == pytest.approx({right: 1, up: 0.6, left: -1}, abs=1e-5)
    assert found[1] == pytest.approx({up: 0.8, right: 0, left: 0}, abs=1e-5)
    assert near(collection, 1, 0, limit=2) == [right, up]


def test_words_are_found_in_any_of_their_forms_and_the_most_telling_first(
    collection: Collection,
) -> None:
    needs_words(collection)
    both, one, _ = write(
        collection,
        make_row("a.md", 0, indexed="The red lamps are burning, and lamps burn out"),
        make_row("a.md", 1, indexed="The red table"),
        make_row("a.md", 2, indexed="A green chair"),
    )
    assert worded(collection, "a red LAMP that burned") == [both, one]
    assert worded(collection, "a red LAMP that burned", limit=1) == [both]
    assert worded(collection, "zqx_frobnicate") == []
    together = collection.search_words(["lamp", "chair"], 10)
    assert together == [
        collection.search_words([each], 10)[0] for each in ("lamp", "chair")
    ]
    assert all(score > 0 for scores in together for score in scores.values())


def test_a_rare_word_weighs_more_than_a_common_one(collection: Collection) -> None:
    needs_words(collection)
    rows = [make_row("a.md", number, indexed="a lamp") for number in range(9)]
    rare = make_row("b.md", indexed="a chair")
    write(collection, *rows, rare)
    assert worded(collection, "lamp chair")[0] == rare["key"]


def test_without_full_text_no_words_are_found(unmade: Collection) -> None:
    unmade.make(Identity("test", 2, full_text=False))
    write(unmade, make_row("a.md"))
    assert unmade.search_words(["nothing", "A text"], 10) == [{}, {}]


def test_a_search_can_be_restricted_to_documents(collection: Collection) -> None:
    a, b = write(
        collection,
        make_row("a.md", indexed="a lamp"),
        make_row("b.md", indexed="a lamp", dense=[0.0, 1.0]),
    )
    assert near(collection, 1, 0, documents=[B]) == [b]
    assert near(collection, 1, 0, documents=[A, B]) == [a, b]
    assert near(collection, 1, 0, documents=[document_key("none")]) == []
    if collection.has_full_text():
        assert worded(collection, "lamp", documents=[B]) == [b]


def test_a_row_takes_the_place_of_that_with_its_key(collection: Collection) -> None:
    [key] = write(collection, make_row("a.md", text="old", indexed="lamp"))
    write(collection, make_row("a.md", text="new", indexed="chair", dense=[0.0, 1.0]))
    assert [each["text"] for each in collection.scan(["text"])] == ["new"]
    assert collection.count() == 1
    found = collection.search_vectors(np.array([[0, 1]], np.float32), 10)[0]
    assert found == pytest.approx({key: 1}, abs=1e-5)
    if collection.has_full_text():
        assert worded(collection, "chair") == [key]
        assert worded(collection, "lamp") == []


def test_rows_are_read_by_key_by_document_and_all(collection: Collection) -> None:
    first, second, other = write(
        collection, make_row("a.md", 0), make_row("a.md", 1), make_row("b.md", 0)
    )
    assert keys_of(collection.rows({other, first, "none"}, ["key"])) == sorted(
        [first, other]
    )
    assert collection.rows([], ["key"]) == []
    assert keys_of(collection.rows_of(A, ["key"])) == [first, second]
    assert collection.rows_of(document_key("none"), ["key"]) == []
    assert keys_of(collection.scan(["key"])) == sorted([first, second, other])
    assert keys_of(collection.scan(["key"], firsts=True)) == sorted([first, other])
    assert (collection.count(), collection.count(A)) == (3, 2)


def test_a_document_of_more_rows_than_one_answer_holds_is_read_whole(
    collection: Collection,
) -> None:
    write(collection, *(make_row("a.md", number) for number in range(2001)))
    numbers = [row["number"] for row in collection.rows_of(A, ["number"])]
    assert sorted(numbers) == list(range(2001))


def test_what_is_deleted_is_seen_no_more(collection: Collection) -> None:
    gone, kept = write(
        collection,
        make_row("a.md", indexed="a lamp"),
        make_row("b.md", indexed="a lamp"),
    )
    collection.delete(iter([gone, "none"]))
    assert near(collection, 1, 0) == [kept]
    assert collection.rows([gone], ["key"]) == []
    assert collection.rows_of(A, ["key"]) == []
    assert keys_of(collection.scan(["key"])) == [kept]
    assert collection.count() == 1
    if collection.has_full_text():
        assert worded(collection, "lamp") == [kept]


def test_a_vector_of_another_length_is_refused_and_what_was_there_stays(
    unmade: Collection,
) -> None:
    unmade.make(Identity("test", 2, full_text=False))
    [key] = write(unmade, make_row("a.md"))
    with pytest.raises(LibraryError, match=r"^The library .* failed: "):
        write(unmade, make_row("b.md", dense=[1.0, 0.0, 0.0]))
    assert keys_of(unmade.scan(["key"])) == [key]


def test_rows_that_several_threads_write_and_read_are_all_there(
    collection: Collection,
) -> None:
    if ENGINE == "lite3" and isinstance(collection, MilvusCollection):
        pytest.skip("the Python engine shows not all rows while it is written to")

    def work(number: int) -> list[str]:
        rows = [make_row(f"{number}.md", place) for place in range(5)]
        keys = write(collection, *rows)
        assert near(collection, 1, 0, documents=[rows[0]["document_key"]], limit=5)
        return keys

    with ThreadPoolExecutor(8) as pool:
        written = [key for keys in pool.map(work, range(16)) for key in keys]
    assert keys_of(collection.scan(["key"])) == sorted(written)


def test_an_identity_with_another_analyzer_splits_words_so(unmade: Collection) -> None:
    needs_words(unmade)
    unmade.make(replace(Identity("test", 2), analyzer="chinese", language="zh"))
    [found, _] = write(
        unmade,
        make_row("a.md", indexed="数据协调器会封存增长段"),
        make_row("b.md", indexed="台灯在桌子上"),
    )
    assert worded(unmade, "数据封存") == [found]


def test_closing_twice_is_closing_once(unmade: Collection) -> None:
    unmade.close()
    unmade.close()
