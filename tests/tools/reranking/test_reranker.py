"""The rerankers: an endpoint's, a local cross-encoder's, and a search with one."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from agent.cli import main
from agent.opening import load_settings_reranker, open_library
from agent.settings.settings import Settings
from tools.embedding.embedder import Embedder
from tools.errors import CredentialsError, LibraryError, UsageError
from tools.library.library import Library
from tools.reranking.loading import load_reranker
from tools.reranking.reranker import unit_scale

QUERY = "What seals a growing segment?"
TEXTS = ["a", "a b", "a b a b b"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b"]
TEI_REFUSAL = (
    422,
    b"Failed to deserialize the JSON body into the target type: missing field `texts`",
)

Reply = tuple[int, Any]
"""A status, and a body: bytes as they are, anything else as JSON."""
Replies = Callable[[int, dict[str, Any]], Reply]


@contextmanager
def serve(replies: Replies) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve `/v1/rerank`; `replies` answers a request, counted from 0."""
    requests: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            requests.append(
                {**body, "path": self.path, "key": self.headers["authorization"]}
            )
            status, answer = replies(len(requests) - 1, body)
            content = (
                answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            )
            self.send_response(status)
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


def rows(texts: Sequence[str], name: str = "relevance_score") -> list[dict[str, Any]]:
    """Score texts by their length, best first, as the services do."""
    scored = [{"index": at, name: float(len(text))} for at, text in enumerate(texts)]
    return sorted(scored, key=lambda row: -row[name])


def always(status: int, answer: Any) -> Replies:
    return lambda count, body: (status, answer)


@pytest.mark.parametrize(
    "replies",
    [
        lambda count, body: (200, {"id": "1", "results": rows(body["documents"])}),
        lambda count, body: (200, {"results": rows(body["documents"], "score")}),
        lambda count, body: (200, rows(body["documents"], "score")),
    ],
    ids=["Cohere, Jina, vLLM, llama.cpp", "score", "a bare list"],
)
def test_an_endpoints_scores_come_in_the_order_of_the_texts(replies: Replies) -> None:
    with serve(replies) as (base_url, requests):
        reranker = load_reranker("bge-reranker", base_url, "key-1")
        assert reranker.scores(QUERY, TEXTS) == [1, 3, 9]
    assert requests == [
        {
            "model": "bge-reranker",
            "query": QUERY,
            "documents": TEXTS,
            "top_n": 3,
            "path": "/v1/rerank",
            "key": "Bearer key-1",
        }
    ]
    assert reranker.identity == "endpoint:bge-reranker"


def test_a_server_that_wants_texts_gets_them_in_batches_that_it_takes() -> None:
    texts = ["x" * at for at in range(1, 51)]

    def tei(count: int, body: dict[str, Any]) -> Reply:
        if "texts" not in body:
            return TEI_REFUSAL
        return 200, rows(body["texts"], "score")

    with serve(tei) as (base_url, requests):
        reranker = load_reranker("any", base_url)
        assert reranker.scores(QUERY, texts) == list(range(1, 51))
        assert reranker.scores(QUERY, TEXTS) == [1, 3, 9]
    assert [len(each.get("texts", [])) for each in requests] == [0, 32, 18, 3]
    assert all(each["truncate"] for each in requests[1:])
    assert requests[0]["key"] is None


@pytest.mark.parametrize("status", [429, 503])
def test_an_endpoint_that_is_busy_is_asked_again(status: int) -> None:
    def busy_at_first(count: int, body: dict[str, Any]) -> Reply:
        if count == 0:
            return status, {"error": "busy"}
        return 200, {"results": rows(body["documents"])}

    with serve(busy_at_first) as (base_url, requests):
        assert load_reranker("m", base_url).scores(QUERY, TEXTS) == [1, 3, 9]
    assert len(requests) == 2


