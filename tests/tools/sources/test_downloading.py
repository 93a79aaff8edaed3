"""Downloads: where each hop leads, how long they take, and what of them is kept."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import zlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic

import pytest

from tests.tools.sources.contents import ANYWHERE, read
from tools.errors import UsageError
from tools.sources.downloading import Downloads, download
from tools.sources.named import read_source
from tools.sources.reaching import anywhere

PASSWORD = "hunter2"  # noqa: S105 (of nobody)
BOMB = gzip.compress(b"\0" * 30_000_000)


@dataclass
class Site:
    """A server on this computer that redirects, and notes what it was asked."""

    port: int
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Path, Host header and login of each request."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            login = self.headers["authorization"]
            self.server.site.asked.append((self.path, self.headers["host"], login))
            if self.path.startswith("/to/"):
                self.send_response(302)
                self.send_header("location", self.path.removeprefix("/to/"))
                self.send_header("set-cookie", "a=b")
                self.end_headers()
                return
            body, packing = {
                "/bomb": (BOMB, "gzip"),
                "/deflate": (zlib.compress(b"\0" * 30_000_000), "deflate"),
                "/other": (b"x", "br"),
                "/many": (BOMB, "gzip, gzip, gzip"),
                "/packed": (gzip.compress(b"words " * 2000), "gzip"),
            }.get(self.path, (b"words", "identity"))
            self.send_response(200)
            self.send_header("content-encoding", packing)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.site = Site(server.server_port)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.site  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def fetched(address: str, rules: Downloads) -> bytes:
    found = download(address, rules)
    with found.file as file:
        return file.read()


def not_127_0_0_2(address: str) -> bool:
    return address != "127.0.0.2"


@dataclass
class Names:
    """A resolver whose answers change from one time to the next."""

    answers: dict[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        known = self.answers.get(host)
        if not known:
            raise socket.gaierror
        return known.pop(0) if len(known) > 1 else known[0]


def test_what_was_judged_is_what_is_connected_to(site: Site) -> None:
    names = Names({"docs.example": [["127.0.0.1"], ["127.0.0.2"]]})
    rules = Downloads(permit=not_127_0_0_2, resolve=names)
    assert fetched(f"http://docs.example:{site.port}/x", rules) == b"words"
    assert names.asked == ["docs.example"]
    assert site.asked == [("/x", f"docs.example:{site.port}", None)]


@pytest.mark.parametrize(
    ("path", "hops"),
    [
        ("/to/http://inside.example/x", ["docs.example", "inside.example"]),
        ("/to///inside.example/x", ["docs.example", "inside.example"]),
        ("/to/http://127.0.0.2/x", ["docs.example", "127.0.0.2"]),
        ("/to/http://docs.example:PORT/x", ["docs.example", "docs.example"]),
        ("/to//x", ["docs.example", "docs.example"]),
    ],
)
def test_each_hop_of_a_redirect_is_judged_anew(
    site: Site, path: str, hops: list[str]
) -> None:
    names = Names(
        {
            "docs.example": [["127.0.0.1"], ["127.0.0.2"]],
            "inside.example": [["127.0.0.2"]],
            "127.0.0.2": [["127.0.0.2"]],
        }
    )
    rules = Downloads(permit=not_127_0_0_2, resolve=names)
    address = f"http://docs.example:{site.port}{path.replace('PORT', str(site.port))}"
    with pytest.raises(UsageError, match=r"leads to 127\.0\.0\.2.*--allow-private"):
        download(address, rules)
    assert names.asked == hops
    assert len(site.asked) == 1


def test_a_name_one_of_whose_addresses_is_private_is_refused(site: Site) -> None:
    names = Names({"docs.example": [["127.0.0.1", "127.0.0.2"]]})
    with pytest.raises(UsageError, match="--allow-private"):
        download(
            f"http://docs.example:{site.port}/x", Downloads(9, not_127_0_0_2, names)
        )
    assert site.asked == []


def test_the_next_address_is_tried_where_one_does_not_answer(site: Site) -> None:
    names = Names({"docs.example": [["127.0.0.3", "127.0.0.1"]]})
    rules = Downloads(permit=anywhere, resolve=names)
    assert fetched(f"http://docs.example:{site.port}/x", rules) == b"words"


@pytest.mark.parametrize(
    "place",
    ["file:///etc/passwd", "ftp://host/x", "gopher://x", "data:,x", "javascript:x"],
)
def test_a_redirect_to_what_is_no_http_address_is_refused(
    site: Site, place: str
) -> None:
    with pytest.raises(UsageError):
        download(f"{site.url}/to/{place}", ANYWHERE)
    assert len(site.asked) == 1


def test_a_login_goes_to_its_own_origin_alone_and_into_no_name(site: Site) -> None:
    login = f"me:{PASSWORD}@"
    place = site.url.replace("//", f"//{login}")
    (document,), _ = read(f"{place}/to//x", ANYWHERE)
    assert PASSWORD not in f"{document.name} {document.source}"
    kept = [sent for _, _, sent in site.asked]
    assert len(kept) == 2
    for sent in kept:
        assert sent is not None
        assert b64decode(sent.partition(" ")[2]).decode() == login[:-1]
    site.asked.clear()
    other = f"http://you:{PASSWORD}@localhost:{site.port}/x"
    (document,), _ = read(f"{place}/to/{other}", ANYWHERE)
    assert [sent is None for _, _, sent in site.asked] == [False, True]


@pytest.mark.parametrize(
    "address",
    [
        f"http://me:{PASSWORD}@127.0.0.1:1/x",
        f"http://me:{PASSWORD}@127.0.0.1:x/x",
        f"http://me:{PASSWORD}@[::1/x",
        f"http://me:{PASSWORD}@\u2100.example/x",
        f"http://me:{PASSWORD}@exa mple/x",
        f"http://me:{PASSWORD}@",
        f"http://me:{PASSWORD}/@127.0.0.1:1/x",
        f"http://me:a/{PASSWORD}@127.0.0.1:1/x",
        f"http://127.0.0.1:1/x?token={PASSWORD}",
        f"HTTP://me:{PASSWORD}@127.0.0.1:1/x",
        f"ftp://me:{PASSWORD}@127.0.0.1:1/x",
        f"https://me:{PASSWORD}@no-such-name.invalid/x",
    ],
)
@pytest.mark.parametrize("downloads", [ANYWHERE, Downloads()], ids=["any", "public"])
def test_no_error_holds_a_password(address: str, downloads: Downloads) -> None:
    with pytest.raises(UsageError) as caught:
        list(read_source(address, downloads).documents)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("path", ["/bomb", "/deflate", "/many"])
def test_what_unpacks_to_far_more_than_its_size_is_refused(
    site: Site, path: str
) -> None:
    with pytest.raises(UsageError, match=r"200 times|packed as"):
        download(site.url + path, ANYWHERE)


def test_only_what_was_asked_for_is_unpacked(site: Site) -> None:
    assert len(fetched(f"{site.url}/packed", ANYWHERE)) == 12_000
    with pytest.raises(UsageError, match="packed as br"):
        download(f"{site.url}/other", ANYWHERE)


TRICKLES = {
    "nothing": [b""],
    "headers": [b"HTTP/1.1 200 OK\r\n", *[b"x-a: b\r\n"] * 500],
    "one header": [b"HTTP/1.1 200 OK\r\nx-a: ", *[b"b"] * 500],
    "body": [b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n", *[b"x"] * 500],
    "chunks": [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        *[b"1\r\nx\r\n"] * 500,
    ],
}


@pytest.mark.parametrize("kind", TRICKLES)
def test_a_server_that_trickles_is_given_up_in_time(kind: str) -> None:
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                for piece in TRICKLES[kind]:
                    connection.sendall(piece)
                    if over.wait(0.05):
                        return
                over.wait(10)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        began = monotonic()
        with pytest.raises(UsageError, match="took longer than 1 s"):
            download(f"http://127.0.0.1:{port}/x", Downloads(1, anywhere))
        assert monotonic() - began < 3
        over.set()
        thread.join()


def test_what_was_given_up_asks_nobody_any_more() -> None:
    asked = 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(3)  # the next attempt would come within it
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        with pytest.raises(UsageError, match="took longer"):
            download(address, Downloads(0.3, anywhere))
        try:
            while True:
                listener.accept()[0].close()
                asked += 1
        except TimeoutError:
            pass
    assert asked == 1


def test_redirects_without_an_end_end(site: Site) -> None:
    names = Names({"docs.example": [["127.0.0.1"]]})
    address = f"http://docs.example:{site.port}/"
    with pytest.raises(UsageError, match="redirected more than 10 times"):
        download(address + "to//" * 20 + "to/", Downloads(9, anywhere, names))


def test_a_name_that_nobody_resolves_is_given_up_in_time() -> None:
    over = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        over.wait(10)
        return []

    began = monotonic()
    with pytest.raises(UsageError, match="took longer"):
        download("http://slow.example/", Downloads(0.5, anywhere, slow))
    assert monotonic() - began < 3
    over.set()


def test_a_proxy_of_the_environment_is_used_and_names_are_judged_all_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.setenv("no_proxy", "direct.example")
    names = Names(
        {
            "docs.example": [["127.0.0.1"]],
            "inside.example": [["127.0.0.2"]],
            "direct.example": [["127.0.0.1"]],
        }
    )
    rules = Downloads(9, not_127_0_0_2, names)
    assert fetched("http://docs.example/x", rules) == b"words"
    assert fetched("http://known-to-the-proxy.example/x", rules) == b"words"
    assert fetched(f"http://direct.example:{site.port}/x", rules) == b"words"
    with pytest.raises(UsageError, match="--allow-private"):
        download("http://inside.example/x", rules)
    assert [path for path, _, _ in site.asked] == [
        "http://docs.example/x",
        "http://known-to-the-proxy.example/x",
        "/x",
    ]


def test_the_certificate_is_that_of_the_name_and_not_of_the_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (openssl := shutil.which("openssl")):
        pytest.skip("openssl is not installed")
    key, own = tmp_path / "key.pem", tmp_path / "own.pem"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=docs.example", "-addext", "subjectAltName=DNS:docs.example",
            "-keyout", str(key), "-out", str(own),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(own))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"words")

        def log_message(self, *_: object) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    names = Names({"docs.example": [["127.0.0.1"]], "evil.example": [["127.0.0.1"]]})
    rules = Downloads(9, anywhere, names)
    try:
        found = fetched(f"https://docs.example:{server.server_port}/x", rules)
        with pytest.raises(UsageError, match="certificate"):
            download(f"https://evil.example:{server.server_port}/x", rules)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert found == b"words"
