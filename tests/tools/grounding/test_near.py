"""Looking near the signs of values alone finds what looking everywhere does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.grounding.lists.cues import ends_reach, has_cue
from tools.grounding.negation import read_clause
from tools.grounding.values import dates
from tools.grounding.values.dates import find_dates
from tools.grounding.values.near import find_near, words_of
from tools.grounding.values.support import find_values
from tools.grounding.wording.folding import bones, fold_signs
from tools.grounding.wording.layout import Layout
from tools.grounding.wording.quotes import find_quote, may_stand
from tools.grounding.wording.words import WORD, find_words

_DIGIT = re.compile(r"\d")
_PATTERN = re.compile(r"(?<![\w.])(?:minus )?\$?\d+(?:[.,]\d+)?(?!\w)")
_MOST_BEFORE = len("minus $")
PIECES = st.sampled_from(
    ["minus ", "$", "5", "1,000", "7.5", ".", "x", " ", "٣", "２", "é", "-"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_what_is_found_near_digits_is_what_is_found_everywhere(text: str) -> None:
    near = find_near(_PATTERN, _DIGIT, _MOST_BEFORE, text)
    everywhere = _PATTERN.finditer(text)
    assert [each.span() for each in near] == [each.span() for each in everywhere]


DATES = st.sampled_from(
    [
        "2024", "-03", "-05", "T", "12:30", ":15", "Z", "5", "th", " ", "of ", "March",
        "mar", "MAY", "may", ".", ", ", " to ", "-", "/", "3", "pm", "年", "月", "1990",
        "s", "'", "the ", "x", "in ",
    ]
)  # fmt: skip


@given(st.lists(DATES, max_size=16).map("".join))
def test_dates_are_found_near_their_signs_as_everywhere(text: str) -> None:
    everywhere = [
        found.span()
        for _, pattern in dates._PATTERNS
        for found in pattern.finditer(text)
        if dates._value(found)
    ]
    near = [(each.start, each.end) for each in find_dates(text)]
    assert near[: len(everywhere)] == everywhere


def test_a_reach_that_is_too_short_would_be_seen() -> None:
    text = "it lost minus $5"
    found = [each.group() for each in find_near(_PATTERN, _DIGIT, 1, text)]
    assert found == ["$5"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a text that is long enough, with a loss of negative US$ 40 at its end", "40"),
        ("a text without figures that counts Twenty-One of them", "Twenty-One"),
        ("nothing but words, and then in june", ""),
        ("nothing but words, and then in June", "June"),
        ("at the end of a line: 5\nMAY 2024", "MAY 2024"),
    ],
)
def test_values_are_found_wherever_they_stand(text: str, value: str) -> None:
    found = [each.text for each in find_values(text) if each.kind != "name"]
    assert any(value in each for each in found) if value else found == []


def test_words_are_those_of_letters_in_any_case() -> None:
    assert words_of("In MAY, 21st: e-mail") == {"in", "may", "st", "e", "mail"}


@given(st.text(max_size=40))
def test_the_letters_of_a_text_are_those_of_its_characters(text: str) -> None:
    text = text.replace("&", "")
    alone = "".join(bones(each, Layout.PLAIN) for each in text)
    assert bones(text, Layout.PLAIN) == alone


@given(st.text(alphabet="a “”‘’„«»–—−`ＡＺ！é\n", max_size=40))
def test_signs_are_folded_each_by_itself(text: str) -> None:
    folded = fold_signs(text)
    assert folded == "".join(map(fold_signs, text))
    assert len(folded) == len(text)


def test_what_ends_a_reach_denies_nothing_and_says_nothing() -> None:
    assert ends_reach("which")
    assert ends_reach("but"), "`but for` begins with it, too"
    assert not ends_reach("not")
    assert not has_cue(["segments", "which", "grow"])
    clause = read_clause("segments which grow")
    assert sorted(clause.states) == ["grow", "segment"]
    assert clause.reaches == ()


WORDS = st.sampled_from(
    [
        "The pump", " runs", " at 40 bar", ".", "\n", " - ", "**day**", "`x`", "é", "…",
        "\n## Page 2\n", "[a](b.md)", "1. ", "> ", "&amp;", "-\n",
    ]
)  # fmt: skip


@given(
    st.lists(WORDS, max_size=14).map("".join), st.integers(0, 60), st.integers(8, 40)
)
def test_where_a_quote_stands_the_cheap_look_says_it_may(
    text: str, start: int, length: int
) -> None:
    for quote in (text[start : start + length], text[:9] + "…" + text[start:]):
        if any(True for _ in find_quote(quote, text)):
            assert may_stand(quote, text)
    assert "## Page " in text or not may_stand("wax and honey", text)


@given(st.text(max_size=40) | st.text(alphabet="ab_1 '-.日本\n", max_size=40))
def test_words_are_those_of_the_expression(text: str) -> None:
    assert find_words(text) == WORD.findall(text)
