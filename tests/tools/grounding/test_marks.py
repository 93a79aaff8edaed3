from collections.abc import Callable

import pytest

from tools.grounding.marks import Mark, find_marks, replace_marks


def replaced(answer: str, write: Callable[[str, list[Mark]], str]) -> str:
    return replace_marks(answer, find_marks(answer), write)


def sources(answer: str) -> list[int]:
    return [mark.source for mark in find_marks(answer)]


@pytest.mark.parametrize(
    ("mark", "found"),
    [
        ("[3]", [(3, None)]),
        ("[12]", [(12, None)]),
        ("[3, 5]", [(3, None), (5, None)]),
        ("[3,5;7]", [(3, None), (5, None), (7, None)]),
        ("【3】", [(3, None)]),
        ("【3†L9】", [(3, (9, 9))]),
        ("【3†L9-L11】", [(3, (9, 11))]),
        ("【3†L9–L11】", [(3, (9, 11))]),
        ("【3†L9-11】", [(3, (9, 11))]),
        ("【3:0†source】", [(3, None)]),
        ("【3:0†a.md†L9-L11】", [(3, (9, 11))]),
        ("[3†L9-L11]", [(3, (9, 11))]),
    ],
)
def test_a_mark_names_its_sources_and_lines(
    mark: str, found: list[tuple[int, tuple[int, int] | None]]
) -> None:
    answer = f"Lamps are red {mark}."
    expected = [Mark(*each, 14, 14 + len(mark)) for each in found]
    assert find_marks(answer) == expected


def test_marks_come_in_the_order_of_the_answer() -> None:
    assert sources("A [2]【1†L4】. B [7], C【3】 and [1][2].") == [2, 1, 7, 3, 1, 2]


@pytest.mark.parametrize(
    "answer",
    [
        "Call `rows[3]` first.",
        "Call ``[3]`` first.",
        "Call ``a `[3]` b`` first.",
        "```python\nrows = [3]\n```",
        "~~~\nrows = [3]\n~~~",
        "```\nan unclosed fence [3]\n",
        "````\n```\n[3]\n```\n````",
        "`【3†L9-L11】`",
    ],
)
def test_what_looks_like_a_mark_in_code_is_none(answer: str) -> None:
    assert find_marks(answer) == []


@pytest.mark.parametrize(
    "answer",
    [
        "A ` lone tick before [3].",
        "`code` and [3]",
        "```\nfence\n```\n[3] after it",
        "`a` [3] `b`",
    ],
)
def test_a_mark_beside_code_is_one(answer: str) -> None:
    assert sources(answer) == [3]


@pytest.mark.parametrize(
    "answer",
    [
        "![3](image.png)",
        "[v3]",
        "[ ] and [x]",
        "[3.5]",
        "",
    ],
)
def test_links_footnotes_and_other_brackets_are_no_marks(answer: str) -> None:
    assert find_marks(answer) == []


def test_a_mark_before_a_colon_is_one() -> None:
    assert sources("The index has three parameters [3]: M, ef and seed.") == [3]


def test_marks_at_one_place_are_replaced_together() -> None:
    seen: list[list[int]] = []

    def write(_: str, marks: list[Mark]) -> str:
        seen.append([mark.source for mark in marks])
        return "<" + "+".join(str(mark.source) for mark in marks) + ">"

    answer = "A [3, 5]. B 【7†L1-L2】 and `[9]`, C [x](1)."
    assert replaced(answer, write) == "A <3+5>. B <7> and `[9]`, C [x](1)."
    assert sorted(seen) == [[3, 5], [7]]


def test_replaced_text_that_looks_like_a_mark_is_not_replaced_again() -> None:
    assert replaced("A [3] B [4]", lambda _, marks: "[1][2]") == "A [1][2] B [1][2]"


def test_an_answer_without_marks_stays_as_it_is() -> None:
    assert replaced("Nothing `[3]` here.", lambda _, marks: "") == (
        "Nothing `[3]` here."
    )


def test_a_range_names_each_source_and_an_endless_one_its_ends() -> None:
    assert sources("It is so [1-3], and so [5–6], and so [1-999999].") == [
        1, 2, 3, 5, 6, 1, 999999,
    ]  # fmt: skip


def test_a_number_of_five_thousand_digits_is_no_mark() -> None:
    assert sources(f"It is so [{'9' * 5000}].") == []


def test_a_mark_that_a_word_runs_into_may_be_an_index() -> None:
    assert sources("arr[0] is so [1].") == [1]
