"""A model of inference of a folder: what it says of pairs, and what may be wrong."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.tools.entailment.entailers import LABELS, make_entailer
from tools.entailment.checker import EntailmentChecker
from tools.errors import UsageError
from tools.grounding.support.finding import Pair, Reading

ENTAILED, DENIED, NEUTRAL = (Pair(each, "b a b") for each in ("a", "b", "c"))


@pytest.mark.parametrize("labels", list(permutations(LABELS)))
async def test_the_labels_are_those_that_the_folder_names(
    tmp_path: Path, labels: tuple[str, ...]
) -> None:
    checker = EntailmentChecker(make_entailer(tmp_path, labels))
    assert await checker.read([ENTAILED, DENIED, NEUTRAL]) == {
        ENTAILED: Reading("states"),
        DENIED: Reading("contradicts"),
        NEUTRAL: Reading("silent"),
    }


async def test_labels_are_read_in_any_case(tmp_path: Path) -> None:
    config = {"id2label": {"0": "CONTRADICTION", "1": "Entailment", "2": "neutral "}}
    checker = EntailmentChecker(make_entailer(tmp_path / "nli", config=config))
    assert await checker.read([ENTAILED]) == {ENTAILED: Reading("states")}
    assert await checker.read([]) == {}
    assert checker.identity == "entailment:nli"


async def test_quotes_that_are_cut_are_not_said_to_be_silent(tmp_path: Path) -> None:
    checker = EntailmentChecker(make_entailer(tmp_path))
    long = [Pair(each.sentence, "c " * 600) for each in (NEUTRAL, DENIED)]
    assert await checker.read(long) == {long[1]: Reading("contradicts")}


async def test_what_no_label_outweighs_is_not_said(tmp_path: Path) -> None:
    """Four "a" are worth what two "b" are, and hardly a share is left for neither."""
    checker = EntailmentChecker(make_entailer(tmp_path))
    torn = Pair("a a a a b b", "c")
    assert await checker.read([torn, DENIED]) == {DENIED: Reading("contradicts")}


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}, "LABEL_0"),
        ({"id2label": {"0": "entailment", "1": "not_entailment"}}, "not_entailment"),
        ({"id2label": {"0": "neutral", "1": "neutral", "2": "entailment"}}, "names"),
        ({"id2label": {}}, "names nothing as its labels"),
        ({"id2label": ["entailment"]}, "has no id2label"),
        ({"labels": 3}, "has no id2label"),
        ([], "has no id2label"),
    ],
)
def test_a_folder_that_names_no_labels_of_inference_is_refused(
    tmp_path: Path, config: Any, says: str
) -> None:
    with pytest.raises(UsageError, match=f"{says}.*entailment, neutral and"):
        EntailmentChecker(make_entailer(tmp_path, config=config))


def test_a_config_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    config = make_entailer(tmp_path) / "config.json"
    config.write_text("{")
    with pytest.raises(UsageError, match=r"config\.json cannot be read"):
        EntailmentChecker(tmp_path)
    config.unlink()
    with pytest.raises(UsageError, match=r"config\.json cannot be read"):
        EntailmentChecker(tmp_path)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_is_told_what_is_wanted(
    tmp_path: Path, missing: str
) -> None:
    (make_entailer(tmp_path) / missing).unlink()
    with pytest.raises(UsageError, match=f"The checker .* has no {missing}"):
        EntailmentChecker(tmp_path)


async def test_a_model_of_other_outputs_than_its_labels_is_refused(
    tmp_path: Path,
) -> None:
    config = {"id2label": dict(enumerate(LABELS))}
    folder = make_entailer(tmp_path, ["entailment", "not_entailment"], config)
    with pytest.raises(UsageError, match=r"gives 2 numbers a pair.*names 3 labels"):
        await EntailmentChecker(folder).read([ENTAILED])
