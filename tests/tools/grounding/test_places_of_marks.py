"""What a mark is cited for, by where it stands."""

import pytest

from tests.tools.grounding.checking import evidence_of
from tools.grounding.citation import Draft, DraftCitation, Resolved
from tools.grounding.resolving import resolve

PROXY = "The proxy listens on port 19530 and keeps a pool of ten workers."
NODE = "The data node writes segments to object storage every ten minutes."
QUERY = "The query node loads sealed segments into memory."


def resolved(answer: str, *quotes: DraftCitation) -> Resolved:
    """Return what the answer's own marks come to; none is attached."""
    draft = Draft(answer=answer, citations=quotes)
    return resolve(draft, evidence_of(PROXY, NODE, QUERY), attach=False)


FIRST = "The proxy listens on port 19530."
THIRD = "the query node loads sealed segments into memory."
SECOND = "The data node writes segments to object storage."


@pytest.mark.parametrize(
    "answer",
    [
        f"{FIRST}\n\n[1]",
        f"{FIRST}\n\n- [1]",
        f"- {FIRST}\n- [1]",
        f"{FIRST}\n\n## [1]",
        f"{FIRST}\n\n> [1]",
        f"{FIRST}\n\n([1])",
        f"{FIRST}\n\n*[1]*",
        f"{FIRST}\n\nSource: [1]",
        f"{FIRST} See [1].",
        f"{FIRST} This is found in [1].",
        f"{FIRST} This information can be found in the documentation [1].",
        f"{FIRST} You can find this in [1].",
        f"{FIRST} (Source: [1])",
        f"{FIRST} The documentation [1] states this.",
        f"{FIRST}\n\nSee also [1] for more details.",
        f"{FIRST}\n\n【1†L1】",
        f"{FIRST}\n\n[^1]",
        f"{FIRST}\n\n[1]\n\n[1]",
        f"{FIRST} It keeps a pool of ten workers.\n\n[1]",
        f"{FIRST} {SECOND}\n\n[1][2]",
        f"- {FIRST}\n- {SECOND}\n\n[1], [2]",
        f"{FIRST}\n\n[1]\n\n{SECOND}\n\n[2]",
        f"- {FIRST}\n- [1]\n- {SECOND}\n- [2]",
        f"[1] {FIRST}",
        f"## Ports\n\n{FIRST}\n\n[1]",
        f"| what | port | source |\n|---|---|---|\n| {FIRST} | | [1] |",
        f"{FIRST} [1]\n\n| a |\n|---|\n| [1] |",
    ],
)
def test_a_mark_alone_belongs_to_what_stands_before_it(answer: str) -> None:
    found = resolved(answer)
    assert found.grounded, found.problems
    assert resolved(answer.replace("19530", "19531")).grounded is False


@pytest.mark.parametrize(
    "answer",
    ["[1]", "[1]\n\n[2]", "- [1]", "# [1]", "| [1] |\n|---|\n| [2] |", "> - [1]",
     f"{FIRST} {SECOND}\n\n[1]", f"{FIRST}\n\n[2]", f"[2] {FIRST}",
     f"{SECOND}\n\nBut this is another thing entirely.\n\n[2]"],
)  # fmt: skip
def test_a_mark_alone_bears_out_nothing_that_its_source_lacks(answer: str) -> None:
    assert not resolved(answer).grounded


@pytest.mark.parametrize(
    "answer",
    [
        f"{FIRST[:-1]}, while the data node writes segments to object storage [1][2].",
        f"{FIRST[:-1]}, while the data node writes segments to object storage [1, 2].",
        f"{FIRST[:-1]} [1], while the data node writes segments to object storage [2].",
        f"{FIRST[:-1]} [1] and the data node writes segments to object storage [2].",
        f"{FIRST[:-1]}; the data node writes segments to object storage [2] [1].",
        f"{FIRST[:-1]} [1], {SECOND[:-1]} [2], and {THIRD[:-1]} [3].",
        f"{FIRST[:-1]}, {SECOND[:-1]}, and {THIRD[:-1]} [1][2][3].",
        "According to the guide [1], the proxy listens on port 19530.",
        "The proxy [1] listens on port 19530.",
        "The proxy listens [1] on port 19530.",
        f"{FIRST[:-1]} [1], and it keeps a pool of ten workers.",
    ],
)
def test_each_mark_is_judged_with_its_part_of_a_sentence(answer: str) -> None:
    found = resolved(answer)
    assert found.grounded, found.problems
    for wrong in (("19530", "19531"), ("segments", "19531 bytes of segments")):
        if wrong[0] in answer:
            assert not resolved(answer.replace(*wrong)).grounded


@pytest.mark.parametrize(
    "answer",
    [
        f"{FIRST[:-1]} [2], while the data node writes segments to object storage [1].",
        f"{FIRST[:-1]}, while the moon is made of green cheese [1][2].",
        f"{FIRST[:-1]} [1], while the moon is made of green cheese.",
        f"{FIRST[:-1]} [1][3].",
        "The proxy listens, it does not stop, and the moon is cheese [1][2].",
    ],
)
def test_a_part_that_no_source_bears_out_is_not_grounded(answer: str) -> None:
    assert not resolved(answer).grounded


def test_what_stands_behind_the_last_mark_is_said_to_have_no_source() -> None:
    found = resolved(f"{FIRST[:-1]} [1], while the moon is made of green cheese.")
    assert found.answer.endswith("cheese. (⚠ no source)")
    assert found.sentences[0].covered is False
    assert "behind its last mark" in found.problems[0]


@pytest.mark.parametrize("answer", ["<p>The moon is cheese.</p>", "<div>\nIt is so.\n"])
def test_what_stands_in_html_is_a_statement_too(answer: str) -> None:
    assert not resolved(f"{FIRST} [1]\n\n{answer}").grounded


@pytest.mark.parametrize(
    ("answer", "why"),
    [("The lamp is red. " * 7000, "characters"), ("It is [1]. " * 1001, "marks")],
)
def test_an_answer_beyond_the_limits_is_refused_and_says_so(
    answer: str, why: str
) -> None:
    found = resolved(answer)
    assert not found.grounded
    assert why in found.problems[0]
    assert found.answer.startswith(answer)
    assert "(⚠ nothing of this was checked:" in found.answer


def test_more_quotes_than_are_judged_are_refused_and_said() -> None:
    quotes = [DraftCitation(source=1, quote=f"quote {n}") for n in range(1001)]
    assert "quotes" in resolved(f"{FIRST} [1]", *quotes).problems[0]
