"""Whatever an answer, its quotes and its passages hold: it is judged, and in time."""

from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import CitedPassage, DraftCitation, verify
from tools.grounding.marks import find_marks
from tools.grounding.statements import Reading
from tools.text.clean import neutralise_control_tokens, visible
from tools.text.prose import read_prose
from tools.text.signs import plain_signs

# fmt: off
PIECES = [
    "The lamp is red", "It is 12 cm tall", " and the table is oak", "。", "数据存储",
    "データ", "[1]", "[2]", "[9]", "[0]", "[1, 2]", "[1-3]", "[^1]", "[^2]: t.md\n",
    "[1]: http://a.b\n", "\\[1\\]", "［1］", "【1†L1-L2】", "【", "】", "[", "]", "](",
    "[[1]](u)", "[1](u)", "![1](u)", "¹", "²", "<sup>1</sup>", "<sup>", "</a>", "`",
    "```\n", "~~~\n", "    ", "\t", "> ", "- ", "1. ", "# ", "| a | b |\n|---|---|\n",
    "|", "\n", "\n\n", "\r\n", "\r", "---\n", "*", "_", "\\", "&nbsp;", "&#x202e;",
    "&#91;1&#93;", "<|end|>", "\u200b", "\x00", "\ud800", "\u0308", "½", "10⁶", ".",
    "!", "?", ":", ", ", "; ", "…", "—", "⚠", "rows[1]", "a[0]", "Sources:\n", "See ",
    "\u2028", "\x0b", "\x85", "[٣]", "1,000", "5 March 2024", "2024-13-45", "v1.2.3",
    "=\n", "<!--", "-->", "9" * 5000, "¹" * 5000,
]
SHAPES = [
    "The lamp is red [1]. ", "[1]", "[1] ", "[", "]", "`a` ", "`", "`` ` ", "[[", "](",
    "[1](", "[1](a", "<sup>1", "<a ", "&amp;", "&", "【1†", "【1†L", "[1, ", "[1-", "¹",
    "a¹ ", "\\[", "> ", "- a\n", "- [1]\n", "[1]\n\n", "#", "|a", "|[1]", "[^1]: a\n",
    "[1]: http://a\n", "Sources:\n[1] a.md\n", "\n", " ", "\t", "a, ", "and ", "。",
    "这是。", "e.g. ", "![", "… ", "()", "**a", "\u200b", "a\u0308", "\u200d", "<!--",
    "<|", "1[1] ", "a[1] ", "a_b", "</p", "[source ", "no document ", "\r\n", "```\n",
]
# fmt: on
TEXTS = st.lists(
    st.sampled_from(PIECES) | st.text(max_size=6) | st.sampled_from([" ", "\n"]),
    max_size=25,
).map("".join)
PASSAGES = [
    CitedPassage(document="lamps.md", text="The lamp is red.\nIt is ≥12 cm tall."),
    CitedPassage(document="t.md", text="The table is of oak, not elm.", start_line=7),
]


@settings(max_examples=150, deadline=None)
@given(
    TEXTS,
    st.lists(
        st.builds(DraftCitation, source=st.integers(-2, 5), quote=TEXTS), max_size=3
    ),
    st.lists(st.builds(CitedPassage, document=TEXTS, text=TEXTS, title=TEXTS),
             max_size=2),
)  # fmt: skip
def test_any_answer_is_judged_and_the_check_can_be_written(
    answer: str, quotes: list[DraftCitation], passages: list[CitedPassage]
) -> None:
    found = verify(answer, [*PASSAGES, *passages], quotes)
    assert found.model_dump_json()
    assert found.citations or not found.grounded


def seconds(work: Callable[[str], object], text: str) -> float:
    taken = []
    for _ in range(2):
        read_prose.cache_clear()
        start = process_time()
        work(text)
        taken.append(process_time() - start)
    return min(taken)


LINEAR: dict[str, tuple[Callable[[str], object], int]] = {
    "marks": (lambda text: find_marks(text, {1, 2, 3}), 1_200),
    "statements": (lambda text: Reading(text, find_marks(text, {1, 2})), 1_200),
    "signs": (plain_signs.__wrapped__, 3_000),
    "clean": (lambda text: neutralise_control_tokens(visible(text)), 8_000),
}


@pytest.mark.parametrize("name", LINEAR)
def test_eight_times_the_text_takes_no_more_than_linear_time(name: str) -> None:
    """Eight times as long, for doubling is lost in noise; the square would be 64."""
    work, size = LINEAR[name]
    slow = {}
    for shape in SHAPES:
        text = shape * (size // len(shape))
        short, long = seconds(work, text), seconds(work, text * 8)
        if long > 27 * max(short, 0.004):
            slow[shape] = (short, long)
    assert slow == {}
