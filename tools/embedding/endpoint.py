"""An embedder behind an OpenAI-compatible `/embeddings` endpoint."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from tools.embedding.embedder import Vectors
from tools.errors import LibraryError
from tools.retries import retrying

__all__ = ["EndpointEmbedder"]

_BATCH = 64
_CHARACTERS_A_TOKEN = 3
"""Cautious for English, where a token is about four."""
_INSTRUCTION = "Represent this sentence for searching relevant passages: "
_PREFIXES = {
    "nomic-embed": ("search_query: ", "search_document: "),
    "arctic-embed2": ("query: ", ""),
    "arctic-embed-l-v2": ("query: ", ""),
    "arctic-embed-m-v2": ("query: ", ""),
    "arctic-embed": (_INSTRUCTION, ""),
    "mxbai-embed": (_INSTRUCTION, ""),
    "bge-small-en": (_INSTRUCTION, ""),
    "bge-base-en": (_INSTRUCTION, ""),
    "bge-large-en": (_INSTRUCTION, ""),
    "e5-": ("query: ", "passage: "),
}
"""What queries and passages begin with, by part of the model's name (model cards)."""


def known_prefixes(model: str) -> tuple[str, str]:
    """Return what a model's queries and passages begin with; often nothing."""
    name = model.lower()
    found = (prefixes for part, prefixes in _PREFIXES.items() if part in name)
    return next(found, ("", ""))


class EndpointEmbedder:
    """A model of an endpoint such as Ollama, vLLM, LM Studio or OpenAI itself."""

    language = ""
    max_tokens = 240

    def __init__(
        self,
        model: str,
        base_url: str,
        api_key: str | None = None,
        *,
        query_prefix: str | None = None,
        passage_prefix: str | None = None,
    ) -> None:
        """Name the model; nothing is sent before the first use.

        Prefixes that are not given are those that the model is known to want.
        """
        for_queries, for_passages = known_prefixes(model)
        self._query_prefix = for_queries if query_prefix is None else query_prefix
        prefix = for_passages if passage_prefix is None else passage_prefix
        self._passage_prefix = prefix
        self.identity = f"endpoint:{model}" + (f" with {prefix!r}" if prefix else "")
        self._model = model
        self._base_url = base_url
        self._api_key = api_key

    @cached_property
    def dimension(self) -> int:
        """The length of its vectors, asked of the endpoint once."""
        return int(self.embed_queries(["dimension"]).shape[1])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages.

        Raises:
            LibraryError: the endpoint cannot be reached, or sent no usable vectors.
        """
        return self._embed_all([self._passage_prefix + text for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of queries.

        Raises:
            LibraryError: the endpoint cannot be reached, or sent no usable vectors.
        """
        return self._embed_all([self._query_prefix + text for text in texts])

    def _embed_all(self, texts: list[str]) -> Vectors:
        batches = [
            self._embed(texts[start : start + _BATCH])
            for start in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(batches)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the number of tokens, for the endpoint does not tell."""
        return [-(-len(text.encode()) // _CHARACTERS_A_TOKEN) for text in texts]

    def _embed(self, texts: list[str]) -> Vectors:
        import openai

        try:
            for attempt in retrying(openai.APIConnectionError, openai.RateLimitError):
                with attempt:
                    answer = self._client.embeddings.create(
                        model=self._model, input=texts, encoding_format="float"
                    )
        except openai.OpenAIError as error:
            raise LibraryError(
                f"The embedder {self._model} at {self._base_url} failed: {error}. "
                "Check embedder and embedder_base_url."
            ) from error
        ordered = sorted(answer.data or [], key=lambda each: each.index)
        vectors = np.asarray([each.embedding for each in ordered], np.float32)
        norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if (
            len(ordered) != len(texts)
            or not np.isfinite(norms).all()
            or not norms.all()
        ):
            raise LibraryError(
                f"The embedder {self._model} at {self._base_url} sent "
                f"{len(ordered)} usable vectors for {len(texts)} texts."
            )
        return np.asarray(vectors / norms, np.float32)

    @cached_property
    def _client(self) -> Any:
        import openai

        return openai.OpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",
            max_retries=0,
            timeout=120,
        )
