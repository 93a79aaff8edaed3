"""Packing over columns gives what packing part by part gives, told here plainly."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.documents.packing import CountTokens, Text
from tools.documents.parts import MAX_CHARACTERS, Parts
from tools.text.markdown import Block

Span = tuple[int, int]
SIGNS = ["a", "bc", "word", " ", "  ", "\t", "\xa0", ". ", "! ", "。", "\n", "\n\n",
         "中", "- ", "x" * 30, "y" * 1900, " " * 2100]  # fmt: skip
TEXTS = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=60).map("".join)
WIDTHS = st.integers(0, 9) | st.sampled_from([1999, 2000, 2001, MAX_CHARACTERS])
"""Of parts; two of them may just fit, or just not."""


def by_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def by_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


COUNTS = st.sampled_from([by_words, by_characters])


def joined(content: str, parts: list[tuple[int, int, int]], limit: int) -> list[Span]:
    """Take one part after the other, as long as what is taken fits."""
    taken: list[tuple[int, int, int]] = []
    for start, end, tokens in parts:
        if taken:
            first, _, total = taken[-1]
            fits = total + tokens <= limit and end - first <= MAX_CHARACTERS
            if fits or not content[start:end].strip():
                taken[-1] = (first, end, total + tokens)
                continue
        taken.append((start, end, tokens))
    return [(start, end) for start, end, _ in taken if content[start:end].strip()]


@given(
    content=TEXTS,
    widths=st.lists(st.tuples(WIDTHS, st.integers(0, 5)), max_size=40),
    limit=st.integers(1, 12),
)
@settings(max_examples=150, deadline=None)
def test_parts_are_joined_as_one_after_the_other(
    content: str, widths: list[tuple[int, int]], limit: int
) -> None:
    bounds = [0, *accumulate(width for width, _ in widths)]
    content *= bounds[-1] // len(content) + 1
    parts = [
        (start, end, tokens)
        for (start, end), (_, tokens) in zip(pairwise(bounds), widths, strict=True)
    ]
    starts, ends, tokens = map(list, zip(*parts, strict=True)) if parts else ([],) * 3
    packed = Parts(starts, ends, tokens).join(limit, content)
    spans = list(zip(packed.starts, packed.ends, strict=True))
    assert spans == joined(content, parts, limit)


@given(content=TEXTS, count=COUNTS, limit=st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_a_line_is_cut_between_sentences_then_words_then_characters(
    content: str, count: CountTokens, limit: int
) -> None:
    line = content.replace("\n", " ")
    packed = Text(line, count).pack([Block(0, 1, 0, "", ())], limit)
    spans = [(piece.start, piece.end) for piece in packed]
    assert spans == cut_line(line, count, limit)


def cut_line(line: str, count: CountTokens, limit: int) -> list[Span]:
    whole = tokens_of(line, count)
    if whole <= limit and len(line) <= MAX_CHARACTERS:
        return [(0, len(line))] if line.strip() else []
    parts: list[tuple[int, int, int]] = []
    for start, end in spans_of(line, r"(?<=[.!?;])\s+|(?<=[。！？；])"):
        if fits(line[start:end], count, limit):
            parts.append((start, end, tokens_of(line[start:end], count)))
            continue
        for left, right in spans_of(line[start:end], r"(?<=\s)(?=\S)"):
            parts += cut_word(line, start + left, start + right, count, limit)
    return joined(line, parts, limit)


def cut_word(
    line: str, start: int, end: int, count: CountTokens, limit: int
) -> list[tuple[int, int, int]]:
    if fits(line[start:end], count, limit):
        return [(start, end, tokens_of(line[start:end], count))]
    steps = range(start, end, min(limit, MAX_CHARACTERS))
    return [(at, min(at + steps.step, end), limit) for at in steps]


def spans_of(text: str, boundary: str) -> list[Span]:
    ends = [found.end() for found in re.finditer(boundary, text)]
    return [span for span in pairwise([0, *ends, len(text)]) if span[0] < span[1]]


def tokens_of(text: str, count: CountTokens) -> int:
    return count([text])[0] if len(text) <= MAX_CHARACTERS else 0


def fits(text: str, count: CountTokens, limit: int) -> bool:
    return tokens_of(text, count) <= limit and len(text) <= MAX_CHARACTERS


@given(content=TEXTS, count=COUNTS, limit=st.integers(1, 40), data=st.data())
@settings(max_examples=150, deadline=None)
def test_pieces_hold_each_character_that_is_not_blank_once(
    content: str, count: CountTokens, limit: int, data: st.DataObject
) -> None:
    lines = content.count("\n") + 1
    inner = data.draw(st.lists(st.sets(st.integers(0, lines)), max_size=3))
    cuts = sorted(data.draw(st.sets(st.integers(1, lines))) - {lines})
    depths = tuple(tuple(sorted(depth)) for depth in inner)
    blocks = [Block(*span, 0, "", depths) for span in pairwise([0, *cuts, lines])]
    text = Text(content, count)
    pieces = text.pack(blocks, limit)
    shown = "".join(content[piece.start : piece.end] for piece in pieces)
    assert "".join(shown.split()) == "".join(content.split())
    starts = [0, *(found.end() for found in re.finditer("\n", content))]
    for piece in pieces:
        assert text.line(piece.start) == bisect_right(starts, piece.start)
        alone = content[piece.start : piece.end].rstrip()
        assert len(alone) <= MAX_CHARACTERS
