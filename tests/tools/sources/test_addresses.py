"""Pages, files and archives behind an address."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.tools.sources.contents import (
    ANYWHERE,
    LINES,
    PACKED,
    PAGE,
    archive,
    names,
    read,
)
from tools.errors import UsageError
from tools.sources.named import read_source

SERVED: dict[str, tuple[int, str, bytes]] = {
    "/page": (200, "text/html; charset=utf-8", PAGE.encode()),
    "/page.html": (200, "text/html", PAGE.encode()),
    "/guide.md": (200, "text/markdown", b"# Guide\n\nwords\n"),
    "/docs": (200, "application/zip", archive({"a.md": "x", "../b.md": "x"})),
    "/corpus.jsonl": (200, "", "\n".join(LINES[:3]).encode()),
    "/corpus.jsonl.gz": (200, "application/gzip", PACKED),
    "/unpacked.jsonl.gz": (200, "", "\n".join(LINES[:3]).encode()),
    "/": (200, "text/plain", b"root"),
    "/latin": (200, "text/plain", b"na\xefve"),
    "/cyrillic": (200, "text/plain; charset=koi8-r", "Насос".encode("koi8-r")),
    "/quoted.md": (200, 'text/markdown; Charset="latin1"', b"na\xefve"),
    "/overruled": (
        200,
        "text/html; charset=utf-8",
        '<meta charset="koi8-r"><p>naïve'.encode(),
    ),
    "/lie": (200, "text/plain; charset=utf-8", b"na\xefve"),
    "/unheard": (200, "text/plain; charset=x-none", "naïve".encode()),
    "/marked": (200, "text/plain; charset=latin1", "naïve".encode("utf-8-sig")),
    "/moved": (302, "/guide.md", b""),
    "/loop": (302, "/loop", b""),
    "/broken": (500, "text/plain", b"no"),
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, kind, body = SERVED.get(
            self.path.partition("?")[0], (404, "text/plain", b"gone")
        )
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
        ("/page?a", "HOST/page?a.html", "Red lamps"),
        ("/page.html?a=1", "HOST/page.html?a=1.html", "Red lamps"),
        ("/guide.md?raw=true#part", "HOST/guide.md?raw=true.md", "Guide"),
        ("/corpus.jsonl?token=x", "d1", "One"),
        ("/corpus.jsonl.gz?x=1", "d1", ""),
        ("/unpacked.jsonl.gz", "d1", "One"),
    ],
)
def test_an_address_is_read_by_what_it_holds(
    site: str, path: str, name: str, title: str
) -> None:
    documents, _ = read(site + path, ANYWHERE)
    place = name.replace("HOST", site.removeprefix("http://"))
    assert [(each.name, each.title) for each in documents] == [(place, title)]
    assert documents[0].source == (site + path).replace("token=x", "token=…")


def test_what_an_address_holds_is_as_untrusted_as_a_file(site: str) -> None:
    assert read(f"{site}/docs", ANYWHERE)[1] == {
        "../b.md": "its path leads out of the archive"
    }
    assert "steal" not in read(f"{site}/page", ANYWHERE)[0][0].text


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("/cyrillic", "Насос", False),
        ("/quoted.md", "naïve", False),
        ("/overruled", "naïve", False),
        ("/lie", "naïve", True),
        ("/unheard", "naïve", False),
        ("/marked", "naïve", False),
        ("/latin", "naïve", True),
    ],
)
def test_the_header_says_what_a_text_is_in_unless_it_is_not(
    site: str, path: str, text: str, said: bool
) -> None:
    (document,), _ = read(site + path, ANYWHERE)
    assert document.text.strip() == text
    assert bool(document.remarks) is said


def test_a_redirect_is_followed(site: str) -> None:
    assert [each.text for each in read(f"{site}/moved", ANYWHERE)[0]] == [
        "# Guide\n\nwords\n"
    ]


def test_two_queries_are_two_documents(site: str) -> None:
    found = [read(f"{site}/page?{query}", ANYWHERE)[0] for query in ("id=1", "id=2")]
    place = site.removeprefix("http://")
    assert [names(each) for each in found] == [
        [f"{place}/page?id=1.html"],
        [f"{place}/page?id=2.html"],
    ]


def test_the_root_of_a_site_is_named_after_it(site: str) -> None:
    (document,), _ = read(f"{site}/", ANYWHERE)
    assert document.name == site.removeprefix("http://")


@pytest.mark.parametrize(
    ("path", "said"), [("/gone", "404"), ("/broken", "500"), ("/loop", "redirect")]
)
def test_an_address_that_fails_is_an_error_that_says_why(
    site: str, path: str, said: str
) -> None:
    with pytest.raises(UsageError, match=rf"{path} .*{said}"):
        list(read_source(site + path, ANYWHERE).documents)


def test_an_address_that_refuses_is_an_error_that_names_it() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UsageError, match=rf"127\.0\.0\.1:{port}/x cannot be read"):
        list(read_source(f"http://127.0.0.1:{port}/x", ANYWHERE).documents)
