"""A reranker behind an endpoint: what is sent, and what servers answer."""

from typing import Any

import pytest

from tests.tools.reranking.rerankers import (
    QUERY,
    TEXTS,
    Replies,
    Reply,
    always,
    rows,
    serve,
)
from tools.errors import CredentialsError, LibraryError
from tools.reranking.loading import load_reranker

TEI_REFUSAL = (
    422,
    b"Failed to deserialize the JSON body into the target type: missing field `texts`",
)


@pytest.mark.parametrize(
    "replies",
    [
        lambda count, body: (200, {"id": "1", "results": rows(body["documents"])}),
        lambda count, body: (200, {"results": rows(body["documents"], "score")}),
        lambda count, body: (200, rows(body["documents"], "score")),
    ],
    ids=["Cohere, Jina, vLLM, llama.cpp", "score", "a bare list"],
)
def test_an_endpoints_scores_come_in_the_order_of_the_texts(replies: Replies) -> None:
    with serve(replies) as (base_url, requests):
        reranker = load_reranker("bge-reranker", base_url, "key-1")
        assert reranker.scores(QUERY, TEXTS) == [1, 3, 9]
    assert requests == [
        {
            "model": "bge-reranker",
            "query": QUERY,
            "documents": TEXTS,
            "top_n": 3,
            "path": "/v1/rerank",
            "key": "Bearer key-1",
        }
    ]
    assert reranker.identity == "endpoint:bge-reranker"


def test_a_server_that_wants_texts_gets_them_in_batches_that_it_takes() -> None:
    texts = ["x" * at for at in range(1, 51)]

    def tei(count: int, body: dict[str, Any]) -> Reply:
        if "texts" not in body:
            return TEI_REFUSAL
        return 200, rows(body["texts"], "score")

    with serve(tei) as (base_url, requests):
        reranker = load_reranker("any", base_url)
        assert reranker.scores(QUERY, texts) == list(range(1, 51))
        assert reranker.scores(QUERY, TEXTS) == [1, 3, 9]
    assert [len(each.get("texts", [])) for each in requests] == [0, 32, 18, 3]
    assert all(each["truncate"] for each in requests[1:])
    assert requests[0]["key"] is None


@pytest.mark.parametrize("status", [429, 503])
def test_an_endpoint_that_is_busy_is_asked_again(status: int) -> None:
    def busy_at_first(count: int, body: dict[str, Any]) -> Reply:
        if count == 0:
            return status, {"error": "busy"}
        return 200, {"results": rows(body["documents"])}

    with serve(busy_at_first) as (base_url, requests):
        assert load_reranker("m", base_url).scores(QUERY, TEXTS) == [1, 3, 9]
    assert len(requests) == 2


def test_an_endpoint_that_stays_busy_is_an_error_after_three_attempts() -> None:
    with (
        serve(always(503, {"error": "loading model"})) as (base_url, requests),
        pytest.raises(LibraryError, match=r"HTTP 503: .*loading model"),
    ):
        load_reranker("m", base_url).scores(QUERY, TEXTS)
    assert len(requests) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_refused_at_once_and_never_shown(status: int) -> None:
    with serve(always(status, {"error": "bad key sekret"})) as (base_url, requests):
        reranker = load_reranker("m", base_url, "sekret")
        with pytest.raises(CredentialsError, match="RERANKER_API_KEY") as caught:
            reranker.scores(QUERY, TEXTS)
    assert base_url in str(caught.value)
    assert "sekret" not in str(caught.value)
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ((200, {"results": rows(TEXTS)[1:]}), "2 scores for 3 texts"),
        ((200, {"results": rows(TEXTS)[1:] * 2}), "4 scores for 3 texts"),
        ((200, {"results": rows([*TEXTS[1:], "x" * 20, "y"])}), "4 scores for 3"),
        ((200, [{"index": at, "score": 1.0} for at in (1, 2, 3)]), "not one for each"),
        ((200, [{"index": at, "score": 1.0} for at in (-1, 0, 1)]), "no scores but"),
        ((200, b'[{"index": 0, "score": NaN}]'), "no scores but"),
        ((200, {"results": [{"index": 0}]}), "no scores but"),
        ((200, {"data": []}), "no scores but"),
        ((200, b"<html>\x1b[31m Welcome </html>"), "before /rerank"),
        ((200, b""), "no scores but nothing"),
        ((302, b""), "HTTP 302"),
        ((404, {"detail": "Not Found"}), "HTTP 404: .*with or without /v1"),
        ((400, b"a bad key: sekret"), r"HTTP 400: a bad key: \*\*\*"),
    ],
)
def test_an_answer_without_a_score_for_each_text_is_an_error(
    reply: Reply, says: str
) -> None:
    with (
        serve(always(*reply)) as (base_url, _),
        pytest.raises(LibraryError, match=says) as caught,
    ):
        load_reranker("m", base_url, "sekret").scores(QUERY, TEXTS)
    assert f"The reranker m at {base_url} " in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_an_endpoint_that_is_not_there_is_named() -> None:
    with serve(always(200, [])) as (base_url, _):
        pass
    with pytest.raises(LibraryError, match=f"m at {base_url} cannot be reached"):
        load_reranker("m", base_url).scores(QUERY, TEXTS)
