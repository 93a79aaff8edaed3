"""What may be shown of a text while the rest is on its way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.showing import Curtain, Tokens


@pytest.mark.parametrize(
    "text",
    [
        "analysisX.assistantfinalY",
        "analysis of the data",
        'commentary to=functions.search json{"query":"a"}',
        "<|channel|>final<|message|>Y",
        ' {"name":"search","arguments":{}}',
        '```json\n{"name":"search"}',
        "assistantfinalY",
    ],
)
def test_what_may_be_debris_is_held_whole(text: str) -> None:
    for size in (1, 3, len(text)):
        curtain = Curtain()
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert "".join(map(curtain.let_through, pieces)) == ""
        assert curtain.settle("Y") == "Y"


@given(st.text(min_size=1), st.integers(1, 5))
def test_prose_comes_through_in_the_end_letter_for_letter(text: str, size: int) -> None:
    curtain = Curtain()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    shown = "".join(map(curtain.let_through, pieces))
    assert "<|" not in shown
    assert shown == curtain.shown
    rest = curtain.settle(text)
    assert rest is not None
    assert shown + rest == text


def test_prose_is_not_held_longer_than_it_takes_to_tell() -> None:
    curtain = Curtain()
    assert [curtain.let_through(each) for each in ("a", "n", "d", " so")] == [
        "", "", "and", " so"
    ]  # fmt: skip


def test_nothing_is_shown_from_a_control_token_on() -> None:
    curtain = Curtain()
    shown = [curtain.let_through(each) for each in ("Yes. <", "|end", "|> and", " so")]
    assert "".join(shown) == "Yes. "
    assert curtain.settle("Yes.") is None
    assert curtain.settle("Yes. And so") == "And so"


@given(st.lists(st.sampled_from(["<", "|", ">", "<|", "|>", "end", "a"])))
def test_reasoning_is_shown_without_control_tokens(pieces: list[str]) -> None:
    tokens = Tokens()
    shown = "".join([*map(tokens.let_through, pieces), tokens.end()])
    assert "<|" not in shown
    assert "|>" not in shown
    assert shown.replace(" ", "") == "".join(pieces)
