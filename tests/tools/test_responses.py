"""What a server may send is counted, whoever asked for it, and comes from where."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx2
import pytest

from agent.endpoints.client import endpoint_client
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.probing import call_a_tool, identify, list_models
from agent.endpoints.profiles import Profile
from tools.embedding.endpoint import EndpointEmbedder
from tools.errors import CiteloopError, LibraryError, ModelError, UsageError
from tools.reranking.endpoint import EndpointReranker
from tools.responses import Meter, bound, metering, require_origin

BOMB = gzip.compress(b'{"data": [' + b" " * (40 * 2**20))


@contextmanager
def sending(
    content: bytes, status: int = 200, **fields: str
) -> Iterator[tuple[str, list[str]]]:
    """Serve one response to whatever is asked; yield its address and what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", "0")))
            self.send_response(status)
            for name, value in fields.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except OSError:
                return  # it was too much

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def listed(base_url: str) -> Any:
    endpoint = Endpoint(base_url, "m", None)
    async with endpoint_client(endpoint) as client:
        return await list_models(endpoint, client)


async def test_a_list_of_models_that_unpacks_without_an_end_is_cut() -> None:
    packed = {"content_encoding": "gzip", "content_type": "application/json"}
    with (
        sending(BOMB, **packed) as (base_url, _),
        pytest.raises(ModelError, match=r"127\.0\.0\.1.*more than 8 MiB"),
    ):
        await listed(base_url)


async def test_probing_is_cut_and_looking_at_a_server_goes_on() -> None:
    packed = {"content_encoding": "gzip", "content_type": "application/json"}
    with sending(BOMB, **packed) as (base_url, _):
        endpoint = Endpoint(base_url, "m", None)
        with pytest.raises(ModelError, match="more than 8 MiB"):
            await call_a_tool(endpoint, Profile(), 9)
        async with endpoint_client(endpoint) as client:
            assert await identify(endpoint, client) == Profile()


def test_an_embedder_is_cut() -> None:
    packed = {"content_encoding": "gzip", "content_type": "application/json"}
    with (
        sending(BOMB, **packed) as (base_url, asked),
        pytest.raises(ModelError, match="more than 16 MiB"),
    ):
        EndpointEmbedder("m", base_url).embed_queries(["a"])
    assert len(asked) == 1


