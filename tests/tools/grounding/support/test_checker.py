"""Whether words that a checker gives stand in what it has read."""

import pytest

from tools.grounding.support.checker import holds_words

QUOTES = "Bounded is the default level.\nIt trails by 5.0 s at most, not by 10 s."


@pytest.mark.parametrize(
    "words",
    ["Bounded", "bounded is the default", "level. It trails", "“default level”",
     "5.0 s", "Bounded is … level", "not by 10 s"],
)  # fmt: skip
def test_words_of_the_quotes_are_found_in_whatever_form(words: str) -> None:
    assert holds_words(QUOTES, words)


@pytest.mark.parametrize(
    "words", ["", "  ", "…", "Strong", "bound", "5.0 m", "is default", "by 5 s", "lt"]
)
def test_invented_words_are_not(words: str) -> None:
    assert not holds_words(QUOTES, words)
