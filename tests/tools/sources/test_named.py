import gzip
import io
import json
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from tools.documents.document import Document
from tools.errors import UsageError
from tools.sources.found import Skipped
from tools.sources.named import read_source


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, content: str | bytes = "words\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(spec: str | Path) -> tuple[list[Document], dict[str, str]]:
    """The documents of a source, and why each of the others was skipped."""
    found = list(read_source(str(spec)).documents)
    skipped = [each for each in found if isinstance(each, Skipped)]
    documents = [each for each in found if isinstance(each, Document)]
    return documents, {each.name: each.reason for each in skipped}


def names(documents: list[Document]) -> list[str]:
    return [each.name for each in documents]


# --- files


def test_a_file_is_one_document_that_is_named_after_it(docs: Path) -> None:
    path = put(docs, "deep/lamp.md", "---\nowner: x\n---\n# Red lamps\n\nText.\n")
    documents, skipped = read(path)
    assert (names(documents), skipped) == (["lamp.md"], {})
    (lamp,) = documents
    assert (lamp.title, lamp.form, lamp.metadata) == (
        "Red lamps",
        "markdown",
        {"owner": "x"},
    )
    assert lamp.text == path.read_text()
    assert lamp.source == str(path.parent.resolve())  # as its folder names it


@pytest.mark.parametrize(
    ("name", "form", "title"),
    [
        ("a.md", "markdown", "Head"),
        ("a.MD", "markdown", "Head"),
        ("a.markdown", "markdown", "Head"),
        ("a.mdx", "markdown", "Head"),
        ("a.txt", "text", "a"),
        ("a.rst", "rst", "a"),
        ("Makefile", "text", "Makefile"),
    ],
)
def test_the_suffix_decides_what_a_text_is(
    docs: Path, name: str, form: str, title: str
) -> None:
    (document,), _ = read(put(docs, name, "# Head\n\nwords\n"))
    assert (document.form, document.title) == (form, title)


@pytest.mark.parametrize(
    "content",
    [
        "naïve\n数据\n".encode(),
        "naïve\n数据\n".encode("utf-8-sig"),
        b"\xff\xfe" + "naïve\n数据\n".encode("utf-16-le"),
        b"\xfe\xff" + "naïve\n数据\n".encode("utf-16-be"),
        "naïve\r\n数据\r\n".encode(),
        "naïve\r数据\r".encode(),
    ],
    ids=["UTF-8", "BOM", "UTF-16 LE", "UTF-16 BE", "CR LF", "CR"],
)
def test_unicode_texts_are_read_with_newlines_as_line_ends(
    docs: Path, content: bytes
) -> None:
    (document,), _ = read(put(docs, "a.md", content))
    assert document.text == "naïve\n数据\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("naïve\n".encode("latin-1"), "not UTF-8 (byte 2)"),
        (b"\x89PNG\x00\x01", "binary, not text"),
        (b"\xff\xfea", "not UTF-8"),
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        ("\ufeff\n".encode(), "empty"),
    ],
    ids=["latin-1", "NUL", "half UTF-16", "empty", "blank", "BOM alone"],
)
def test_what_is_no_text_is_skipped_with_the_reason(
    docs: Path, content: bytes, reason: str
) -> None:
    put(docs, "a.md", content)
    put(docs, "b.md")
    documents, skipped = read(docs)
    assert names(documents) == ["b.md"]
    assert skipped.keys() == {"a.md"}
    assert skipped["a.md"].startswith(reason)


def test_a_file_over_64_mib_is_skipped(docs: Path) -> None:
    with put(docs, "big.txt").open("r+b") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    assert read(docs) == ([], {"big.txt": "larger than 64 MiB"})


@pytest.mark.parametrize(
    "spec",
    [
        "missing.md",
        "missing/*.md",
        "nul\0.md",
        "http://[::1/unclosed",
        "x" * 300,
        "~no-such-user/a.md",
        "",
    ],
    ids=["path", "glob", "NUL", "address", "long", "user", "blank"],
)
def test_a_source_that_does_not_exist_is_an_error_that_a_person_can_read(
    docs: Path, monkeypatch: pytest.MonkeyPatch, spec: str
) -> None:
    monkeypatch.chdir(docs)
    with pytest.raises(UsageError):
        list(read_source(spec).documents)


