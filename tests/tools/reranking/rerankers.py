"""Rerankers to test with: an endpoint with scripted replies, a small cross-encoder."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

QUERY = "What seals a growing segment?"
TEXTS = ["a", "a b", "a b a b b"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b"]
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


def write_tokenizer(folder: Path) -> None:
    """Write one that knows `WORDS`, and marks a pair as BERT's does."""
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
    write_tokenizer(folder)
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
