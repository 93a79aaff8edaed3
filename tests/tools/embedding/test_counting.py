"""Texts that are counted together have the tokens they have alone."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import BertWordPieceTokenizer, Tokenizer

from tools.embedding import counting
from tools.embedding.minilm import MiniLM
from tools.embedding.weights import eight_bit_weights, packaged_weights
from tools.text.clean import scalar

SIGNS = [
    "a", "B", "7", "_", "-", ".", "[", "]", "#", "é", "e\u0301", "\u0301", "\u0345",
    "ß", "İ", "Σ", "ς", "\u4e2d", "\uf900", "\u3042", "\uac00", "\u0e33", "\u0f73",
    "\U0001f600", "\u200d", "\ufe0f", "\u200b", "\ufeff", "\xad", "\ufffd", "\ue000",
    "\ud800", "\udfff", "\x00", "\x1b", "\x7f", "\x85", "\x1c",
    " ", "\t", "\n", "\r", "\x0b", "\x0c", "\xa0", "\u3000", "\u2028", "\u2029",
    "[SEP]", "[CLS]", "[UNK]", "[MASK]", "[PAD]", "##s", "the", "x" * 101,
]  # fmt: skip
TEXTS = st.lists(
    st.lists(st.sampled_from(SIGNS) | st.text(max_size=3), max_size=6).map("".join),
    max_size=12,
)


@cache
def tokenizers() -> dict[str, Tokenizer | BertWordPieceTokenizer]:
    """Both lists of word pieces, untruncated."""
    vocabulary = str(eight_bit_weights(Path()).tokenizer)
    whole = Tokenizer.from_file(str(packaged_weights().tokenizer))
    whole.no_padding()
    whole.no_truncation()
    return {
        "json": whole,
        "vocabulary": BertWordPieceTokenizer(vocabulary, lowercase=True),
    }


def alone(
    tokenizer: Tokenizer | BertWordPieceTokenizer, texts: Sequence[str]
) -> list[int]:
    return [
        len(tokenizer.encode(scalar(text), add_special_tokens=False).ids)
        for text in texts
    ]


@pytest.mark.parametrize("kind", ["json", "vocabulary"])
@given(texts=TEXTS)
@settings(max_examples=100, deadline=None)
def test_counted_together_is_counted_alone(kind: str, texts: list[str]) -> None:
    tokenizer = tokenizers()[kind]
    assert counting.count_together(tokenizer, texts) == alone(tokenizer, texts)


def test_texts_of_any_length_are_counted_alone_or_together() -> None:
    texts = ["word " * count for count in (0, 1, 799, 801, 0, 3000, 1, 1, 0)] * 3
    assert MiniLM().count_tokens(texts) == alone(tokenizers()["json"], texts)


def test_each_character_ends_at_a_newline() -> None:
    tokenizer = tokenizers()["json"]
    signs = [chr(code) for code in range(0x3100)]
    for pattern in ("a{}", "{}a"):
        texts = [pattern.format(sign) for sign in signs]
        assert counting.count_together(tokenizer, texts) == alone(tokenizer, texts)