def test_an_endpoint_that_stays_busy_is_an_error_after_three_attempts() -> None:
    with (
        serve(always(503, {"error": "loading model"})) as (base_url, requests),
        pytest.raises(LibraryError, match=r"HTTP 503: .*loading model"),
    ):
        load_reranker("m", base_url).scores(QUERY, TEXTS)
    assert len(requests) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_refused_at_once_and_never_shown(status: int) -> None:
    with serve(always(status, {"error": "bad key sekret"})) as (base_url, requests):
        reranker = load_reranker("m", base_url, "sekret")
        with pytest.raises(CredentialsError, match="RERANKER_API_KEY") as caught:
            reranker.scores(QUERY, TEXTS)
    assert base_url in str(caught.value)
    assert "sekret" not in str(caught.value)
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ((200, {"results": rows(TEXTS)[1:]}), "2 scores for 3 texts"),
        ((200, {"results": rows(TEXTS)[1:] * 2}), "4 scores for 3 texts"),
        ((200, {"results": rows([*TEXTS[1:], "x" * 20, "y"])}), "4 scores for 3"),
        ((200, [{"index": at, "score": 1.0} for at in (1, 2, 3)]), "not one for each"),
        ((200, [{"index": at, "score": 1.0} for at in (-1, 0, 1)]), "no scores but"),
        ((200, b'[{"index": 0, "score": NaN}]'), "no scores but"),
        ((200, {"results": [{"index": 0}]}), "no scores but"),
        ((200, {"data": []}), "no scores but"),
        ((200, b"<html>\x1b[31m Welcome </html>"), "before /rerank"),
        ((200, b""), "no scores but nothing"),
        ((302, b""), "HTTP 302"),
        ((404, {"detail": "Not Found"}), "HTTP 404: .*with or without /v1"),
        ((400, b"a bad key: sekret"), r"HTTP 400: a bad key: \*\*\*"),
    ],
)
def test_an_answer_without_a_score_for_each_text_is_an_error(
    reply: Reply, says: str
) -> None:
    with (
        serve(always(*reply)) as (base_url, _),
        pytest.raises(LibraryError, match=says) as caught,
    ):
        load_reranker("m", base_url, "sekret").scores(QUERY, TEXTS)
    assert f"The reranker m at {base_url} " in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_an_endpoint_that_is_not_there_is_named() -> None:
    with serve(always(200, [])) as (base_url, _):
        pass
    with pytest.raises(LibraryError, match=f"m at {base_url} cannot be reached"):
        load_reranker("m", base_url).scores(QUERY, TEXTS)


