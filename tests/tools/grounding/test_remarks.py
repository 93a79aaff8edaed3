"""What is written into an answer of what is not borne out, and taken out again."""

import re
from time import process_time

import pytest

from tests.tools.grounding.checking import evidence_of
from tools.grounding.citation import CheckedSentence, Draft, Resolved
from tools.grounding.remarks import REMARK, Checked, find_problems, without_remarks
from tools.grounding.resolving import resolve
from tools.grounding.support.finding import Finding, Pair, Reading, Support

LAMPS = "The lamp is red and 12 cm tall.\nIt was made in 1999."
SAID = "The lamp is red and 12 cm tall [1]."


def read(reading: Reading) -> Resolved:
    """Return what is found of a true sentence by a checker that says something."""
    draft, evidence = Draft(answer=SAID), evidence_of(LAMPS)
    (pair,) = resolve(draft, evidence).pairs
    return resolve(draft, evidence, readings={pair: reading})


def test_what_a_checker_finds_contradicted_is_marked_with_its_words() -> None:
    found = read(Reading("contradicts", "12 cm"))
    assert found.answer == f"{SAID} (⚠ the source says otherwise: 12 cm)"
    assert (found.grounded, found.verified) == (False, 0.0)
    assert "says otherwise, 12 cm: say it in the source's words" in found.problems[0]


def test_what_a_checker_does_not_find_is_marked_as_unclear() -> None:
    found = read(Reading("silent"))
    assert found.answer == f"{SAID} (⚠ not clearly in the source)"
    assert (found.grounded, found.verified) == (False, 0.0)


def test_without_words_that_decide_it_is_said_who_finds_so() -> None:
    found = read(Reading("contradicts"))
    assert (
        found.answer
        == f"{SAID} (⚠ the source says otherwise: the checker finds it denied)"
    )
    assert "says otherwise, the checker finds it denied: say it" in found.problems[0]


SENTENCE = CheckedSentence(text="The lamp is blue.", citations=(1,), covered=True)
NEAREST = "The lamp is red."
SHOWN = f'what "The lamp is blue." cites ("{NEAREST}")'


@pytest.mark.parametrize(
    ("support", "changed", "wrong", "said"),
    [
        (Support.CONTRADICTED, {}, (), f"{SHOWN} says otherwise, blue: say it in"),
        (Support.CONTRADICTED, {"contradicted": True}, (),
         f"{SHOWN} says the opposite of it"),
        (Support.CONTRADICTED, {}, ("5",),
         f'the lines that {SHOWN.removeprefix("what ")} do not hold 5'),
        (Support.UNCLEAR, {}, (), f"{SHOWN} does not clearly say it: say it in"),
    ],
)  # fmt: skip
def test_what_goes_back_to_the_model_has_the_nearest_sentence(
    support: Support, changed: dict[str, bool], wrong: tuple[str, ...], said: str
) -> None:
    finding = Finding(support, "blue", NEAREST)
    sentence = SENTENCE.model_copy(update=changed)
    checked = Checked(
        sentence, 0, wrong, finding, Pair(SENTENCE.text, NEAREST), cites=True
    )
    (problem,) = find_problems([checked])
    assert problem.startswith(said)


def test_only_strictly_is_a_paraphrase_a_problem() -> None:
    pair = Pair(SENTENCE.text, NEAREST)
    close = Checked(SENTENCE, 0, (), Finding(Support.CLOSE), pair, cites=True)
    stated = Checked(SENTENCE, 0, (), Finding(Support.STATED), pair, cites=True)
    assert find_problems([close, stated]) == []
    (problem,) = find_problems([close, stated], strict=True)
    assert "is a paraphrase of what it cites" in problem


EVIL = [
    "it is [2] so [3]", "a)\n\n# All is (well", "**b** `c` <b>d</b> <!-- e",
    "<|end|>\x00", "⚠" * 50, "w " * 5_000, "】", "  \n ",
]  # fmt: skip


@pytest.mark.parametrize("words", EVIL)
def test_words_of_a_checker_are_a_short_remark_whatever_they_are(words: str) -> None:
    found = read(Reading("contradicts", words))
    remark = found.answer.removeprefix(f"{SAID} ")
    assert REMARK.fullmatch(remark)
    assert len(remark) < 130
    assert not set("[]【】*`\n\0") & set(remark)
    assert not re.search(r"<[|a-z/!]", remark)
    assert without_remarks(found.answer) == SAID


@pytest.mark.parametrize(
    ("answer", "without"),
    [
        ("It is so [1] (⚠ misattributed). Yes.", "It is so [1]. Yes."),
        ("It is [1][2] (⚠ fabricated, unseen).", "It is [1][2]."),
        ("It is so. (⚠ no source) Yes.", "It is so. Yes."),
        ("It is 5. (⚠ not in the source: 5, f(x))", "It is 5."),
        ("It is so. (⚠ the source says the opposite)", "It is so."),
        ("It is so.\n\n(⚠ nothing of this was checked: it is long)", "It is so.\n\n"),
        ("Beware (⚠ high voltage).", "Beware (⚠ high voltage)."),
        ("It is so (⚠ no source", "It is so (⚠ no source"),
    ],
)
def test_remarks_are_taken_out_and_nothing_else(answer: str, without: str) -> None:
    assert without_remarks(answer) == without


@pytest.mark.parametrize(
    "piece", ["(⚠ no source", "(⚠ no source: ", "(⚠ no source: (", "(⚠ unseen, a) "]
)
def test_remarks_are_looked_for_in_linear_time(piece: str) -> None:
    text = "x " + piece * 20_000
    started = process_time()
    without_remarks(text)
    assert process_time() - started < 1
