"""The rerankers: an endpoint's, a local cross-encoder's, and a search with one."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.cli import main
from agent.opening import load_settings_reranker, open_library
from agent.settings.settings import Settings
from tests.tools.reranking.rerankers import (
    QUERY,
    always,
    make_cross_encoder,
    rows,
    serve,
)
from tools.embedding.embedder import Embedder
from tools.errors import LibraryError, UsageError
from tools.library.library import Library
from tools.reranking.loading import load_reranker
from tools.reranking.reranker import unit_scale


def test_a_name_without_an_address_must_be_a_folder() -> None:
    with pytest.raises(UsageError, match=r'no folder "bge-reranker".*base_url'):
        load_reranker("bge-reranker")


def test_probabilities_stay_and_logits_are_brought_to_their_scale() -> None:
    assert unit_scale([0.0, 0.25, 1.0]) == [0.0, 0.25, 1.0]
    scaled = unit_scale([-800.0, -2.0, 0.0, 2.0, 800.0])
    assert scaled == sorted(scaled)
    assert scaled == pytest.approx([0, 0.119203, 0.5, 0.880797, 1])
    assert unit_scale([]) == []


class Backwards:
    """Prefers what the search ranked last, and remembers what it was given."""

    identity = "backwards"

    def __init__(self) -> None:
        self.given: list[tuple[str, list[str]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.given.append((query, list(texts)))
        return [float(at) for at in range(len(texts))]


class Indifferent:
    identity = "indifferent"

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        return [0.5 for _ in texts]


def test_a_reranker_has_the_last_word_on_the_best_fifty(
    library: Library, library_uri: str, embedder: Embedder
) -> None:
    queries = [QUERY, "Which index needs the least memory?"]
    plain = library.search(queries, 50)
    reranker = Backwards()
    with Library.open(library_uri, embedder, reranker=reranker) as reranked:
        found = reranked.search(queries, 3)
    for before, after in zip(plain, found, strict=True):
        assert [hit.passage for hit in after] == [hit.passage for hit in before[:-4:-1]]
        assert [hit.score for hit in after] == unit_scale([49.0, 48.0, 47.0])
        assert [hit.cosine for hit in after] == [hit.cosine for hit in before[:-4:-1]]
    assert [query for query, _ in reranker.given] == queries
    first = plain[0][0].passage
    assert reranker.given[0][1][0].startswith(f"{first.heading_path}\n")


def test_more_than_fifty_are_reranked_where_more_are_asked_for(
    library_uri: str, embedder: Embedder
) -> None:
    reranker = Backwards()
    with Library.open(library_uri, embedder, reranker=reranker) as reranked:
        assert len(reranked.search([QUERY], 60)[0]) == 60
    assert len(reranker.given[0][1]) == 60


def test_passages_that_a_reranker_scores_alike_stay_as_they_were(
    library: Library, library_uri: str, embedder: Embedder
) -> None:
    with Library.open(library_uri, embedder, reranker=Indifferent()) as reranked:
        found = reranked.search([QUERY], 10)[0]
    assert [hit.passage for hit in found] == [
        hit.passage for hit in library.search([QUERY], 10)[0]
    ]


def test_a_reranker_that_fails_fails_the_search(settings: Settings) -> None:
    with serve(always(400, b"out of order")) as (base_url, _):
        settings = settings.model_copy(
            update={"reranker": "m", "reranker_base_url": base_url}
        )
        with (
            open_library(settings) as library,
            pytest.raises(LibraryError, match="HTTP 400: out of order"),
        ):
            library.search([QUERY], 3)


def test_the_settings_name_the_reranker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings_reranker(Settings.load({})) is None
    monkeypatch.setenv("CITELOOP_RERANKER", str(make_cross_encoder(tmp_path / "ce")))
    folder = load_settings_reranker(Settings.load({}))
    assert folder is not None
    assert folder.identity == "cross-encoder:ce"
    monkeypatch.setenv("CITELOOP_RERANKER_BASE_URL", "http://me:pw@host/v1")
    with pytest.raises(UsageError, match=r"reranker_base_url .*holds a password"):
        Settings.load({})


def test_doctor_asks_the_reranker_for_scores_and_hides_its_key(
    library_uri: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["doctor", "--library", library_uri]
    assert main(command) == 0
    assert "✓ reranker  none" in capsys.readouterr().out
    monkeypatch.setenv("CITELOOP_RERANKER", "bge")
    monkeypatch.setenv("CITELOOP_RERANKER_API_KEY", "secret-1234567")
    with serve(lambda count, body: (200, rows(body["documents"]))) as (base_url, _):
        monkeypatch.setenv("CITELOOP_RERANKER_BASE_URL", base_url)
        assert main(command) == 0
    shown = capsys.readouterr().out
    assert "✓ reranker  endpoint:bge scores two texts: 15.000 and 25.000" in shown
    assert "secret" not in shown
    assert main(command) == 5
    shown = capsys.readouterr().out
    assert "✗ reranker  The reranker bge at http" in shown
    assert "✓ library" in shown