def make_cross_encoder(
    folder: Path,
    outputs: int = 1,
    inputs: Sequence[str] = ("input_ids", "attention_mask", "token_type_ids"),
    kind: int = TensorProto.INT64,
) -> Path:
    """Write a model whose logit counts the "b" of the text.

    With two outputs the first one is a constant 7; with three it is none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(
        models.WordLevel({word: at for at, word in enumerate(WORDS)}, "[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    value = np.array([0, 0, 0, 0, 0, 1], np.float32)
    nodes = [helper.make_node("Gather", ["value", "input_ids"], ["worth"])]
    worth = "worth"
    for name in inputs[1:]:
        nodes += [
            helper.make_node("Cast", [name], [f"{name}_f"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [worth, f"{name}_f"], [f"{worth}_{name}"]),
        ]
        worth = f"{worth}_{name}"
    nodes.append(helper.make_node("ReduceSum", [worth, "axis"], ["counted"]))
    nodes += [
        helper.make_node("Mul", ["counted", "slopes"], ["sloped"]),
        helper.make_node("Add", ["sloped", "offsets"], ["logits"]),
    ]
    slopes = [[0.0] * (outputs - 1) + [1.0]]
    offsets = [[7.0] * (outputs - 1) + [0.0]]
    graph = helper.make_graph(
        nodes,
        "counts",
        [helper.make_tensor_value_info(name, kind, ["n", "w"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", outputs])],
        [
            numpy_helper.from_array(value, "value"),
            numpy_helper.from_array(np.array([1], np.int64), "axis"),
            numpy_helper.from_array(np.array(slopes, np.float32), "slopes"),
            numpy_helper.from_array(np.array(offsets, np.float32), "offsets"),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return folder


def test_a_cross_encoder_reads_the_query_and_the_text_as_a_pair(tmp_path: Path) -> None:
    reranker = load_reranker(str(make_cross_encoder(tmp_path / "counter")))
    assert reranker.scores("b b b", TEXTS) == [0, 1, 3]
    assert reranker.scores("b", []) == []
    assert reranker.identity == "cross-encoder:counter"


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (["input_ids"], [1, 2, 4]),
        (["input_ids", "attention_mask"], [1, 2, 4]),
        (["input_ids", "token_type_ids"], [0, 1, 3]),
    ],
)
@pytest.mark.parametrize("kind", [TensorProto.INT64, TensorProto.INT32])
def test_a_cross_encoder_is_fed_the_inputs_that_it_has(
    tmp_path: Path, inputs: list[str], expected: list[float], kind: int
) -> None:
    folder = make_cross_encoder(tmp_path, inputs=inputs, kind=kind)
    assert load_reranker(str(folder)).scores("b", TEXTS) == expected


def test_of_two_logits_the_second_minus_the_first_is_the_score(tmp_path: Path) -> None:
    folder = make_cross_encoder(tmp_path, outputs=2)
    assert load_reranker(str(folder)).scores("b", TEXTS) == [-7, -6, -4]


def test_texts_of_any_length_keep_their_scores_and_long_ones_are_cut(
    tmp_path: Path,
) -> None:
    reranker = load_reranker(str(make_cross_encoder(tmp_path)))
    counts = [(7 * at) % 30 for at in range(30)]
    assert reranker.scores("a", ["a " + "b " * count for count in counts]) == counts
    # 512 tokens, less the query and the three marks.
    assert reranker.scores("a", ["b " * 5000, "b \ud800 b"]) == [508, 2]


def test_a_model_in_its_own_folder_is_found(tmp_path: Path) -> None:
    make_cross_encoder(tmp_path)
    (tmp_path / "onnx").mkdir()
    (tmp_path / "model.onnx").rename(tmp_path / "onnx" / "model.onnx")
    assert load_reranker(str(tmp_path)).scores("b", TEXTS) == [0, 1, 3]


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_is_told_what_is_wanted(
    tmp_path: Path, missing: str
) -> None:
    (make_cross_encoder(tmp_path) / missing).unlink()
    with pytest.raises(UsageError, match=f"has no {missing}.*or onnx/model.onnx"):
        load_reranker(str(tmp_path))


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
def test_a_file_that_cannot_be_loaded_is_named(tmp_path: Path, broken: str) -> None:
    (make_cross_encoder(tmp_path) / broken).write_bytes(b"{}")
    with pytest.raises(UsageError, match=f"{broken} cannot be loaded"):
        load_reranker(str(tmp_path)).scores("b", TEXTS)


def test_a_model_that_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    three = load_reranker(str(make_cross_encoder(tmp_path / "3", outputs=3)))
    with pytest.raises(UsageError, match=r"no cross-encoder: .*shape \(3, 3\)"):
        three.scores("b", TEXTS)
    odd = make_cross_encoder(tmp_path / "odd", inputs=["input_ids", "pixels"])
    with pytest.raises(UsageError, match="its inputs are input_ids, pixels"):
        load_reranker(str(odd)).scores("b", TEXTS)


def test_a_name_without_an_address_must_be_a_folder() -> None:
    with pytest.raises(UsageError, match=r'no folder "bge-reranker".*base_url'):
        load_reranker("bge-reranker")


def test_probabilities_stay_and_logits_are_brought_to_their_scale() -> None:
    assert unit_scale([0.0, 0.25, 1.0]) == [0.0, 0.25, 1.0]
    scaled = unit_scale([-800.0, -2.0, 0.0, 2.0, 800.0])
    assert scaled == sorted(scaled)
    assert scaled == pytest.approx([0, 0.119203, 0.5, 0.880797, 1])
    assert unit_scale([]) == []


class Backwards:
    """Prefers what the search ranked last, and remembers what it was given."""

    identity = "backwards"

    def __init__(self) -> None:
        self.given: list[tuple[str, list[str]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.given.append((query, list(texts)))
        return [float(at) for at in range(len(texts))]


class Indifferent:
    identity = "indifferent"

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        return [0.5 for _ in texts]


def test_a_reranker_has_the_last_word_on_the_best_fifty(
    library: Library, library_uri: str, embedder: Embedder
) -> None:
    queries = [QUERY, "Which index needs the least memory?"]
    plain = library.search(queries, 50)
    reranker = Backwards()
    with Library.open(library_uri, embedder, reranker=reranker) as reranked:
        found = reranked.search(queries, 3)
    for before, after in zip(plain, found, strict=True):
        assert [hit.passage for hit in after] == [hit.passage for hit in before[:-4:-1]]
        assert [hit.score for hit in after] == unit_scale([49.0, 48.0, 47.0])
        assert [hit.cosine for hit in after] == [hit.cosine for hit in before[:-4:-1]]
    assert [query for query, _ in reranker.given] == queries
    first = plain[0][0].passage
    assert reranker.given[0][1][0].startswith(f"{first.heading_path}\n")


def test_more_than_fifty_are_reranked_where_more_are_asked_for(
    library_uri: str, embedder: Embedder
) -> None:
    reranker = Backwards()
    with Library.open(library_uri, embedder, reranker=reranker) as reranked:
        assert len(reranked.search([QUERY], 60)[0]) == 60
    assert len(reranker.given[0][1]) == 60


def test_passages_that_a_reranker_scores_alike_stay_as_they_were(
    library: Library, library_uri: str, embedder: Embedder
) -> None:
    with Library.open(library_uri, embedder, reranker=Indifferent()) as reranked:
        found = reranked.search([QUERY], 10)[0]
    assert [hit.passage for hit in found] == [
        hit.passage for hit in library.search([QUERY], 10)[0]
    ]


def test_a_reranker_that_fails_fails_the_search(settings: Settings) -> None:
    with serve(always(400, b"out of order")) as (base_url, _):
        settings = settings.model_copy(
            update={"reranker": "m", "reranker_base_url": base_url}
        )
        with (
            open_library(settings) as library,
            pytest.raises(LibraryError, match="HTTP 400: out of order"),
        ):
            library.search([QUERY], 3)


def test_the_settings_name_the_reranker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings_reranker(Settings.load({})) is None
    monkeypatch.setenv("CITELOOP_RERANKER", str(make_cross_encoder(tmp_path / "ce")))
    folder = load_settings_reranker(Settings.load({}))
    assert folder is not None
    assert folder.identity == "cross-encoder:ce"
    monkeypatch.setenv("CITELOOP_RERANKER_BASE_URL", "http://me:pw@host/v1")
    with pytest.raises(UsageError, match=r"reranker_base_url .*holds a password"):
        Settings.load({})


def test_doctor_asks_the_reranker_for_scores_and_hides_its_key(
    library_uri: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["doctor", "--library", library_uri]
    assert main(command) == 0
    assert "✓ reranker  none" in capsys.readouterr().out
    monkeypatch.setenv("CITELOOP_RERANKER", "bge")
    monkeypatch.setenv("CITELOOP_RERANKER_API_KEY", "secret-1234567")
    with serve(lambda count, body: (200, rows(body["documents"]))) as (base_url, _):
        monkeypatch.setenv("CITELOOP_RERANKER_BASE_URL", base_url)
        assert main(command) == 0
    shown = capsys.readouterr().out
    assert "✓ reranker  endpoint:bge scores two texts: 15.000 and 25.000" in shown
    assert "secret" not in shown
    assert main(command) == 5
    shown = capsys.readouterr().out
    assert "✗ reranker  The reranker bge at http" in shown
    assert "✓ library" in shown
