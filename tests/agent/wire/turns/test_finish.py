"""What finish reasons mean, and where a sentence ends."""

from typing import Any

import pytest

from agent.wire.turns.finish import ending_of, ends_sentence, is_final, read_reason


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("stop", "whole"), ("STOP", "whole"), ("FinishReason.STOP", "whole"),
        ("end_turn", "whole"), ("eos_token", "whole"), ("COMPLETE", "whole"),
        ("stop-sequence", "whole"), ("tool_calls", "calls"), ("function_call", "calls"),
        ("tool_use", "calls"), ("length", "length"), ("MAX_TOKENS", "length"),
        ("max_output_tokens", "length"), ("model_length", "length"),
        ("finish_reason_max_tokens", "length"), ("SAFETY", "filtered"),
        ("content_filter", "filtered"), ("error", "failed"), ("abort", "cut"),
        ("cancelled", "cut"), ("timeout", "cut"), ("incomplete", "cut"),
        ("network_error", "cut"), ("unknown", "cut"), ("", "cut"), (None, "cut"),
        ("nonstop", "cut"), ("stop it", "cut"),
    ],
)  # fmt: skip
def test_only_a_word_for_a_natural_end_is_one(reason: str | None, ending: str) -> None:
    assert ending_of(reason) == ending


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("stop", "stop"), ("null", None), ("None", None), ("", None), (None, None),
        (7, None), ([], None), ({"type": "length", "length": 16}, "length"), ({}, None),
        ("FINISH_REASON_UNSPECIFIED", None),
    ],
)  # fmt: skip
def test_a_reason_is_read_where_one_is_given(given: Any, reason: str | None) -> None:
    assert read_reason(given) == reason


def test_what_lacks_something_stays_so_and_what_is_whole_may_not() -> None:
    assert is_final("length")
    assert is_final("abort")
    assert is_final("error")
    assert not is_final("stop")
    assert not is_final("tool_calls")
    assert not is_final(None)


@pytest.mark.parametrize(
    "text",
    [
        "It is so.", "It is so [1].", "It is so. [1]", "It is so. [1][2]",
        "So! 【3†L1】",
        "Is it so?", "**It is so.**", 'He says: "so."', "(It is so.)", "是的。",
        "It is…",
        "It is so.\n", "| It is so. |", "It is so. [1, 2]", "_It is so._ [3]",
    ],
)  # fmt: skip
def test_a_sentence_ends_with_its_stop_and_its_marks(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "It is",
        "It is so [1]",
        "It is (so",
        "- one\n- two",
        "So:",
        "[1]",
        "x]",
    ],
)
def test_what_lacks_its_stop_ends_none(text: str) -> None:
    assert not ends_sentence(text)