# --- folders


def test_a_folder_is_read_through_in_order_without_hidden_files(docs: Path) -> None:
    for name in ("b.md", "a.txt", "deep/er/c.md", "deep/a.md"):
        put(docs, name)
    for name in (".hidden.md", ".git/config", "deep/.cache/x.md"):
        put(docs, name)
    documents, skipped = read(docs)
    assert names(documents) == ["a.txt", "b.md", "deep/a.md", "deep/er/c.md"]
    assert {each.source for each in documents} == {str(docs)}
    assert skipped == {}


def test_an_empty_folder_has_nothing(docs: Path) -> None:
    assert read(docs) == ([], {})


def test_a_folder_may_be_named_relatively(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(docs, "a.md")
    monkeypatch.chdir(docs)
    (document,), _ = read(".")
    assert (document.name, document.source) == ("a.md", str(docs))


def test_links_that_lead_out_of_a_folder_are_not_followed(
    docs: Path, tmp_path: Path
) -> None:
    secret = put(tmp_path, "outside/secret.md", "secret\n")
    (docs / "file.md").symlink_to(secret)
    (docs / "absolute.md").symlink_to("/etc/passwd")
    (docs / "folder").symlink_to(secret.parent)
    put(docs, "a.md")
    (docs / "inside.md").symlink_to("a.md")
    documents, skipped = read(docs)
    assert names(documents) == ["a.md", "inside.md"]
    out = "a link that leads out of the folder"
    assert skipped["file.md"] == skipped["absolute.md"] == out


@pytest.mark.parametrize("pattern", ["docs/*", "docs/*/*.md", "docs/**/*.md"])
def test_links_that_lead_out_are_not_followed_by_a_glob(
    docs: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    put(docs, "a.md")
    put(docs, "deep/a.md")
    secret = put(docs.parent, "outside/secret.md", "secret\n")
    (docs / "file.md").symlink_to(secret)
    (docs / "folder").symlink_to(secret.parent)
    monkeypatch.chdir(docs.parent)
    documents, _ = read(pattern)
    assert documents
    assert not any("secret" in each.text for each in documents)


@pytest.mark.parametrize("target", ["gone.md", "link.md"], ids=["dangling", "loop"])
def test_a_link_to_nothing_is_skipped_and_the_rest_is_read(
    docs: Path, target: str
) -> None:
    (docs / "link.md").symlink_to(target)
    put(docs, "z.md")
    documents, skipped = read(docs)
    assert names(documents) == ["z.md"]
    assert skipped.keys() == {"link.md"}


def test_a_pipe_is_skipped_rather_than_waited_for(docs: Path) -> None:
    os.mkfifo(docs / "pipe.md")
    put(docs, "z.md")
    documents, skipped = read(docs)
    assert names(documents) == ["z.md"]
    assert skipped == {"pipe.md": "not a regular file"}


def test_what_may_not_be_read_is_skipped_and_the_rest_is_read(docs: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    put(docs, "closed.md").chmod(0)
    put(docs, "locked/a.md").parent.chmod(0)
    put(docs, "z.md")
    documents, skipped = read(docs)
    (docs / "locked").chmod(0o700)
    assert names(documents) == ["z.md"]
    assert len(skipped) == 2


# --- globs


def test_a_glob_names_files_relative_to_its_fixed_part(docs: Path) -> None:
    for name in ("a.md", "b.txt", "deep/c.md", "deep/d.txt", ".hidden.md"):
        put(docs, name)
    assert names(read(docs / "*.md")[0]) == ["a.md"]
    assert names(read(docs / "**" / "*.md")[0]) == ["a.md", "deep/c.md"]
    assert names(read(docs / "d*" / "[c]*")[0]) == ["deep/c.md"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(docs: Path) -> None:
    put(docs, "a.md")
    assert names(read(put(docs, "[a].md"))[0]) == ["[a].md"]


# --- records


def record(**fields: object) -> str:
    return json.dumps(fields)


def test_of_a_beir_folder_the_corpus_alone_is_read(docs: Path) -> None:
    put(docs, "corpus.jsonl", record(_id="d1", title="One", text="First.") + "\n")
    put(docs, "queries.jsonl", record(_id="q1", text="What?") + "\n")
    put(docs, "qrels/test.tsv", "q1\td1\t1\n")
    documents, skipped = read(docs)
    assert skipped == {}
    assert [(each.name, each.title, each.text) for each in documents] == [
        ("d1", "One", "First.")
    ]
    assert documents[0].source == str(docs)


LINES = [
    record(_id="d1", title="One", text="First.\r\nLine."),
    "",
    "not JSON",
    record(_id="d2"),
    record(text="no id"),
    record(_id="", text="empty id"),
    record(_id="d3", title="Blank", text=" \n"),
    "[1, 2]",
    "null",
    record(_id=["x"], text="a list for an id"),
    record(_id="d4", text=["a list"]),
    "[" * 50_000,
    record(_id="d" * 5) + "}",
    record(_id=7, text="A number for an id."),
]


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


def test_a_file_name_that_is_not_utf8_does_not_stop_the_rest(docs: Path) -> None:
    (docs / os.fsdecode(b"caf\xe9.md")).write_text("words")
    put(docs, "z.md")
    documents, _ = read(docs)
    assert names(documents)[-1] == "z.md"
    for each in documents:
        each.name.encode()


def test_records_that_are_not_utf8_are_skipped(docs: Path) -> None:
    good = record(_id="d1", text="First.").encode()
    path = put(docs, "a.jsonl", b'{"_id": "x", "text": "na\xefve"}\n' + good)
    documents, skipped = read(path)
    assert names(documents) == ["d1"]
    assert list(skipped) == ["a.jsonl line 1"]


def broken_deflate(packed: bytes, start: int) -> bytes:
    """The packed bytes with a block type that does not exist at `start`."""
    return packed[:start] + b"\x07" + packed[start + 1 :]


GZIP_HEADER = 10
PACKED = gzip.compress(record(_id="d1", text="First.").encode())


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


# --- HTML

PAGE = """<!DOCTYPE html><html><head><title>Tab title</title>
<script>steal('cookie')</script><style>body { color: red }</style></head>
<body><!-- a comment --><h1>Red lamps</h1><p>The <b>lamp</b> is
<a href="http://x">red</a>.<img src="pixel.gif" alt=""></p>
<table><tr><th>a</th></tr><tr><td>1</td></tr></table></body></html>
"""


def test_html_is_read_as_markdown_without_scripts_and_styles(docs: Path) -> None:
    (page,), _ = read(put(docs, "page.html", PAGE))
    assert (page.name, page.title, page.form) == (
        "page.html",
        "Red lamps",
        "markdown",
    )
    assert "# Red lamps" in page.text
    assert "The **lamp** is\n[red](http://x)." in page.text
    assert "| a |" in page.text
    for hidden in ("steal", "color", "pixel", "a comment"):
        assert hidden not in page.text


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?><html xmlns="http://w"><body><p>words</p></body></html>',
        "http://example.org/words",
        "words.html",
        f"{'<div>' * 3000}words",
        "<p>words<p><<<&&&;</x></html",
    ],
    ids=["XHTML", "an address", "a file name", "deep", "malformed"],
)
def test_odd_html_neither_warns_nor_stops_the_rest(docs: Path, content: str) -> None:
    put(docs, "a.html", content)
    put(docs, "b.md")
    documents, skipped = read(docs)
    assert {*names(documents), *skipped} == {"a.html", "b.md"}
    assert "b.md" in names(documents)


def test_html_without_text_is_skipped(docs: Path) -> None:
    path = put(docs, "a.html", "<html><body><p> </p></body></html>")
    assert read(path) == ([], {"a.html": "empty"})


# --- archives


def archive(entries: dict[str, str | bytes], packing: int = ZIP_DEFLATED) -> bytes:
    """A zip of these entries; their names are written as they are."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", packing) as written:
        for name, content in entries.items():
            info = ZipInfo("placeholder")
            info.filename = name
            info.compress_type = packing
            written.writestr(info, content)
    return packed.getvalue()


def test_an_archive_is_read_like_a_folder(docs: Path) -> None:
    entries: dict[str, str | bytes] = {
        "b.md": "# B\n",
        "deep/a.txt": "words",
        "deep/": "",
        ".hidden.md": "words",
        "__MACOSX/b.md": "words",
        "bad.md": b"\xff",
        "c.jsonl": record(_id="d1", text="First."),
    }
    path = put(docs, "docs.zip", archive(entries))
    documents, skipped = read(path)
    assert names(documents) == ["b.md", "d1", "deep/a.txt"]
    assert {each.source for each in documents} == {str(path)}
    assert skipped == {"bad.md": "not UTF-8 (byte 0)"}


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


def test_a_file_name_is_kept_as_it_is_and_made_visible_only_where_printed(
    docs: Path,
) -> None:
    put(docs, "a\x1b]0;pwn\x07.md")
    assert names(read(docs)[0]) == ["a\x1b]0;pwn\x07.md"]


# --- addresses

SERVED: dict[str, tuple[int, str, bytes]] = {
    "/page": (200, "text/html; charset=utf-8", PAGE.encode()),
    "/page.html": (200, "text/html", PAGE.encode()),
    "/guide.md": (200, "text/markdown", b"# Guide\n\nwords\n"),
    "/docs": (200, "application/zip", archive({"a.md": "x", "../b.md": "x"})),
    "/corpus.jsonl": (200, "", "\n".join(LINES[:3]).encode()),
    "/corpus.jsonl.gz": (200, "application/gzip", PACKED),
    "/": (200, "text/plain", b"root"),
    "/latin": (200, "text/plain", b"na\xefve"),
    "/moved": (302, "/guide.md", b""),
    "/loop": (302, "/loop", b""),
    "/broken": (500, "text/plain", b"no"),
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, kind, body = SERVED.get(self.path, (404, "text/plain", b"gone"))
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep the output of the tests clean."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "name", "title"),
    [
        ("/page", "HOST/page.html", "Red lamps"),
        ("/page.html", "HOST/page.html", "Red lamps"),
        ("/guide.md", "HOST/guide.md", "Guide"),
        ("/guide.md#part", "HOST/guide.md", "Guide"),
        ("/corpus.jsonl", "d1", "One"),
        ("/corpus.jsonl.gz", "d1", ""),
        ("/docs", "a.md", "a"),
    ],
)
def test_an_address_is_read_by_what_it_holds(
    site: str, path: str, name: str, title: str
) -> None:
    documents, _ = read(site + path)
    place = name.replace("HOST", site.removeprefix("http://"))
    assert [(each.name, each.title) for each in documents] == [(place, title)]
    assert documents[0].source == site + path


def test_what_an_address_holds_is_as_untrusted_as_a_file(site: str) -> None:
    assert read(f"{site}/docs")[1] == {"../b.md": OUT}
    assert read(f"{site}/latin") == (
        [],
        {f"{site.removeprefix('http://')}/latin": "not UTF-8 (byte 2)"},
    )
    assert "steal" not in read(f"{site}/page")[0][0].text


def test_a_redirect_is_followed(site: str) -> None:
    assert [each.text for each in read(f"{site}/moved")[0]] == ["# Guide\n\nwords\n"]


def test_the_root_of_a_site_is_named_after_it(site: str) -> None:
    (document,), _ = read(f"{site}/")
    assert document.name == site.removeprefix("http://")


@pytest.mark.parametrize(
    ("path", "said"), [("/gone", "404"), ("/broken", "500"), ("/loop", "redirect")]
)
def test_an_address_that_fails_is_an_error_that_says_why(
    site: str, path: str, said: str
) -> None:
    with pytest.raises(UsageError, match=rf"{path} .*{said}"):
        list(read_source(site + path).documents)


def test_an_address_that_refuses_is_an_error_that_names_it() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UsageError, match=rf"127\.0\.0\.1:{port}/x cannot be read"):
        list(read_source(f"http://127.0.0.1:{port}/x").documents)
