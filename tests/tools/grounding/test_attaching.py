"""Citations that a program attaches, for the model's own are missing or do not hold."""

from time import process_time

import pytest

from tests.tools.grounding.checking import evidence_of
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Draft, DraftCitation, Resolved
from tools.grounding.resolving import resolve

PROXY = (
    "# Proxy\n\nThe proxy listens on port 19530 and keeps a pool of ten workers.\n"
    "It does not write segments."
)
NODE = (
    "The data node writes segments to object storage every 10 minutes.\n"
    "Bounded is the default level of consistency."
)
QUERY = "The query node loads sealed segments into memory."
LISTENS = "The proxy listens on port 19530"
WRITES = "the data node writes segments to object storage"


def resolved(answer: str, *quotes: tuple[int, str]) -> Resolved:
    citations = tuple(DraftCitation(source=n, quote=quote) for n, quote in quotes)
    draft = Draft(answer=answer, citations=citations)
    return resolve(draft, evidence_of(PROXY, NODE, QUERY))


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (f"{LISTENS}.", f"{LISTENS} [1]."),
        (f"**{LISTENS}.**", f"**{LISTENS}.** [1]"),
        (f"> {LISTENS}.", f"> {LISTENS} [1]."),
        (f"- {LISTENS}!", f"- {LISTENS} [1]!"),
        (f"{LISTENS} [2].", f"{LISTENS} [1]."),
        (f"{LISTENS} [9].", f"{LISTENS} [1]."),
        (f"{LISTENS}. See [2].", f"{LISTENS}. See [1]."),
        (f"Note that {LISTENS.lower()}.", f"Note that {LISTENS.lower()} [1]."),
        (f"{LISTENS}. It does not write segments.",
         f"{LISTENS} [1]. It does not write segments [2]."),
        (f"{LISTENS} [2], and {WRITES} [1].", f"{LISTENS} [1], and {WRITES} [2]."),
        (f"{LISTENS} [1], and {WRITES} [1].", f"{LISTENS} [1], and {WRITES} [2]."),
        (f"- {LISTENS}.\n- {QUERY}\n\n[2]", f"- {LISTENS}.\n- {QUERY}\n\n[1][2]"),
    ],
)  # fmt: skip
def test_what_a_source_bears_out_is_cited(answer: str, shown: str) -> None:
    found = resolved(answer)
    assert found.answer == shown
    assert found.grounded, found.problems
    assert "citeloop" in {each.attached_by for each in found.citations}
    assert all(each.covered for each in found.sentences)


@pytest.mark.parametrize(
    "said",
    [
        "The proxy listens on port 19531", "The proxy never listens on port 19530",
        "The data node listens on port 19530", "The proxy keeps a pool of 11 workers",
        "The query node loads growing segments into memory",
        "The query node loads sealed segments into Kafka",
        "The data node writes segments every 20 minutes",
        "Strong is the default level of consistency", "The proxy has cheese",
        "The data node writes segments to object storage in 2024",
        "The moon is made of green cheese",
    ],
)  # fmt: skip
@pytest.mark.parametrize("mark", ["", " [1]", " [2]", " [9]"])
def test_what_differs_is_attached_to_nothing(said: str, mark: str) -> None:
    found = resolved(f"{said}{mark}.")
    assert not found.grounded
    assert all(each.attached_by is None for each in found.citations)


def test_the_claim_keeps_what_the_model_had_cited() -> None:
    found = resolved(f"{LISTENS} [2].", (2, "The proxy is made of cheese"))
    (citation,) = found.citations
    assert citation.document == "1.md"
    assert citation.claim == f'{LISTENS} [2]. [2]: "The proxy is made of cheese"'
    assert (citation.attached_by, citation.verdict.value) == ("citeloop", "exact")
    assert found.grounded


def test_a_false_quote_for_a_sentence_that_is_not_borne_out_stays_a_problem() -> None:
    false = (1, "The proxy is made of cheese")
    found = resolved(f"{LISTENS} [1]. The moon is green today [1].", false)
    assert [each.verdict.value for each in found.citations] == ["fabricated", "exact"]
    assert not found.grounded
    assert found.answer.startswith(f"{LISTENS} [2]. The moon is green today [1] (⚠ fab")