def test_a_reranker_is_cut() -> None:
    packed = {"content_encoding": "gzip", "content_type": "application/json"}
    with (
        sending(BOMB, **packed) as (base_url, asked),
        pytest.raises(ModelError, match="more than 8 MiB"),
    ):
        EndpointReranker("m", base_url).scores("a", ["b"])
    assert len(asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_passages_go_to_no_other_origin(status: int) -> None:
    with (
        sending(b"{}", content_type="application/json") as (there, received),
        sending(b"", status, location=f"{there}/embeddings") as (base_url, _),
        pytest.raises(UsageError, match="embedder_base_url"),
    ):
        EndpointEmbedder("m", base_url).embed_queries(["a"])
    assert received == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_reranker_is_not_followed_either(status: int) -> None:
    with (
        sending(b"{}", content_type="application/json") as (there, received),
        sending(b"", status, location=f"{there}/rerank") as (base_url, _),
        pytest.raises(LibraryError, match=str(status)),
    ):
        EndpointReranker("m", base_url).scores("a", ["b"])
    assert received == []


@pytest.mark.parametrize(
    "content",
    [
        b"{}", b"[]", b"null", b'{"data": null}', b'{"data": [1]}', b'{"data": "x"}',
        b'{"data": [{"index": 0}]}',
        b'{"data": [{"index": 0, "embedding": [[1], [2, 3]]}]}',
        b'{"data": [{"index": 0, "embedding": ["a"]}]}',
        b'{"data": [{"index": 0, "embedding": [1e999]}]}',
        b'{"data": [{"index": 0, "embedding": []}]}',
        b'{"data": [{"index": 0, "embedding": [0.0]}]}', b"{not json", b"",
    ],
)  # fmt: skip
def test_what_is_no_vector_is_named(content: bytes) -> None:
    with (
        sending(content, content_type="application/json") as (base_url, _),
        pytest.raises(LibraryError, match="embedder m"),
    ):
        EndpointEmbedder("m", base_url).embed_queries(["a"])


def test_a_gateways_page_is_not_printed_for_an_embedder() -> None:
    page = b"<html><body>nginx</body></html>"
    with (
        sending(page, 400, content_type="text/html") as (base_url, _),
        pytest.raises(LibraryError) as caught,
    ):
        EndpointEmbedder("m", base_url).embed_queries(["a"])
    assert "<" not in str(caught.value)


@pytest.mark.parametrize(
    ("base_url", "url", "allowed"),
    [
        ("http://a.b/v1", "http://a.b/v1/chat/completions", True),
        ("http://a.b:80/v1", "http://a.b/login", True),
        ("http://a.b/v1", "https://a.b/v1/x", True),
        ("https://a.b/v1", "https://a.b:443/v1/x", True),
        ("http://a.b/v1", "https://a.b:8443/v1/x", False),
        ("https://a.b/v1", "http://a.b/v1/x", False),
        ("http://a.b:8000/v1", "http://a.b:8001/v1", False),
        ("http://a.b/v1", "http://b.b/v1", False),
        ("http://a.b/v1", "http://a.b.evil/v1", False),
        ("http://a.b/v1", "http://a.b@evil/v1", False),
    ],
)
def test_a_request_stays_at_its_origin(base_url: str, url: str, allowed: bool) -> None:
    request = httpx2.Request("POST", url)
    if allowed:
        require_origin(request, base_url, "--base-url")
        return
    with pytest.raises(UsageError, match="--base-url"):
        require_origin(request, base_url, "--base-url")


class Body(httpx2.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self._content), 1000):
            yield self._content[at : at + 1000]


def response(content: bytes, **headers: str) -> httpx2.Response:
    return httpx2.Response(
        200,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        stream=Body(content),
        request=httpx2.Request(
            "GET", "http://a.b", headers={"accept-encoding": "gzip"}
        ),
    )


@pytest.mark.parametrize("how", ["gzip", "GZIP", "x-gzip", "identity, gzip"])
def test_what_was_asked_for_is_unpacked_once(how: str) -> None:
    answer = response(gzip.compress(b"a" * 5000), content_encoding=how)
    bound(answer)
    assert answer.read() == b"a" * 5000


@pytest.mark.parametrize("how", ["br", "zstd", "gzip, br", "deflate", "aes128gcm"])
def test_what_was_not_asked_for_is_named(how: str) -> None:
    with pytest.raises(ModelError, match=rf"packs .* {how.rpartition(' ')[2]}"):
        bound(response(b"a", content_encoding=how))


def test_so_many_bytes_and_no_more_are_taken() -> None:
    exact, more = response(b"a" * 5000), response(b"a" * 5001)
    bound(exact, 5000)
    bound(more, 5000)
    assert len(exact.read()) == 5000
    with pytest.raises(ModelError):
        more.read()


def test_a_turn_and_a_question_are_counted_over_their_responses() -> None:
    meter = Meter(turn=3000, question=5000)

    def read() -> None:
        answer = response(b"a" * 2000)
        bound(answer)
        with metering(meter):
            answer.read()

    read()
    meter.begin_turn()
    read()
    with pytest.raises(CiteloopError, match="in a turn"):
        read()
    meter.begin_turn()
    with pytest.raises(CiteloopError, match="in a question"):
        read()


def test_a_list_of_models_of_a_usual_size_is_read() -> None:
    content = json.dumps({"data": [{"id": str(at)} for at in range(20_000)]}).encode()
    answer = response(content)
    bound(answer)
    assert answer.read() == content
