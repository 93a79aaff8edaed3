import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.grounding.citation import Statement
from tools.grounding.marks import find_marks
from tools.grounding.statements import Reading


def find_statements(answer: str) -> tuple[Statement, ...]:
    return Reading(answer, find_marks(answer)).statements


def statements(answer: str) -> list[tuple[str, list[int]]]:
    return [
        (each.text, [mark.source for mark in each.marks])
        for each in find_statements(answer)
    ]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("It is sealed by size [1].", [("It is sealed by size.", [1])]),
        ("It is sealed by size. [1]", [("It is sealed by size.", [1])]),
        ("It is sealed by size.【3†L9-L11】", [("It is sealed by size.", [3])]),
        ("It is sealed by size [1][2, 4].", [("It is sealed by size.", [1, 2, 4])]),
        (
            "It is sealed [1]. It is flushed then. [2] That is all there is",
            [
                ("It is sealed.", [1]),
                ("It is flushed then.", [2]),
                ("That is all there is", []),
            ],
        ),
        (
            "See e.g. version 2.4.1 of the docs [2]. Dr. Wu wrote it all.",
            [
                ("See e.g. version 2.4.1 of the docs.", [2]),
                ("Dr. Wu wrote it all.", []),
            ],
        ),
        (
            "A sentence that\nis wrapped here [1].",
            [("A sentence that is wrapped here.", [1])],
        ),
        (
            "数据存储在 MinIO 中 [1]。元数据保存在 etcd 里面。",
            [("数据存储在 MinIO 中。", [1]), ("元数据保存在 etcd 里面。", [])],
        ),
        (
            "データはディスクに保存されます [1]。",
            [("データはディスクに保存されます。", [1])],
        ),
    ],
)
def test_a_statement_carries_the_marks_in_it_and_behind_it(
    answer: str, found: list[tuple[str, list[int]]]
) -> None:
    assert statements(answer) == found


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "# A heading that states something",
        "| one | two |\n|---|---|\n| a cell states a fact | so it does |",
        "```\nThis code states a fact.\n```",
        "    This code states a fact.",
        "What makes a growing segment sealed?",
        "These are the indexes that it has:",
        "- HNSW\n- IVF_FLAT\n- a graph of small worlds",
        "Yes.",
        "The documents do not say how large a segment is.",
        "None of the sources mentions the size of a segment.",
        "The size is not stated in the documents.",
        "I could not find the size of a segment.",
        "Searched for: the size of a segment.",
        "文档没有说明分段的大小。",
    ],
)
def test_what_states_no_fact_needs_no_source(answer: str) -> None:
    assert statements(answer) == []


def test_items_that_are_sentences_are_covered_by_what_introduces_them() -> None:
    answer = (
        "It has these indexes [4]:\n\n"
        "- HNSW is a graph of small worlds.\n"
        "- IVF clusters the vectors [5].\n\n"
        "This comes after the list.\n\n"
        "- So this item is bare again."
    )
    assert statements(answer) == [
        ("HNSW is a graph of small worlds.", [4]),
        ("IVF clusters the vectors.", [5]),
        ("This comes after the list.", []),
        ("So this item is bare again.", []),
    ]


def test_a_quotation_is_covered_as_a_whole() -> None:
    answer = "> It is sealed by size. It is\n> flushed after that. [1]"
    assert statements(answer) == [
        ("It is sealed by size.", [1]),
        ("It is flushed after that.", [1]),
    ]


def test_a_negative_fact_of_the_documents_is_a_statement() -> None:
    assert statements("The search node does not store any data.") == [
        ("The search node does not store any data.", [])
    ]


@given(st.text(alphabet="ab .?!:-*>#|`[1]\n\r\t。你", max_size=80))
def test_offsets_lie_in_the_answer_and_in_order(answer: str) -> None:
    found = find_statements(answer)
    places = [place for each in found for place in (each.start, each.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(answer) for place in places)
    assert all(answer[each.start : each.start + 1].strip() for each in found)


def test_the_number_of_a_step_below_headings_states_nothing() -> None:
    answer = "Encryption › Set up a server › 1. Modify the file [2]:\n\n```\na: 1\n```"
    assert statements(answer) == []
    told = "It is set up as told › here. It costs 1. [2]"
    assert [text for text, _ in statements(told)] == [
        "It is set up as told › here.", "It costs 1.",
    ]  # fmt: skip
