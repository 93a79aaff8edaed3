"""Archives from anywhere: what would do harm is refused, the rest is read."""

import io
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest

from tests.tools.sources.contents import (
    archive,
    broken_deflate,
    names,
    put,
    read,
    record,
)


def test_an_archive_is_read_like_a_folder(docs: Path) -> None:
    entries: dict[str, str | bytes] = {
        "b.md": "# B\n",
        "deep/a.txt": "words",
        "deep/": "",
        ".hidden.md": "words",
        "__MACOSX/b.md": "words",
        "bad.md": b"\xff\x01",
        "c.jsonl": record(_id="d1", text="First."),
    }
    path = put(docs, "docs.zip", archive(entries))
    documents, skipped = read(path)
    assert names(documents) == ["b.md", "d1", "deep/a.txt"]
    assert {each.source for each in documents} == {str(path)}
    assert skipped == {"bad.md": "binary, not text"}


OUT = "its path leads out of the archive"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("../x.md", "words", OUT),
        ("a/../../x.md", "words", OUT),
        ("/etc/x.md", "words", OUT),
        ("..\\x.md", "words", OUT),
        ("C:\\x.md", "words", OUT),
        ("\\\\host\\x.md", "words", OUT),
        ("inner.zip", archive({"a.md": "words"}), "an archive inside an archive"),
        ("bomb.md", b"\0" * 2**22, "unpacks to more than 200 times its size"),
        ("huge.md", b"\0" * (2**26 + 1), "larger than 64 MiB"),
        (".", "words", None),
    ],
    ids=lambda value: value[:14] if isinstance(value, str) else "",
)
def test_an_attack_in_an_archive_is_refused_and_the_rest_is_read(
    docs: Path, name: str, content: str | bytes, reason: str | None
) -> None:
    entries: dict[str, str | bytes] = {"a.md": "words", name: content, "z.md": "words"}
    documents, skipped = read(put(docs, "docs.zip", archive(entries)))
    assert names(documents) == ["a.md", "z.md"]
    if reason:
        assert skipped == {name: reason}


def test_a_link_in_an_archive_is_refused(docs: Path) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as written:
        info = ZipInfo("link.md")
        info.external_attr = 0o120777 << 16
        written.writestr(info, "/etc/passwd")
        written.writestr("z.md", "words")
    documents, skipped = read(put(docs, "docs.zip", packed.getvalue()))
    assert names(documents) == ["z.md"]
    assert skipped == {"link.md": "a link"}


def test_a_size_that_is_a_lie_does_not_unpack_a_bomb(docs: Path) -> None:
    packed = archive({"a.md": b"x" * 2**20, "z.md": "words"})
    lie = packed.replace((2**20).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert lie != packed
    documents, skipped = read(put(docs, "docs.zip", lie))
    assert names(documents) == ["z.md"]
    assert list(skipped) == ["a.md"]


LOCAL_HEADER = 30 + len("a.md")


@pytest.mark.parametrize(
    "packed",
    [
        broken_deflate(archive({"a.md": "a " * 99, "z.md": "words"}), LOCAL_HEADER),
        archive({"a.md": "first", "z.md": "words"}, ZIP_STORED).replace(
            b"first", b"other"
        ),
    ],
    ids=["deflate", "checksum"],
)
def test_a_corrupt_entry_is_skipped_and_the_rest_is_read(
    docs: Path, packed: bytes
) -> None:
    documents, skipped = read(put(docs, "docs.zip", packed))
    assert names(documents) == ["z.md"]
    assert skipped["a.md"].startswith("cannot be unpacked")


def test_an_encrypted_entry_is_skipped_and_the_rest_is_read(docs: Path) -> None:
    packed = bytearray(archive({"a.md": "words", "z.md": "words"}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + flags] |= 1
    documents, skipped = read(put(docs, "docs.zip", bytes(packed)))
    assert names(documents) == ["z.md"]
    assert skipped["a.md"].startswith("cannot be unpacked")


def test_of_an_archive_of_too_many_entries_the_first_are_read(docs: Path) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as written:
        written.writestr("a.md", "words")
        written.writestr("folder/", "")
        written.filelist += [written.filelist[-1]] * 200_000
    documents, skipped = read(put(docs, "docs.zip", packed.getvalue()))
    assert names(documents) == ["a.md"]
    assert skipped == {"docs.zip": "200,002 entries; only 200,000 are read"}


@pytest.mark.parametrize("content", [b"no zip", archive({"a.md": "x"})[:-9], b""])
def test_what_is_no_archive_is_skipped_and_the_rest_is_read(
    docs: Path, content: bytes
) -> None:
    put(docs, "a.zip", content)
    put(docs, "b.md")
    documents, skipped = read(docs)
    assert names(documents) == ["b.md"]
    assert list(skipped) == ["a.zip"]
