"""A claim that is no quote: borne out by words and numbers, or not."""

import pytest

from tests.tools.grounding.checking import check
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Verdict
from tools.grounding.verdicts import verify_citation


def test_a_sentence_wrapped_over_lines_bears_out_its_paraphrase() -> None:
    evidence = Evidence()
    evidence.show(
        "a.md", "A", "A", 4, "Before.\n\nThe lamp is lit by a\nspark of copper and it\n"
        "stays lit for 90 minutes.\n\nAfter.",
    )  # fmt: skip
    verified = verify_citation(
        "The lamp is lit by a copper spark; it stays lit 90 minutes", 1, evidence
    )
    assert verified.verdict is Verdict.PARAPHRASED
    assert (verified.start_line, verified.end_line) == (6, 8)


def test_a_claim_that_turns_a_sentence_round_is_no_paraphrase() -> None:
    evidence = Evidence()
    evidence.show("a.md", "A", "A", 1, "The lamp is lit by a spark of copper.")
    verified = verify_citation("The lamp is not lit by a spark of copper.", 1, evidence)
    assert verified.verdict is Verdict.FABRICATED


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Do not delete the log.", "do ... delete the log"),
        ("It must not be enabled.", "It must ... be enabled"),
        ("Latency > 50 ms is bad", "Latency 50 ms is bad"),
        ("The SDK supports C#, Java and F#.", "The SDK supports C, Java and F."),
        ("The retention is ~30 days.", "The retention is 30 days"),
        ("a*b = c; x_1 and x_2", "ab = c; x1 and x2"),
    ],
)
def test_a_sign_that_means_something_is_never_dropped(text: str, claim: str) -> None:
    evidence = Evidence()
    evidence.show("a.md", "A", "A", 1, text)
    assert verify_citation(claim, 1, evidence).verdict is not Verdict.EXACT


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Do not use FLAT for billions.", "Do use FLAT for billions"),
        ("It is enabled by default in tests.", "It isn't enabled by default in tests"),
        ("The parameter nlist > 1024", "The parameter nlist < 1024"),
        ("It was -20 degrees outside", "It was 20 degrees outside"),
        ("A share of 10‰ in 2021", "A share of 10% in 2021"),
        ("It cost $5 million", "It cost €5 million"),
        ("系统不支持更新主键字段", "系统支持更新主键字段"),
        ("Ada Byron wrote to Karl Babb.", "Karl Babb wrote to Ada Byron."),
        ("Encryption is enabled by default.", "Encryption is disabled by default."),
        ("The cluster has two nodes in all.", "The cluster has three nodes in all."),
        ("The new interface is stable now.", "The new interface is unstable now."),
        ("Keep 20 rows. Keep 30 days of it.", "Keep 30 rows. Keep 20 days of it."),
        ("Call it after the commit of rows.", "Call it before the commit of rows."),
    ],
)
def test_a_claim_that_says_something_else_is_never_sound(text: str, claim: str) -> None:
    evidence = Evidence()
    evidence.show("a.md", "A", "A", 1, text)
    assert not verify_citation(claim, 1, evidence).verdict.is_sound


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "It does not keep logs. It stores vectors in segments of one gigabyte.",
            "It stores its vectors in segments of one whole gigabyte",
        ),
        (
            "The engine doesn't support the joins of two tables or more.",
            "The engine does not support joins of two or more tables",
        ),
        (
            "It neither reads nor writes the old tables of the user.",
            "It never reads or writes the user's old tables",
        ),
        ("The four nodes share 12 disks.", "The 4 nodes share twelve of the disks"),
    ],
)
def test_a_claim_that_says_the_same_is_a_paraphrase(text: str, claim: str) -> None:
    assert check(claim, text).verdict is Verdict.PARAPHRASED


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "- item one is here\n- item two is there",
            "item one is here item two is there",
        ),
        ("1. first thing\n2. second thing", "first thing second thing"),
        ("# The heading\n\n> A remark on it.", "The heading A remark on it."),
        ("不支持更新主键", "不支持更新主键"),
        ("Say \\*this\\* and **that**.", "Say *this* and that."),
    ],
)
def test_marks_of_markdown_are_left_out(text: str, claim: str) -> None:
    evidence = Evidence()
    evidence.show("a.md", "A", "A", 1, text)
    assert verify_citation(claim, 1, evidence).verdict is Verdict.EXACT


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "The cluster served 1,500,000 requests on March 5, 2024 and rested.",
            "The cluster served 1.5 million requests on 2024-03-05",
        ),
        ("Each request ends after 30 seconds.", "Each request ends after 30s at most"),
        ("The water has a pH of 7.0 in each tank.", "The water has a pH of 7 in each"),
        ("The index is 1.5x faster than before.", "The index is 1.5 times faster"),
        ("The store keeps a dozen replicas.", "The store keeps 12 replicas of it"),
        ("It is not possible to move the table.", "It is impossible to move the table"),
    ],
)
def test_a_value_in_another_form_is_a_paraphrase(text: str, claim: str) -> None:
    assert check(claim, text).verdict is Verdict.PARAPHRASED


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Each request ends after 30 seconds.", "Each request ends after 30 minutes"),
        ("The store keeps a dozen replicas.", "The store keeps 20 replicas of it"),
        ("The store takes at most 5 rows.", "The store takes more than 5 rows"),
        ("It needs addresses for EC2 hosts.", "It needs addresses for EC23 hosts"),
        ("It was taken on March 5, 2024 there.", "It was taken on 2024-03-06 there"),
        ("It was made not only for rows.", "It was made only for rows"),
    ],
)
def test_another_value_is_no_paraphrase(text: str, claim: str) -> None:
    assert not check(claim, text).verdict.is_sound


@pytest.mark.parametrize("sign", [" … ", " ... ", "…"])
def test_words_of_two_sentences_are_not_joined_by_an_ellipsis(sign: str) -> None:
    text = (
        "The Proxy checks each request before it goes on. "
        "The Coordinator stores the metadata in etcd for all nodes."
    )
    spliced = f"The Proxy checks each request{sign}stores the metadata in etcd"
    assert check(spliced, text).verdict is Verdict.FABRICATED
    whole = f"The Coordinator stores{sign}in etcd for all nodes"
    assert check(whole, text).verdict is Verdict.EXACT


def test_a_short_name_with_a_digit_counts() -> None:
    text = "Sterling went on to distribute and support Synon/2E as COOL."
    claim = "Sterling went on to distribute and support Synon/3E as COOL"
    assert check(claim, text).verdict is Verdict.FABRICATED