def test_a_false_quote_that_no_mark_points_to_stays_a_problem() -> None:
    found = resolved(f"{LISTENS}.", (1, "The proxy is made of cheese"))
    assert not found.grounded
    assert [each.attached_by for each in found.citations] == [None, "citeloop"]


def test_values_that_a_quote_lacks_are_looked_up_elsewhere() -> None:
    found = resolved(f"{LISTENS} [2].", (2, "The data node writes segments"))
    assert found.answer == f"{LISTENS} [1][2]."
    assert found.grounded


def test_what_its_own_quote_denies_is_left_to_the_model() -> None:
    evidence = evidence_of("The cache is not cleared.", "The cache is cleared.")
    draft = Draft(
        answer="The cache is cleared [1].",
        citations=(DraftCitation(source=1, quote="The cache is not cleared"),),
    )
    found = resolve(draft, evidence)
    assert not found.grounded
    assert all(each.attached_by is None for each in found.citations)


def test_of_the_same_words_those_cited_near_by_are_taken() -> None:
    evidence = Evidence()
    for name in ("old.md", "new.md"):
        evidence.show(name, "", "", 1, f"{QUERY}\nThe file {name} says so as well.")
    answer = f"{QUERY} The file new.md says so as well [2]."
    assert [e.document for e in resolve(Draft(answer=answer), evidence).citations] == [
        "new.md",
        "new.md",
    ]
    assert resolve(Draft(answer=QUERY), evidence).citations[0].document == "old.md"


def test_it_is_looked_up_where_the_sentence_before_it_stands() -> None:
    evidence = evidence_of(PROXY, "The table is of oak.\nIt has four legs.")
    found = resolve(Draft(answer=f"{LISTENS}. It has four legs."), evidence)
    assert found.answer.endswith("It has four legs. (⚠ no source)")
    assert resolve(
        Draft(answer="The table is of oak. It has four legs."), evidence
    ).grounded


def test_a_sentence_with_an_ellipsis_or_of_two_words_is_not_looked_up() -> None:
    for answer in (f"{LISTENS[:20]} … {LISTENS[25:]}.", "It is."):
        assert not resolved(answer).citations


def test_an_answer_that_says_it_found_nothing_is_attached_to_nothing() -> None:
    draft = Draft(answer=f"{LISTENS}.", answered=False)
    assert resolve(draft, evidence_of(PROXY)).citations == ()


def seconds(sentences: int, passages: int) -> float:
    evidence = Evidence()
    for n in range(passages):
        text = "\n".join(f"Node {n} writes segment {k} to store {k}." for k in range(9))
        evidence.show(f"{n}.md", "", "", 1, text)
    answer = " ".join(
        f"Node {n} writes segment {n % 9} to store {n % 8}." for n in range(sentences)
    )
    taken = []
    for _ in range(2):
        started = process_time()
        resolve(Draft(answer=answer), evidence)
        taken.append(process_time() - started)
    return min(taken)


def test_twice_the_sentences_and_passages_take_about_twice_the_time() -> None:
    """Four times as many of both, for doubling is lost in noise."""
    assert seconds(80, 80) < 9 * max(seconds(20, 20), 0.01)


@pytest.mark.parametrize(
    ("answer", "attached"),
    [
        ("The proxy listens on port", False),
        ("The data node writes segments to object storage every", False),
        ("Bounded is the default", False),
        ("Bounded is the default level of", False),
        (f"{LISTENS}", False),
        ("Bounded is the default level of consistency", True),
        (f"{LISTENS} and keeps a pool of ten workers", True),
        ("Bounded is the default level of consistency. The proxy listens on", False),
        (f"{LISTENS}.", True),
    ],
)
def test_an_answer_that_breaks_off_is_not_completed_by_a_citation(
    answer: str, attached: bool
) -> None:
    assert resolved(answer).grounded is attached
