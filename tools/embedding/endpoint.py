"""An embedder behind an OpenAI-compatible `/embeddings` endpoint."""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from tools.embedding.embedder import Vectors
from tools.errors import LibraryError
from tools.retries import retrying
from tools.text.clean import visible

__all__ = ["EndpointEmbedder"]

_BATCH = 64
_SECONDS = 120.0
_MAX_BYTES = 16 * 2**20
"""Of a response: 64 vectors of 8,192 numbers of 24 characters are 12 MiB."""
_SHOWN = 300
"""Characters of a failure that are shown."""
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
        except (openai.OpenAIError, ValueError) as error:
            raise LibraryError(
                f"The embedder {self._model} at {self._base_url} failed: "
                f"{self._excerpt(str(error))}. Check embedder and embedder_base_url."
            ) from error
        return self._usable(answer, len(texts))

    def _usable(self, answer: Any, count: int) -> Vectors:
        """Return the vectors of an answer, in the order of the texts."""
        rows: list[Any] = []
        try:
            rows = sorted(answer.data or [], key=lambda each: each.index)
            vectors = np.asarray([each.embedding for each in rows], np.float32)
            norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
            usable = len(rows) == count and np.isfinite(norms).all() and norms.all()
        except (AttributeError, TypeError, ValueError, OverflowError):
            usable = False  # it is no answer of such an endpoint
        if not usable:
            raise LibraryError(
                f"The embedder {self._model} at {self._base_url} sent "
                f"{len(rows)} vectors for {count} texts, or some that are of no use. "
                "Check embedder and embedder_base_url."
            )
        return np.asarray(vectors / norms, np.float32)

    def _excerpt(self, text: str) -> str:
        """Return the start of what was said on one line, without the key."""
        line = " ".join(visible(text[: 4 * _SHOWN]).split())
        line = line.replace(self._api_key, "***") if self._api_key else line
        return "an HTML page" if line.startswith("<") else line[:_SHOWN].rstrip(".")

    @cached_property
    def _client(self) -> Any:
        import openai

        from tools.responses import bound, require_origin

        stay = partial(
            require_origin, base_url=self._base_url, setting="embedder_base_url"
        )
        return openai.OpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",
            max_retries=0,
            timeout=_SECONDS,
            http_client=openai.DefaultHttpxClient(
                base_url=self._base_url,
                timeout=_SECONDS,
                event_hooks={
                    "request": [stay],
                    "response": [partial(bound, most=_MAX_BYTES)],
                },
            ),
        )
