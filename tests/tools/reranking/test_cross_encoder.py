"""A cross-encoder of a folder: what it is fed, and what is wrong with one."""

from pathlib import Path

import pytest
from onnx import TensorProto

from tests.tools.reranking.rerankers import TEXTS, make_cross_encoder
from tools.errors import UsageError
from tools.reranking.loading import load_reranker


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
