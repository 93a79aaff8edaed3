import pytest

from tools.marks import Mark, find_marks, replace_marks


def sources(answer: str) -> list[int]:
    return [mark.source for mark in find_marks(answer)]


@pytest.mark.parametrize(
    ("mark", "found"),
    [
        ("[3]", [(3, None, None)]),
        ("[12]", [(12, None, None)]),
        ("[3, 5]", [(3, None, None), (5, None, None)]),
        ("[3,5;7]", [(3, None, None), (5, None, None), (7, None, None)]),
        ("【3】", [(3, None, None)]),
        ("【3†L9】", [(3, 9, 9)]),
        ("【3†L9-L11】", [(3, 9, 11)]),
        ("【3†L9–L11】", [(3, 9, 11)]),
        ("【3†L9-11】", [(3, 9, 11)]),
        ("【3:0†source】", [(3, None, None)]),
        ("【3:0†a.md†L9-L11】", [(3, 9, 11)]),
        ("[3†L9-L11]", [(3, 9, 11)]),
    ],
)
def test_a_mark_names_its_sources_and_lines(
    mark: str, found: list[tuple[int, int | None, int | None]]
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
        "See [3](https://example.org).",
        "![3](image.png)",
        "[3]: https://example.org",
        "[3, 5](https://example.org)",
        "[^3]",
        "[v3]",
        "[ ] and [x]",
        "[3.5]",
        r"\[3\]",
        "",
    ],
)
def test_links_footnotes_and_other_brackets_are_no_marks(answer: str) -> None:
    assert find_marks(answer) == []


def test_a_mark_before_a_colon_is_one() -> None:
    assert sources("The index has three parameters [3]: M, ef and seed.") == [3]


def test_marks_at_one_place_are_replaced_together() -> None:
    seen: list[list[int]] = []

    def write(marks: list[Mark]) -> str:
        seen.append([mark.source for mark in marks])
        return "<" + "+".join(str(mark.source) for mark in marks) + ">"

    answer = "A [3, 5]. B 【7†L1-L2】 and `[9]`, C [1](x)."
    assert replace_marks(answer, write) == "A <3+5>. B <7> and `[9]`, C [1](x)."
    assert sorted(seen) == [[3, 5], [7]]


def test_replaced_text_that_looks_like_a_mark_is_not_replaced_again() -> None:
    assert replace_marks("A [3] B [4]", lambda marks: "[1][2]") == "A [1][2] B [1][2]"


def test_an_answer_without_marks_stays_as_it_is() -> None:
    assert replace_marks("Nothing `[3]` here.", lambda marks: "") == (
        "Nothing `[3]` here."
    )
