"""Marks as people and models write them, and what only looks like one."""

import pytest

from tests.tools.grounding.checking import evidence_of
from tools.grounding.citation import Draft, Resolved
from tools.grounding.marks import find_marks
from tools.grounding.resolving import resolve

LAMP = "The lamp is red and 12 cm tall."
OAK = "The table is made of oak."
SHOWN = frozenset(range(1, 13))


def resolved(answer: str) -> Resolved:
    return resolve(Draft(answer=answer), evidence_of(LAMP, OAK))


@pytest.mark.parametrize(
    "mark",
    [
        "[1]", "[ 1 ]", "[\u00a01\u00a0]", "[\u200b1]", "\\[1\\]", "\\[1]", "［1］",
        "［１］", "[１]", "[^1]", "[^1^]", "【1】", "【1†L1】", "〔1〕",
        "【1:0†a.md†L1-L1】", "⟦1⟧", "[[1]](https://a.b/c)", "[1](https://a.b/c_(d))",
        "[\\[1\\]](#one)",
        "[[1](a.md)]", "[[1]]", "¹", "<sup>1</sup>", "<sup>[1]</sup>",
        '<sup id="r1"><a href="#f1">1</a></sup>', '<a href="#f1">[1]</a>', "[Source 1]",
        "[source: 1]", "[doc 1]", "[src 1]", "[cite: 1]", "[cite_1]", "[#1]", "[No. 1]",
        "[1, L1]", "[1, line 1]", "[Passage 1, line 1]", "<cite>1</cite>",
        "<ref>1</ref>",
        "(source 1)", "(Source: 1)", "（来源1）",
        "&#91;1&#93;", "&lbrack;1&rbrack;", "**[1]**",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["{}.", " {}.", ". {}", ".{}"])
def test_a_mark_in_any_form_is_judged_and_numbered(mark: str, place: str) -> None:
    found = resolved("The lamp is red" + place.format(mark))
    assert found.grounded, found.problems
    assert [each.verdict.is_sound for each in found.citations] == [True]
    assert found.answer.count("[1]") == 1
    false = resolved("The lamp is green and baked" + place.format(mark))
    assert not false.grounded


@pytest.mark.parametrize(
    "written",
    [
        "[0-9]", "[0, 1]", "[2024]", "[1999]", "[0]", "[19530]", "[404]", "[1-9]",
        "[1-999999]", "[10, 20]", "[0; 1]", "[3, 224, 224]", "[2024-05-01]", "[007]",
        "[1.5]", "[1:3]", "[-1, 1]", "[a-z]", "[[1, 2], [3, 4]]", "[ ]", "[x]", "[v1]",
        "a[1]", "x[2]", "argv[1]", "sys.argv[2]", "row_ids[1]", "a[0][1]", "rows[9]",
        "rows[1] = 2", "buf[1]++", "`rows[1]`", "10¹", "10<sup>2</sup>", "m²", "km²",
        "5 m²", "E = mc²", "![1](a.png)", "the interval [1, 2]", "x ∈ [1, 2]",
        "matched by [1-2]", "[1-2]{3}", "[^note]", "[7](https://a.b/issues/7)",
        "(document 9)", "(a source)", "<ref>9</ref>", "(1)", "[1, Lamp]",
    ],
)  # fmt: skip
def test_what_is_no_mark_stays_as_it_is_written(written: str) -> None:
    answer = f"The lamp is red [1]. There is {written} too."
    assert f"There is {written} too." in resolved(answer).answer
    block = f"The lamp is red [1].\n\n```\n{written} [1]\n```"
    assert resolved(block).answer.endswith(f"\n{written} [1]\n```")


@pytest.mark.parametrize(
    ("answer", "sources"),
    [
        ("[1, 2]", [1, 2]),
        ("[1 and 2]", [1, 2]),
        ("[1 & 2]", [1, 2]),
        ("[1–3]", [1, 2, 3]),
        ("[source 1, source 2]", [1, 2]),
        ("[1] [2]", [1, 2]),
        ("word²,³", [2, 3]),
        ("word¹²", [12]),
        ("word¹³", [1, 3]),
        ("etcd[1] and MinIO[2].", [1, 2]),
        ("it takes 5 s[1].", [1]),
        ("数据库[1]。", [1]),
        ("[13]", [13]),
        ("[1, 13]", [1, 13]),
        ("rows[0] is before rows[1]", []),
        ("see [the guide][1]\n\n[1]: https://a.b", [1]),
        ("[1][2]\n\n[1]: https://a.b\n[2]: https://a.c", [1, 2, 1, 2]),
    ],
)
def test_the_sources_of_marks_are_told_by_what_was_shown(
    answer: str, sources: list[int]
) -> None:
    assert [mark.source for mark in find_marks(answer, SHOWN)] == sources


@pytest.mark.parametrize(
    "definition",
    ["[^1]: a.md", "[^1]: a.md, the first page", "[1]: https://a.b/c", '[1]: a.md "A"'],
)
def test_a_definition_is_no_statement_and_keeps_to_the_numbers(definition: str) -> None:
    mark = definition.partition(":")[0]
    found = resolved(f"The table is made of oak [2]. The lamp is red{mark}.\n\n"
                     f"{definition}")  # fmt: skip
    assert found.grounded, found.problems
    assert len(found.sentences) == 2
    number = next(each.id for each in found.citations if each.document == "1.md")
    assert found.answer.endswith(f"[{number}]:{definition.partition(':')[2]}")


def test_a_footnote_that_states_a_fact_is_judged() -> None:
    assert resolved("The lamp is red[^1].\n\n[^1]: The lamp is 12 cm tall.").grounded
    false = resolved("The lamp is red[^1].\n\n[^1]: The lamp is 13 cm tall.")
    assert not false.grounded


@pytest.mark.parametrize(
    "sources",
    [
        "Sources:\n[1] 1.md\n[2] 2.md",
        "## Sources\n\n- [1] the first of them\n- [2] the other",
        "**References**\n\n[1] 1.md, line 1",
    ],
)
def test_a_list_of_sources_states_nothing(sources: str) -> None:
    found = resolved(f"The lamp is red [1]. The table is made of oak [2].\n\n{sources}")
    assert found.grounded, found.problems
    assert len(found.sentences) == 2
    assert len(found.citations) == 2
