"""The embedding functions of `pymilvus.model`, an extra.

They load their weights from a hub, which is tried for about a minute when there is no
network: a deadline ends that with an error that says so.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np

from tools.embedding.embedder import Vectors
from tools.errors import UsageError
from tools.telemetry import switch_off_telemetry

__all__ = ["PymilvusEmbedder"]

_LOAD_SECONDS = 120
_CHARACTERS_A_TOKEN = 3


class PymilvusEmbedder:
    """`DefaultEmbeddingFunction`, or a sentence-transformers model by its name."""

    max_tokens = 240

    def __init__(self, model: str = "") -> None:
        """Name the model; it is loaded at the first use.

        Raises:
            UsageError: the extra is not installed.
        """
        switch_off_telemetry()
        try:
            import pymilvus.model  # noqa: F401 (only to see that it is there)
        except ImportError as error:
            raise UsageError(
                'The embedder "pymilvus" is an extra: install citeloop[pymilvus-model].'
            ) from error
        self.identity = f"pymilvus:{model or 'default'}"
        self.language = "" if model else "en"  # the default is all-MiniLM-L6-v2
        self._model = model

    @cached_property
    def dimension(self) -> int:
        """The length of its vectors."""
        return int(self.embed_queries(["dimension"]).shape[1])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages.

        Raises:
            UsageError: the weights cannot be loaded.
        """
        return _unit(self._function.encode_documents(list(texts)))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of queries.

        Raises:
            UsageError: the weights cannot be loaded.
        """
        return _unit(self._function.encode_queries(list(texts)))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the number of tokens."""
        return [-(-len(text.encode()) // _CHARACTERS_A_TOKEN) for text in texts]

    @cached_property
    def _function(self) -> Any:
        pool = ThreadPoolExecutor(1, thread_name_prefix="load-embedder")
        loading = pool.submit(self._load)
        pool.shutdown(wait=False)
        try:
            return loading.result(_LOAD_SECONDS)
        except (OSError, TimeoutError, ImportError, ValueError) as error:
            raise UsageError(
                f"The embedder {self.identity} could not load its weights "
                f"({str(error) or 'no answer in two minutes'}). They come from a hub: "
                'check the network, or use the embedder "minilm".'
            ) from error

    def _load(self) -> Any:
        from pymilvus import model

        if not self._model:
            return model.DefaultEmbeddingFunction()
        return model.dense.SentenceTransformerEmbeddingFunction(self._model)


def _unit(vectors: Sequence[Any]) -> Vectors:
    rows = np.asarray(vectors, np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)
