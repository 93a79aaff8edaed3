"""The embedders: the bundled one's two forms, and an endpoint's."""

import json
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from tools.embedding.loading import EmbedderRecipe
from tools.embedding.minilm import MiniLM
from tools.embedding.weights import eight_bit_weights, folder_weights, packaged_weights
from tools.errors import LibraryError, UsageError

TEXTS = ["How is data stored?", "na\u00efve \u6570\u636e caf\u00e9", "x_1 = 3.5 kg"]


def test_both_lists_of_word_pieces_cut_texts_alike() -> None:
    pieces = eight_bit_weights(Path()).tokenizer
    other = MiniLM(replace(packaged_weights(), tokenizer=pieces, digests={}))
    assert other.count_tokens(TEXTS) == MiniLM().count_tokens(TEXTS)
    assert np.allclose(other.embed_passages(TEXTS), MiniLM().embed_passages(TEXTS))


def test_the_two_forms_have_names_of_their_own() -> None:
    assert eight_bit_weights(Path()).identity != packaged_weights().identity


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"something else")
    with pytest.raises(UsageError, match=r"model\.onnx is not the published file"):
        MiniLM(eight_bit_weights(tmp_path)).embed_queries(["x"])


def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no .*embedder_weights"):
        MiniLM(folder_weights(tmp_path)).embed_queries(["x"])


@pytest.mark.parametrize("name", ["nonsense", "MiniLM", "minilm:small", "", ":x"])
def test_a_name_that_no_embedder_has_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        EmbedderRecipe(name).load()
    assert str(caught.value) == (
        f'There is no embedder "{name}". Use "minilm" or "pymilvus", '
        "or set embedder_base_url to an endpoint that has this model."
    )


def test_a_recipe_is_the_same_in_another_process_and_shows_no_key() -> None:
    recipe = EmbedderRecipe("minilm", base_url="http://here/v1", api_key="key-1")
    copy = pickle.loads(pickle.dumps(recipe))  # noqa: S301 (it is ours)
    assert copy == recipe
    assert "key-1" not in repr(recipe)


def test_an_address_is_asked_whatever_the_name_of_the_model() -> None:
    for name in ("minilm", "pymilvus", "pymilvus:x"):
        embedder = EmbedderRecipe(name, base_url="http://127.0.0.1:9/v1").load()
        assert embedder.identity == f"endpoint:{name}"


@contextmanager
def embeddings(rows: Any, status: int = 200) -> Iterator[tuple[str, list[Any]]]:
    """Serve `/embeddings`; `rows` makes the vectors of a request."""
    requests: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            requests.append((json.loads(body), self.headers["authorization"]))
            found = rows(requests[-1][0]["input"])
            data = [
                {"object": "embedding", "index": at, "embedding": row}
                for at, row in reversed(list(enumerate(found)))
            ]
            answer = {"object": "list", "model": "m", "data": data}
            content = json.dumps(answer if status == 200 else {"error": "no"}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/v1", requests
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def lengths(texts: list[str]) -> list[list[float]]:
    return [[float(len(text)), 1.0, 0.0] for text in texts]


def test_an_endpoint_gives_unit_vectors_in_order_whatever_order_it_sends() -> None:
    texts = [f"{'x' * at}" for at in range(1, 100)]
    with embeddings(lengths) as (base_url, requests):
        embedder = EmbedderRecipe("bge-m3", base_url=base_url, api_key="key-1").load()
        vectors = embedder.embed_passages(texts)
        assert embedder.dimension == 3
    assert embedder.identity == "endpoint:bge-m3"
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.all(np.diff(vectors[:, 0]) > 0)
    assert [len(request["input"]) for request, _ in requests] == [64, 35, 1]
    assert requests[0][1] == "Bearer key-1"


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (lambda texts: lengths(texts)[:-1], 200),
        (lambda texts: [[0.0, 0.0, 0.0] for _ in texts], 200),
        (lambda texts: [[float("nan"), 0.0, 0.0] for _ in texts], 200),
        (lengths, 400),
    ],
)
def test_an_endpoint_that_sends_no_usable_vectors_is_named(
    rows: Any, status: int
) -> None:
    with embeddings(rows, status) as (base_url, _):
        embedder = EmbedderRecipe("bge-m3", base_url=base_url).load()
        with pytest.raises(LibraryError, match=f"bge-m3 at {base_url}"):
            embedder.embed_passages(["a", "b"])
