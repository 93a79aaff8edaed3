"""Records of a JSONL file, packed or not: each is a document, or is skipped."""

import gzip
from pathlib import Path

import pytest

from tests.tools.sources.contents import (
    LINES,
    PACKED,
    broken_deflate,
    names,
    put,
    read,
    record,
)


@pytest.mark.parametrize("name", ["records.jsonl", "records.ndjson", "a.jsonl.gz"])
def test_bad_records_are_skipped_by_their_line_and_the_rest_is_read(
    docs: Path, name: str
) -> None:
    content = "\n".join(LINES).encode()
    path = put(docs, name, gzip.compress(content) if name.endswith("gz") else content)
    documents, skipped = read(path)
    assert [(each.name, each.title, each.text) for each in documents] == [
        ("d1", "One", "First.\nLine."),
        ("7", "", "A number for an id."),
    ]
    bad = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert [place.removesuffix(" (d3)") for place in skipped] == [
        f"{name} line {number}" for number in bad
    ]
    assert skipped[f"{name} line 3"] == "not JSON"


@pytest.mark.parametrize("place", ["_id", "title", "text"])
def test_what_is_read_can_be_written_as_utf8(docs: Path, place: str) -> None:
    fields = {"_id": "d1", "title": "One", "text": "First."}
    broken = record(**(fields | {place: "half a pair \ud800 of surrogates"}))
    documents, _ = read(put(docs, "a.jsonl", f"{broken}\n{record(_id=2, text='x')}"))
    assert documents[-1].name == "2"
    for each in documents:
        f"{each.name}{each.title}{each.text}".encode()


def test_records_that_are_not_utf8_are_skipped(docs: Path) -> None:
    good = record(_id="d1", text="First.").encode()
    path = put(docs, "a.jsonl", b'{"_id": "x", "text": "na\xefve"}\n' + good)
    documents, skipped = read(path)
    assert names(documents) == ["d1"]
    assert list(skipped) == ["a.jsonl line 1"]


GZIP_HEADER = 10


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip at all",
        PACKED[:-9],
        broken_deflate(PACKED, GZIP_HEADER),
        PACKED[:-8] + b"\x00" * 8,
    ],
    ids=["other", "cut off", "corrupt", "wrong checksum"],
)
def test_a_broken_gzip_file_is_skipped_and_the_rest_is_read(
    docs: Path, content: bytes
) -> None:
    put(docs, "a.jsonl.gz", content)
    put(docs, "b.md")
    documents, skipped = read(docs)
    assert "b.md" in names(documents)
    assert list(skipped) == ["a.jsonl.gz"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_records_are_read_in_any_unicode_with_a_mark(docs: Path, encoding: str) -> None:
    lines = "\n".join(record(_id=str(at), text=f"Größe {at}") for at in range(3))
    documents, skipped = read(put(docs, "a.jsonl", lines.encode(encoding)))
    assert names(documents) == ["0", "1", "2"]
    assert skipped == {}


def test_a_record_that_is_not_utf_8_is_named_as_such(docs: Path) -> None:
    line = '{"_id": "d1", "text": "Größe"}\n'.encode("latin-1")
    documents, skipped = read(put(docs, "a.jsonl", line + b'{"_id": "2", "text": "x"}'))
    assert names(documents) == ["2"]
    assert skipped == {"a.jsonl line 1": "not UTF-8"}


GOOD = record(_id="d1", text="First.").encode() + b"\n"
FAR = 40_000_000


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(GOOD + b"\n" * FAR),
        gzip.compress(GOOD + (b" " * 999 + b"\n") * (FAR // 1000)),
        gzip.compress(GOOD + b'{"_id": 1, "text": "x"}\n' * (FAR // 24)),
        gzip.compress(GOOD) + gzip.compress(b"\n" * FAR),
        gzip.compress(GOOD + b" " * FAR),
        gzip.compress(GOOD + record(_id="d2", text="x" * FAR).encode()),
    ],
    ids=["lines", "blanks", "records", "members", "one line", "one record"],
)
def test_what_unpacks_to_far_more_than_its_size_is_read_no_further(
    docs: Path, content: bytes
) -> None:
    documents, skipped = read(put(docs, "a.jsonl.gz", content))
    assert names(documents)[0] == "d1"
    assert "unpacks to more than 200 times its size" in skipped.values()


def test_records_that_pack_well_are_read(docs: Path) -> None:
    lines = [
        record(_id=number, text="The lamp is red. " * 20) for number in range(4000)
    ]
    path = put(docs, "a.jsonl.gz", gzip.compress("\n".join(lines).encode()))
    documents, skipped = read(path)
    assert (len(documents), skipped) == (4000, {})
