"""What an argument may be asked to be."""

import re
from collections.abc import Sequence
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.matching.call import Call
from agent.matching.comparing import compare
from agent.matching.expectation import Trajectory
from agent.matching.patterns import MAX_TEXT, read_glob, read_pattern
from tools.errors import UsageError


def fits(wanted: Any, got: Any) -> bool:
    expect = [{"tool": "f", "arguments": {"a": wanted}}]
    trajectory = Trajectory.model_validate({"expect": expect})
    return compare(trajectory, [Call("f", {"a": got})]).passed


@pytest.mark.parametrize(
    ("wanted", "got", "expected"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (0, False, False),
        (None, None, True),
        (None, 0, False),
        ("1", 1, False),
        ({"x": 1, "y": 2}, {"y": 2, "x": 1}, True),
        ([], {}, False),
        ({}, {}, True),
        ({"equal": {"contains": "x"}}, {"contains": "x"}, True),
        ({"contains": "etcd"}, "what is etcd?", True),
        ({"contains": "etcd"}, "what is it?", False),
        ({"contains": 1}, [2, 1.0], True),
        ({"contains": 1}, [True], False),
        ({"contains": "x"}, 7, False),
        ({"glob": "secret*"}, "secret/plan.md", True),
        ({"glob": "secret*"}, "my secret", False),
        ({"pattern": r"^v\d+$"}, "v12", True),
        ({"pattern": r"^v\d+$"}, "v12b", False),
        ({"one_of": ["a", 2]}, 2.0, True),
        ({"one_of": ["a", 1]}, True, False),
        ({"ge": 1, "le": 3}, 3, True),
        ({"ge": 1, "le": 3}, 4, False),
        ({"ge": 1}, True, False),
        ({"ge": 1}, "2", False),
        ({"ge": "2025-01-01"}, "2026-02-03", True),
        ({"schema": {"type": "array", "minItems": 1}}, ["x"], True),
        ({"schema": {"type": "array", "minItems": 1}}, [], False),
        ({"schema": {"type": "string", "pattern": "^(a+)+$"}}, "aab", False),
        ({"ignore": True}, {"any": ["thing"]}, True),
    ],
)  # fmt: skip
def test_a_value_fits_or_does_not(wanted: Any, got: Any, expected: bool) -> None:
    assert fits(wanted, got) is expected


def test_what_is_ignored_may_be_absent_and_nothing_else_may() -> None:
    for wanted, passed in ({"ignore": True}, True), ({"pattern": ""}, False):
        expect = [{"tool": "f", "arguments": {"a": wanted}}]
        trajectory = Trajectory.model_validate({"expect": expect})
        assert compare(trajectory, [Call("f", {})]).passed is passed


def test_an_object_with_its_own_equality_is_a_matcher() -> None:
    class Positive:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, int) and other > 0

        def __hash__(self) -> int:
            return 0

    assert fits(Positive(), 3)
    assert not fits(Positive(), -3)
    assert fits({"deep": [Positive()]}, {"deep": [1]})


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"contains": "x", "ignore_case": True}, "ignore_case is no matcher"),
        ({"pattern": "("}, "is missing"),
        ({"pattern": r"(a)\1"}, "not supported"),
        ({"pattern": "(?=a)"}, "not supported|only"),
        ({"pattern": 3}, "a string"),
        ({"one_of": []}, "a list of values"),
        ({"ge": True}, "a number"),
        ({"ignore": False}, "it is true"),
        ({"schema": {"type": "strange"}}, "no JSON Schema"),
        ({"schema": {"$ref": "https://example.org/x"}}, "leads out"),
        ({"schema": {"patternProperties": {}}}, "not supported"),
        ({"semantic": "x"}, "at_least"),
        ({"semantic": {"text": "x", "at_least": 7}}, "between"),
    ],
)
def test_a_matcher_that_is_none_is_refused_where_it_is_written(
    wanted: Any, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        fits(wanted, "x")


def test_what_is_alike_is_told_apart_from_what_is_exact() -> None:
    vectors = {"a cat": [1.0, 0.0], "one cat": [0.8, 0.6], "a car": [0.0, 1.0]}

    def embed(texts: Sequence[str]) -> list[list[float]]:
        return [vectors[text] for text in texts]

    like = {"semantic": {"text": "a cat", "at_least": 0.75}}
    expect = [{"tool": "f", "arguments": {"a": like}}]
    trajectory = Trajectory.model_validate({"expect": expect})
    found = compare(trajectory, [Call("f", {"a": "one cat"})], embed=embed)
    assert found.passed
    assert [round(each.similarity, 3) for each in found.similar] == [0.8]
    assert not compare(trajectory, [Call("f", {"a": "a car"})], embed=embed).passed
    assert not compare(trajectory, [Call("f", {"a": 3})], embed=embed).passed
    with pytest.raises(UsageError, match="needs an embedder"):
        compare(trajectory, [])


SIGNS = "ab1 _\n"
atoms = st.sampled_from(
    [
        "a",
        "b",
        ".",
        r"\d",
        r"\w",
        r"\s",
        r"\b",
        "[ab]",
        "[^a]",
        "[a-b1]",
        "^",
        "$",
        r"\.",
    ]
)
repetitions = st.sampled_from(["*", "+", "?", "{0,2}", "{2}"])
patterns = st.recursive(
    atoms,
    lambda inner: st.builds(str.__add__, inner, inner)
    | st.builds("({}|{})".format, inner, inner)
    | st.builds("(?:{}){}".format, inner, repetitions),
    max_leaves=5,
)  # fmt: skip


@given(patterns, st.text(SIGNS, max_size=8))
def test_a_pattern_finds_what_re_finds(pattern: str, text: str) -> None:
    theirs = pattern.replace("$", r"\Z")  # ours is the end alone, not a newline at it
    assert read_pattern(pattern)(text) is (re.search(theirs, text) is not None)


@given(patterns, st.text("abAB1", max_size=8))
def test_a_pattern_ignores_case_as_re_does(pattern: str, text: str) -> None:
    theirs = re.compile(pattern, re.IGNORECASE)
    assert read_pattern(f"(?i){pattern}")(text) is (theirs.search(text) is not None)


@given(st.text("ab*?", max_size=6), st.text("ab\n", max_size=8))
def test_a_glob_is_the_whole_text(glob: str, text: str) -> None:
    translated = "".join({"*": ".*", "?": "."}.get(sign, sign) for sign in glob)
    expected = re.fullmatch(translated, text, re.DOTALL) is not None
    assert read_glob(glob)(text) is expected


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "a*a*a*a*a*b", "(.*,)*x"])
def test_a_pattern_that_keeps_re_busy_for_ever_is_done_at_once(pattern: str) -> None:
    started = process_time()
    assert not read_pattern(pattern)("a" * (MAX_TEXT - 1) + "!")
    assert process_time() - started < 5


@pytest.mark.parametrize(
    "pattern",
    ["a{9999}", "(a{999}){9}", "a{3,1}", "a**", "*a", "[b-a]", "a)", "[a", "\\"],
)
def test_a_pattern_that_is_none_or_too_long_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_pattern(pattern)
