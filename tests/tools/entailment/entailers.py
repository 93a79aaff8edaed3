"""A small model of inference to test with."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from tests.tools.reranking.rerankers import write_tokenizer

__all__ = ["LABELS", "make_entailer"]

LABELS = ("contradiction", "entailment", "neutral")
"""In the order of `cross-encoder/nli-deberta-v3-xsmall`."""


def make_entailer(
    folder: Path, labels: Sequence[str] = LABELS, config: Any = None
) -> Path:
    """Write a model that looks at its second text alone.

    A "b" in it is a contradiction, an "a" is entailed, anything else is neutral.

    Args:
        folder: Where it is written.
        labels: The order of its outputs.
        config: What `config.json` says in place of that order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder)
    named = {label: at for at, label in enumerate(labels)}
    (folder / "model.onnx").write_bytes(_model(named))
    said = {"id2label": {str(at): label for at, label in enumerate(labels)}}
    (folder / "config.json").write_text(json.dumps(said if config is None else config))
    return folder


def _model(named: Mapping[str, int]) -> bytes:
    worth = np.zeros((6, len(named)), np.float32)
    worth[4, named.get("entailment", 0)] = 4  # "a"
    worth[5, named.get("contradiction", 0)] = 8  # "b"
    offsets = np.zeros((1, len(named)), np.float32)
    offsets[0, named.get("neutral", 0)] = 2
    nodes = [
        helper.make_node("Gather", ["worth", "input_ids"], ["each"]),
        helper.make_node("Cast", ["token_type_ids"], ["second"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["second", "last"], ["columns"]),
        helper.make_node("Mul", ["each", "columns"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "tokens"], ["summed"], keepdims=0),
        helper.make_node("Add", ["summed", "offsets"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "entails",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "w"])
            for name in ("input_ids", "token_type_ids")
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(named)])],
        [
            numpy_helper.from_array(worth, "worth"),
            numpy_helper.from_array(offsets, "offsets"),
            numpy_helper.from_array(np.array([2], np.int64), "last"),
            numpy_helper.from_array(np.array([1], np.int64), "tokens"),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    content: bytes = model.SerializeToString()
    return content
