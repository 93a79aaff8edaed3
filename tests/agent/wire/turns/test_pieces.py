"""Texts and arguments of which some pieces come again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.turns.pieces import Pieces, united_arguments

SAID = "It is sealed by its size [1]."
OBJECT = '{"query": "What?"}'


def united(*pieces: str) -> tuple[str, bool]:
    text = Pieces()
    for piece in pieces:
        text.take(piece)
    return text.united(), text.repeated


@pytest.mark.parametrize(
    "pieces",
    [
        ("It is sealed ", "by its size [1].", SAID),
        ("\nIt is sealed ", "by its size [1].\n", SAID),
        ("It is sealed ", "by its size [1].", SAID, SAID),
        ("It is sealed ", "It is sealed by its size [1]."),
        ("It", "It is", "It is sealed", "It is sealed by its", SAID),
        tuple(SAID[: at + 1] for at in range(len(SAID))),
        ("It ", "It ", "is ", "is ", "sealed by", "sealed by", " its size [1].",
         " its size [1]."),
    ],
)  # fmt: skip
def test_what_is_said_again_is_said_once(pieces: tuple[str, ...]) -> None:
    text, repeated = united(*pieces)
    assert text.strip() == SAID
    assert repeated


@pytest.mark.parametrize(
    "pieces",
    [
        ("ha", "ha", "ha"), ("6", "66", "666"), ("ha ", "ha ", "ha ", "ha ", "ha "),
        ("1", "8", "3", "3"), ("a", "a", "b", "b"), ("No.", "No."),
        ("It is so. ", "It is not. ", "It is so. "), ("| - ", "| - ", "|"), ("x",), (),
        ("very ", "very ", "very ", "good"),
    ],
)  # fmt: skip
def test_a_model_may_repeat_itself(pieces: tuple[str, ...]) -> None:
    assert united(*pieces) == ("".join(pieces), False)


@given(st.text("ab c.", max_size=60), st.integers(1, 9))
def test_a_text_in_pieces_of_one_size_is_that_text(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    if size < 6:
        assert united(*pieces)[0] in {text, *_halved(pieces)}


def _halved(pieces: list[str]) -> set[str]:
    """Return what is left of pieces that happen to come in pairs."""
    return {"".join(pieces[::2])} if pieces[::2] == pieces[1::2] else set()


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (SAID, SAID), (f"{SAID}\n", SAID), (f"{SAID} So.", f"{SAID} So."),
        ("by its size [1].", SAID), ("It is", SAID), ("", SAID),
        (f"In short: {SAID}", f"In short: {SAID}"), (" So.", f"{SAID} So."),
    ],
)  # fmt: skip
def test_a_whole_message_behind_its_pieces_is_the_whole(
    whole: str, expected: str
) -> None:
    text = Pieces()
    for piece in ("It is sealed ", "by its size [1]."):
        text.take(piece)
    text.take_whole(whole)
    assert text.united().strip() == expected


@pytest.mark.parametrize(
    "pieces",
    [
        [OBJECT], [OBJECT[:5], OBJECT[5:]], [OBJECT[:5], OBJECT[5:], OBJECT],
        [OBJECT[:2], OBJECT[:9], OBJECT], ["", OBJECT, ""], [OBJECT, ""],
        [OBJECT[:5], OBJECT[5:], OBJECT.replace(" ", "")],
    ],
)  # fmt: skip
def test_arguments_that_come_again_are_one_object(pieces: list[str]) -> None:
    assert united_arguments(pieces).replace(" ", "") == OBJECT.replace(" ", "")


@pytest.mark.parametrize(
    "pieces", [['{"a": 1}', '{"a": 2}'], ['{"a', '{"b": 1}'], ["[1]", "[1]"], ['{"a']]
)
def test_arguments_that_differ_are_not_chosen_among(pieces: list[str]) -> None:
    assert united_arguments(pieces) == "".join(pieces)
