import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.library.fusion import DEPTH, fuse, move
from tools.library.library import Library

SCORES = st.dictionaries(
    st.sampled_from("abcdefgh"), st.floats(-1, 1, allow_nan=False), min_size=2
)


def test_a_passage_that_both_routes_rank_first_is_first() -> None:
    ranked = fuse({"a": 0.9, "b": 0.5, "c": 0.4}, {"a": 12.0, "c": 3.0, "d": 2.0})
    assert ranked[0].key == "a"
    assert {each.key for each in ranked} == {"a", "b", "c", "d"}


def test_a_route_that_knows_no_difference_does_not_outweigh_the_other() -> None:
    ranked = fuse({"a": 0.9, "b": 0.1, "c": 0.2}, {"b": 5.0, "c": 4.9, "a": 4.8})
    assert ranked[0].key in {"a", "b"}
    assert fuse({"a": 0.9, "b": 0.1}, {"a": 5.0, "b": 5.0})[0].key == "a"


def test_without_full_text_the_order_is_that_of_the_cosines() -> None:
    ranked = fuse({"a": 0.1, "b": 0.7}, {})
    assert [(each.key, each.score) for each in ranked] == [("b", 0.7), ("a", 0.1)]


def test_a_passage_that_one_route_missed_takes_the_lowest_of_that_route() -> None:
    missed = next(
        each
        for each in fuse({"a": 0.9, "b": 0.3}, {"c": 4.0, "a": 1.0})
        if each.key == "c"
    )
    assert missed.cosine == 0.3


def test_the_only_passage_that_holds_the_words_gains_by_them() -> None:
    assert fuse({"a": 0.5, "b": 0.5}, {"b": 7.0})[0].key == "b"


def test_scores_that_differ_by_rounding_alone_are_alike() -> None:
    words = {"a": 2.0, "b": 2.0, "c": 2.0 + 1e-12}
    ranked = {each.key: each.score for each in fuse({"a": 0.5, "b": 0.4}, words)}
    assert ranked["a"] - ranked["b"] == pytest.approx(0.1)
    assert ranked["c"] == pytest.approx(ranked["b"])


@given(SCORES, SCORES)
def test_scaling_bm25_changes_nothing(
    cosines: dict[str, float], words: dict[str, float]
) -> None:
    words = {key: value + 2 for key, value in words.items()}
    larger = {key: 3 * value for key, value in words.items()}
    assert [each.score for each in fuse(cosines, words)] == pytest.approx(
        [each.score for each in fuse(cosines, larger)], abs=1e-6
    )


def test_a_moved_query_is_nearer_by_what_it_says() -> None:
    asked, best = np.array([3.0, 0.0], np.float32), np.array([0.0, 2.0], np.float32)
    moved = move(asked, best)
    assert np.linalg.norm(moved.vector) == pytest.approx(1.0)
    assert moved.vector[1] == pytest.approx(moved.nearer)
    assert 0.1 < moved.nearer < 0.25
    assert move(asked, asked).nearer == pytest.approx(0.0, abs=1e-6)


def test_a_search_ranks_as_both_routes_fused_with_the_query_moved_to_the_first(
    library: Library,
) -> None:
    query = "What seals a growing segment?"
    near, words = library.nearest([query], DEPTH)[0], library.full_text([query], DEPTH)
    ranked = fuse(near, words[0])
    if words[0]:
        stored = {each.key: each.vector for each in library.stored()}
        moved = move(library.embedder.embed_queries([query])[0], stored[ranked[0].key])
        cosines = {key: float(moved.vector @ vector) for key, vector in stored.items()}
        best = sorted(cosines, key=lambda key: -cosines[key])[:DEPTH]
        again = {key: cosines[key] - moved.nearer for key in best}
        ranked = fuse(again, words[0])
        assert ranked[0].cosine == pytest.approx(near[ranked[0].key], abs=1e-3)
    found = library.search([query], 20)[0]
    assert [hit.passage.key for hit in found] == [each.key for each in ranked][:20]
