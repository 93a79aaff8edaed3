"""A reranker behind a `/rerank` endpoint, in either of the two forms there are.

Cohere, Jina, vLLM, llama.cpp and Infinity take `documents` and answer with `results`.
Hugging Face's Text Embeddings Inference takes `texts`, at most 32 of them unless it is
started otherwise, and answers with a bare list. Which one it is shows at the first
request: TEI refuses one without `texts`, by that name.
"""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AliasChoices, BaseModel, Field, FiniteFloat, TypeAdapter
from pydantic import ValidationError as Invalid

from tools.errors import CiteloopError, CredentialsError, LibraryError
from tools.retries import retrying
from tools.text.clean import scalar, visible

if TYPE_CHECKING:
    import httpx2

__all__ = ["EndpointReranker"]

_SECONDS = 60.0
_TEI_BATCH = 32
"""TEI's `--max-client-batch-size`, where it is not set."""
_PASSING = frozenset([429, 500, 502, 503, 504])
"""Worth another attempt: busy, restarting, or still loading the model."""
_SHOWN = 300
"""Characters of a refusal that are shown."""


class _Row(BaseModel):
    index: Annotated[int, Field(ge=0)]
    score: Annotated[
        FiniteFloat, Field(validation_alias=AliasChoices("relevance_score", "score"))
    ]


class _Answer(BaseModel):
    results: list[_Row]


_FORMS: TypeAdapter[_Answer | list[_Row]] = TypeAdapter(_Answer | list[_Row])


class EndpointReranker:
    """A model of a service such as Cohere or Jina, or of a server of one's own."""

    def __init__(self, model: str, base_url: str, api_key: str | None = None) -> None:
        """Name the model; nothing is sent before the first use."""
        self.identity = f"endpoint:{model}"
        self._model = model
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._takes_texts = False

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return the score of each text, in their order.

        Raises:
            CredentialsError: the endpoint refused the key.
            LibraryError: it cannot be reached, or did not score each text once.
        """
        query, texts = scalar(query), [scalar(text) for text in texts]
        if not self._takes_texts:
            response = self._post(
                {
                    "model": self._model,
                    "query": query,
                    "documents": texts,
                    "top_n": len(texts),
                }
            )
            self._takes_texts = response.status_code == 422 and "texts" in response.text
            if not self._takes_texts:
                return self._read(response, len(texts))
        found: list[float] = []
        for start in range(0, len(texts), _TEI_BATCH):
            batch = texts[start : start + _TEI_BATCH]
            asked = {"query": query, "texts": batch, "truncate": True}
            found += self._read(self._post(asked), len(batch))
        return found

    def _post(self, body: dict[str, Any]) -> "httpx2.Response":
        """Return the endpoint's answer, tried again where the failure may pass."""
        import httpx2

        try:
            for attempt in retrying(httpx2.TransportError, httpx2.HTTPStatusError):
                with attempt:
                    response = self._client.post("/rerank", json=body)
                    if response.status_code in _PASSING:
                        response.raise_for_status()
        except httpx2.HTTPStatusError as error:
            return error.response
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise self._failure(
                f"cannot be reached: {reason}",
                "Start it, or correct reranker_base_url.",
            ) from error
        return response

    def _read(self, response: "httpx2.Response", count: int) -> list[float]:
        """Return the scores that a response holds, in the order of the texts."""
        if not response.is_success:
            raise self._refusal(response)
        try:
            answer = _FORMS.validate_json(response.content)
        except Invalid as error:
            raise self._failure(
                f"sent no scores but {self._excerpt(response)}",
                "Is reranker_base_url the part of the address before /rerank?",
            ) from error
        rows = answer.results if isinstance(answer, _Answer) else answer
        found = {row.index: row.score for row in rows}
        if len(rows) != count or found.keys() != set(range(count)):
            raise self._failure(
                f"sent {len(rows)} scores for {count} texts, not one for each",
                "Use a reranker that scores every text.",
            )
        return [found[index] for index in range(count)]

    def _refusal(self, response: "httpx2.Response") -> CiteloopError:
        status = response.status_code
        if status in (401, 403):
            given = "the key" if self._api_key else "a request without a key"
            return CredentialsError(
                f"The reranker {self._model} at {self._base_url} refused {given} "
                f"(HTTP {status}). Set CITELOOP_RERANKER_API_KEY to a valid one."
            )
        remedies = {
            404: "Correct reranker_base_url (with or without /v1?) or reranker.",
            429: "Wait a while, or raise the limit at the provider.",
        }
        return self._failure(
            f"answered HTTP {status}: {self._excerpt(response)}",
            remedies.get(status, "Check reranker and reranker_base_url."),
        )

    def _excerpt(self, response: "httpx2.Response") -> str:
        """Return the start of a response on one line, without the key."""
        text = " ".join(visible(response.text[: 4 * _SHOWN]).split()) or "nothing"
        text = text.replace(self._api_key, "***") if self._api_key else text
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

    def _failure(self, cause: str, remedy: str) -> LibraryError:
        return LibraryError(
            f"The reranker {self._model} at {self._base_url} {cause}. {remedy}"
        )

    @cached_property
    def _client(self) -> "httpx2.Client":
        import httpx2

        from tools.responses import MAX_OBJECT_BYTES, bound

        key = {"authorization": f"Bearer {self._api_key}"} if self._api_key else {}
        return httpx2.Client(
            base_url=self._base_url,
            headers=key,
            timeout=_SECONDS,
            event_hooks={"response": [partial(bound, most=MAX_OBJECT_BYTES)]},
        )
