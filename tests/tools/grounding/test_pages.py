"""Quotes that run over the break between two pages."""

import gc
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.grounding.wording.pages import join_pages
from tools.grounding.wording.quotes import find_quote

FIRST = "The mill grinds oats and rye in the cellar until"
SECOND = "noon, then the baker carries the flour up."
THIRD = "Nobody works there on Sunday."
QUOTE = "rye in the cellar until noon, then the baker"


def pdf(*pages: str) -> str:
    return "\n".join(
        f"## Page {number}\n\n{page}\n" for number, page in enumerate(pages, 1)
    )


BROKEN = {
    "no header": pdf(FIRST, SECOND),
    "header": pdf(f"Village news\n{FIRST}", f"Village news\n{SECOND}"),
    "footer": pdf(f"{FIRST}\nVillage news", f"{SECOND}\nVillage news"),
    "numbers": pdf(f"{FIRST}\n4", f"{SECOND}\n5"),
    "numbers in words": pdf(f"{FIRST}\nPage 9 of 12", f"{SECOND}\nPage 10 of 12"),
    "dashed numbers": pdf(f"{FIRST}\n- 4 -", f"{SECOND}\n- 5 -"),
    "header with number": pdf(f"News 4\n{FIRST}", f"News 5\n{SECOND}"),
    "two lines each": pdf(f"A\nNo 7\n{FIRST}\nB\n4", f"A\nNo 7\n{SECOND}\nB\n5"),
    "blank lines": pdf(f"News\n\n{FIRST}\n\n\n4", f"News\n\n{SECOND}\n\n5"),
    "left and right": pdf(
        f"Left\n{THIRD}", f"Right\n{FIRST}", f"Left\n{SECOND}", f"Right\n{THIRD}"
    ),
    "form feed": f"News\n{FIRST}\n4\n\fNews\n{SECOND}\n5\n",
    "chapters": pdf(FIRST, SECOND).replace("## Page 2", "## Page 2: The baker"),
    "parted word": pdf(
        f"{FIRST.replace('until', 'un-')}\n4", f"til {SECOND}\n5"
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_quote_over_a_page_break_is_found(text: str) -> None:
    (span,) = find_quote(QUOTE, text)
    excerpt = text[slice(*span)]
    assert excerpt.startswith("rye in")
    assert excerpt.endswith("the baker")


APART = {
    "a line between": pdf(f"{FIRST}\nOnly the cat sleeps.\n4", f"{SECOND}\n5"),
    "a first line between": pdf(FIRST, f"The sun stands high.\n{SECOND}"),
    "a page between": pdf(f"{FIRST}\n4", f"{THIRD}\n5", f"{SECOND}\n6"),
    "a number that counts no pages": pdf(f"{FIRST}\n4", f"{SECOND}\n9"),
    "a number on one page": pdf(f"{FIRST}\n1200", SECOND),
    "a negation between": pdf(f"{FIRST}\nnot", f"{SECOND}\nno"),
    "three lines that repeat": pdf(
        f"A\nB\nC\n{FIRST}", f"A\nB\nC\n{SECOND}", f"A\nB\nC\n{THIRD}"
    ),
    "a heading": f"# One\n\n{FIRST}\n\n## Two\n\n{SECOND}\n",
}


@pytest.mark.parametrize("text", APART.values(), ids=APART)
def test_sentences_with_more_between_them_are_no_quote(text: str) -> None:
    assert list(find_quote(QUOTE, text)) == []


def test_a_quote_on_one_page_stays_where_it_stands() -> None:
    text = pdf(f"Village news\n{FIRST}", f"Village news\n{SECOND}")
    (span,) = find_quote("then the baker carries", text)
    assert text[slice(*span)] == "then the baker carries"


@given(
    st.lists(st.sampled_from(["## Page 1", "\f", "News", "4", "5", "", " ", "lamp"]))
)
def test_a_joined_text_keeps_its_length(lines: list[str]) -> None:
    text = "\n".join(lines)
    joined = join_pages(text)
    assert len(joined) == len(text)
    assert all(
        new == old or new.isspace() for new, old in zip(joined, text, strict=True)
    )


@pytest.mark.parametrize(
    "piece", ["\f", "\f\n\n", "\fNews\nlamp\n4\n", "## Page 1\n\n"]
)
def test_joining_is_linear(piece: str) -> None:
    def least(size: int) -> float:
        times = []
        for turn in range(3):
            text = f"{piece * (size // len(piece))}{turn}"
            gc.disable()  # it would go through what other tests have left
            started = process_time()
            join_pages(text)
            times.append(process_time() - started)
            gc.enable()
        return min(times)

    assert least(40_000) < 24 * least(5_000) + 0.05  # a square takes 64 times as long
